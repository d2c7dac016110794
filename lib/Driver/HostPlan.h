// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How a function of launches runs: its buffers, which of them share memory, and
// its steps in order.

#ifndef LIB_DRIVER_HOSTPLAN_H
#define LIB_DRIVER_HOSTPLAN_H

#include "dialect/SSM.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

#include <string>
#include <vector>

namespace mlir::ssm {

enum class BufferKind { Input, Weight, Output, Workspace };

struct Buffer {
  std::string name;
  BufferKind kind;
  RankedTensorType type;
  /// The state that an input or an output is; empty for none.
  std::string state;
  /// The state that an output is the trace of; empty for none.
  std::string trace;
  /// Dimension 1, where it is `?`, is the length divided by this, rounded up.
  int64_t every = 1;
  /// Whether dimension 0 is the number of slots.
  bool isCache = false;
  /// Of an output in the memory of an input: that input.
  std::optional<unsigned> inPlaceOf;
  /// Of an input of i32: whether it holds slots, not ends of sequences.
  bool holdsSlots = false;
  /// Workspace buffers with one slot are never alive at the same time.
  unsigned slot = 0;
};

struct Step {
  LaunchOp launch;
  /// One buffer for each argument of the kernel.
  std::vector<unsigned> buffers;
};

struct HostPlan {
  std::string name;
  /// In the order of a launch's kernels.
  SmallVector<SizeClassAttr> sizeClasses;
  std::vector<Buffer> buffers;
  unsigned slots = 0;
  std::vector<Step> steps;
};

/// Plans `function`, which holds launches only; emits an error otherwise.
FailureOr<HostPlan> planFunction(func::FuncOp function);

} // namespace mlir::ssm

#endif // LIB_DRIVER_HOSTPLAN_H
