// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls of a session. Every change of a state writes its spare buffer and swaps
// at the end, so that a call that fails leaves what was there. Caches have no
// spare buffer: what is in their slots changes where it is.
#include "Session.h"

#include <algorithm>

namespace ssm::rt {
namespace {

/// That as many buffers are given as are no states.
Status checkCounts(const SessionMember &member, const ssm_session_call &call) {
  if (member.callerInputs == call.input_count &&
      member.callerOutputs == call.output_count)
    return {};
  return SSM_ERROR(SSM_INVALID_ARGUMENT,
                   "function \"{}\": expected {} inputs and {} outputs beside "
                   "its states, got {} and {}",
                   member.function->name, member.callerInputs,
                   member.callerOutputs, call.input_count, call.output_count);
}

} // namespace

Session::Session(std::shared_ptr<SessionModel> shared, void *stream)
    : model(std::move(shared)), stream(stream) {
  size_t mostInputs = 0, mostOutputs = 0;
  for (const SessionMember &member : model->allMembers()) {
    mostInputs = std::max(mostInputs, member.inputStates.size());
    mostOutputs = std::max(mostOutputs, member.outputStates.size());
  }
  inputs.resize(mostInputs);
  outputs.resize(mostOutputs);
}

Result<std::unique_ptr<Session>>
Session::create(std::shared_ptr<SessionModel> model, void *stream) {
  std::unique_ptr<Session> made(new Session(std::move(model), stream));
  SSM_ASSIGN(made->store, StateStore::allocate(made->model->device(),
                                               made->model->layout()));
  SSM_TRY(made->reset());
  made->store.beginChange();
  return made;
}

Session::~Session() {
  // What fails here was said by the call that failed, or will be by the next.
  Status ignored = model->device()->synchronize(stream);
}

Status Session::checkAlive() const {
  if (lostBy.empty())
    return {};
  return SSM_ERROR(SSM_DEVICE_FAULT, "the session was lost when {}", lostBy);
}

Status Session::noted(Status status, const char *action,
                      const std::string &subject) {
  if (status.code() == SSM_DEVICE_FAULT && lostBy.empty())
    lostBy = subject.empty() ? fmt::format("{}: {}", action, status.message())
                             : fmt::format("{} \"{}\": {}", action, subject,
                                           status.message());
  return status;
}

Status Session::checkLength(int64_t length) const {
  int64_t most = model->bounds().length;
  if (length >= 1 && length <= most)
    return {};
  return SSM_ERROR(SSM_INVALID_ARGUMENT, "expected a length of 1 to {}, got {}",
                   most, length);
}

Status Session::bind(const std::string &weight, const void *data, size_t bytes,
                     ssm_memory memory) {
  SSM_TRY(checkAlive());
  return noted(model->bind(weight, data, bytes, memory), "binding weight",
               weight);
}

Status Session::growWorkspace(uint64_t bytes) {
  if (bytes <= workspaceBytes)
    return {};
  // Calls that were enqueued still use the old one.
  SSM_TRY(model->device()->synchronize(stream));
  workspaceBytes = 0;
  workspace = DeviceMemory();
  SSM_ASSIGN(workspace, DeviceMemory::allocate(model->device(), bytes));
  workspaceBytes = bytes;
  return {};
}

Status Session::prepare(int function, int64_t length) {
  SSM_TRY(checkAlive());
  SSM_ASSIGN(const SessionMember *member, model->member(function));
  SSM_TRY(checkLength(length));
  auto plan = [&]() -> Status {
    SSM_ASSIGN(uint64_t bytes,
               member->executable->workspace({model->bounds().batch, length}));
    return growWorkspace(bytes);
  };
  return noted(plan(), "preparing function", member->function->name);
}

Result<int64_t> Session::batchOf(const SessionMember &member,
                                 const ssm_session_call &call) const {
  int64_t most = model->bounds().batch;
  if (call.batch == 0 || call.batch == most)
    return most;
  if (call.batch > 0 && call.batch < most && !member.fixesBatch)
    return call.batch;
  return SSM_ERROR(
      SSM_INVALID_ARGUMENT, "function \"{}\": expected a batch of {}, got {}",
      member.function->name,
      member.fixesBatch ? fmt::format("{}, as the states have", most)
                        : fmt::format("at most {}", most),
      call.batch);
}

ssm_call Session::wholeCall(const SessionMember &member,
                            const ssm_session_call &call, int64_t batch) {
  int given = 0;
  for (size_t i = 0; i < member.inputStates.size(); ++i) {
    int state = member.inputStates[i];
    inputs[i] = state < 0 ? call.inputs[given++] : store.current(size_t(state));
  }
  given = 0;
  for (size_t i = 0; i < member.outputStates.size(); ++i) {
    int state = member.outputStates[i];
    outputs[i] = state < 0 ? call.outputs[given++] : store.spare(size_t(state));
  }
  ssm_call whole = {};
  whole.struct_size = sizeof whole;
  whole.batch = batch;
  whole.slots = model->slots();
  whole.length = call.length;
  whole.inputs = inputs.data();
  whole.input_count = int(member.inputStates.size());
  whole.outputs = outputs.data();
  whole.output_count = int(member.outputStates.size());
  whole.workspace = workspace.get();
  whole.workspace_bytes = workspaceBytes;
  whole.stream = stream;
  return whole;
}

Status Session::launch(const SessionMember &member,
                       const ssm_session_call &call) {
  SSM_TRY(checkCounts(member, call));
  Executable &executable = *member.executable;
  SSM_ASSIGN(int64_t batch, batchOf(member, call));
  SSM_ASSIGN(Executable::PlanRef plan,
             executable.planFor({batch, call.length}));
  SSM_TRY(growWorkspace(plan->workspaceBytes));
  ssm_call whole = wholeCall(member, call, batch);
  SSM_TRY(executable.checkCall(*plan, whole));
  if (!member.written.empty())
    tracedFunction = -1;
  store.beginChange();
  SSM_TRY(executable.runChecked(*plan, whole));
  store.commit(member.written);
  if (!member.traces.empty()) {
    tracedFunction = call.function;
    tracedLength = call.length;
  }
  return {};
}

void Session::beginChange() {
  tracedFunction = -1;
  store.beginChange();
}

Status Session::run(const ssm_session_call &call) {
  SSM_TRY(checkAlive());
  SSM_ASSIGN(const SessionMember *member, model->member(call.function));
  SSM_TRY(checkLength(call.length));
  return noted(launch(*member, call), "running function",
               member->function->name);
}

Status Session::rollBack() {
  SSM_TRY(checkAlive());
  if (model->layout().hasCaches())
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "expected a session without caches: they are updated in "
                     "place, and what was in them is gone");
  tracedFunction = -1;
  if (store.rollBack())
    return {};
  return SSM_ERROR(SSM_INVALID_ARGUMENT,
                   "expected a change of the states since the last rollback, "
                   "got none");
}

