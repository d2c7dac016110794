// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a session and its forks share: the executables of some functions of a
// package, their weights, each bound once for all functions, and the layout of
// their states.
#ifndef SSM_RUNTIME_SESSION_SESSIONMODEL_H
#define SSM_RUNTIME_SESSION_SESSIONMODEL_H

#include "StateStore.h"

namespace ssm::rt {

/// One function to load; an index of the package.
struct SessionFunction {
  int index;
  LoadOptions options;
};

/// An output from which a state after any number of tokens can be taken.
struct StateTrace {
  int state;     // of the session
  int output;    // among those of the caller
  int64_t every; // tokens from one entry to the next
  bool ofTokens; // the state is the last of these; else they are states
};

/// A loaded function of a session.
struct SessionMember {
  const Function *function = nullptr;
  std::unique_ptr<Executable> executable;
  // The state that each input and output is, by ordinal; -1: the caller's.
  std::vector<int> inputStates, outputStates;
  int callerInputs = 0, callerOutputs = 0;
  std::vector<int> written; // the states among the outputs
  std::vector<StateTrace> traces;
  bool fixesBatch = false; // has a state with an entry for each batch
};

class SessionModel {
public:
  static Result<std::shared_ptr<SessionModel>>
  load(DeviceRef device, PackageRef package,
       const std::vector<SessionFunction> &functions, Sizes bounds,
       int64_t slots);

  const DeviceRef &device() const { return owner; }
  const StateLayout &layout() const { return states; }
  /// The batch of every call and the most tokens of one.
  const Sizes &bounds() const { return sizes; }
  /// Of every cache.
  int64_t slots() const { return slotCount; }
  const std::vector<SessionMember> &allMembers() const { return members; }

  /// The member for a function's index in the package.
  Result<const SessionMember *> member(int function) const;
  Result<size_t> state(const std::string &name) const;
  /// Binds a weight for every function that has it.
  Status bind(const std::string &weight, const void *data, size_t bytes,
              ssm_memory memory);

private:
  SessionModel(DeviceRef device, PackageRef package, Sizes bounds,
               int64_t slots)
      : owner(std::move(device)), package(std::move(package)), sizes(bounds),
        slotCount(slots) {}
  Status checkSharedWeights() const;
  void placeStates(SessionMember &member) const;
  std::string memberNames() const;

  DeviceRef owner;
  PackageRef package;
  Sizes sizes;
  int64_t slotCount;
  StateLayout states;
  std::map<std::string, DeviceMemory> weights; // before those that use them
  std::vector<SessionMember> members;
  std::vector<int> memberOf; // by index in the package; -1
};

} // namespace ssm::rt

#endif // SSM_RUNTIME_SESSION_SESSIONMODEL_H
