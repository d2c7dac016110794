// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Weights, plans and the checks of a call, the same for every backend. A
// steady-state run looks its plan up, checks the caller's pointers and hands
// over; only the first run with new sizes allocates.
#include "Device.h"

#include <algorithm>

namespace ssm::rt {
namespace {

constexpr size_t maxPlans = 256;
constexpr uintptr_t pointerAlignment = 16;

struct Range {
  uintptr_t begin, end;
  const std::string *name;
};

bool overlap(const Range &a, const Range &b) {
  return a.begin < b.end && b.begin < a.end;
}

Status checkPointer(const void *pointer, uint64_t bytes,
                    const std::string &name) {
  if (!pointer && bytes)
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "\"{}\": expected a pointer, got "
                     "null",
                     name);
  if (reinterpret_cast<uintptr_t>(pointer) % pointerAlignment)
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "\"{}\": expected a {}-byte aligned pointer, got {}", name,
                     pointerAlignment, pointer);
  return {};
}

} // namespace

Executable::Executable(DeviceRef device, PackageRef package,
                       const Function &function, LoadOptions options)
    : device(std::move(device)), package(std::move(package)),
      function(function), options(options),
      weights(function.weights.size(), nullptr),
      ownedWeights(function.weights.size()) {}

std::set<int> Executable::reachableKernels() const {
  std::set<int> kernels;
  for (const Step &step : function.steps) {
    const Launch &launch = step.launch;
    if (options.pinned >= 0 && !launch.isEmpty())
      kernels.insert(launch.kernelFor(options.pinned));
    else
      kernels.insert(launch.kernels.begin(), launch.kernels.end());
  }
  return kernels;
}

Status Executable::bind(const std::string &weight, const void *data,
                        size_t bytes, ssm_memory memory) {
  auto named = [&](int index) {
    return function.buffers[size_t(index)].name == weight;
  };
  auto found =
      std::find_if(function.weights.begin(), function.weights.end(), named);
  if (found == function.weights.end())
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "function \"{}\" has no weight \"{}\"", function.name,
                     weight);
  const Buffer &buffer = function.buffers[size_t(*found)];
  size_t ordinal = size_t(buffer.ordinal);
  SSM_ASSIGN(uint64_t expected, bytesOf(buffer, Sizes()));
  if (bytes != expected)
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "weight \"{}\" ({}x{}): expected {} bytes, got {}", weight,
                     shapeText(buffer.shape), ssm_dtype_name(buffer.dtype),
                     expected, bytes);
  if (!data)
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "weight \"{}\": expected a pointer, got null", weight);
  DeviceMemory copy;
  if (memory == SSM_HOST_MEMORY) {
    SSM_ASSIGN(copy, DeviceMemory::allocate(device, bytes));
    SSM_TRY(device->copyIn(copy.get(), data, bytes, nullptr));
    data = copy.get();
  } else {
    SSM_TRY(checkPointer(data, bytes, weight));
  }
  std::lock_guard<std::mutex> lock(planMutex);
  plans.clear();
  forgetWeights();
  weights[ordinal] = data;
  ownedWeights[ordinal] = std::move(copy);
  return {};
}

Status Executable::checkWeights() const {
  for (size_t i = 0; i < weights.size(); ++i)
    if (!weights[i])
      return SSM_ERROR(
          SSM_INVALID_ARGUMENT, "weight \"{}\" of function \"{}\" is not bound",
          function.buffers[size_t(function.weights[i])].name, function.name);
  return {};
}

Result<Executable::PlanRef> Executable::planFor(const Sizes &sizes) {
  auto key = std::make_pair(sizes.batch, sizes.length);
  std::lock_guard<std::mutex> lock(planMutex);
  auto known = plans.find(key);
  if (known != plans.end()) {
    known->second.lastUse = ++useClock;
    return known->second.plan;
  }
  SSM_TRY(checkWeights());
  SSM_ASSIGN(Layout layout, layOut(function, sizes));
  SSM_ASSIGN(std::unique_ptr<Plan> made, makePlan(std::move(layout)));
  PlanRef plan = std::move(made);
  if (plans.size() >= maxPlans)
    plans.erase(std::min_element(plans.begin(), plans.end(),
                                 [](const auto &a, const auto &b) {
                                   return a.second.lastUse < b.second.lastUse;
                                 }));
  plans.emplace(key, CachedPlan{plan, ++useClock});
  return plan;
}

Status Executable::settleForKernel(const Step &step, Status problem) {
  if (options.matmul == SSM_MATMUL_LIBRARY || step.launch.isEmpty())
    return problem;
  device->noteOnce(
      problem.message() +
      ": long convolutions run on the package's own kernels, whose "
      "time grows with the square of the length");
  return {};
}

Result<uint64_t> Executable::workspace(const Sizes &sizes) {
  SSM_ASSIGN(PlanRef plan, planFor(sizes));
  return plan->workspaceBytes;
}

void *Executable::address(int buffer, const Plan &plan,
                          const ssm_call &call) const {
  const Buffer &wanted = function.buffers[size_t(buffer)];
  size_t ordinal = size_t(wanted.ordinal);
  switch (wanted.kind) {
  case SSM_INPUT:
    return const_cast<void *>(call.inputs[ordinal]);
  case SSM_WEIGHT:
    return const_cast<void *>(weights[ordinal]);
  case SSM_OUTPUT:
    return call.outputs[ordinal];
  case SSM_WORKSPACE:
    break;
  }
  return static_cast<char *>(call.workspace) +
         plan.layout.offsets[size_t(buffer)];
}

