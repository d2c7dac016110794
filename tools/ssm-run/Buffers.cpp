// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Device memory of one call.
#include "Buffers.h"

#include "Failure.h"
#include "Fill.h"

#include <algorithm>

namespace ssm::run {

Memory deviceMemory(const Device &device, uint64_t bytes,
                    const std::string &what) {
  try {
    return Memory(device, bytes);
  } catch (const Error &problem) {
    if (problem.code() != SSM_OUT_OF_MEMORY)
      throw;
    fail(ExitRun, "cannot allocate {} bytes of device memory for {}: {}", bytes,
         what, problem.what());
  }
}

BufferSet::BufferSet(const Session &session) {
  for (const rt::HostTensor &tensor : session.inputTensors) {
    inputs.push_back(deviceMemory(
        session.device, tensor.bytes(),
        "an input, " + rt::tensorText(tensor.dtype, tensor.shape)));
    inputs.back().copyIn(tensor.data());
    inputPointers.push_back(inputs.back().get());
  }
  for (const ssm_buffer_info &output : session.outputs) {
    places.push_back(session.placeOf(output));
    if (places.back()) {
      outputs.emplace_back();
      outputPointers.push_back(inputs[*places.back()].get());
      continue;
    }
    uint64_t size = 0;
    if (!rt::denseBytes(
            output.dtype,
            resolveShape(output, session.batch, session.length, session.slots),
            size))
      fail(ExitInput, "output \"{}\" does not fit 64 bits", output.name);
    outputs.push_back(deviceMemory(session.device, size,
                                   fmt::format("output \"{}\"", output.name)));
    outputPointers.push_back(outputs.back().get());
  }
}

uint64_t BufferSet::bytes() const {
  uint64_t sum = 0;
  for (const auto *group : {&inputs, &outputs})
    for (const Memory &memory : *group)
      sum += memory.bytes();
  return sum;
}

void poisonMemory(Memory &memory) {
  std::string pattern = hostBytes(memory.bytes(), "a pattern of NaN");
  std::fill(pattern.begin(), pattern.end(), '\xff');
  memory.copyIn(pattern.data());
}

void BufferSet::poison() {
  for (Memory &output : outputs)
    if (output.get())
      poisonMemory(output);
}

void BufferSet::restore(const Session &session) {
  for (const std::optional<size_t> &place : places)
    if (place)
      inputs[*place].copyIn(session.inputTensors[*place].data());
}

rt::HostTensor BufferSet::readOutput(const Session &session,
                                     size_t index) const {
  const ssm_buffer_info &output = session.outputs[index];
  rt::HostTensor tensor;
  tensor.dtype = output.dtype;
  tensor.shape =
      resolveShape(output, session.batch, session.length, session.slots);
  const Memory &memory =
      places[index] ? inputs[*places[index]] : outputs[index];
  tensor.storage =
      hostBytes(memory.bytes(), fmt::format("output \"{}\"", output.name));
  memory.copyOut(tensor.data());
  return tensor;
}

ssm_call BufferSet::call(const Session &session,
                         const Memory &workspace) const {
  ssm_call call = {};
  call.struct_size = sizeof call;
  call.batch = session.batch;
  call.length = session.length;
  call.inputs = inputPointers.data();
  call.input_count = int(inputPointers.size());
  call.outputs = outputPointers.data();
  call.output_count = int(outputPointers.size());
  call.workspace = workspace.get();
  call.workspace_bytes = workspace.bytes();
  call.slots = session.slots;
  return call;
}

} // namespace ssm::run
