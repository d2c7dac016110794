// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A run with known sizes allocates nothing: every operator new of the process
// is counted while it happens.
#include "ConvolutionFixture.h"
#include "SessionFixture.h"

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

TEST(SteadyState, LongConvolutionsAllocateNothing) {
  for (ssm_device_kind kind : {SSM_CPU, SSM_CUDA}) {
    if (kind == SSM_CPU && !hasKissFft())
      continue;
    ssm_device_options options = filterOptions(kind);
    Device device = Device::create(kind, 0, &options);
    fakeCuda().setRecording(kind == SSM_CPU);
    Executable executable =
        Executable::load(device, filterPackage(kind), 0, SSM_MATMUL_LIBRARY);
    FilterCall call(device, executable, Signal(2, 9));
    executable.run(call.call());
    long before = allocations.load();
    for (int i = 0; i < 10; ++i)
      executable.run(call.call());
    EXPECT_EQ(allocations.load(), before);
    fakeCuda().setRecording(true);
  }
}

/// Steps and rollbacks of a session, none of them with a new length.
void expectNoSessionAllocations(const Device &device, Package package) {
  Sequence sequence(2, 3, 6);
  Session session = openSession(device, package, sequence);
  Memory x(device, sequence.x.size() * 4), y(device, sequence.x.size() * 4);
  x.copyIn(sequence.x.data());
  const void *inputs[] = {x.get()};
  void *outputs[] = {y.get()};
  ssm_session_call call = {sizeof call, Step, 3, inputs, 1, outputs, 1};
  session.run(call);
  long before = allocations.load();
  for (int i = 0; i < 10; ++i) {
    session.run(call);
    session.run(call);
    session.rollback();
  }
  EXPECT_EQ(allocations.load(), before);
}

TEST(SteadyState, SessionsOnCudaAllocateNothing) {
  Device device = stateDevice(SSM_CUDA);
  fakeCuda().setRecording(false);
  expectNoSessionAllocations(device, statePackage(SSM_CUDA));
  fakeCuda().setRecording(true);
}

TEST(SteadyState, SessionsOnCpusAllocateNothing) {
  Device device = stateDevice(SSM_CPU);
  expectNoSessionAllocations(device, statePackage(SSM_CPU));
}

TEST(SteadyState, ASessionCallsTheDriverToLaunchAlone) {
  Device device = stateDevice(SSM_CUDA);
  Sequence sequence(2, 3, 6);
  Session session = openSession(device, statePackage(SSM_CUDA), sequence);
  Memory x(device, sequence.x.size() * 4), y(device, sequence.x.size() * 4);
  const void *inputs[] = {x.get()};
  void *outputs[] = {y.get()};
  ssm_session_call call = {sizeof call, Step, 3, inputs, 1, outputs, 1};
  session.run(call);
  const FakeCudaApi &fake = fakeCuda();
  session.run(call);
  EXPECT_EQ(fake.calls(), 3); // the context in, the launch, the context out
  session.rollback();
  EXPECT_EQ(fake.calls(), 3);
  ASSERT_EQ(fake.launchCount(), 1);
  EXPECT_STREQ(fake.launch(0)->kernel, "resume_entry");
}

} // namespace
