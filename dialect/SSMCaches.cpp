// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Verifiers of the ops on caches, and the work they are (docs/spec.md).

#include "dialect/VerifyShapes.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mlir::ssm;

using Axes = SmallVector<Axis>;

static RankedTensorType tensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// gather_c1 and scatter_c1
static LogicalResult expectCache(Operation *op, Value cache) {
  RankedTensorType type = tensorType(cache);
  if ((type.getRank() == 2 || type.getRank() == 3) && type.isDynamicDim(0) &&
      llvm::none_of(type.getShape().drop_front(), ShapedType::isDynamic))
    return success();
  return op->emitOpError(
             "expected a cache of rank 2 or 3 with '?' in dimension "
             "0 alone, got ")
         << type;
}

/// gather_c2 and scatter_c2: a row of the cache for each slot.
static LogicalResult expectRows(Operation *op, StringRef name, Value rows,
                                Value cache, Value slots) {
  SmallVector<int64_t> shape(tensorType(cache).getShape());
  shape[0] = tensorType(slots).getDimSize(0);
  RankedTensorType expected = tensorType(cache).clone(shape);
  if (rows.getType() == expected)
    return success();
  return op->emitOpError("expected ")
         << name << " of " << expected << ", got " << rows.getType();
}

LogicalResult GatherOp::verify() {
  if (failed(expectSymbolicSizes(*this)) ||
      failed(expectCache(*this, getCache()))) // gather_c1
    return failure();
  return expectRows(*this, "a result", getRows(), getCache(),
                    getSlots()); // gather_c2
}

LogicalResult ScatterOp::verify() {
  if (failed(expectSymbolicSizes(*this)) ||
      failed(expectCache(*this, getCache())) || // scatter_c1
      failed(expectRows(*this, "rows", getRows(), getCache(),
                        getSlots()))) // scatter_c2
    return failure();
  if (getUpdated().getType() == getCache().getType()) // scatter_c3
    return success();
  return emitOpError("expected a result of ")
         << getCache().getType() << ", got " << getUpdated().getType();
}

LogicalResult MaskOp::verify() {
  if (failed(expectSymbolicSizes(*this)) ||
      failed(expectRank(*this, "x", getX(), 3)) ||         // mask_c1
      failed(expectPacked(*this, "x", getX(), getEnds()))) // packed_c1
    return failure();
  if (getY().getType() != getX().getType()) // mask_c1
    return emitOpError("expected a result of ")
           << getX().getType() << ", got " << getY().getType();
  return expectShape(*this, "slots", getSlots(),
                     {countSequences(getX(), getEnds())}); // mask_c2
}

//===----------------------------------------------------------------------===//
// Work
//===----------------------------------------------------------------------===//

/// Channels are shared out to cells, states lie whole in each: the larger
/// dimension of a row is the channels, be it a recurrence's or a window's.
static Axes axesOfRows(Value rows) {
  ArrayRef<int64_t> shape = tensorType(rows).getShape();
  if (shape.size() == 2)
    return {Axis::Batch, Axis::Channel};
  if (shape[1] < shape[2])
    return {Axis::Batch, Axis::State, Axis::Channel};
  return {Axis::Batch, Axis::Channel, Axis::State};
}

static AffineMap identityOf(Value value) {
  return AffineMap::getMultiDimIdentityMap(tensorType(value).getRank(),
                                           value.getContext());
}

WorkKind GatherOp::getWorkKind() { return WorkKind::Access; }
Axes GatherOp::getIterationAxes() { return axesOfRows(getRows()); }
AffineMap GatherOp::getResultMap(unsigned) { return identityOf(getRows()); }
AffineMap GatherOp::getResultAccess(unsigned) { return identityOf(getRows()); }
Value GatherOp::getReadSlots() { return getSlots(); }

WorkKind ScatterOp::getWorkKind() { return WorkKind::Access; }
Axes ScatterOp::getIterationAxes() { return axesOfRows(getRows()); }
AffineMap ScatterOp::getResultMap(unsigned) { return identityOf(getRows()); }
AffineMap ScatterOp::getResultAccess(unsigned) { return identityOf(getRows()); }
Value ScatterOp::getWrittenSlots() { return getSlots(); }
Value ScatterOp::getUpdatedValue() { return getCache(); }

WorkKind MaskOp::getWorkKind() { return WorkKind::Pointwise; }
Axes MaskOp::getIterationAxes() {
  return {Axis::Batch, Axis::Time, Axis::Channel};
}
AffineMap MaskOp::getResultMap(unsigned) { return identityOf(getX()); }

SmallVector<OperandAccess> MaskOp::getAccesses() {
  AffineMap batch =
      AffineMap::get(3, 0, {getAffineDimExpr(0, getContext())}, getContext());
  return {{0, identityOf(getX())}, {1, batch}};
}

SmallVector<Value> MaskOp::buildBody(OpBuilder &builder, Location loc,
                                     ValueRange scalars, ValueRange) {
  Value none =
      arith::ConstantOp::create(builder, loc, builder.getI32IntegerAttr(0));
  Value zero = arith::ConstantOp::create(
      builder, loc, builder.getZeroAttr(scalars[0].getType()));
  Value isNamed = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::sge,
                                        scalars[1], none);
  return {arith::SelectOp::create(builder, loc, isNamed, scalars[0], zero)};
}
