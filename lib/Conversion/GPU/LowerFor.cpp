// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loops over the tiles of an axis. Copies to the chip that stand in the body
// run ahead: while one tile is worked on, those of the next stages - 1 tiles
// are under way.

#include "lib/Conversion/GPU/Emitter.h"

using namespace mlir;
using namespace mlir::ssm;

namespace {
class LoopLowering {
public:
  LoopLowering(Emitter &e, TileForOp op)
      : e(e), op(op), axis(op.getAxis()), tile(e.kernel.getTile(axis)),
        isRelay(e.relay && axis == Axis::Time &&
                op->getParentOp() == e.kernel) {
    if (isRelay) {
      parts = e.schedule.getSegments();
      part = e.relay->segment;
    } else if (e.rank && axis == Axis::Inner && op->getParentOp() == e.kernel) {
      parts = e.schedule.getCluster();
      part = e.rank;
    }
  }
  LogicalResult run();

private:
  void findCopies();
  Value countTiles();
  Value countPart(Value all);
  Value countSkipped(Value count);
  Value startOf(Value index);
  void startCopies(ArrayRef<TileLoadOp> loads, Value index, Value stageOffset);
  void startExisting(ArrayRef<TileLoadOp> loads, Value index,
                     Value stageOffset);
  bool mustWait();
  void startAhead();
  void receiveTile(Value index);
  Value stageOffset(Value index);
  void addGroups(unsigned number, const Layout &layout,
                 SmallVector<Value> &values);
  LogicalResult emitBody(scf::ForOp loop, ArrayRef<Layout> layouts);

  Emitter &e;
  TileForOp op;
  Axis axis;
  int64_t tile;
  SmallVector<TileLoadOp> copies;
  int64_t stages = 1, step = 0;
  /// The loop walks a segment of time.
  bool isRelay;
  /// It walks one of `parts` of its axis: a segment, or what a block of a
  /// cluster takes. Tiles are counted from the first one, which starts at
  /// `first`. Null if it walks all.
  Value part, first;
  int64_t parts = 1;
  /// Tiles that it walks, and how many of them it leaves for the end; null if
  /// none.
  Value count, skipped;
};
} // namespace

void LoopLowering::findCopies() {
  for (auto load : op.getBody().getOps<TileLoadOp>())
    if (e.isOnChip(load.getTile())) {
      copies.push_back(load);
      stages = e.placeOf(load.getTile()).getStages();
      step = e.placeOf(load.getTile()).getStep();
    }
}

Value LoopLowering::countTiles() {
  int64_t extent = *e.kernel.getExtent(axis);
  if (!ShapedType::isDynamic(extent))
    return e.i32(llvm::divideCeil(extent, tile));
  Value size = axis == Axis::Batch ? e.batch : e.length;
  Value count = arith::DivUIOp::create(e.b, e.loc, e.add(size, e.i64(tile - 1)),
                                       e.i64(tile));
  return arith::TruncIOp::create(e.b, e.loc, e.b.getI32Type(), count);
}

/// Tiles of the part: none where the axis has run out.
Value LoopLowering::countPart(Value all) {
  Value padded = e.add(all, e.i32(parts - 1));
  Value share = arith::DivUIOp::create(e.b, e.loc, padded, e.i32(parts));
  Value index = e.mul(part, share);
  first = e.mul(e.extend(index), tile);
  int64_t extent = *e.kernel.getExtent(axis);
  if (!ShapedType::isDynamic(extent) &&
      llvm::divideCeil(extent, tile) % parts == 0)
    return share;
  Value rest = arith::MaxSIOp::create(e.b, e.loc, e.sub(all, index), e.i32(0));
  return arith::MinSIOp::create(e.b, e.loc, rest, share);
}

/// A cell begins where its number says; the loop goes round.
Value LoopLowering::countSkipped(Value count) {
  Value some = arith::MaxSIOp::create(e.b, e.loc, count, e.i32(1));
  return arith::RemUIOp::create(e.b, e.loc, e.cellNumber, some);
}

