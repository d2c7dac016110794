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

} // namespace
