// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Orders of tokens: what the ops that can walk one, and the kernels that do,
// ask of their operands.

#include "dialect/VerifyShapes.h"

using namespace mlir;
using namespace mlir::ssm;

Value mlir::ssm::getOrder(Operation *op) {
  auto orderable = dyn_cast<OrderableOpInterface>(op);
  return orderable ? orderable.getOrder() : Value();
}

/// Whether dimension 1 is the symbolic length.
static bool hasLength(ArrayRef<int64_t> shape) {
  return shape.size() > 1 && ShapedType::isDynamic(shape[1]);
}

static bool isOrder(ShapedType type) {
  return type.getElementType().isInteger(32) && type.getRank() == 2 &&
         type.getDimSize(0) == 1 && hasLength(type.getShape());
}

LogicalResult mlir::ssm::expectOrdered(Operation *op, StringRef name,
                                       Value tokens, Value order, Value ends) {
  if (!order)
    return success();
  if (ends) // order_c2
    return op->emitOpError("expected an order or packed sequences, got both");
  if (!isOrder(cast<ShapedType>(order.getType()))) // order_c1
    return op->emitOpError("expected an order of shape (1, ?), got ")
           << order.getType();
  auto type = cast<ShapedType>(tokens.getType());
  if (hasLength(type.getShape())) // order_c1
    return success();
  return op->emitOpError("expected ")
         << name << " with a length of ? beside an order, got " << type;
}

BlockArgument TileKernelOp::getOrder() {
  std::optional<uint64_t> number = getOrdered();
  return number ? getBody().getArgument(*number) : BlockArgument();
}

bool TileKernelOp::isOrdered(MemRefType view) {
  return getOrdered() && hasLength(view.getShape());
}

LogicalResult mlir::ssm::verifyOrder(TileKernelOp kernel) {
  std::optional<uint64_t> number = kernel.getOrdered();
  if (!number)
    return success();
  ArrayRef<Type> types = kernel.getArgumentTypes();
  int64_t time = kernel.getExtent(Axis::Time).value_or(0);
  if (*number >= types.size() || !isOrder(cast<MemRefType>(types[*number])) ||
      !ShapedType::isDynamic(time)) // tile_kernel_c7
    return kernel.emitOpError("expected ordered to be the number of an i32 "
                              "argument with an element for each token, got ")
           << *number;
  if (kernel.getPacked()) // tile_kernel_c8
    return kernel.emitOpError("expected an order or packed sequences in a "
                              "kernel, got both");
  return success();
}
