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

} // namespace mlir::ssm

#endif // DIALECT_VERIFYSHAPES_H
