// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loading the functions of a session and binding their weights.
#include "SessionModel.h"

namespace ssm::rt {
namespace {

/// The weight of that name; null when the function has none.
const Buffer *weightOf(const Function &function, const std::string &name) {
  for (int index : function.weights)
    if (function.buffers[size_t(index)].name == name)
      return &function.buffers[size_t(index)];
  return nullptr;
}

} // namespace

Result<std::shared_ptr<SessionModel>>
SessionModel::load(DeviceRef device, PackageRef package,
                   const std::vector<SessionFunction> &functions, Sizes bounds,
                   int64_t slots) {
  if (bounds.batch < 1 || bounds.length < 1)
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "expected a batch and a maximal length of at least 1, got "
                     "{} and {}",
                     bounds.batch, bounds.length);
  std::shared_ptr<SessionModel> model(
      new SessionModel(std::move(device), std::move(package), bounds, slots));
  const Manifest &manifest = model->package->manifest;
  model->memberOf.resize(manifest.functions.size(), -1);
  std::vector<const Function *> loaded;
  for (const SessionFunction &wanted : functions) {
    int &place = model->memberOf[size_t(wanted.index)];
    const Function &function = manifest.functions[size_t(wanted.index)];
    if (place >= 0)
      return SSM_ERROR(SSM_INVALID_ARGUMENT,
                       "expected each function once, got \"{}\" twice",
                       function.name);
    place = int(model->members.size());
    SessionMember member;
    member.function = &function;
    SSM_ASSIGN(member.executable,
               model->owner->load(model->package, function, wanted.options));
    model->members.push_back(std::move(member));
    loaded.push_back(&function);
  }
  SSM_TRY(model->checkSharedWeights());
  for (const Function *function : loaded)
    if (function->hasCaches && slots < 1)
      return SSM_ERROR(SSM_INVALID_ARGUMENT,
                       "function \"{}\": expected at least 1 slot, got {}",
                       function->name, slots);
  SSM_ASSIGN(model->states, layOutStates(loaded, bounds.batch, slots));
  for (SessionMember &member : model->members)
    model->placeStates(member);
  return model;
}

Status SessionModel::checkSharedWeights() const {
  for (size_t i = 0; i < members.size(); ++i)
    for (int index : members[i].function->weights) {
      const Buffer &weight = members[i].function->buffers[size_t(index)];
      for (size_t j = 0; j < i; ++j) {
        const Buffer *other = weightOf(*members[j].function, weight.name);
        if (other &&
            (other->dtype != weight.dtype || other->shape != weight.shape))
          return SSM_ERROR(
              SSM_INVALID_ARGUMENT,
              "weight \"{}\" of function \"{}\": expected {} as in "
              "function \"{}\", got {}",
              weight.name, members[i].function->name, typeText(*other),
              members[j].function->name, typeText(weight));
      }
    }
  return {};
}

void SessionModel::placeStates(SessionMember &member) const {
  const Function &function = *member.function;
  auto stateOf = [&](int index) {
    const std::string &name = function.buffers[size_t(index)].state;
    int state = name.empty() ? -1 : states.find(name);
    member.fixesBatch |= state >= 0 && !states.states[size_t(state)].isCache;
    return state;
  };
  for (int index : function.inputs) {
    member.inputStates.push_back(stateOf(index));
    member.callerInputs += member.inputStates.back() < 0;
  }
  for (int index : function.outputs) {
    int state = stateOf(index);
    member.outputStates.push_back(state);
    if (state >= 0) {
      member.written.push_back(state);
      continue;
    }
    const Buffer &output = function.buffers[size_t(index)];
    if (!output.trace.empty()) {
      int traced = states.find(output.trace);
      Dim entries = output.shape[1];
      member.traces.push_back(
          {traced, member.callerOutputs,
           entries == SSM_DIM_LENGTH ? 1 : SSM_DIM_EVERY(0) - entries,
           output.shape.size() == states.states[size_t(traced)].shape.size()});
    }
    ++member.callerOutputs;
  }
}

std::string SessionModel::memberNames() const {
  std::string names;
  for (const SessionMember &member : members)
    names += fmt::format("{}\"{}\"", names.empty() ? "" : ", ",
                         member.function->name);
  return names;
}

Result<const SessionMember *> SessionModel::member(int function) const {
  if (function >= 0 && size_t(function) < memberOf.size() &&
      memberOf[size_t(function)] >= 0)
    return &members[size_t(memberOf[size_t(function)])];
  return SSM_ERROR(
      SSM_INVALID_ARGUMENT, "expected a function of the session ({}), got {}",
      memberNames(),
      function >= 0 && size_t(function) < memberOf.size()
          ? "\"" + package->manifest.functions[size_t(function)].name + "\""
          : fmt::format("index {}", function));
}

Result<size_t> SessionModel::state(const std::string &name) const {
  int found = states.find(name);
  if (found >= 0)
    return size_t(found);
  std::string known;
  for (const SessionState &each : states.states)
    known += fmt::format("{}\"{}\"", known.empty() ? "" : ", ", each.name);
  return SSM_ERROR(SSM_INVALID_ARGUMENT,
                   "expected a state of the session ({}), got \"{}\"",
                   known.empty() ? "none" : known, name);
}

Status SessionModel::bind(const std::string &weight, const void *data,
                          size_t bytes, ssm_memory memory) {
  const Buffer *buffer = nullptr;
  for (const SessionMember &member : members)
    if (const Buffer *found = weightOf(*member.function, weight))
      buffer = found;
  if (!buffer)
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "no function of the session ({}) has a weight \"{}\"",
                     memberNames(), weight);
  DeviceMemory copy;
  SSM_ASSIGN(uint64_t expected, bytesOf(*buffer, Sizes()));
  // What the executables would refuse must not be copied before.
  if (memory == SSM_HOST_MEMORY && data && bytes == expected) {
    SSM_ASSIGN(copy, DeviceMemory::allocate(owner, bytes));
    SSM_TRY(owner->copyIn(copy.get(), data, bytes, nullptr));
    data = copy.get();
  }
  for (const SessionMember &member : members)
    if (weightOf(*member.function, weight))
      SSM_TRY(member.executable->bind(weight, data, bytes, SSM_DEVICE_MEMORY));
  weights[weight] = std::move(copy);
  return {};
}

} // namespace ssm::rt