/// An output in the memory of an input has its pointer.
Status Executable::checkPlace(int output, const ssm_call &call) const {
  const Buffer &own = function.buffers[size_t(output)];
  if (own.inPlaceOf < 0)
    return {};
  const Buffer &cache = function.buffers[size_t(own.inPlaceOf)];
  if (call.outputs[own.ordinal] == call.inputs[cache.ordinal])
    return {};
  return SSM_ERROR(
      SSM_INVALID_ARGUMENT,
      "expected result \"{}\" in the buffer of argument \"{}\", got "
      "another",
      own.name, cache.name);
}

Status Executable::checkCall(const Plan &plan, const ssm_call &call) const {
  if (call.input_count != int(function.inputs.size()) ||
      call.output_count != int(function.outputs.size()))
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "function \"{}\": expected {} inputs and {} outputs, got "
                     "{} and {}",
                     function.name, function.inputs.size(),
                     function.outputs.size(), call.input_count,
                     call.output_count);
  if (call.workspace_bytes < plan.workspaceBytes)
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "expected a workspace of {} bytes, got {}",
                     plan.workspaceBytes, call.workspace_bytes);
  uintptr_t workspace = reinterpret_cast<uintptr_t>(call.workspace);
  if (plan.workspaceBytes && (!workspace || workspace % workspaceAlignment))
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "expected a {}-byte aligned workspace, got {}",
                     workspaceAlignment, call.workspace);
  if (function.hasCaches && call.slots < 1)
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "function \"{}\": expected at least 1 slot, got {}",
                     function.name, call.slots);
  static const std::string workspaceName = "workspace";
  Range scratch{workspace, workspace + plan.workspaceBytes, &workspaceName};
  auto rangeOf = [&](int index, const void *pointer) {
    const Buffer &buffer = function.buffers[size_t(index)];
    uintptr_t begin = reinterpret_cast<uintptr_t>(pointer);
    uint64_t bytes = plan.layout.bytes[size_t(index)];
    // What does not fit 64 bits overlaps everything behind it.
    if (hasSlots(buffer.shape) &&
        (__builtin_mul_overflow(bytes, uint64_t(call.slots), &bytes) ||
         bytes > UINTPTR_MAX - begin))
      bytes = UINTPTR_MAX - begin;
    return Range{begin, begin + bytes, &buffer.name};
  };
  auto collide = [](const Range &a, const Range &b) {
    return SSM_ERROR(SSM_INVALID_ARGUMENT, "\"{}\" and \"{}\" overlap", *a.name,
                     *b.name);
  };
  for (size_t i = 0; i < function.inputs.size(); ++i) {
    Range input = rangeOf(function.inputs[i], call.inputs[i]);
    SSM_TRY(checkPointer(call.inputs[i], input.end - input.begin, *input.name));
    if (overlap(input, scratch))
      return collide(input, scratch);
  }
  for (size_t i = 0; i < function.outputs.size(); ++i) {
    SSM_TRY(checkPlace(function.outputs[i], call));
    Range output = rangeOf(function.outputs[i], call.outputs[i]);
    int place = function.buffers[size_t(function.outputs[i])].inPlaceOf;
    SSM_TRY(
        checkPointer(call.outputs[i], output.end - output.begin, *output.name));
    if (overlap(output, scratch))
      return collide(output, scratch);
    for (size_t j = 0; j < function.inputs.size(); ++j)
      if (Range other = rangeOf(function.inputs[j], call.inputs[j]);
          function.inputs[j] != place && overlap(output, other))
        return collide(other, output);
    for (size_t j = 0; j < i; ++j)
      if (Range other = rangeOf(function.outputs[j], call.outputs[j]);
          overlap(output, other))
        return collide(other, output);
  }
  return {};
}

Status Executable::run(const ssm_call &call) {
  SSM_ASSIGN(PlanRef plan, planFor({call.batch, call.length}));
  SSM_TRY(checkCall(*plan, call));
  return runChecked(*plan, call);
}

Status Executable::runChecked(const Plan &plan, const ssm_call &call) {
  return execute(plan, call, {0, function.steps.size()});
}

Status Executable::measure(const ssm_call *calls, int callCount,
                           const ssm_measure_options &options,
                           double *milliseconds) {
  if (callCount < 1 || options.samples < 1 || options.warmups < 0)
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "expected at least one call, one sample and no fewer than "
                     "0 warm-ups, got {}, {} and {}",
                     callCount, options.samples, options.warmups);
  int steps = int(function.steps.size());
  int count =
      options.step_count ? options.step_count : steps - options.first_step;
  if (options.first_step < 0 || count < 0 || options.first_step > steps - count)
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "expected steps within 0 to {}, got {} from {} on", steps,
                     count, options.first_step);
  std::vector<PlanRef> planned;
  for (int i = 0; i < callCount; ++i) {
    SSM_ASSIGN(PlanRef plan, planFor({calls[i].batch, calls[i].length}));
    SSM_TRY(checkCall(*plan, calls[i]));
    planned.push_back(std::move(plan));
  }
  size_t first = size_t(options.first_step);
  return time(planned, calls, options, {first, first + size_t(count)},
              milliseconds);
}

} // namespace ssm::rt
