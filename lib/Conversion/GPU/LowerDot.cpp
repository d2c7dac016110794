// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A matrix product of two tiles on chip: each lane owns a block of the
// accumulator and walks the contracted axis in vectors, adding in f32.

#include "lib/Conversion/GPU/Emitter.h"

using namespace mlir;
using namespace mlir::ssm;

namespace {
class DotLowering {
public:
  DotLowering(Emitter &e, TileDotOp op)
      : e(e), op(op), layout(e.layoutOf(op, op.getAcc().getType())),
        inner(*op.getLhs().getType().getSize(Axis::Inner)) {}
  LogicalResult run();

private:
  int64_t vectorLength();
  SmallVector<SmallVector<Value>> loadFactor(Value tile, int64_t first,
                                             int64_t count, Value offset);
  void multiply(SmallVector<Value> &acc, int64_t first, int64_t count,
                Value dynamicFirst);
  SmallVector<Value> multiplyPart(ArrayRef<Value> acc, Value left);

  Emitter &e;
  TileDotOp op;
  Layout layout;
  int64_t inner;
};
} // namespace

/// Elements along the contracted axis that are read at once.
int64_t DotLowering::vectorLength() {
  int64_t bytes = std::max(elementBytes(op.getLhs().getType()),
                           elementBytes(op.getRhs().getType()));
  return std::min<int64_t>(16 / bytes, powerOfTwoIn(inner));
}

/// Elements [first, first + count) of each row that the lane needs, as f32;
/// `offset` (i32, elements) comes on top.
SmallVector<SmallVector<Value>> DotLowering::loadFactor(Value tile,
                                                        int64_t first,
                                                        int64_t count,
                                                        Value offset) {
  auto type = cast<TileType>(tile.getType());
  Layout rows = layout.slice(type.getAxes());
  ChipAccess access = e.accessChip(tile, rows);
  int64_t stride = e.chipStride(tile, Axis::Inner);
  if (offset) {
    access.pointer =
        LLVM::GEPOp::create(e.b, e.loc, e.chip.getType(), e.b.getI8Type(),
                            access.pointer, ValueRange{e.mul(offset, stride)});
    access.align = std::min(access.align, powerOfTwoIn(stride));
  }
  SmallVector<MemoryItem> items;
  for (int64_t rowOffset : access.offsets)
    for (int64_t k = first; k < first + count; ++k)
      items.push_back({access.pointer, access.align, rowOffset + k * stride,
                       access.element});
  e.loadChip(items);
  SmallVector<SmallVector<Value>> values(access.offsets.size());
  for (auto [i, item] : llvm::enumerate(items))
    values[i / count].push_back(
        castFloat(e.b, e.loc, item.value, e.b.getF32Type()));
  return values;
}

void DotLowering::multiply(SmallVector<Value> &acc, int64_t first,
                           int64_t count, Value dynamicFirst) {
  auto lhs = loadFactor(op.getLhs(), first, count, dynamicFirst);
  auto rhs = loadFactor(op.getRhs(), first, count, dynamicFirst);
  Layout lhsRows = layout.slice(op.getLhs().getType().getAxes());
  Layout rhsRows = layout.slice(op.getRhs().getType().getAxes());
  for (int64_t k = 0; k < count; ++k)
    for (int64_t slot = 0; slot < layout.slots(); ++slot)
      acc[slot] = math::FmaOp::create(
          e.b, e.loc, lhs[layout.project(slot, lhsRows)][k],
          rhs[layout.project(slot, rhsRows)][k], acc[slot]);
}

/// Only the elements that exist, one at a time.
SmallVector<Value> DotLowering::multiplyPart(ArrayRef<Value> acc, Value left) {
  auto loop = scf::ForOp::create(e.b, e.loc, e.i32(0), left, e.i32(1), acc);
  OpBuilder::InsertionGuard guard(e.b);
  e.b.setInsertionPointToEnd(loop.getBody());
  SmallVector<Value> sums(loop.getRegionIterArgs());
  multiply(sums, 0, 1, loop.getInductionVar());
  scf::YieldOp::create(e.b, e.loc, sums);
  return SmallVector<Value>(loop.getResults());
}

LogicalResult DotLowering::run() {
  if (!op.getAcc().getType().getElementType().isF32())
    return op.emitOpError("expected an f32 accumulator on a GPU, got ")
           << op.getAcc().getType();
  auto acc = e.read(op, op.getAcc(), layout);
  if (failed(acc))
    return failure();
  for (Value tile : {op.getLhs(), op.getRhs()}) {
    auto type = cast<TileType>(tile.getType());
    if (!e.isOnChip(tile))
      return op.emitOpError("expected its factors on chip");
    Layout whole = layout.slice(type.getAxes());
    whole.shares.push_back({Axis::Inner, inner});
    ChipAccess access = e.accessChip(tile, whole);
    e.beforeChipRead(access.begin, access.end);
  }
  SmallVector<Value> sums = (*acc)[0];
  auto multiplyAll = [&] {
    int64_t length = vectorLength();
    for (int64_t first = 0; first < inner; first += length)
      multiply(sums, first, length, Value());
  };
  Value left = e.positions[static_cast<unsigned>(Axis::Inner)].left;
  if (!left) {
    multiplyAll();
    e.define(op->getResult(0), layout, sums);
    return success();
  }
  SmallVector<Type> types(sums.size(), e.b.getF32Type());
  Value full = e.atLeast(left, e.i32(inner));
  auto branch = scf::IfOp::create(e.b, e.loc, types, full, true);
  {
    OpBuilder::InsertionGuard guard(e.b);
    e.b.setInsertionPointToEnd(branch.elseBlock());
    scf::YieldOp::create(e.b, e.loc, multiplyPart(sums, left));
    e.b.setInsertionPointToEnd(branch.thenBlock());
    multiplyAll();
    scf::YieldOp::create(e.b, e.loc, sums);
  }
  e.define(op->getResult(0), layout, SmallVector<Value>(branch.getResults()));
  return success();
}

LogicalResult mlir::ssm::lowerDot(Emitter &e, TileDotOp op) {
  return DotLowering(e, op).run();
}
