// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pictures of a report's page, as SVG elements.

#ifndef LIB_DRIVER_REPORTCHARTS_H
#define LIB_DRIVER_REPORTCHARTS_H

#include "lib/Driver/Report.h"

namespace mlir::ssm {

/// The width of every picture.
constexpr double kChartWidth = 1080;

/// The id of a kernel's row in the page's table.
std::string kernelId(llvm::StringRef name);

/// Two bars for each kernel: memory traffic of its block ops one by one, and of
/// the kernel.
std::string drawTraffic(const CompilationReport &report);

/// The machine's ceilings and every kernel at its predicted time, operations a
/// byte to operations a second, both axes logarithmic. Empty if no kernel
/// computes anything.
std::string drawRoofline(const CompilationReport &report);

} // namespace mlir::ssm

#endif // LIB_DRIVER_REPORTCHARTS_H
