// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One set of inputs and outputs in device memory, and the call on it.
#ifndef SSM_TOOLS_SSM_RUN_BUFFERS_H
#define SSM_TOOLS_SSM_RUN_BUFFERS_H

#include "Session.h"

namespace ssm::run {

/// Device memory; a Failure that says how much and what for when it is short.
Memory deviceMemory(const Device &device, uint64_t bytes,
                    const std::string &what);

class BufferSet {
public:
  /// Uploads the session's inputs.
  explicit BufferSet(const Session &session);
  BufferSet(BufferSet &&) = default;

  uint64_t bytes() const;
  /// Fills the outputs with bytes that are NaN in every float type, but for
  /// those in the memory of an input.
  void poison();
  /// Puts inputs that a run updates back to what they were.
  void restore(const Session &session);
  rt::HostTensor readOutput(const Session &session, size_t index) const;
  /// Valid as long as the set and the workspace are.
  ssm_call call(const Session &session, const Memory &workspace) const;

private:
  std::vector<Memory> inputs, outputs; // an output in an input's memory: none
  std::vector<std::optional<size_t>> places; // of outputs among the inputs
  std::vector<const void *> inputPointers;
  std::vector<void *> outputPointers;
};

/// Fills device memory with bytes that are NaN in every float type.
void poisonMemory(Memory &memory);

} // namespace ssm::run

#endif // SSM_TOOLS_SSM_RUN_BUFFERS_H
