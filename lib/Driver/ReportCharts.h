// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The bars of a report's page, as an SVG element.

#ifndef LIB_DRIVER_REPORTCHARTS_H
#define LIB_DRIVER_REPORTCHARTS_H

#include "lib/Driver/Report.h"

namespace mlir::ssm {

/// The id of a kernel's row in the page's table.
std::string kernelId(const KernelReport &kernel);

/// Two bars for each kernel: memory traffic of its block ops one by one, and of
/// the kernel.
std::string drawTraffic(const CompilationReport &report);

} // namespace mlir::ssm

#endif // LIB_DRIVER_REPORTCHARTS_H
