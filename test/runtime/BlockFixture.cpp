// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The function "block" on any device.
#include "BlockFixture.h"

#include <dlfcn.h>

#include <cmath>
#include <random>

namespace ssm::test {
namespace {

uint64_t parameter(void **parameters, int index) {
  return *static_cast<uint64_t *>(parameters[index]);
}

float *pointer(void **parameters, int index) {
  return reinterpret_cast<float *>(parameter(parameters, index));
}

/// The kernels of "block", one cell a block as on a device.
void linearKernel(void **parameters, unsigned blocks) {
  const float *x = pointer(parameters, 0), *w = pointer(parameters, 1),
              *bias = pointer(parameters, 2);
  float *h = pointer(parameters, 3);
  uint64_t batch = parameter(parameters, 4), length = parameter(parameters, 5);
  if (blocks != batch * ((length + 3) / 4))
    return;
  for (uint64_t row = 0; row < batch * length; ++row)
    for (uint64_t j = 0; j < 16; ++j) {
      float sum = bias[j];
      for (uint64_t i = 0; i < 8; ++i)
        sum += x[row * 8 + i] * w[j * 8 + i];
      h[row * 16 + j] = sum;
    }
}

void affineKernel(void **parameters, unsigned blocks) {
  const float *h = pointer(parameters, 0);
  float *y = pointer(parameters, 1);
  uint64_t batch = parameter(parameters, 2), length = parameter(parameters, 3);
  if (blocks != batch * ((length + 1) / 2))
    return;
  for (uint64_t i = 0; i < batch * length * 16; ++i)
    y[i] = 2 * h[i] + 1;
}

void smallKernel(void **parameters, unsigned blocks) {
  const float *h = pointer(parameters, 0);
  float *y = pointer(parameters, 1);
  uint64_t batch = parameter(parameters, 2), length = parameter(parameters, 3);
  if (blocks != batch * length)
    return;
  for (uint64_t i = 0; i < batch * length * 16; ++i)
    y[i] = -h[i];
}

} // namespace

BlockData::BlockData(int64_t batch, int64_t length, unsigned seed)
    : batch(batch), length(length), x(size_t(batch * length * 8)),
      weight(16 * 8), bias(16) {
  std::mt19937 generator(seed);
  std::uniform_real_distribution<float> uniform(-1, 1);
  for (std::vector<float> *values : {&x, &weight, &bias})
    for (float &value : *values)
      value = uniform(generator);
}

std::vector<float> BlockData::reference() const {
  std::vector<float> y;
  for (size_t row = 0; row < size_t(batch * length); ++row)
    for (size_t j = 0; j < 16; ++j) {
      double sum = double(bias[j]);
      for (size_t i = 0; i < 8; ++i)
        sum += double(x[row * 8 + i]) * double(weight[j * 8 + i]);
      y.push_back(float(2 * sum + 1));
    }
  return y;
}

std::vector<float> BlockData::smallReference() const {
  std::vector<float> y = reference();
  for (float &value : y)
    value = -(value - 1) / 2;
  return y;
}

BlockCall::BlockCall(const Device &device, Executable &executable,
                     const BlockData &data)
    : outputCount(size_t(data.batch * data.length * 16)),
      input(device, data.x.size() * 4), result(device, outputCount * 4),
      workspace(device, executable.workspace(data.batch, data.length)) {
  if (!data.x.empty())
    input.copyIn(data.x.data());
  std::vector<float> poison(outputCount, NAN);
  if (outputCount)
    result.copyIn(poison.data());
  inputs[0] = input.get();
  outputs[0] = result.get();
  described.struct_size = sizeof described;
  described.batch = data.batch;
  described.length = data.length;
  described.inputs = inputs;
  described.input_count = 1;
  described.outputs = outputs;
  described.output_count = 1;
  described.workspace = workspace.get();
  described.workspace_bytes = workspace.bytes();
}

std::vector<float> BlockCall::output() const {
  std::vector<float> values(outputCount);
  if (outputCount)
    result.copyOut(values.data());
  return values;
}

void bindWeights(Executable &executable, const BlockData &data) {
  executable.bind("proj.weight", data.weight.data(), data.weight.size() * 4);
  executable.bind("proj.bias", data.bias.data(), data.bias.size() * 4);
}

std::vector<float> runBlock(const Device &device, const Package &package,
                            const BlockData &data, ssm_matmul_mode matmul) {
  Executable executable =
      Executable::load(device, package, package.find("block"), matmul);
  bindWeights(executable, data);
  BlockCall call(device, executable, data);
  executable.run(call.call());
  device.synchronize();
  return call.output();
}

double largestError(const std::vector<float> &result,
                    const std::vector<float> &reference) {
  if (result.size() != reference.size())
    return INFINITY;
  double error = 0, largest = 0;
  for (size_t i = 0; i < result.size(); ++i) {
    if (std::isnan(result[i]))
      return INFINITY;
    error =
        std::fmax(error, std::fabs(double(result[i]) - double(reference[i])));
    largest = std::fmax(largest, std::fabs(double(reference[i])));
  }
  return largest > 0 ? error / largest : error;
}

Package cpuPackage() {
  static const std::string file =
      elfPackage(blockManifest("cpu"), blockSource());
  return Package::fromMemory(file.data(), file.size());
}

Package cudaPackage() {
  std::string file = ptxPackage(blockManifest("cuda"), blockPtx());
  return Package::fromMemory(file.data(), file.size());
}

Package cpuSizeClassPackage() {
  static const std::string file =
      elfPackage(sizeClassManifest("cpu"), sizeClassSource());
  return Package::fromMemory(file.data(), file.size());
}

Package cudaSizeClassPackage() {
  std::string file = ptxPackage(sizeClassManifest("cuda"), sizeClassPtx());
  return Package::fromMemory(file.data(), file.size());
}

const FakeCudaApi &fakeCuda() {
  void *library = ::dlopen(SSM_FAKE_CUDA, RTLD_NOW | RTLD_LOCAL);
  auto find = reinterpret_cast<const FakeCudaApi *(*)()>(
      ::dlsym(library, "fakeCudaApi"));
  const FakeCudaApi &api = *find();
  api.reset();
  api.setKernel("linear_entry", linearKernel);
  api.setKernel("affine_entry", affineKernel);
  api.setKernel("small_entry", smallKernel);
  return api;
}

ssm_device_options fakeOptions() {
  ssm_device_options options = {};
  options.struct_size = sizeof options;
  options.cuda_library = SSM_FAKE_CUDA;
  options.cublaslt_library = SSM_FAKE_CUBLASLT;
  return options;
}

} // namespace ssm::test
