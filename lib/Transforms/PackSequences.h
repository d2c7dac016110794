// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From batches of equal lengths to sequences of any, one after the other, and
// what a kernel on such sequences must keep to.

#ifndef LIB_TRANSFORMS_PACKSEQUENCES_H
#define LIB_TRANSFORMS_PACKSEQUENCES_H

#include "dialect/SSM.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::ssm {

/// Gives `function` one row for each activation, and an argument that says
/// where the sequences end to every op that must know. States keep an entry for
/// each sequence.
LogicalResult packSequences(func::FuncOp function);

/// Where the sequences end that the ops of `kernel` agree on; null if it has
/// none. Fails if they disagree, or count tokens from the end of the row beside
/// packed sequences.
FailureOr<Value> findSequenceEnds(KernelOp kernel);

} // namespace mlir::ssm

#endif // LIB_TRANSFORMS_PACKSEQUENCES_H
