// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A package with kernels for several size classes: what a call launches, what
// pinning keeps, on the CPU and on the fake CUDA driver.
#include "BlockFixture.h"

#include <gtest/gtest.h>

#include <cstring>

using namespace ssm;
using namespace ssm::test;

namespace {

constexpr ssm_size_class large{8, 64}, small{1, 4};

/// The output of one run.
std::vector<float> run(const Device &device, Executable &executable,
                       const BlockData &data) {
  BlockCall call(device, executable, data);
  executable.run(call.call());
  device.synchronize();
  return call.output();
}

/// Checks that runs use the kernels of the nearest class, or of the pinned.
void checkRuns(const Device &device, const Package &package,
               const ssm_size_class *pin) {
  BlockData weights(1, 1, 5);
  Executable executable =
      Executable::load(device, package, 0, SSM_MATMUL_GENERATED, pin);
  bindWeights(executable, weights);
  struct Case {
    int64_t batch, length;
    int nearest;
  };
  // Forth and back: a plan that is known keeps its kernels.
  for (Case sizes :
       {Case{8, 64, 0}, Case{1, 4, 1}, Case{3, 20, 0}, Case{1, 1, 1},
        Case{2, 9, 1}, Case{1, 200, 0}, Case{8, 64, 0}, Case{1, 4, 1}}) {
    BlockData data(sizes.batch, sizes.length, 5);
    data.weight = weights.weight;
    data.bias = weights.bias;
    int expected = pin ? pin->batch == 1 : sizes.nearest;
    EXPECT_EQ(package.nearest(0, sizes.batch, sizes.length), sizes.nearest);
    EXPECT_EQ(executable.sizeClass(sizes.batch, sizes.length), expected);
    std::vector<float> y = run(device, executable, data);
    EXPECT_LT(
        largestError(y, expected ? data.smallReference() : data.reference()),
        1e-5)
        << sizes.batch << "x" << sizes.length << " class " << expected;
  }
}

TEST(SizeClass, CpuRunsTheNearestOrThePinned) {
  Device device = Device::create(SSM_CPU);
  Package package = cpuSizeClassPackage();
  for (const ssm_size_class *pin :
       {static_cast<const ssm_size_class *>(nullptr), &large, &small})
    checkRuns(device, package, pin);
}

TEST(SizeClass, CudaRunsTheNearestOrThePinned) {
  const FakeCudaApi &fake = fakeCuda();
  {
    ssm_device_options options = fakeOptions();
    Device device = Device::create(SSM_CUDA, 0, &options);
    Package package = cudaSizeClassPackage();
    for (const ssm_size_class *pin :
         {static_cast<const ssm_size_class *>(nullptr), &large, &small})
      checkRuns(device, package, pin);
  }
  EXPECT_EQ(fake.alive(), 0);
  EXPECT_EQ(fake.misuses(), 0);
}

TEST(SizeClass, CudaLaunchesDifferentEntries) {
  const FakeCudaApi &fake = fakeCuda();
  ssm_device_options options = fakeOptions();
  Device device = Device::create(SSM_CUDA, 0, &options);
  Executable executable =
      Executable::load(device, cudaSizeClassPackage(), 0, SSM_MATMUL_GENERATED);
  BlockData longer(8, 64, 1), shorter(1, 3, 1);
  bindWeights(executable, longer);
  run(device, executable, longer);
  run(device, executable, shorter);
  ASSERT_EQ(fake.launchCount(), 4);
  EXPECT_STREQ(fake.launch(0)->kernel, "linear_entry");
  EXPECT_STREQ(fake.launch(1)->kernel, "affine_entry");
  EXPECT_EQ(fake.launch(1)->grid[0], 8u * 32);
  EXPECT_STREQ(fake.launch(2)->kernel, "linear_entry");
  EXPECT_STREQ(fake.launch(3)->kernel, "small_entry");
  EXPECT_EQ(fake.launch(3)->grid[0], 3u);
}

TEST(SizeClass, SteadyStatePaysNothing) {
  const FakeCudaApi &fake = fakeCuda();
  ssm_device_options options = fakeOptions();
  Device device = Device::create(SSM_CUDA, 0, &options);
  Executable executable =
      Executable::load(device, cudaSizeClassPackage(), 0, SSM_MATMUL_GENERATED);
  BlockData longer(8, 64, 1), shorter(1, 3, 1);
  bindWeights(executable, longer);
  BlockCall first(device, executable, longer);
  BlockCall second(device, executable, shorter);
  executable.run(first.call());
  executable.run(second.call());
  int before = fake.calls();
  executable.run(first.call());
  executable.run(second.call());
  // Two launches each between making the context current and putting it back.
  EXPECT_EQ(fake.calls() - before, 8);
}

TEST(SizeClass, PinnedKeepsTheBits) {
  Device device = Device::create(SSM_CPU);
  BlockData data(3, 64, 7);
  Executable executable = Executable::load(device, cpuSizeClassPackage(), 0,
                                           SSM_MATMUL_GENERATED, &large);
  bindWeights(executable, data);
  std::vector<float> whole = run(device, executable, data);
  // One sequence, cut short: other sizes, the same tokens.
  for (int64_t length : {1, 2, 5, 64}) {
    BlockData part(1, length, 7);
    std::copy_n(data.x.begin() + 64 * 8, size_t(length) * 8, part.x.begin());
    std::vector<float> y = run(device, executable, part);
    EXPECT_EQ(std::memcmp(y.data(), whole.data() + 64 * 16, y.size() * 4), 0)
        << length;
  }
}

TEST(SizeClass, UnknownClassesAreRefused) {
  Device device = Device::create(SSM_CPU);
  ssm_size_class other{8, 65};
  try {
    Executable::load(device, cpuSizeClassPackage(), 0, SSM_MATMUL_AUTO, &other);
    FAIL();
  } catch (const Error &problem) {
    EXPECT_EQ(problem.code(), SSM_INVALID_ARGUMENT);
    EXPECT_STREQ(problem.what(), "function \"block\": expected size class 8x64 "
                                 "or 1x4, got 8x65");
  }
  EXPECT_EQ(codeOf([&] {
              Executable::load(device, cpuPackage(), 0, SSM_MATMUL_AUTO,
                               &large);
            }),
            SSM_INVALID_ARGUMENT);
}

TEST(SizeClass, PinnedNeedsNoOtherKernel) {
  // The device has no room for the shared memory of "small".
  const FakeCudaApi &fake = fakeCuda();
  fake.setDevice(90, 4096);
  ssm_device_options options = fakeOptions();
  Device device = Device::create(SSM_CUDA, 0, &options);
  std::string manifest =
      edited(sizeClassManifest("cuda"),
             "\"small_entry\", \"block\": 128, \"shared_bytes\": 0",
             "\"small_entry\", \"block\": 128, \"shared_bytes\": 8192");
  std::string file = ptxPackage(manifest, sizeClassPtx());
  Package package = Package::fromMemory(file.data(), file.size());
  auto load = [&](const ssm_size_class *pin) {
    return codeOf([&] {
      Executable::load(device, package, 0, SSM_MATMUL_GENERATED, pin);
    });
  };
  EXPECT_EQ(load(nullptr), SSM_UNSUPPORTED);
  EXPECT_EQ(load(&small), SSM_UNSUPPORTED);
  EXPECT_EQ(load(&large), SSM_OK);
}

TEST(SizeClass, PackagesDescribeTheirClasses) {
  Package package = cpuSizeClassPackage();
  EXPECT_EQ(package.function(0).size_class_count, 2);
  EXPECT_EQ(package.sizeClass(0, 1).batch, 1);
  EXPECT_EQ(package.sizeClass(0, 1).length, 4);
  EXPECT_EQ(package.step(0, 0).kernel_count, 1);
  EXPECT_EQ(package.step(0, 1).kernel_count, 2);
  EXPECT_EQ(package.step(0, 1).kernel, 1);
  EXPECT_EQ(package.stepKernel(0, 0, 1), 0);
  EXPECT_EQ(package.stepKernel(0, 1, 0), 1);
  EXPECT_EQ(package.stepKernel(0, 1, 1), 2);
  EXPECT_EQ(package.work(0, 1, 0, 2, 3).flops, 32.0 * 6);
  EXPECT_EQ(package.work(0, 1, 1, 2, 3).flops, 16.0 * 6);
  EXPECT_EQ(codeOf([&] { package.sizeClass(0, 2); }), SSM_INVALID_ARGUMENT);
  EXPECT_EQ(codeOf([&] { package.stepKernel(0, 1, 2); }), SSM_INVALID_ARGUMENT);
  EXPECT_EQ(codeOf([&] { package.work(0, 1, -1, 2, 3); }),
            SSM_INVALID_ARGUMENT);
  EXPECT_EQ(codeOf([&] { package.nearest(0, -1, 3); }), SSM_INVALID_ARGUMENT);
  Package without = cpuPackage();
  EXPECT_EQ(without.function(0).size_class_count, 0);
  EXPECT_EQ(without.stepKernel(0, 1, 0), 1);
  EXPECT_EQ(codeOf([&] { without.stepKernel(0, 1, 1); }), SSM_INVALID_ARGUMENT);
}

} // namespace