Status Session::reset() {
  SSM_TRY(checkAlive());
  Device &device = *model->device();
  auto zero = [&]() -> Status {
    beginChange();
    const auto &states = model->layout().states;
    for (size_t i = 0; i < states.size(); ++i) {
      uint64_t whole = states[i].bytes;
      alignWorkspace(whole); // did not overflow when the bank was laid out
      SSM_TRY(device.zero(store.spare(i), whole, stream));
    }
    SSM_TRY(device.synchronize(stream));
    store.commitAll();
    return {};
  };
  return noted(zero(), "resetting the states");
}

/// Devices zero multiples of 4 bytes; other rows come from the host.
Status Session::zeroSlot(const SessionState &state, char *cache, int64_t slot) {
  uint64_t rowBytes = state.bytes / uint64_t(model->slots());
  char *row = cache + uint64_t(slot) * rowBytes;
  if (rowBytes % 4 == 0)
    return model->device()->zero(row, rowBytes, stream);
  std::vector<char> zeros(rowBytes, 0);
  return model->device()->copyIn(row, zeros.data(), rowBytes, stream);
}

Status Session::resetSlots(const int32_t *slots, int64_t count) {
  SSM_TRY(checkAlive());
  if (!model->layout().hasCaches())
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "expected a session with caches, got none");
  for (int64_t i = 0; i < count; ++i)
    if (slots[i] < 0 || slots[i] >= model->slots())
      return SSM_ERROR(SSM_INVALID_ARGUMENT,
                       "expected slots of 0 to {}, got {}", model->slots() - 1,
                       slots[i]);
  auto zero = [&]() -> Status {
    const auto &states = model->layout().states;
    for (size_t state = 0; state < states.size(); ++state)
      for (int64_t i = 0; i < count && states[state].isCache; ++i)
        SSM_TRY(zeroSlot(states[state],
                         static_cast<char *>(store.current(state)), slots[i]));
    return {};
  };
  return noted(zero(), "resetting slots");
}

