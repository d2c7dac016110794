// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From states that a call is given to states that it finds in caches.

#ifndef LIB_TRANSFORMS_CACHESTATES_H
#define LIB_TRANSFORMS_CACHESTATES_H

#include "dialect/SSM.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::ssm {

/// Makes a cache of every state of `function`, and a result in its place of
/// what it leaves there; an argument says in which slot each sequence has its
/// states. Tokens of a sequence without a slot become zero. Cached states have
/// names of their own, for other functions may have the same states as they
/// were.
LogicalResult cacheStates(func::FuncOp function);

} // namespace mlir::ssm

#endif // LIB_TRANSFORMS_CACHESTATES_H
