// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Shapes of results from shapes of operands, for builders that do not know
// them; the verifiers say what is expected of given ones. The element type is
// that of the first operand unless the op's text says otherwise.

#include "dialect/SSM.h"

using namespace mlir;
using namespace mlir::ssm;

using Components = SmallVectorImpl<ShapedTypeComponents>;

static ArrayRef<int64_t> shapeOf(Value value) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type ? type.getShape() : ArrayRef<int64_t>();
}

static bool hasRank(Value value, size_t rank) {
  auto type = dyn_cast<RankedTensorType>(value.getType());
  return type && static_cast<size_t>(type.getRank()) == rank;
}

/// A result of `shape` with the elements of `value`.
static void add(Components &results, Value value, ArrayRef<int64_t> shape) {
  results.emplace_back(shape, getElementTypeOrSelf(value.getType()));
}

/// The one result has the shape and the elements of the first operand.
static LogicalResult likeFirst(ValueShapeRange operands, Components &results) {
  if (operands.empty() || !isa<RankedTensorType>(operands[0].getType()))
    return failure();
  add(results, operands[0], shapeOf(operands[0]));
  return success();
}

LogicalResult LinearOp::inferReturnTypeComponents(
    MLIRContext *, std::optional<Location>, ValueShapeRange operands,
    DictionaryAttr, OpaqueProperties, RegionRange, Components &results) {
  if (operands.size() < 2 || !hasRank(operands[0], 3) ||
      !hasRank(operands[1], 2))
    return failure();
  ArrayRef<int64_t> x = shapeOf(operands[0]);
  add(results, operands[0], {x[0], x[1], shapeOf(operands[1])[0]});
  return success();
}

LogicalResult Conv1dOp::inferReturnTypeComponents(
    MLIRContext *, std::optional<Location>, ValueShapeRange operands,
    DictionaryAttr, OpaqueProperties, RegionRange, Components &results) {
  return likeFirst(operands, results);
}

LogicalResult ActivationOp::inferReturnTypeComponents(
    MLIRContext *, std::optional<Location>, ValueShapeRange operands,
    DictionaryAttr, OpaqueProperties, RegionRange, Components &results) {
  return likeFirst(operands, results);
}

LogicalResult GateOp::inferReturnTypeComponents(
    MLIRContext *, std::optional<Location>, ValueShapeRange operands,
    DictionaryAttr, OpaqueProperties, RegionRange, Components &results) {
  return likeFirst(operands, results);
}

LogicalResult RMSNormOp::inferReturnTypeComponents(
    MLIRContext *, std::optional<Location>, ValueShapeRange operands,
    DictionaryAttr, OpaqueProperties, RegionRange, Components &results) {
  return likeFirst(operands, results);
}

/// (batch, length, channel) of `like` with the elements of x.
LogicalResult BroadcastOp::inferReturnTypeComponents(
    MLIRContext *, std::optional<Location>, ValueShapeRange operands,
    DictionaryAttr, OpaqueProperties, RegionRange, Components &results) {
  if (operands.size() != 2 || !hasRank(operands[1], 3))
    return failure();
  add(results, operands[0], shapeOf(operands[1]));
  return success();
}

/// a_bar and b_bar: delta's shape and the states of A.
LogicalResult DiscretizeOp::inferReturnTypeComponents(
    MLIRContext *, std::optional<Location>, ValueShapeRange operands,
    DictionaryAttr, OpaqueProperties, RegionRange, Components &results) {
  if (operands.size() != 3 || !hasRank(operands[0], 3) ||
      !hasRank(operands[1], 2))
    return failure();
  SmallVector<int64_t> full(shapeOf(operands[0]));
  full.push_back(shapeOf(operands[1])[1]);
  add(results, operands[0], full);
  add(results, operands[0], full);
  return success();
}

/// y like u, and the state that a builder may ask for as a second result:
/// (batch or sequences, channel) and the states of a or b, in the elements of
/// b.
LogicalResult ScanOp::inferReturnTypeComponents(
    MLIRContext *, std::optional<Location>, ValueShapeRange operands,
    DictionaryAttr, OpaqueProperties, RegionRange, Components &results) {
  if (operands.size() < 3 || !hasRank(operands[0], 3))
    return failure();
  ArrayRef<int64_t> u = shapeOf(operands[0]);
  SmallVector<int64_t> state = {u[0], u[2]};
  for (unsigned i = 3; i < operands.size(); ++i)
    if (getElementTypeOrSelf(operands[i].getType()).isInteger(32))
      state[0] = shapeOf(operands[i])[0];
  for (unsigned i : {1, 2})
    if (state.size() == 2 && hasRank(operands[i], 4))
      state.push_back(shapeOf(operands[i])[3]);
  add(results, operands[0], u);
  add(results, operands[2], state);
  return success();
}
