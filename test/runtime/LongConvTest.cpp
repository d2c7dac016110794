// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Long convolutions by kissfft on the CPU and by a fake cuFFT that transforms
// from the definition: layouts, both directions, workspace, thresholds,
// fallbacks. The fixture's kernel computes twice the convolution.
#include "ConvolutionFixture.h"

#include <gtest/gtest.h>

using namespace ssm;
using namespace ssm::test;

namespace {

std::vector<std::string> &notes() {
  static std::vector<std::string> lines;
  return lines;
}

std::vector<float> runFilter(const Device &device, const Package &package,
                             const Signal &signal, ssm_matmul_mode mode,
                             int calls = 1) {
  Executable executable = Executable::load(device, package, 0, mode);
  FilterCall call(device, executable, signal);
  for (int i = 0; i < calls; ++i)
    executable.run(call.call());
  device.synchronize();
  return call.output();
}

ssm_device_options optionsFor(ssm_device_kind kind) {
  notes().clear();
  ssm_device_options options = filterOptions(kind);
  options.note.write = [](void *, const char *line) {
    notes().push_back(line);
  };
  return options;
}

class LongConv : public testing::TestWithParam<ssm_device_kind> {
protected:
  void SetUp() override {
    if (GetParam() == SSM_CPU && !hasKissFft())
      GTEST_SKIP() << "kissfft is not installed";
  }
};

TEST_P(LongConv, TransformsGiveTheConvolution) {
  ssm_device_options options = optionsFor(GetParam());
  Device device = Device::create(GetParam(), 0, &options);
  for (bool reverse : {false, true}) {
    Package package = filterPackage(GetParam(), reverse);
    for (int64_t batch : {1, 3})
      for (int64_t length : {1, 2, 5, 17, 64}) {
        Signal signal(batch, length);
        auto y = runFilter(device, package, signal, SSM_MATMUL_LIBRARY);
        EXPECT_LT(largestError(y, signal.reference(1, reverse)), 2e-6)
            << batch << "x" << length;
      }
  }
  EXPECT_TRUE(notes().empty());
}

TEST_P(LongConv, SecondCallFindsAUsedWorkspace) {
  ssm_device_options options = optionsFor(GetParam());
  Device device = Device::create(GetParam(), 0, &options);
  Signal signal(2, 9);
  auto y =
      runFilter(device, filterPackage(GetParam()), signal, SSM_MATMUL_LIBRARY,
                /*calls=*/3);
  EXPECT_LT(largestError(y, signal.reference(1)), 2e-6);
}

TEST_P(LongConv, ShortSequencesTakeTheKernel) {
  ssm_device_options options = optionsFor(GetParam());
  Device device = Device::create(GetParam(), 0, &options);
  Package package = filterPackage(GetParam());
  for (int64_t length : {3, 4}) {
    Signal signal(2, length);
    auto y = runFilter(device, package, signal, SSM_MATMUL_AUTO);
    EXPECT_LT(largestError(y, signal.reference(length < 4 ? 2 : 1)), 2e-6);
    y = runFilter(device, package, signal, SSM_MATMUL_GENERATED);
    EXPECT_LT(largestError(y, signal.reference(2)), 2e-6);
  }
}

TEST_P(LongConv, MissingLibraryIsAnnouncedOnce) {
  ssm_device_options options = optionsFor(GetParam());
  options.cufft_library = options.kissfft_library = "libno-such-library.so";
  Device device = Device::create(GetParam(), 0, &options);
  Package package = filterPackage(GetParam());
  Signal signal(2, 9);
  for (int i = 0; i < 2; ++i) {
    auto y = runFilter(device, package, signal, SSM_MATMUL_AUTO);
    EXPECT_LT(largestError(y, signal.reference(2)), 2e-6);
  }
  ASSERT_EQ(notes().size(), 1u);
  EXPECT_NE(notes()[0].find("long convolutions run on the package's own"),
            std::string::npos);
  EXPECT_EQ(
      codeOf([&] { runFilter(device, package, signal, SSM_MATMUL_LIBRARY); }),
      SSM_DEVICE_MISSING);
}

TEST_P(LongConv, NothingToComputeIsNoError) {
  ssm_device_options options = optionsFor(GetParam());
  Device device = Device::create(GetParam(), 0, &options);
  Executable executable = Executable::load(device, filterPackage(GetParam()), 0,
                                           SSM_MATMUL_LIBRARY);
  EXPECT_EQ(executable.workspace(0, 5), executable.workspace(2, 0));
}

INSTANTIATE_TEST_SUITE_P(Devices, LongConv, testing::Values(SSM_CPU, SSM_CUDA),
                         [](const auto &info) {
                           return info.param == SSM_CPU ? "Cpu" : "Cuda";
                         });

} // namespace
