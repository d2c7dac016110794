// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A matrix product of two tiles on chip: the accumulator enters and leaves in
// the registers of the dot's layout. Where the tile may reach past the extent
// of the contracted axis, a second way leaves out what lies there.

#include "lib/Conversion/GPU/LowerDot.h"

using namespace mlir;
using namespace mlir::ssm;

/// Makes what other lanes wrote of the factors visible.
static void awaitFactors(Emitter &e, TileDotOp op, const Layout &layout,
                         int64_t reach) {
  SmallVector<Emitter::Range> ranges;
  for (Value tile : {op.getLhs(), op.getRhs()}) {
    if (!e.isOnChip(tile))
      continue;
    Layout rows = layout.slice(cast<TileType>(tile.getType()).getAxes());
    rows.shares.push_back({Axis::Inner, reach});
    ranges.push_back(e.chipRange(tile, rows));
  }
  e.beforeChipReads(ranges);
}

/// A tile's products are a loop's worth of instructions; unrolled once more by
/// the assembler they spill, and take it a second.
static void keepRolled(Emitter &e) {
  auto loop = dyn_cast<scf::ForOp>(e.b.getInsertionBlock()->getParentOp());
  if (!loop)
    return;
  MLIRContext *context = e.b.getContext();
  auto unroll = LLVM::LoopUnrollAttr::get(
      context, /*disable=*/e.b.getBoolAttr(true), {}, {}, {}, {}, {}, {});
  loop->setAttr("loop_annotation", LLVM::LoopAnnotationAttr::get(
                                       context, {}, {}, {}, unroll, {}, {}, {},
                                       {}, {}, {}, {}, {}, {}, {}, {}));
}

static FailureOr<std::unique_ptr<DotUnit>> createUnit(Emitter &e, TileDotOp op,
                                                      const Layout &layout) {
  auto unit = op->getAttrOfType<StringAttr>(kUnitAttr);
  if (!unit || unit.getValue() != kLaneUnit)
    keepRolled(e);
  if (unit && unit.getValue() == kMatrixUnit)
    return createMatrixDot(e, op, layout);
  if (unit && unit.getValue() == kLaneUnit)
    return createLaneDot(e, op, layout);
  if (unit && unit.getValue() == kWarpgroupUnit)
    return createWarpgroupDot(e, op, layout);
  return op.emitOpError("expected ssm.unit \"mma\", \"wgmma\" or \"fma\" "
                        "(ssm-place)");
}

LogicalResult mlir::ssm::lowerDot(Emitter &e, TileDotOp op) {
  TileType type = op.getAcc().getType();
  if (!type.getElementType().isF32())
    return op.emitOpError("expected an f32 accumulator on a GPU, got ") << type;
  Layout layout = e.layoutOf(op, type);
  FailureOr<std::unique_ptr<DotUnit>> unit = createUnit(e, op, layout);
  if (failed(unit))
    return failure();
  auto acc = e.read(op, op.getAcc(), layout);
  if (failed(acc))
    return failure();
  awaitFactors(e, op, layout, (*unit)->reach());
  SmallVector<Value> sums = (*acc)[0];
  Value left = e.positions[static_cast<unsigned>(Axis::Inner)].left;
  if (!left || (*unit)->readsZerosBeyond()) {
    (*unit)->multiplyAll(sums);
    e.define(op->getResult(0), layout, sums);
    return success();
  }
  SmallVector<Type> types(sums.size(), e.b.getF32Type());
  int64_t inner = *op.getLhs().getType().getSize(Axis::Inner);
  Value full = e.atLeast(left, e.i32(inner));
  auto branch = scf::IfOp::create(e.b, e.loc, types, full, true);
  {
    OpBuilder::InsertionGuard guard(e.b);
    SmallVector<Value> part = sums;
    e.b.setInsertionPointToEnd(branch.elseBlock());
    (*unit)->multiplyPart(part, left);
    scf::YieldOp::create(e.b, e.loc, part);
    e.b.setInsertionPointToEnd(branch.thenBlock());
    (*unit)->multiplyAll(sums);
    scf::YieldOp::create(e.b, e.loc, sums);
  }
  e.define(op->getResult(0), layout, SmallVector<Value>(branch.getResults()));
  return success();
}
