// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Long convolutions and pads: constraints, shapes and what they compute.

#include "dialect/VerifyShapes.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mlir::ssm;

static RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

static AffineMap identity(MLIRContext *context) {
  return AffineMap::getMultiDimIdentityMap(3, context);
}

//===----------------------------------------------------------------------===//
// long_conv
//===----------------------------------------------------------------------===//

LogicalResult LongConvOp::verify() {
  Operation *op = *this;
  if (failed(expectSymbolicSizes(op)) ||
      failed(expectRank(op, "x", getX(), 3))) // long_conv_c1
    return failure();
  if (getX().getType() != getY().getType()) // long_conv_c1
    return emitOpError("expected a result of ")
           << getX().getType() << ", got " << getY().getType();
  ArrayRef<int64_t> x = typeOf(getX()).getShape();
  if (failed(expectShape(op, "k", getK(), {1, x[1], x[2]}))) // long_conv_c2
    return failure();
  Type element = typeOf(getX()).getElementType();
  if (!element.isF32() && !element.isF64()) // long_conv_c3
    return emitOpError("expected elements of f32 or f64, got ") << element;
  if (typeOf(getK()).getElementType() != element) // long_conv_c3
    return emitOpError("expected k of ")
           << element << ", got " << getK().getType();
  return success();
}

LogicalResult LongConvOp::inferReturnTypeComponents(
    MLIRContext *, std::optional<Location>, ValueShapeRange operands,
    DictionaryAttr, OpaqueProperties, RegionRange,
    SmallVectorImpl<ShapedTypeComponents> &results) {
  auto type = operands.empty()
                  ? RankedTensorType()
                  : dyn_cast<RankedTensorType>(operands[0].getType());
  if (!type)
    return failure();
  results.emplace_back(type.getShape(), type.getElementType());
  return success();
}

WorkKind LongConvOp::getWorkKind() { return WorkKind::Reduction; }

SmallVector<Axis> LongConvOp::getIterationAxes() {
  return {Axis::Batch, Axis::Time, Axis::Channel, Axis::Inner};
}

SmallVector<OperandAccess> LongConvOp::getAccesses() {
  Builder b(getContext());
  AffineExpr batch = b.getAffineDimExpr(0), time = b.getAffineDimExpr(1),
             channel = b.getAffineDimExpr(2), lag = b.getAffineDimExpr(3);
  AffineExpr token = time - lag;
  if (getReverse()) {
    int64_t length = typeOf(getX()).getShape()[1];
    AffineExpr last = ShapedType::isDynamic(length)
                          ? b.getAffineSymbolExpr(0) - 1
                          : b.getAffineConstantExpr(length - 1);
    token = token + last;
  }
  return {{0, AffineMap::get(4, 1, {batch, token, channel}, getContext())},
          {1, AffineMap::get(4, 1, {b.getAffineConstantExpr(0), lag, channel},
                             getContext())}};
}

AffineMap LongConvOp::getResultMap(unsigned) {
  return AffineMap::getMultiDimMapWithTargets(4, {0, 1, 2}, getContext());
}

SmallVector<Axis> LongConvOp::getReductionAxes() { return {Axis::Inner}; }

SmallVector<Value> LongConvOp::buildBody(OpBuilder &builder, Location loc,
                                         ValueRange scalars, ValueRange) {
  return {arith::MulFOp::create(builder, loc, scalars[1], scalars[0])};
}

std::optional<Convolution> LongConvOp::getConvolution() {
  return Convolution{0, 1, getReverse()};
}

//===----------------------------------------------------------------------===//
// pad
//===----------------------------------------------------------------------===//

LogicalResult PadOp::verify() {
  Operation *op = *this;
  if (failed(expectSymbolicSizes(op)) ||
      failed(expectRank(op, "x", getX(), 3)) || // pad_c1
      failed(expectRank(op, "the result", getY(), 3)))
    return failure();
  RankedTensorType x = typeOf(getX()), y = typeOf(getY());
  if (failed(expectShape(op, "the result", getY(), // pad_c1
                         {x.getDimSize(0), y.getDimSize(1), x.getDimSize(2)})))
    return failure();
  if (x.getElementType() != y.getElementType()) // pad_c1
    return emitOpError("expected a result of ")
           << x.getElementType() << ", got " << y;
  if (x.isDynamicDim(1) || x.getDimSize(1) > kMaxWidth) // pad_c2
    return emitOpError("expected 1 to ")
           << kMaxWidth << " tokens to pad, got " << x;
  return success();
}

WorkKind PadOp::getWorkKind() { return WorkKind::Access; }

SmallVector<Axis> PadOp::getIterationAxes() {
  return {Axis::Batch, Axis::Time, Axis::Channel};
}

AffineMap PadOp::getResultMap(unsigned) { return identity(getContext()); }

AffineMap PadOp::getResultAccess(unsigned) {
  return AffineMap::get(3, 1, identity(getContext()).getResults(),
                        getContext());
}
