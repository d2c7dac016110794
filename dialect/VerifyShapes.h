// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What verifiers of block ops ask of shapes, and the errors they give; the
// shapes that several ops have in common.

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

/// every_c1: whether states after every so many tokens can be given.
LogicalResult expectTraceable(Operation *op, std::optional<int64_t> every,
                              bool hasFinalStates, Value ends, Value order,
                              bool reverse);

/// A state's shape with a dimension 1 for those after every so many tokens.
SmallVector<int64_t> tracedShape(ArrayRef<int64_t> state, int64_t length,
                                 int64_t every);

/// From (batch, time, channel[, state]) to the dimensions of a final state, or
/// of those after every so many tokens.
AffineMap finalStateMap(MLIRContext *context, bool hasStateAxis,
                        std::optional<int64_t> every);

/// tile_kernel_c7 and tile_kernel_c8
LogicalResult verifyOrder(TileKernelOp kernel);

} // namespace mlir::ssm

#endif // DIALECT_VERIFYSHAPES_H
