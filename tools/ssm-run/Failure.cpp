// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From the runtime's status codes to exit codes.
#include "Failure.h"

namespace ssm::run {

ExitCode exitCodeOf(ssm_code code) {
  switch (code) {
  case SSM_OK:
    return ExitSuccess;
  case SSM_INVALID_ARGUMENT:
  case SSM_BAD_PACKAGE:
  case SSM_IO_ERROR:
    return ExitInput;
  case SSM_WRONG_TARGET:
  case SSM_DEVICE_MISSING:
    return ExitDevice;
  case SSM_OUT_OF_MEMORY:
  case SSM_DEVICE_FAULT:
  case SSM_UNSUPPORTED:
  case SSM_INTERNAL:
    break;
  }
  return ExitRun;
}

} // namespace ssm::run