Value LoopLowering::startOf(Value index) {
  if (skipped) {
    Value ahead = e.add(index, skipped);
    index = e.select(e.less(ahead, count), ahead, e.sub(ahead, count));
  }
  Value start = e.mul(e.extend(index), tile);
  return first ? e.add(first, start) : start;
}

/// Null with one stage.
Value LoopLowering::stageOffset(Value index) {
  if (stages == 1)
    return {};
  Value stage =
      llvm::isPowerOf2_64(stages)
          ? arith::AndIOp::create(e.b, e.loc, index, e.i32(stages - 1))
                .getResult()
          : arith::RemUIOp::create(e.b, e.loc, index, e.i32(stages))
                .getResult();
  return e.mul(stage, step);
}

void LoopLowering::startCopies(ArrayRef<TileLoadOp> loads, Value index,
                               Value offset) {
  AxisPosition &position = e.positions[static_cast<unsigned>(axis)];
  AxisPosition current = position;
  position = e.positionAt(axis, startOf(index), /*isLoop=*/true);
  e.copyToChip(loads, offset);
  position = current;
}

/// Copies of a tile past the last one copy nothing.
void LoopLowering::startExisting(ArrayRef<TileLoadOp> loads, Value index,
                                 Value offset) {
  int64_t extent = *e.kernel.getExtent(axis);
  if (!part && !skipped &&
      (ShapedType::isDynamic(extent) || extent % tile != 0)) {
    // The checks of a partial tile keep the copies inside the extent.
    startCopies(loads, index, offset);
    return;
  }
  auto branch = scf::IfOp::create(e.b, e.loc, e.less(index, count), false);
  OpBuilder::InsertionGuard guard(e.b);
  e.b.setInsertionPoint(branch.thenBlock()->getTerminator());
  startCopies(loads, index, offset);
}

/// Whether the loop touches what an earlier kernel may have written.
bool LoopLowering::mustWait() {
  WalkResult result = op.walk([&](Operation *inner) {
    auto load = dyn_cast<TileLoadOp>(inner);
    return isa<TileStoreOp>(inner) || (load && !e.standsStill(load))
               ? WalkResult::interrupt()
               : WalkResult::advance();
  });
  return result.wasInterrupted();
}

/// What stands still is under way before the wait for what the others are
/// written by; it all belongs to the group of the first tile. A loop over
/// nothing else does not wait.
void LoopLowering::startAhead() {
  // The copies lie one after the other, in `stages` frames of `step` bytes.
  int64_t begin = e.placeOf(copies[0].getTile()).getOffset();
  e.beforeChipWrite(begin, begin + stages * step);
  auto startAll = [&](ArrayRef<TileLoadOp> loads, bool commits) {
    for (int64_t ahead = 0; ahead + 1 < stages; ++ahead) {
      Value offset = ahead == 0 ? Value() : e.i32(ahead * step);
      startExisting(loads, e.i32(ahead), offset);
      if (commits)
        NVVM::CpAsyncCommitGroupOp::create(e.b, e.loc);
    }
  };
  if (!e.startedEarly || !mustWait())
    return startAll(copies, /*commits=*/true);
  SmallVector<TileLoadOp> still(copies), others;
  llvm::erase_if(still, [&](TileLoadOp load) { return !e.standsStill(load); });
  llvm::copy_if(copies, std::back_inserter(others),
                [&](TileLoadOp load) { return !e.standsStill(load); });
  if (!still.empty())
    startAll(still, /*commits=*/false);
  e.waitForEarlierKernels();
  startAll(others, /*commits=*/true);
}

/// Waits for the current tile and starts the copies of the one `stages - 1`
/// further on, into the buffers that the lanes have just left.
void LoopLowering::receiveTile(Value index) {
  Value current = stageOffset(index);
  for (TileLoadOp load : copies)
    if (current)
      e.stageOffsets[load.getTile()] = current;
  if (stages == 1) {
    e.sync();
    startCopies(copies, index, Value());
    NVVM::CpAsyncCommitGroupOp::create(e.b, e.loc);
    NVVM::CpAsyncWaitGroupOp::create(e.b, e.loc, 0);
    e.sync();
    return;
  }
  NVVM::CpAsyncWaitGroupOp::create(e.b, e.loc, stages - 2);
  e.sync();
  Value next = e.add(index, e.i32(stages - 1));
  startExisting(copies, next, stageOffset(next));
  NVVM::CpAsyncCommitGroupOp::create(e.b, e.loc);
}

