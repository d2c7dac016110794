// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Reads and writes the states of one call.
#include "StateFile.h"

#include "Failure.h"
#include "Suggest.h"

#include <algorithm>
#include <cstdio>

namespace ssm::run {
namespace {

std::vector<std::string> statesOf(const std::vector<ssm_buffer_info> &buffers) {
  std::vector<std::string> states;
  for (const ssm_buffer_info &buffer : buffers)
    if (isState(buffer))
      states.push_back(buffer.state);
  return states;
}

/// What an option asks for must be there.
void requireStates(const char *option, const std::vector<std::string> &states,
                   const char *places, const std::string &function) {
  if (states.empty())
    fail(ExitUsage, "--{}: function \"{}\" has no states among its {}", option,
         function, places);
}

} // namespace

StateReader::StateReader(const std::string &path,
                         const std::vector<ssm_buffer_info> &inputs,
                         const std::string &function)
    : path(path) {
  if (path.empty())
    return;
  std::vector<std::string> states = statesOf(inputs);
  requireStates("load-state", states, "inputs", function);
  file = take(rt::Safetensors::open(path));
  for (const auto &entry : file.entries())
    if (std::find(states.begin(), states.end(), entry.first) == states.end())
      fail(ExitInput,
           "\"{}\": expected states among the inputs of function \"{}\", {}, "
           "got \"{}\"{}",
           path, function, fmt::join(states, ", "), entry.first,
           didYouMean(entry.first, states));
}

std::optional<rt::HostTensor>
StateReader::read(const ssm_buffer_info &buffer) const {
  if (path.empty())
    return std::nullopt;
  if (!file.entries().count(buffer.state))
    fail(ExitInput, "\"{}\" has no state \"{}\"", path, buffer.state);
  return take(file.read(buffer.state));
}

void noteZeroStates(const std::vector<std::string> &states) {
  if (!states.empty())
    fmt::print(stderr,
               "ssm-run: note: zero at the beginning: {}; --load-state and "
               "--input give states\n",
               fmt::join(states, ", "));
}

void checkSavedStates(const std::vector<ssm_buffer_info> &outputs,
                      const std::string &function) {
  requireStates("save-state", statesOf(outputs), "outputs", function);
}

void writeStates(const Session &session,
                 const std::vector<rt::HostTensor> &results) {
  std::map<std::string, rt::HostTensor> tensors;
  for (size_t i = 0; i < results.size(); ++i)
    if (isState(session.outputs[i]))
      tensors.emplace(session.outputs[i].state, results[i]);
  rt::Status written = rt::writeSafetensors(session.options.saveState, tensors);
  if (!written.ok())
    fail(ExitRun, "{}", written.message());
}

} // namespace ssm::run
