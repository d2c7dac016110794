// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The lanes as the unit of a dot: each owns a block of the accumulator and
// walks the contracted axis in vectors, adding in f32.

#include "lib/Conversion/GPU/LowerDot.h"

using namespace mlir;
using namespace mlir::ssm;

namespace {
class LaneDot : public DotUnit {
public:
  LaneDot(Emitter &e, TileDotOp op, const Layout &layout)
      : e(e), op(op), layout(layout),
        inner(*op.getLhs().getType().getSize(Axis::Inner)) {}
  int64_t reach() override { return inner; }
  void multiplyAll(SmallVector<Value> &sums) override;
  void multiplyPart(SmallVector<Value> &sums, Value left) override;

private:
  int64_t vectorLength();
  SmallVector<SmallVector<Value>> loadFactor(Value tile, int64_t first,
                                             int64_t count, Value offset);
  void multiply(SmallVector<Value> &sums, int64_t first, int64_t count,
                Value dynamicFirst);

  Emitter &e;
  TileDotOp op;
  Layout layout;
  int64_t inner;
};
} // namespace

/// Elements along the contracted axis that are read at once.
int64_t LaneDot::vectorLength() {
  int64_t bytes = std::max(elementBytes(op.getLhs().getType()),
                           elementBytes(op.getRhs().getType()));
  return std::min<int64_t>(16 / bytes, powerOfTwoIn(inner));
}

/// Elements [first, first + count) of each row that the lane needs, as f32;
/// `offset` (i32, elements) comes on top.
SmallVector<SmallVector<Value>>
LaneDot::loadFactor(Value tile, int64_t first, int64_t count, Value offset) {
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

void LaneDot::multiply(SmallVector<Value> &sums, int64_t first, int64_t count,
                       Value dynamicFirst) {
  auto lhs = loadFactor(op.getLhs(), first, count, dynamicFirst);
  auto rhs = loadFactor(op.getRhs(), first, count, dynamicFirst);
  Layout lhsRows = layout.slice(op.getLhs().getType().getAxes());
  Layout rhsRows = layout.slice(op.getRhs().getType().getAxes());
  for (int64_t k = 0; k < count; ++k)
    for (int64_t slot = 0; slot < layout.slots(); ++slot)
      sums[slot] = math::FmaOp::create(
          e.b, e.loc, lhs[layout.project(slot, lhsRows)][k],
          rhs[layout.project(slot, rhsRows)][k], sums[slot]);
}

void LaneDot::multiplyAll(SmallVector<Value> &sums) {
  int64_t length = vectorLength();
  for (int64_t first = 0; first < inner; first += length)
    multiply(sums, first, length, Value());
}

/// Only the elements that exist, one at a time.
void LaneDot::multiplyPart(SmallVector<Value> &sums, Value left) {
  auto loop = scf::ForOp::create(e.b, e.loc, e.i32(0), left, e.i32(1), sums);
  OpBuilder::InsertionGuard guard(e.b);
  e.b.setInsertionPointToEnd(loop.getBody());
  sums.assign(loop.getRegionIterArgs().begin(), loop.getRegionIterArgs().end());
  multiply(sums, 0, 1, loop.getInductionVar());
  scf::YieldOp::create(e.b, e.loc, sums);
  sums.assign(loop.getResults().begin(), loop.getResults().end());
}

FailureOr<std::unique_ptr<DotUnit>>
mlir::ssm::createLaneDot(Emitter &e, TileDotOp op, const Layout &layout) {
  for (Value tile : {op.getLhs(), op.getRhs()})
    if (!e.isOnChip(tile))
      return op.emitOpError("expected its factors on chip");
  return std::unique_ptr<DotUnit>(std::make_unique<LaneDot>(e, op, layout));
}
