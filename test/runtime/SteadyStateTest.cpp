// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A run with known sizes allocates nothing: every operator new of the process
// is counted while it happens.
#include "BlockFixture.h"

#include <gtest/gtest.h>

#include <atomic>
#include <cstdlib>
#include <new>

namespace {

std::atomic<long> allocations{0};

void *countedAllocation(std::size_t bytes) {
  ++allocations;
  if (void *memory = std::malloc(bytes ? bytes : 1))
    return memory;
  throw std::bad_alloc();
}

} // namespace

void *operator new(std::size_t bytes) { return countedAllocation(bytes); }
void *operator new[](std::size_t bytes) { return countedAllocation(bytes); }
void operator delete(void *memory) noexcept { std::free(memory); }
void operator delete(void *memory, std::size_t) noexcept { std::free(memory); }
void operator delete[](void *memory) noexcept { std::free(memory); }
void operator delete[](void *memory, std::size_t) noexcept {
  std::free(memory);
}

using namespace ssm;
using namespace ssm::test;

namespace {

void expectNoAllocations(const Device &device, const Package &package,
                         ssm_matmul_mode mode) {
  Executable executable = Executable::load(device, package, 0, mode);
  BlockData data(2, 33, 1);
  bindWeights(executable, data);
  BlockCall call(device, executable, data);
  executable.run(call.call());
  long before = allocations.load();
  for (int i = 0; i < 10; ++i)
    executable.run(call.call());
  EXPECT_EQ(allocations.load(), before);
}

TEST(SteadyState, CudaRunsAllocateNothing) {
  fakeCuda().setRecording(false);
  ssm_device_options options = fakeOptions();
  Device device = Device::create(SSM_CUDA, 0, &options);
  expectNoAllocations(device, cudaPackage(), SSM_MATMUL_GENERATED);
  expectNoAllocations(device, cudaPackage(), SSM_MATMUL_LIBRARY);
  fakeCuda().setRecording(true);
}

TEST(SteadyState, CpuRunsAllocateNothing) {
  for (int threads : {1, 2}) {
    ssm_device_options options = {};
    options.struct_size = sizeof options;
    options.threads = threads;
    Device device = Device::create(SSM_CPU, 0, &options);
    expectNoAllocations(device, cpuPackage(), SSM_MATMUL_GENERATED);
  }
}

} // namespace
