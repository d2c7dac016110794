// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Products through a fake cuBLASLt that computes column-major products from
// their definition: layouts, strides, offsets, bias, workspace, fallbacks.
#include "BlockFixture.h"

#include <gtest/gtest.h>

using namespace ssm;
using namespace ssm::test;

namespace {

std::vector<std::string> &notes() {
  static std::vector<std::string> lines;
  return lines;
}

ssm_device_options notingOptions() {
  notes().clear();
  ssm_device_options options = fakeOptions();
  options.note.write = [](void *, const char *line) {
    notes().push_back(line);
  };
  return options;
}

TEST(CublasLt, ComputesTheProductAndItsBias) {
  const FakeCudaApi &fake = fakeCuda();
  ssm_device_options options = notingOptions();
  Device device = Device::create(SSM_CUDA, 0, &options);
  for (int64_t length : {1, 3, 17}) {
    BlockData data(2, length, unsigned(length));
    auto y = runBlock(device, cudaPackage(), data, SSM_MATMUL_LIBRARY);
    EXPECT_LT(largestError(y, data.reference()), 1e-6);
  }
  // Only the second step was a launch.
  EXPECT_EQ(fake.launchCount(), 3);
  EXPECT_TRUE(notes().empty());
}

TEST(CublasLt, CountsItsWorkspace) {
  fakeCuda();
  ssm_device_options options = fakeOptions();
  Device device = Device::create(SSM_CUDA, 0, &options);
  BlockData data(1, 4, 1);
  size_t sizes[2];
  for (ssm_matmul_mode mode : {SSM_MATMUL_GENERATED, SSM_MATMUL_LIBRARY}) {
    Executable executable = Executable::load(device, cudaPackage(), 0, mode);
    bindWeights(executable, data);
    sizes[mode == SSM_MATMUL_LIBRARY] = executable.workspace(1, 4);
  }
  EXPECT_EQ(sizes[0], 256u);
  EXPECT_EQ(sizes[1], 256u + 1024u);
}

TEST(CublasLt, HalfOfAMatrixByOffsetsAndStrides) {
  // The product reads columns 0 to 3 of x and of the weight's rows 8 to 15,
  // and writes columns 8 to 15 of h; the rest of h stays as it is.
  fakeCuda();
  ssm_device_options options = fakeOptions();
  Device device = Device::create(SSM_CUDA, 0, &options);
  std::string manifest = blockManifest("cuda");
  manifest = edited(manifest, "\"b\": {\"buffer\": 1, \"offset\": 0",
                    "\"b\": {\"buffer\": 1, \"offset\": 64");
  manifest = edited(manifest, "\"c\": {\"buffer\": 3, \"offset\": 0",
                    "\"c\": {\"buffer\": 3, \"offset\": 8");
  manifest = edited(manifest, "\"bias\": 2, \"n\": 16, \"k\": 8",
                    "\"bias\": null, \"n\": 8, \"k\": 4");
  std::string file = ptxPackage(manifest, blockPtx());
  Package package = Package::fromMemory(file.data(), file.size());
  Executable executable =
      Executable::load(device, package, 0, SSM_MATMUL_LIBRARY);
  BlockData data(2, 3, 5);
  bindWeights(executable, data);
  BlockCall call(device, executable, data);
  std::vector<float> zeros(call.call().workspace_bytes / 4, 0.0f);
  check(ssm_device_copy_in(device.get(), call.call().workspace, zeros.data(),
                           zeros.size() * 4, nullptr));
  executable.run(call.call());
  std::vector<float> y = call.output();
  for (size_t row = 0; row < 6; ++row)
    for (size_t j = 0; j < 16; ++j) {
      double sum = 0;
      for (size_t i = 0; j >= 8 && i < 4; ++i)
        sum += double(data.x[row * 8 + i]) * double(data.weight[j * 8 + i]);
      EXPECT_NEAR(y[row * 16 + j], 2 * sum + 1, 1e-6);
    }
}

TEST(CublasLt, MissingLibraryIsAnnouncedOnce) {
  const FakeCudaApi &fake = fakeCuda();
  ssm_device_options options = notingOptions();
  options.cublaslt_library = "libno-such-library.so";
  Device device = Device::create(SSM_CUDA, 0, &options);
  BlockData data(1, 4, 1);
  for (int i = 0; i < 2; ++i) {
    auto y = runBlock(device, cudaPackage(), data, SSM_MATMUL_AUTO);
    EXPECT_LT(largestError(y, data.reference()), 1e-6);
  }
  EXPECT_EQ(fake.launchCount(), 4);
  ASSERT_EQ(notes().size(), 1u);
  EXPECT_NE(notes()[0].find("matrix products run on the package's own kernels"),
            std::string::npos);
  EXPECT_EQ(codeOf([&] {
              runBlock(device, cudaPackage(), data, SSM_MATMUL_LIBRARY);
            }),
            SSM_DEVICE_MISSING);
}

TEST(CublasLt, BiasOfAnotherTypeTakesTheFallback) {
  fakeCuda();
  ssm_device_options options = notingOptions();
  Device device = Device::create(SSM_CUDA, 0, &options);
  // The bias becomes an input: its address is not known when planning.
  std::string manifest = edited(blockManifest("cuda"),
                                "\"name\": \"proj.bias\", \"kind\": \"weight\"",
                                "\"name\": \"proj.bias\", \"kind\": \"input\"");
  std::string file = ptxPackage(manifest, blockPtx());
  Package package = Package::fromMemory(file.data(), file.size());
  Executable executable = Executable::load(device, package, 0);
  BlockData data(1, 4, 1);
  executable.bind("proj.weight", data.weight.data(), data.weight.size() * 4);
  EXPECT_EQ(executable.workspace(1, 4), 256u);
  ASSERT_EQ(notes().size(), 1u);
  EXPECT_NE(notes()[0].find("biases that are weights"), std::string::npos);
}

} // namespace
