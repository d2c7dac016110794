// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What verifiers of block ops ask of shapes, and the errors they give.

#ifndef DIALECT_VERIFYSHAPES_H
#define DIALECT_VERIFYSHAPES_H

#include "dialect/SSM.h"

namespace mlir::ssm {

/// sizes_c1 to sizes_c3 for every operand and result.
LogicalResult expectSymbolicSizes(Operation *op);

LogicalResult expectRank(Operation *op, StringRef name, Value value,
                         int64_t rank);

LogicalResult expectShape(Operation *op, StringRef name, Value value,
                          ArrayRef<int64_t> shape);

/// packed_c1: `tokens` is a row of tokens if there are `ends`.
LogicalResult expectPacked(Operation *op, StringRef name, Value tokens,
                           Value ends);

/// order_c1 and order_c2: `tokens` have a symbolic length, and so has `order`,
/// if there is one.
LogicalResult expectOrdered(Operation *op, StringRef name, Value tokens,
                            Value order, Value ends);

/// Dimension 0 of a state: one entry for each sequence. Without `ends` a
/// sequence is a batch of `tokens`.
int64_t countSequences(Value tokens, Value ends);

/// tile_kernel_c7 and tile_kernel_c8
LogicalResult verifyOrder(TileKernelOp kernel);

} // namespace mlir::ssm

#endif // DIALECT_VERIFYSHAPES_H
