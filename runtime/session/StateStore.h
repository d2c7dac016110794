// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The memory of states: in go the functions that share them, out come their
// places in two banks of device memory. Of each state one bank holds what the
// next call reads; the other is written by it, and the two swap when all went
// well. So what was before the last change is still there. A cache is in one
// bank alone and is updated where it is.
#ifndef SSM_RUNTIME_SESSION_STATESTORE_H
#define SSM_RUNTIME_SESSION_STATESTORE_H

#include "device/Device.h"

namespace ssm::rt {

struct SessionState {
  std::string name;
  ssm_dtype dtype;
  std::vector<int64_t> shape; // numbers
  uint64_t bytes, offset;     // in a bank
  bool isCache;
};

struct StateLayout {
  std::vector<SessionState> states; // caches last
  uint64_t bankBytes = 0;           // a multiple of workspaceAlignment
  uint64_t swappedBytes = 0;        // of those before the caches, likewise

  bool hasCaches() const { return swappedBytes < bankBytes; }

  /// -1 when there is no such state.
  int find(const std::string &name) const;
};

/// The states of `functions`, each once, in the order in which they are met,
/// and caches of `slots` slots after the others.
Result<StateLayout> layOutStates(const std::vector<const Function *> &functions,
                                 int64_t batch, int64_t slots);

class StateStore {
public:
  StateStore() = default;
  /// Both banks, their contents undefined.
  static Result<StateStore> allocate(const DeviceRef &device,
                                     const StateLayout &layout);

  /// What the next call reads, and where it writes; the same for a cache.
  void *current(size_t state) const { return at(state, currentBank[state]); }
  void *spare(size_t state) const { return at(state, !currentBank[state]); }

  /// The spare buffers are about to be written: they hold no history any more.
  void beginChange() { hasHistory = false; }
  /// The spare buffers of `changed` were written and become the current ones.
  void commit(const std::vector<int> &changed);
  void commitAll();
  /// Undoes the last commit; false without one.
  bool rollBack();

private:
  void *at(size_t state, bool bank) const;

  const StateLayout *layout = nullptr;
  DeviceMemory banks[2];
  std::vector<bool> currentBank; // by state
  std::vector<bool> lastChange;  // by state: swapped by the last commit
  bool hasHistory = false;
};

} // namespace ssm::rt

#endif // SSM_RUNTIME_SESSION_STATESTORE_H
