// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// States from the traces of a call: in go its outputs and a number of tokens
// for each sequence, out come the states after them, in the spare buffers.
#include "Session.h"

namespace ssm::rt {

Status Session::checkAccept(const SessionMember &member,
                            const ssm_session_call &call,
                            const int64_t *counts) const {
  if (tracedFunction != call.function || tracedLength != call.length)
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "function \"{}\": expected the session's last traced call "
                     "of {} tokens, since which no state has changed, got "
                     "another",
                     member.function->name, call.length);
  if (member.callerOutputs != call.output_count)
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "function \"{}\": expected the {} outputs of the traced "
                     "call, got {}",
                     member.function->name, member.callerOutputs,
                     call.output_count);
  int64_t every = 1;
  for (const StateTrace &trace : member.traces)
    every = std::max(every, trace.every);
  for (int64_t b = 0; b < model->bounds().batch; ++b) {
    if (counts[b] < 0 || counts[b] > call.length)
      return SSM_ERROR(SSM_INVALID_ARGUMENT,
                       "sequence {}: expected 0 to {} tokens, got {}", b,
                       call.length, counts[b]);
    if (counts[b] % every != 0 && counts[b] != call.length)
      return SSM_ERROR(SSM_INVALID_ARGUMENT,
                       "sequence {}: expected a multiple of {} tokens or all "
                       "{}, got {}",
                       b, every, call.length, counts[b]);
  }
  return {};
}

/// A state that is the last of some tokens ends with those of the call; others
/// stand in an entry of their own.
Status Session::takeTraced(const StateTrace &trace,
                           const ssm_session_call &call, int64_t sequence,
                           int64_t count) {
  const SessionState &state = model->layout().states[size_t(trace.state)];
  uint64_t bytes = state.bytes / uint64_t(state.shape[0]); // of a sequence
  Device &device = *model->device();
  char *to = static_cast<char *>(store.spare(size_t(trace.state))) +
             uint64_t(sequence) * bytes;
  const char *before =
      static_cast<const char *>(store.current(size_t(trace.state))) +
      uint64_t(sequence) * bytes;
  auto *entries = static_cast<const char *>(call.outputs[trace.output]);
  if (!trace.ofTokens) {
    int64_t each = call.length / trace.every + (call.length % trace.every != 0);
    int64_t last = (count - 1) / trace.every;
    const char *from = count == 0
                           ? before
                           : entries + uint64_t(sequence * each + last) * bytes;
    return device.copyWithin(to, from, bytes, stream);
  }
  int64_t kept = state.shape[1], taken = std::min(count, kept);
  uint64_t token = bytes / uint64_t(kept);
  uint64_t old = uint64_t(kept - taken) * token;
  if (old)
    SSM_TRY(
        device.copyWithin(to, before + uint64_t(taken) * token, old, stream));
  if (!taken)
    return {};
  int64_t first = sequence * call.length + count - taken;
  return device.copyWithin(to + old, entries + uint64_t(first) * token,
                           uint64_t(taken) * token, stream);
}

Status Session::takeTraced(const SessionMember &member,
                           const ssm_session_call &call,
                           const int64_t *counts) {
  beginChange();
  std::vector<int> changed;
  for (const StateTrace &trace : member.traces) {
    for (int64_t b = 0; b < model->bounds().batch; ++b)
      SSM_TRY(takeTraced(trace, call, b, counts[b]));
    changed.push_back(trace.state);
  }
  store.commit(changed);
  return {};
}

Status Session::accept(const ssm_session_call &call, const int64_t *counts) {
  SSM_TRY(checkAlive());
  SSM_ASSIGN(const SessionMember *member, model->member(call.function));
  SSM_TRY(checkAccept(*member, call, counts));
  return noted(takeTraced(*member, call, counts),
               "accepting tokens of function", member->function->name);
}

} // namespace ssm::rt
