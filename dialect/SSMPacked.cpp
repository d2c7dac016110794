// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Packed sequences: what the ops that can take them, and the kernels that walk
// them, ask of their operands.

#include "dialect/VerifyShapes.h"

using namespace mlir;
using namespace mlir::ssm;

Value mlir::ssm::getEnds(Operation *op) {
  auto packable = dyn_cast<PackableOpInterface>(op);
  return packable ? packable.getEnds() : Value();
}

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// One row of as many tokens as the sequences have together.
static bool isRow(ArrayRef<int64_t> shape) {
  return shape.size() > 1 && shape[0] == 1 && ShapedType::isDynamic(shape[1]);
}

LogicalResult mlir::ssm::expectPacked(Operation *op, StringRef name,
                                      Value tokens, Value ends) {
  if (!ends || isRow(shapeOf(tokens)))
    return success();
  return op->emitOpError("expected ")
         << name << " of shape (1, ?, channel) for packed sequences, got "
         << tokens.getType();
}

int64_t mlir::ssm::countSequences(Value tokens, Value ends) {
  return shapeOf(ends ? ends : tokens)[0];
}

BlockArgument TileKernelOp::getEnds() {
  std::optional<uint64_t> number = getPacked();
  return number ? getBody().getArgument(*number) : BlockArgument();
}

bool TileKernelOp::isPacked(MemRefType view) {
  return getPacked() && isRow(view.getShape());
}
