// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A sequence of calls that hand states to each other: in go a SessionModel and,
// call by call, what is no state. Runs and rollbacks enqueue and return; all
// else is finished when it returns. A fault of the device loses the session.
#ifndef SSM_RUNTIME_SESSION_SESSION_H
#define SSM_RUNTIME_SESSION_SESSION_H

#include "SessionModel.h"

namespace ssm::rt {

/// A copy of all states, for sessions of one model.
struct Snapshot {
  std::shared_ptr<SessionModel> model;
  DeviceMemory memory;
};

class Session {
public:
  /// All states are zero.
  static Result<std::unique_ptr<Session>>
  create(std::shared_ptr<SessionModel> model, void *stream);
  /// Waits for what is enqueued, since its memory goes.
  ~Session();
  Result<std::unique_ptr<Session>> fork(void *stream);

  const SessionModel &shared() const { return *model; }
  /// The two banks and the workspace.
  uint64_t ownBytes() const {
    return model->layout().bankBytes + model->layout().swappedBytes +
           workspaceBytes;
  }

  Status bind(const std::string &weight, const void *data, size_t bytes,
              ssm_memory memory);
  Status prepare(int function, int64_t length);
  Status run(const ssm_session_call &call);
  /// Takes the states after so many tokens from the traces of the last run.
  Status accept(const ssm_session_call &call, const int64_t *counts);
  Status rollBack();
  Status reset();
  Status resetSlots(const int32_t *slots, int64_t count);
  Status read(const std::string &state, void *host, size_t bytes);
  Status write(const std::string &state, const void *host, size_t bytes);
  Status save(const std::string &path);
  Status load(const std::string &path);
  Result<Snapshot> snapshot();
  Status restore(const Snapshot &snapshot);

private:
  Session(std::shared_ptr<SessionModel> model, void *stream);

  Status checkAlive() const;
  /// Remembers the call that lost the device.
  Status noted(Status status, const char *action,
               const std::string &subject = std::string());
  Status checkLength(int64_t length) const;
  /// The batch of a call, checked.
  Result<int64_t> batchOf(const SessionMember &member,
                          const ssm_session_call &call) const;
  Status zeroSlot(const SessionState &state, char *cache, int64_t slot);
  Status growWorkspace(uint64_t bytes);
  /// Spare buffers are about to be written.
  void beginChange();
  Status launch(const SessionMember &member, const ssm_session_call &call);
  /// With states and workspace in their places; the counts were checked.
  ssm_call wholeCall(const SessionMember &member, const ssm_session_call &call,
                     int64_t batch);
  Result<size_t> checkCopy(const std::string &state, const void *host,
                           size_t bytes) const;
  Status checkAccept(const SessionMember &member, const ssm_session_call &call,
                     const int64_t *counts) const;
  Status takeTraced(const SessionMember &member, const ssm_session_call &call,
                    const int64_t *counts);
  Status takeTraced(const StateTrace &trace, const ssm_session_call &call,
                    int64_t sequence, int64_t count);
  Status copyStates(const Snapshot &from);
  Status fillStates(Snapshot &to) const;
  Status saveStates(const std::string &path);
  Status loadStates(const std::string &path);

  std::shared_ptr<SessionModel> model;
  void *stream;
  StateStore store;
  DeviceMemory workspace;
  uint64_t workspaceBytes = 0;
  // The pointers of the call that is being made.
  std::vector<const void *> inputs;
  std::vector<void *> outputs;
  // The traced call that the states are still those before; -1: none.
  int tracedFunction = -1;
  int64_t tracedLength = 0;
  std::string lostBy; // what happened; empty as long as the session lives
};

} // namespace ssm::rt

#endif // SSM_RUNTIME_SESSION_SESSION_H
