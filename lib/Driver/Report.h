// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What `--report` says of each kernel.

#ifndef LIB_DRIVER_REPORT_H
#define LIB_DRIVER_REPORT_H

#include "lib/Driver/Compile.h"
#include "lib/Driver/Manifest.h"
#include "lib/Target/PTX/Ptxas.h"

namespace mlir::ssm {

/// For every kernel of `module` (tile programs): what was fused, the schedule,
/// bytes on chip and moved, the time the cost model's machine needs at least,
/// and what ptxas said (`assembled`, may be null).
void writeReport(ModuleOp module, const CompileOptions &options,
                 const std::map<std::string, LaunchFacts> &facts,
                 const AssembledModule *assembled, llvm::raw_ostream &out);

} // namespace mlir::ssm

#endif // LIB_DRIVER_REPORT_H
