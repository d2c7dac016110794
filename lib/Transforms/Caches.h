// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What functions and kernels must keep to where a cache is updated in place.

#ifndef LIB_TRANSFORMS_CACHES_H
#define LIB_TRANSFORMS_CACHES_H

#include "dialect/SSM.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::ssm {

/// Whether every cache of `function` is read at slots, and updated once, after
/// all others that read it, into the result in its place (caches_c4,
/// caches_c5). Emits what is wrong otherwise.
LogicalResult checkCaches(func::FuncOp function);

/// Whether `value` is an argument of its function that no kernel writes: any
/// but a cache.
bool isStillArgument(Value value);

/// Whether operand `use` is what an op writes into a cache.
bool isWrittenIntoCache(OpOperand &use);

/// The recurrence that may write its final state itself where `update` would
/// write it: nothing else reads the cache, and the recurrence reads each
/// element of it, if at all, as the initial state of the element that it writes
/// there. Null if `update` is no such op, or must wait for other readers.
WorkOpInterface findWriter(Operation *update);

/// The attributes of the arguments of a kernel's tile program: which are
/// caches, and which of them are updated in place; null if none is.
ArrayAttr describeCaches(KernelOp kernel);

} // namespace mlir::ssm

#endif // LIB_TRANSFORMS_CACHES_H
