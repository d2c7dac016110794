// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The C ABI of sessions: creation with the functions the caller names, calls,
// and the states in and out.
#include "Handles.h"

#include <algorithm>

using namespace ssm::rt;

namespace {

/// The functions to load, checked to be functions of the package.
Result<std::vector<SessionFunction>>
readFunctions(const ssm_session_options &options, const Manifest &manifest) {
  int known = int(manifest.functions.size());
  int count = options.functions ? options.function_count : known;
  if (count < 1)
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "expected a session of at least one function, got {}",
                     count);
  std::vector<SessionFunction> functions;
  for (int i = 0; i < count; ++i) {
    int index = options.functions ? options.functions[i] : i;
    if (index < 0 || index >= known)
      return SSM_ERROR(SSM_INVALID_ARGUMENT,
                       "expected a function below {}, got {}", known, index);
    SSM_ASSIGN(LoadOptions wanted,
               readLoadOptions(options.load ? options.load[i] : nullptr,
                               manifest.functions[size_t(index)]));
    functions.push_back({index, wanted});
  }
  return functions;
}

/// The body of an entry whose session must be there.
template <typename Body>
ssm_status *withSession(ssm_session *session, const Body &body) {
  return guarded([&]() -> Status {
    SSM_TRY(requireArgument(session, "a session"));
    return body(*session->session);
  });
}

} // namespace

ssm_status *ssm_session_create(ssm_device *device, const ssm_package *package,
                               const ssm_session_options *options,
                               ssm_session **out) {
  return guarded([&]() -> Status {
    SSM_TRY(requireArgument(device, "a device"));
    SSM_TRY(requireArgument(package, "a package"));
    SSM_TRY(requireStruct(options, "ssm_session_options"));
    SSM_TRY(requireArgument(out, "a place for the session"));
    SSM_ASSIGN(auto functions,
               readFunctions(*options, package->package->manifest));
    SSM_ASSIGN(auto model,
               SessionModel::load(device->device, package->package, functions,
                                  {options->batch, options->max_length},
                                  options->slots));
    SSM_ASSIGN(auto created,
               Session::create(std::move(model), options->stream));
    *out = new ssm_session{std::move(created)};
    return {};
  });
}

void ssm_session_destroy(ssm_session *session) { delete session; }

void ssm_session_describe(const ssm_session *session, ssm_session_info *out) {
  const Session &described = *session->session;
  const SessionModel &model = described.shared();
  *out = {model.bounds().batch, model.bounds().length,
          int(model.layout().states.size()), model.layout().bankBytes,
          described.ownBytes()};
}

ssm_status *ssm_session_state(const ssm_session *session, int state,
                              ssm_state_info *out) {
  return guarded([&]() -> Status {
    SSM_TRY(requireArgument(session, "a session"));
    SSM_TRY(requireArgument(out, "a place for the result"));
    const auto &states = session->session->shared().layout().states;
    if (state < 0 || size_t(state) >= states.size())
      return SSM_ERROR(SSM_INVALID_ARGUMENT,
                       "expected a state below {}, got {}", states.size(),
                       state);
    const SessionState &described = states[size_t(state)];
    *out = {};
    out->name = described.name.c_str();
    out->dtype = described.dtype;
    out->rank = int(described.shape.size());
    std::copy(described.shape.begin(), described.shape.end(), out->shape);
    out->bytes = described.bytes;
    return {};
  });
}

ssm_status *ssm_session_bind(ssm_session *session, const char *weight,
                             const void *data, size_t bytes,
                             ssm_memory memory) {
  return withSession(session, [&](Session &bound) -> Status {
    SSM_TRY(requireArgument(weight, "a weight's name"));
    return bound.bind(weight, data, bytes, memory);
  });
}

ssm_status *ssm_session_prepare(ssm_session *session, int function,
                                int64_t length) {
  return withSession(session, [&](Session &prepared) {
    return prepared.prepare(function, length);
  });
}

ssm_status *ssm_session_run(ssm_session *session,
                            const ssm_session_call *call) {
  return withSession(session, [&](Session &running) -> Status {
    SSM_TRY(requireStruct(call, "ssm_session_call"));
    SSM_TRY(requireArgument(call->inputs || !call->input_count, "inputs"));
    SSM_TRY(requireArgument(call->outputs || !call->output_count, "outputs"));
    return running.run(*call);
  });
}

ssm_status *ssm_session_accept(ssm_session *session,
                               const ssm_session_call *call,
                               const int64_t *counts) {
  return withSession(session, [&](Session &accepting) -> Status {
    SSM_TRY(requireStruct(call, "ssm_session_call"));
    SSM_TRY(requireArgument(call->outputs || !call->output_count, "outputs"));
    SSM_TRY(requireArgument(counts, "a number of tokens for each sequence"));
    return accepting.accept(*call, counts);
  });
}

ssm_status *ssm_session_rollback(ssm_session *session) {
  return withSession(session,
                     [](Session &rolled) { return rolled.rollBack(); });
}

ssm_status *ssm_session_reset(ssm_session *session) {
  return withSession(session, [](Session &zeroed) { return zeroed.reset(); });
}

ssm_status *ssm_session_reset_slots(ssm_session *session, const int32_t *slots,
                                    int64_t count) {
  return withSession(session, [&](Session &zeroed) -> Status {
    SSM_TRY(requireArgument(slots || count <= 0, "the slots"));
    return zeroed.resetSlots(slots, count);
  });
}

ssm_status *ssm_session_read_state(ssm_session *session, const char *state,
                                   void *host, size_t bytes) {
  return withSession(session, [&](Session &source) -> Status {
    SSM_TRY(requireArgument(state, "a state's name"));
    return source.read(state, host, bytes);
  });
}

ssm_status *ssm_session_write_state(ssm_session *session, const char *state,
                                    const void *host, size_t bytes) {
  return withSession(session, [&](Session &target) -> Status {
    SSM_TRY(requireArgument(state, "a state's name"));
    return target.write(state, host, bytes);
  });
}

ssm_status *ssm_session_save(ssm_session *session, const char *path) {
  return withSession(session, [&](Session &saved) -> Status {
    SSM_TRY(requireArgument(path, "a path"));
    return saved.save(path);
  });
}

ssm_status *ssm_session_load(ssm_session *session, const char *path) {
  return withSession(session, [&](Session &loaded) -> Status {
    SSM_TRY(requireArgument(path, "a path"));
    return loaded.load(path);
  });
}

ssm_status *ssm_session_fork(ssm_session *session, void *stream,
                             ssm_session **out) {
  return withSession(session, [&](Session &parent) -> Status {
    SSM_TRY(requireArgument(out, "a place for the session"));
    SSM_ASSIGN(auto forked, parent.fork(stream));
    *out = new ssm_session{std::move(forked)};
    return {};
  });
}

ssm_status *ssm_session_snapshot(ssm_session *session, ssm_snapshot **out) {
  return withSession(session, [&](Session &source) -> Status {
    SSM_TRY(requireArgument(out, "a place for the snapshot"));
    SSM_ASSIGN(Snapshot taken, source.snapshot());
    *out = new ssm_snapshot{std::move(taken)};
    return {};
  });
}

ssm_status *ssm_session_restore(ssm_session *session,
                                const ssm_snapshot *snapshot) {
  return withSession(session, [&](Session &target) -> Status {
    SSM_TRY(requireArgument(snapshot, "a snapshot"));
    return target.restore(snapshot->snapshot);
  });
}

void ssm_snapshot_destroy(ssm_snapshot *snapshot) { delete snapshot; }
