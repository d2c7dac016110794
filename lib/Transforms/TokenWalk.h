// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which tokens a kernel takes one after the other: those of packed sequences,
// those of an order, or all of a row as they stand.

#ifndef LIB_TRANSFORMS_TOKENWALK_H
#define LIB_TRANSFORMS_TOKENWALK_H

#include "dialect/SSM.h"

namespace mlir::ssm {

/// Whether `expr` is the dimension of `axis` itself.
bool isPlainAxis(AffineExpr expr, ArrayRef<Axis> axes, Axis axis);

/// The order in which `work` must take tokens, null being that of the row;
/// nothing if it sees each token alone. What it reads through an op for which
/// `isCopied` is true counts as its own.
std::optional<Value>
findOrderOf(WorkOpInterface work,
            llvm::function_ref<bool(Operation *)> isCopied);

struct TokenWalk {
  /// Where packed sequences end; null if there are none.
  BlockArgument ends;
  /// The token of each step; null if tokens are taken as they stand.
  BlockArgument order;
};

/// What the ops of `kernel` agree on; fails if they do not, or if `principal`,
/// which may be null, cannot walk so.
FailureOr<TokenWalk> findTokenWalk(KernelOp kernel, WorkOpInterface principal);

} // namespace mlir::ssm

#endif // LIB_TRANSFORMS_TOKENWALK_H
