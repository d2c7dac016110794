// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Long convolutions by kissfft on the CPU and by a fake cuFFT that transforms
// from the definition: layouts, both directions, workspace, thresholds,
// fallbacks. The fixture's kernel computes twice the convolution.
#include "BlockFixture.h"
#include "ConvolutionPackage.h"

#include <gtest/gtest.h>

#include <dlfcn.h>

#include <random>

using namespace ssm;
using namespace ssm::test;

namespace {

std::vector<std::string> &notes() {
  static std::vector<std::string> lines;
  return lines;
}

struct Signal {
  int64_t batch, length;
  std::vector<float> x, k;

  Signal(int64_t batch, int64_t length) : batch(batch), length(length) {
    std::mt19937 generator(unsigned(batch * 1000 + length));
    std::uniform_real_distribution<float> uniform(-1, 1);
    x.resize(size_t(batch * length * 3));
    k.resize(size_t(length * 3));
    for (std::vector<float> *values : {&x, &k})
      for (float &value : *values)
        value = uniform(generator);
  }

  /// `scale` times sum_s k[s] x[t - s], or of k[s] x[t + length - 1 - s].
  std::vector<float> reference(double scale, bool reverse = false) const {
    std::vector<float> y(x.size());
    int64_t ahead = reverse ? length - 1 : 0;
    for (int64_t b = 0; b < batch; ++b)
      for (int64_t t = 0; t < length; ++t)
        for (int64_t c = 0; c < 3; ++c) {
          double sum = 0;
          for (int64_t s = 0; s < length; ++s)
            if (int64_t from = t + ahead - s; from >= 0 && from < length)
              sum += double(k[size_t(s * 3 + c)]) *
                     double(x[size_t((b * length + from) * 3 + c)]);
          y[size_t((b * length + t) * 3 + c)] = float(scale * sum);
        }
    return y;
  }
};

std::vector<float> runFilter(const Device &device, const Package &package,
                             const Signal &signal, ssm_matmul_mode mode,
                             int calls = 1) {
  Executable executable = Executable::load(device, package, 0, mode);
  Memory x(device, signal.x.size() * 4), k(device, signal.k.size() * 4),
      y(device, signal.x.size() * 4),
      workspace(device, executable.workspace(signal.batch, signal.length));
  x.copyIn(signal.x.data());
  k.copyIn(signal.k.data());
  const void *inputs[] = {x.get(), k.get()};
  void *outputs[] = {y.get()};
  ssm_call call = {};
  call.struct_size = sizeof call;
  call.batch = signal.batch;
  call.length = signal.length;
  call.inputs = inputs;
  call.input_count = 2;
  call.outputs = outputs;
  call.output_count = 1;
  call.workspace = workspace.get();
  call.workspace_bytes = workspace.bytes();
  for (int i = 0; i < calls; ++i)
    executable.run(call);
  device.synchronize();
  std::vector<float> values(signal.x.size());
  y.copyOut(values.data());
  return values;
}

void directKernel(void **parameters, unsigned) {
  auto **value = reinterpret_cast<uint64_t **>(parameters);
  auto *x = reinterpret_cast<float *>(*value[0]);
  auto *k = reinterpret_cast<float *>(*value[1]);
  auto *y = reinterpret_cast<float *>(*value[2]);
  auto batch = int64_t(*value[3]), length = int64_t(*value[4]);
  for (int64_t b = 0; b < batch; ++b)
    for (int64_t t = 0; t < length; ++t)
      for (int64_t c = 0; c < 3; ++c) {
        double sum = 0;
        for (int64_t s = 0; s <= t; ++s)
          sum += double(k[s * 3 + c]) * double(x[(b * length + t - s) * 3 + c]);
        y[(b * length + t) * 3 + c] = float(2 * sum);
      }
}

ssm_device_options optionsFor(ssm_device_kind kind) {
  notes().clear();
  ssm_device_options options = {};
  options.struct_size = sizeof options;
  if (kind == SSM_CUDA) {
    fakeCuda().setKernel("direct_entry", directKernel);
    options = fakeOptions();
    options.cufft_library = options.cublas_library = SSM_FAKE_CUFFT;
  }
  options.threads = 2;
  options.note.write = [](void *, const char *line) {
    notes().push_back(line);
  };
  return options;
}

Package packageFor(ssm_device_kind kind, bool reverse = false) {
  std::string target = kind == SSM_CUDA ? "cuda" : "cpu";
  std::string manifest = convolutionManifest(target);
  if (reverse)
    manifest = edited(manifest, "\"reverse\": false", "\"reverse\": true");
  std::string file = kind == SSM_CUDA
                         ? ptxPackage(manifest, convolutionPtx())
                         : elfPackage(manifest, convolutionSource());
  return Package::fromMemory(file.data(), file.size());
}

bool hasKissFft() {
  void *library = ::dlopen("libkissfft-float.so.131", RTLD_NOW | RTLD_LOCAL);
  if (!library)
    library = ::dlopen("libkissfft-float.so", RTLD_NOW | RTLD_LOCAL);
  return library != nullptr;
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
    Package package = packageFor(GetParam(), reverse);
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
  auto y = runFilter(device, packageFor(GetParam()), signal, SSM_MATMUL_LIBRARY,
                     /*calls=*/3);
  EXPECT_LT(largestError(y, signal.reference(1)), 2e-6);
}

TEST_P(LongConv, ShortSequencesTakeTheKernel) {
  ssm_device_options options = optionsFor(GetParam());
  Device device = Device::create(GetParam(), 0, &options);
  Package package = packageFor(GetParam());
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
  Package package = packageFor(GetParam());
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
  Executable executable =
      Executable::load(device, packageFor(GetParam()), 0, SSM_MATMUL_LIBRARY);
  EXPECT_EQ(executable.workspace(0, 5), executable.workspace(2, 0));
}

INSTANTIATE_TEST_SUITE_P(Devices, LongConv, testing::Values(SSM_CPU, SSM_CUDA),
                         [](const auto &info) {
                           return info.param == SSM_CPU ? "Cpu" : "Cuda";
                         });

} // namespace
