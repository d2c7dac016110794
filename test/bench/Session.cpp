// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The public C++ interface of the runtime, used as any program would.

#include "Session.h"

#include "files/FloatBits.h"

#include <algorithm>
#include <cstring>

using namespace bench;

static ssm::Device createCpu(int threads) {
  ssm_device_options options = {};
  options.struct_size = sizeof options;
  options.threads = threads;
  return ssm::Device::create(SSM_CPU, 0, &options);
}

size_t bench::coldSets(size_t bytes) {
  static const size_t wanted = 2 * createCpu(1).describe().cache_bytes;
  return std::max<size_t>(2, (wanted + bytes - 1) / bytes);
}

static size_t elementsOf(const ssm_buffer_info &buffer, int64_t length) {
  size_t count = 1;
  for (int i = 0; i < buffer.rank; ++i)
    count *= buffer.shape[i] == SSM_DIM_BATCH    ? 1
             : buffer.shape[i] == SSM_DIM_LENGTH ? size_t(length)
                                                 : size_t(buffer.shape[i]);
  return count;
}

/// The values of a buffer in its element type.
static std::vector<char> bytesOf(const ssm_buffer_info &buffer,
                                 const Values &values, int64_t length) {
  const std::vector<float> &floats = values.at(buffer.name);
  if (floats.size() != elementsOf(buffer, length))
    throw std::runtime_error(std::string("expected other sizes of ") +
                             buffer.name);
  std::vector<char> bytes(floats.size() * ssm_dtype_size(buffer.dtype));
  for (size_t i = 0; i < floats.size(); ++i)
    ssm::rt::storeElement(buffer.dtype, bytes.data(), i, floats[i]);
  return bytes;
}

static ssm::Executable loadBound(const ssm::Device &device,
                                 const ssm::Package &package,
                                 const Values &values, int64_t length,
                                 ssm_matmul_mode matmul) {
  auto executable = ssm::Executable::load(device, package, 0, matmul);
  for (const ssm_buffer_info &weight : package.buffers(0, SSM_WEIGHT)) {
    std::vector<char> bytes = bytesOf(weight, values, length);
    executable.bind(weight.name, bytes.data(), bytes.size());
  }
  return executable;
}

Session::Session(const std::string &name, const Values &values, int64_t length,
                 int threads, ssm_matmul_mode matmul)
    : length(length),
      package(ssm::Package::open(SSM_BENCH_PACKAGES "/" + name + ".so")),
      device(createCpu(threads)),
      executable(loadBound(device, package, values, length, matmul)),
      workspace(device, executable.workspace(1, length)) {
  addArguments(values);
  size_t bytes = 0;
  for (const ssm::Memory &memory : sets.front().memory)
    bytes += memory.bytes();
  for (size_t count = coldSets(bytes); sets.size() < count;)
    addArguments(values);
}

ssm::Memory Session::allocate(const ssm_buffer_info &buffer) const {
  return ssm::Memory(device,
                     elementsOf(buffer, length) * ssm_dtype_size(buffer.dtype));
}

void Session::addArguments(const Values &values) {
  Arguments &added = sets.emplace_back();
  for (const ssm_buffer_info &input : package.buffers(0, SSM_INPUT)) {
    added.memory.push_back(allocate(input));
    added.memory.back().copyIn(bytesOf(input, values, length).data());
    added.inputs.push_back(added.memory.back().get());
  }
  for (const ssm_buffer_info &output : package.buffers(0, SSM_OUTPUT)) {
    added.memory.push_back(allocate(output));
    void *memory = added.memory.back().get();
    std::memset(memory, 0xff, added.memory.back().bytes());
    added.outputs.push_back(memory);
  }
}

ssm_call Session::callOf(const Arguments &arguments) const {
  return {sizeof(ssm_call),
          1,
          length,
          arguments.inputs.data(),
          int(arguments.inputs.size()),
          arguments.outputs.data(),
          int(arguments.outputs.size()),
          workspace.get(),
          workspace.bytes(),
          nullptr};
}

void Session::run() {
  last = (last + 1) % sets.size();
  executable.run(callOf(sets[last]));
}

std::vector<std::vector<double>> Session::outputs() const {
  std::vector<std::vector<double>> all;
  for (const ssm_buffer_info &output : package.buffers(0, SSM_OUTPUT)) {
    const void *memory = sets[last].outputs[all.size()];
    std::vector<double> &values = all.emplace_back(elementsOf(output, length));
    for (size_t i = 0; i < values.size(); ++i)
      values[i] = ssm::rt::loadElement(output.dtype, memory, i);
  }
  return all;
}