LogicalResult LoopLowering::emitBody(scf::ForOp loop,
                                     ArrayRef<Layout> layouts) {
  Block &body = op.getBody().front();
  ValueRange carried = loop.getRegionIterArgs();
  for (auto [argument, layout] : llvm::zip(body.getArguments(), layouts)) {
    e.tiles[argument] = {
        layout, SmallVector<Value>(carried.take_front(layout.slots()))};
    carried = carried.drop_front(layout.slots());
  }
  if (!copies.empty())
    receiveTile(loop.getInductionVar());
  AxisPosition &position = e.positions[static_cast<unsigned>(axis)];
  AxisPosition outside = position;
  position = e.positionAt(axis, startOf(loop.getInductionVar()), true);
  if (failed(e.emitBlock(body)))
    return failure();
  position = outside;
  auto yielded = e.read(op, body.getTerminator()->getOperands(), layouts);
  if (failed(yielded))
    return failure();
  if (copies.empty())
    e.syncIfPending();
  e.flushStores();
  SmallVector<Value> values;
  for (SmallVector<Value> &each : *yielded)
    llvm::append_range(values, each);
  if (!values.empty())
    scf::YieldOp::create(e.b, e.loc, values);
  return success();
}

/// Groups of warps that share the contracted elements of a dot have a part of
/// each sum.
void LoopLowering::addGroups(unsigned number, const Layout &layout,
                             SmallVector<Value> &values) {
  Value yielded = op.getBody().front().getTerminator()->getOperand(number);
  auto dot = yielded.getDefiningOp<TileDotOp>();
  if (!dot)
    return;
  if (std::optional<AxisShare> group = sharedInner(dot, layout))
    sumAcrossWarps(e, values, *group,
                   dot->getAttrOfType<IntegerAttr>(kScratchAttr).getInt());
}

LogicalResult LoopLowering::run() {
  findCopies();
  count = countTiles();
  if (part)
    count = countPart(count);
  if (e.schedule.getStagger() && axis == Axis::Inner &&
      op->getParentOp() == e.kernel)
    skipped = countSkipped(count);
  SmallVector<Layout> layouts;
  SmallVector<Value> initial;
  for (Value init : op.getInit()) {
    auto known = e.tiles.find(init);
    if (known == e.tiles.end())
      return op.emitOpError("expected loop-carried tiles in registers");
    layouts.push_back(known->second.layout);
    llvm::append_range(initial, known->second.values);
  }
  if (copies.empty())
    e.syncIfPending();
  else
    startAhead();
  e.flushStores();
  if (isRelay)
    initial = e.receiveCarried(initial);
  auto loop =
      scf::ForOp::create(e.b, e.loc, e.i32(0), count, e.i32(1), initial);
  {
    OpBuilder::InsertionGuard guard(e.b);
    // A loop that carries nothing has its terminator already.
    if (initial.empty())
      e.b.setInsertionPoint(loop.getBody()->getTerminator());
    else
      e.b.setInsertionPointToEnd(loop.getBody());
    if (failed(emitBody(loop, layouts)))
      return failure();
  }
  if (isRelay)
    e.passOn(loop.getResults());
  ValueRange results = loop.getResults();
  for (auto [i, layout] : llvm::enumerate(layouts)) {
    SmallVector<Value> values(results.take_front(layout.slots()));
    addGroups(i, layout, values);
    e.tiles[op.getOutputs()[i]] = {layout, values};
    results = results.drop_front(layout.slots());
  }
  return success();
}

LogicalResult mlir::ssm::lowerFor(Emitter &e, TileForOp op) {
  return LoopLowering(e, op).run();
}
