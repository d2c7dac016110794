// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// States of a function in a safetensors file, each under its name: those among
// the inputs come from --load-state, those among the outputs go to
// --save-state.
#ifndef SSM_TOOLS_SSM_RUN_STATEFILE_H
#define SSM_TOOLS_SSM_RUN_STATEFILE_H

#include "Session.h"
#include "files/Safetensors.h"

namespace ssm::run {

inline bool isState(const ssm_buffer_info &buffer) { return buffer.state[0]; }

/// The file of --load-state; a Failure when it holds what is no state among
/// `inputs`, the inputs of `function`.
class StateReader {
public:
  StateReader(const std::string &path,
              const std::vector<ssm_buffer_info> &inputs,
              const std::string &function);

  /// The state that `buffer` is; nothing when there is no file.
  std::optional<rt::HostTensor> read(const ssm_buffer_info &buffer) const;

private:
  std::string path;
  rt::Safetensors file;
};

/// Says once which states start at zero.
void noteZeroStates(const std::vector<std::string> &states);

/// A Failure when there are none among `outputs`, the outputs of `function`.
void checkSavedStates(const std::vector<ssm_buffer_info> &outputs,
                      const std::string &function);

/// Writes the states among the outputs, whose values are `results`.
void writeStates(const Session &session,
                 const std::vector<rt::HostTensor> &results);

} // namespace ssm::run

#endif // SSM_TOOLS_SSM_RUN_STATEFILE_H
