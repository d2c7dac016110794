// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Signals, packages and calls of the function "filter".
#include "ConvolutionFixture.h"

#include "ConvolutionPackage.h"

#include <dlfcn.h>

#include <random>

namespace ssm::test {

Signal::Signal(int64_t batch, int64_t length)
    : batch(batch), length(length), x(size_t(batch * length * 3)),
      k(size_t(length * 3)) {
  std::mt19937 generator(unsigned(batch * 1000 + length));
  std::uniform_real_distribution<float> uniform(-1, 1);
  for (std::vector<float> *values : {&x, &k})
    for (float &value : *values)
      value = uniform(generator);
}

std::vector<float> Signal::reference(double scale, bool reverse) const {
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

FilterCall::FilterCall(const Device &device, Executable &executable,
                       const Signal &signal)
    : outputCount(signal.x.size()), x(device, signal.x.size() * 4),
      k(device, signal.k.size() * 4), y(device, signal.x.size() * 4),
      workspace(device, executable.workspace(signal.batch, signal.length)) {
  x.copyIn(signal.x.data());
  k.copyIn(signal.k.data());
  inputs[0] = x.get();
  inputs[1] = k.get();
  outputs[0] = y.get();
  described.struct_size = sizeof described;
  described.batch = signal.batch;
  described.length = signal.length;
  described.inputs = inputs;
  described.input_count = 2;
  described.outputs = outputs;
  described.output_count = 1;
  described.workspace = workspace.get();
  described.workspace_bytes = workspace.bytes();
}

std::vector<float> FilterCall::output() const {
  std::vector<float> values(outputCount);
  y.copyOut(values.data());
  return values;
}

namespace {

/// The kernel of the package, for the fake driver.
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

} // namespace

Package filterPackage(ssm_device_kind kind, bool reverse) {
  std::string target = kind == SSM_CUDA ? "cuda" : "cpu";
  std::string manifest = convolutionManifest(target);
  if (reverse)
    manifest = edited(manifest, "\"reverse\": false", "\"reverse\": true");
  std::string file = kind == SSM_CUDA
                         ? ptxPackage(manifest, convolutionPtx())
                         : elfPackage(manifest, convolutionSource());
  return Package::fromMemory(file.data(), file.size());
}

ssm_device_options filterOptions(ssm_device_kind kind) {
  ssm_device_options options = {};
  options.struct_size = sizeof options;
  if (kind == SSM_CUDA) {
    fakeCuda().setKernel("direct_entry", directKernel);
    options = fakeOptions();
    options.cufft_library = options.cublas_library = SSM_FAKE_CUFFT;
  }
  options.threads = 2;
  return options;
}

bool hasKissFft() {
  void *library = ::dlopen("libkissfft-float.so.131", RTLD_NOW | RTLD_LOCAL);
  if (!library)
    library = ::dlopen("libkissfft-float.so", RTLD_NOW | RTLD_LOCAL);
  return library != nullptr;
}

} // namespace ssm::test
