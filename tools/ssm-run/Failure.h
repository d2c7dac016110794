// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How ssm-run ends: an exit code and one message.
#ifndef SSM_TOOLS_SSM_RUN_FAILURE_H
#define SSM_TOOLS_SSM_RUN_FAILURE_H

#include "package/Status.h"

#include <stdexcept>
#include <string>

namespace ssm::run {

enum ExitCode {
  ExitSuccess = 0,
  ExitUsage = 2,
  ExitInput = 3,
  ExitCompile = 4, // ssm-compile's
  ExitDevice = 5,
  ExitRun = 6,
  ExitCheck = 7
};

class Failure : public std::runtime_error {
public:
  Failure(ExitCode code, const std::string &message)
      : std::runtime_error(message), code(code) {}
  ExitCode code;
};

template <typename... Arguments>
[[noreturn]] void fail(ExitCode code, fmt::format_string<Arguments...> format,
                       Arguments &&...arguments) {
  throw Failure(code,
                fmt::format(format, std::forward<Arguments>(arguments)...));
}

/// The exit code that stands for a status of the runtime.
ExitCode exitCodeOf(ssm_code code);

/// The value of a runtime Result, or a Failure with its message.
template <typename T> T take(rt::Result<T> result) {
  if (result.ok())
    return std::move(*result);
  rt::Status status = result.takeStatus();
  throw Failure(exitCodeOf(status.code()), status.message());
}

} // namespace ssm::run

#endif // SSM_TOOLS_SSM_RUN_FAILURE_H
