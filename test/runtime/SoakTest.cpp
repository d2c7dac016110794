// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loading, running and unloading many times leaves neither memory nor
// descriptors behind.
#include "BlockFixture.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <unistd.h>

using namespace ssm;
using namespace ssm::test;

namespace {

long residentBytes() {
  long total = 0, resident = 0;
  std::ifstream("/proc/self/statm") >> total >> resident;
  return resident * ::sysconf(_SC_PAGESIZE);
}

long openDescriptors() {
  namespace fs = std::filesystem;
  return std::distance(fs::directory_iterator("/proc/self/fd"),
                       fs::directory_iterator());
}

TEST(Soak, LoadRunUnload) {
  BlockData data(2, 9, 1);
  auto rounds = [&](int count) {
    for (int i = 0; i < count; ++i) {
      Device device = Device::create(SSM_CPU);
      auto y = runBlock(device, cpuPackage(), data, SSM_MATMUL_AUTO);
      ASSERT_LT(largestError(y, data.reference()), 1e-6);
    }
  };
  rounds(50);
  long memory = residentBytes(), descriptors = openDescriptors();
  rounds(150);
  EXPECT_EQ(openDescriptors(), descriptors);
  // A sanitizer keeps freed memory for a while.
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(residentBytes() - memory, 4 << 20);
#endif
}

TEST(Soak, ManySizesKeepMemoryBounded) {
  Device device = Device::create(SSM_CPU);
  Executable executable =
      Executable::load(device, cpuPackage(), 0, SSM_MATMUL_GENERATED);
  bindWeights(executable, BlockData(1, 1, 1));
  auto plan = [&](int64_t from, int64_t to) {
    for (int64_t length = from; length < to; ++length)
      executable.workspace(1, length);
  };
  plan(1, 2000);
  long memory = residentBytes();
  plan(2000, 20000);
#if !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__)
  EXPECT_LT(residentBytes() - memory, 4 << 20);
#endif
}

} // namespace
