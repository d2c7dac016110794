// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs the first function of a package on random float32 data and prints the
// norm of every output: host-cpp PACKAGE BATCH LENGTH
#include <ssm/ssm.hpp>

#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <random>

static size_t elementsOf(const ssm_buffer_info &buffer, int64_t batch,
                         int64_t length) {
  int64_t count = 1;
  for (int i = 0; i < buffer.rank; ++i)
    count *= ssm_dim_size(buffer.shape[i], batch, length);
  if (buffer.dtype != SSM_F32)
    throw std::runtime_error(std::string(buffer.name) + " is not f32");
  return size_t(count);
}

static std::vector<float> randomValues(size_t count) {
  static std::mt19937 generator(7);
  std::uniform_real_distribution<float> uniform(-0.1f, 0.1f);
  std::vector<float> values(count);
  for (float &value : values)
    value = uniform(generator);
  return values;
}

static void run(const char *path, int64_t batch, int64_t length) {
  auto package = ssm::Package::open(path);
  auto device = ssm::Device::create(package.describe().target);
  auto executable = ssm::Executable::load(device, package, 0);
  for (const ssm_buffer_info &weight : package.buffers(0, SSM_WEIGHT)) {
    auto values = randomValues(elementsOf(weight, batch, length));
    executable.bind(weight.name, values.data(), values.size() * sizeof(float));
  }
  std::vector<ssm::Memory> memory;
  std::vector<const void *> inputs;
  std::vector<void *> outputs;
  for (const ssm_buffer_info &input : package.buffers(0, SSM_INPUT)) {
    auto values = randomValues(elementsOf(input, batch, length));
    memory.emplace_back(device, values.size() * sizeof(float));
    memory.back().copyIn(values.data());
    inputs.push_back(memory.back().get());
  }
  size_t firstOutput = memory.size();
  auto described = package.buffers(0, SSM_OUTPUT);
  for (const ssm_buffer_info &output : described) {
    size_t count = elementsOf(output, batch, length);
    memory.emplace_back(device, count * sizeof(float));
    outputs.push_back(memory.back().get());
  }
  ssm::Memory workspace(device, executable.workspace(batch, length));
  ssm_call call = {sizeof call,
                   batch,
                   length,
                   inputs.data(),
                   int(inputs.size()),
                   outputs.data(),
                   int(outputs.size()),
                   workspace.get(),
                   workspace.bytes(),
                   nullptr};
  executable.run(call);
  device.synchronize();
  for (size_t i = 0; i < described.size(); ++i) {
    const ssm::Memory &result = memory[firstOutput + i];
    std::vector<float> values(result.bytes() / sizeof(float));
    result.copyOut(values.data());
    double squares = 0;
    for (float value : values)
      squares += double(value) * double(value);
    std::printf("%s: norm %.6g\n", described[i].name, std::sqrt(squares));
  }
}

int main(int argc, char **argv) {
  if (argc != 4)
    return std::fputs("usage: host-cpp PACKAGE BATCH LENGTH\n", stderr), 2;
  try {
    run(argv[1], std::atoll(argv[2]), std::atoll(argv[3]));
  } catch (const std::exception &problem) {
    std::fprintf(stderr, "host-cpp: %s\n", problem.what());
    return 1;
  }
}
