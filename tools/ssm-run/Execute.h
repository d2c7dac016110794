// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs a function once, writes and checks its outputs, then measures it if
// asked to.
#ifndef SSM_TOOLS_SSM_RUN_EXECUTE_H
#define SSM_TOOLS_SSM_RUN_EXECUTE_H

#include "Options.h"

namespace ssm::run {

/// Throws Failure with the check's exit code when a bound is exceeded.
void execute(const Options &options);

} // namespace ssm::run

#endif // SSM_TOOLS_SSM_RUN_EXECUTE_H
