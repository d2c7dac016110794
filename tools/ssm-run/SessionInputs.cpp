// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The inputs of a run: from --input, states also from --load-state or zero.
// What comes from files tells batch and length; the rest is made for them.
#include "Session.h"

#include "Failure.h"
#include "Fill.h"
#include "StateFile.h"
#include "package/Manifest.h"

#include <cstring>

namespace ssm::run {
namespace {

/// Where one input comes from.
struct InputPlan {
  std::string what;            // in messages
  TensorSpec spec;             // of what is no file
  rt::HostTensor tensor;       // of a file
  bool isRead = false;         // whether `tensor` is there
  const ssm_buffer_info *info; // its buffer
};

InputPlan planGiven(const ssm_buffer_info &input, const TensorSpec &spec) {
  InputPlan plan{
      fmt::format("input \"{}\"", input.name), spec, {}, false, &input};
  plan.isRead = spec.source.kind == Source::Kind::File;
  if (plan.isRead)
    plan.tensor = take(rt::readNpy(spec.source.path));
  return plan;
}

/// A state without --input; zero unless the file has it.
InputPlan planState(const ssm_buffer_info &input, const StateReader &states) {
  InputPlan plan{
      fmt::format("state \"{}\"", input.state), {}, {}, false, &input};
  if (auto state = states.read(input)) {
    plan.tensor = std::move(*state);
    plan.isRead = true;
  }
  return plan;
}

/// Refuses what are no ends of packed sequences, no order of tokens and no
/// slots of caches, before anything is launched.
void checkIndices(const InputPlan &plan, const rt::HostTensor &tensor,
                  int64_t length, int64_t slots) {
  std::vector<int32_t> indices(tensor.elements());
  std::memcpy(indices.data(), tensor.data(), tensor.bytes());
  try {
    if (plan.info->rank == 2)
      checkOrder(indices);
    else if (!plan.info->holds_slots)
      checkEnds(indices, length);
    else if (slots > 0) // some function masks by slots and has no caches
      checkSlots(indices, slots);
  } catch (const Error &problem) {
    fail(ExitInput, "{}: {}", plan.what, problem.what());
  }
}

} // namespace

std::pair<int64_t &, std::string &> Session::sizeOf(int64_t symbol) {
  if (symbol == SSM_DIM_BATCH)
    return {batch, batchOrigin};
  if (symbol == SSM_DIM_LENGTH)
    return {length, lengthOrigin};
  return {slots, slotsOrigin};
}

void Session::setSize(int64_t symbol, int64_t value,
                      const std::string &origin) {
  auto [size, known] = sizeOf(symbol);
  if (!known.empty() && size != value)
    fail(ExitInput, "{} is {} by {} but {} by {}", rt::shapeText({symbol}),
         size, known, value, origin);
  size = value;
  known = origin;
}

void Session::matchShape(const std::string &what, const ssm_buffer_info &buffer,
                         const std::vector<int64_t> &shape) {
  bool matches = int(shape.size()) == buffer.rank;
  for (int i = 0; matches && i < buffer.rank; ++i)
    matches = buffer.shape[i] < 0 || buffer.shape[i] == shape[size_t(i)];
  if (!matches) {
    rt::Shape expected(buffer.shape, buffer.shape + buffer.rank);
    fail(ExitInput, "{}: expected {}x{}, got {}", what, rt::shapeText(expected),
         ssm_dtype_name(buffer.dtype), rt::tensorText(buffer.dtype, shape));
  }
  for (int i = 0; i < buffer.rank; ++i)
    if (buffer.shape[i] < 0)
      setSize(buffer.shape[i], shape[size_t(i)], what);
}

void Session::checkSizes() const {
  for (const auto *group : {&inputs, &outputs})
    for (const ssm_buffer_info &buffer : *group)
      for (int i = 0; i < buffer.rank; ++i)
        if ((buffer.shape[i] == SSM_DIM_BATCH && batchOrigin.empty()) ||
            (buffer.shape[i] == SSM_DIM_LENGTH && lengthOrigin.empty()) ||
            (buffer.shape[i] == SSM_DIM_SLOTS && slotsOrigin.empty()))
          fail(ExitUsage, "expected --{} or an input's shape that tells it",
               rt::shapeText({buffer.shape[i]}));
}

void Session::readInputs() {
  if (options.batch)
    setSize(SSM_DIM_BATCH, *options.batch, "--batch");
  if (options.length)
    setSize(SSM_DIM_LENGTH, *options.length, "--length");
  if (options.slots)
    setSize(SSM_DIM_SLOTS, *options.slots, "--slots");
  StateReader states(options.loadState, inputs, functionName);
  std::vector<InputPlan> plans;
  std::vector<std::string> zeroStates;
  for (const ssm_buffer_info &input : inputs) {
    const TensorSpec *spec = findSpec(options.inputs, input.name);
    if (!spec && !isState(input))
      fail(ExitUsage, "expected --input {}=...", input.name);
    InputPlan plan = spec ? planGiven(input, *spec) : planState(input, states);
    if (plan.isRead)
      matchShape(plan.what, input, plan.tensor.shape);
    else if (plan.spec.shape)
      matchShape(plan.what, input, *plan.spec.shape);
    if (!spec && !plan.isRead)
      zeroStates.push_back(input.state);
    plans.push_back(std::move(plan));
  }
  checkSizes();
  if (batchOrigin.empty())
    batch = 1;
  if (lengthOrigin.empty())
    length = 1;
  noteZeroStates(zeroStates);
  for (InputPlan &plan : plans) {
    const ssm_buffer_info &input = *plan.info;
    if (!plan.isRead)
      plan.tensor =
          makeTensor(plan.spec.source, plan.spec.dtype.value_or(input.dtype),
                     resolveShape(input, batch, length, slots));
    inputTensors.push_back(convertTensor(std::move(plan.tensor), input.dtype,
                                         options.convert, plan.what));
    if (input.dtype == SSM_I32)
      checkIndices(plan, inputTensors.back(), length, slots);
  }
}

} // namespace ssm::run