Result<size_t> Session::checkCopy(const std::string &state, const void *host,
                                  size_t bytes) const {
  SSM_ASSIGN(size_t index, model->state(state));
  const SessionState &known = model->layout().states[index];
  if (bytes != known.bytes)
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "state \"{}\": expected {} bytes, got {}", state,
                     known.bytes, bytes);
  if (!host && bytes)
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "state \"{}\": expected a pointer, got null", state);
  return index;
}

Status Session::read(const std::string &state, void *host, size_t bytes) {
  SSM_TRY(checkAlive());
  SSM_ASSIGN(size_t index, checkCopy(state, host, bytes));
  return noted(
      model->device()->copyOut(host, store.current(index), bytes, stream),
      "reading state", state);
}

Status Session::write(const std::string &state, const void *host,
                      size_t bytes) {
  SSM_TRY(checkAlive());
  SSM_ASSIGN(size_t index, checkCopy(state, host, bytes));
  beginChange();
  SSM_TRY(
      noted(model->device()->copyIn(store.spare(index), host, bytes, stream),
            "writing state", state));
  store.commit({int(index)});
  return {};
}

Status Session::save(const std::string &path) {
  SSM_TRY(checkAlive());
  return noted(saveStates(path), "saving the states");
}

Status Session::load(const std::string &path) {
  SSM_TRY(checkAlive());
  return noted(loadStates(path), "loading the states");
}

Status Session::fillStates(Snapshot &to) const {
  const auto &states = model->layout().states;
  for (size_t i = 0; i < states.size(); ++i)
    SSM_TRY(model->device()->copyWithin(
        static_cast<char *>(to.memory.get()) + states[i].offset,
        store.current(i), states[i].bytes, stream));
  return model->device()->synchronize(stream);
}

Status Session::copyStates(const Snapshot &from) {
  beginChange();
  const auto &states = model->layout().states;
  for (size_t i = 0; i < states.size(); ++i)
    SSM_TRY(model->device()->copyWithin(
        store.spare(i),
        static_cast<const char *>(from.memory.get()) + states[i].offset,
        states[i].bytes, stream));
  SSM_TRY(model->device()->synchronize(stream));
  store.commitAll();
  return {};
}

Result<Snapshot> Session::snapshot() {
  SSM_TRY(checkAlive());
  Snapshot taken{model, DeviceMemory()};
  auto copy = [&]() -> Status {
    SSM_ASSIGN(taken.memory, DeviceMemory::allocate(model->device(),
                                                    model->layout().bankBytes));
    return fillStates(taken);
  };
  SSM_TRY(noted(copy(), "taking a snapshot"));
  return taken;
}

Status Session::restore(const Snapshot &snapshot) {
  SSM_TRY(checkAlive());
  if (snapshot.model != model)
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "expected a snapshot of this session or of a fork of it, "
                     "got another session's");
  return noted(copyStates(snapshot), "restoring a snapshot");
}

Result<std::unique_ptr<Session>> Session::fork(void *forkStream) {
  SSM_TRY(checkAlive());
  std::unique_ptr<Session> made(new Session(model, forkStream));
  auto copy = [&]() -> Status {
    SSM_ASSIGN(made->store,
               StateStore::allocate(model->device(), model->layout()));
    const auto &states = model->layout().states;
    for (size_t i = 0; i < states.size(); ++i)
      SSM_TRY(model->device()->copyWithin(
          made->store.current(i), store.current(i), states[i].bytes, stream));
    return model->device()->synchronize(stream);
  };
  SSM_TRY(noted(copy(), "forking"));
  return made;
}

} // namespace ssm::rt
