// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The states that a function hands on, for `--report`.

#ifndef LIB_DRIVER_STATEREPORT_H
#define LIB_DRIVER_STATEREPORT_H

#include "dialect/SSM.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <string>
#include <vector>

namespace mlir::ssm {

struct StateReport {
  std::string name, dtype;
  /// Of one sequence.
  double bytes = 0;
  /// Width of the type that a call computes the state in, if it rounds it to a
  /// narrower one when it hands it on; else 0.
  unsigned roundedFrom = 0;
  /// That rounding changes it by 2^-roundingBits of its size at most.
  unsigned roundingBits = 0;
};

/// The states among the results of a function of block ops.
std::vector<StateReport> describeStates(func::FuncOp function);

std::string stateAsText(const StateReport &state);

} // namespace mlir::ssm

#endif // LIB_DRIVER_STATEREPORT_H
