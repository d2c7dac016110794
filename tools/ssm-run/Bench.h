// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Measures a function: in go a session and its workspace, out comes a report
// on standard output and, if asked for, a roofline in a file.
#ifndef SSM_TOOLS_SSM_RUN_BENCH_H
#define SSM_TOOLS_SSM_RUN_BENCH_H

#include "Session.h"

namespace ssm::run {

void measure(Session &session, Memory &workspace);

} // namespace ssm::run

#endif // SSM_TOOLS_SSM_RUN_BENCH_H
