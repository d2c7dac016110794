// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm::Memory as a host keeps it: a member that gets its block later.
#include "ssm/ssm.hpp"

#include <gtest/gtest.h>

namespace {

struct Cache {
  ssm::Memory state;
};

TEST(Memory, AMemberStartsEmpty) {
  Cache cache;
  EXPECT_EQ(cache.state.get(), nullptr);
  EXPECT_EQ(cache.state.bytes(), 0u);
}

TEST(Memory, AMemberGetsABlockLater) {
  ssm::Device device = ssm::Device::create(SSM_CPU);
  Cache cache;
  cache.state = ssm::Memory(device, 16);
  EXPECT_EQ(cache.state.bytes(), 16u);
  char in[16] = "a state of text", out[16] = {};
  cache.state.copyIn(in);
  cache.state.copyOut(out);
  EXPECT_STREQ(out, in);
}

// Who asks for large pages must have a block that they can hold.
TEST(Memory, ALargeBlockOfTheHostBeginsAtALargePage) {
  constexpr size_t kPage = size_t(2) << 20;
  ssm::Device device = ssm::Device::create(SSM_CPU);
  ssm::Memory small(device, 64), large(device, 3 * kPage + 1);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(large.get()) % kPage, 0u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(small.get()) % 256, 0u);
  std::vector<char> in(large.bytes(), 'x'), out(large.bytes());
  large.copyIn(in.data());
  large.copyOut(out.data());
  EXPECT_EQ(in, out);
}

TEST(Memory, MoreThanThereIsIsRefused) {
  ssm::Device device = ssm::Device::create(SSM_CPU);
  for (size_t bytes : {SIZE_MAX, SIZE_MAX - 300, SIZE_MAX / 2})
    EXPECT_THROW(ssm::Memory(device, bytes), ssm::Error) << bytes;
}

} // namespace
