// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The frame of a kernel: lanes, the cell a block works on, positions along the
// axes, and the walk over tile ops.

#include "lib/Conversion/GPU/Emitter.h"
#include "lib/Transforms/FlatTokens.h"
#include "lib/Transforms/OverlapLaunches.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::ssm;

Emitter::Emitter(TileKernelOp kernel, LLVM::LLVMFuncOp function,
                 Value chipMemory)
    : kernel(kernel), function(function), b(function.getContext()),
      loc(kernel.getLoc()), schedule(*kernel.getSchedule()),
      threads(32 * schedule.getWarps()),
      warpOwned(schedule.getOwner() == Owner::Warp), chip(chipMemory) {
  Block &entry = function.getBody().front();
  b.setInsertionPointToEnd(&entry);
  Block &body = kernel.getBody().front();
  unsigned count = body.getNumArguments();
  for (unsigned i = 0; i < count; ++i)
    pointers[body.getArgument(i)] = entry.getArgument(i);
  batch = entry.getArgument(count);
  length = entry.getArgument(count + 1);
  if (kernel.hasCaches())
    slotCount = entry.getArgument(count + 2);
  if (hasFlatTokens(kernel)) {
    length = mul(batch, length);
    batch = i64(1);
  }
  kernel.walk([&](TileStoreOp store) { written.insert(store.getTarget()); });
  kernel.walk([&](TileDotOp dot) { multipliesOnChip |= usesWarpgroups(dot); });
}

//===----------------------------------------------------------------------===//
// Integer arithmetic
//===----------------------------------------------------------------------===//

Value Emitter::i1(bool value) {
  return arith::ConstantOp::create(b, loc, b.getBoolAttr(value));
}
Value Emitter::i32(int64_t value) {
  return arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(value));
}
Value Emitter::i64(int64_t value) {
  return arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(value));
}
Value Emitter::zero(Type type) {
  return arith::ConstantOp::create(b, loc, b.getZeroAttr(type));
}

Value Emitter::quotient(Value x, int64_t divisor) {
  return arith::DivUIOp::create(b, loc, x, i64(divisor));
}

Value Emitter::mul(Value x, int64_t factor) {
  if (factor == 1)
    return x;
  Value constant = x.getType().isInteger(32) ? i32(factor) : i64(factor);
  return mul(x, constant);
}

Value Emitter::extend(Value x) {
  return arith::ExtSIOp::create(b, loc, b.getI64Type(), x);
}

Value Emitter::both(Value x, Value y) {
  if (!x || !y)
    return x ? x : y;
  return arith::AndIOp::create(b, loc, x, y);
}

Value Emitter::less(Value x, Value y) {
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::slt, x, y);
}
Value Emitter::atLeast(Value x, Value y) {
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::sge, x, y);
}
Value Emitter::select(Value c, Value x, Value y) {
  return arith::SelectOp::create(b, loc, c, x, y);
}

/// A product among the operands may be fused.
Value Emitter::addFloat(Value x, Value y) {
  return arith::AddFOp::create(b, loc, x, y, arith::FastMathFlags::contract);
}

/// Neighbours first; the order depends on nothing but their number.
Value Emitter::addUp(ArrayRef<Value> summands) {
  if (summands.size() == 1)
    return summands[0];
  SmallVector<Value> sums;
  for (size_t i = 0; i + 1 < summands.size(); i += 2)
    sums.push_back(addFloat(summands[i], summands[i + 1]));
  if (summands.size() % 2)
    sums.push_back(summands.back());
  return addUp(sums);
}

Value Emitter::offsetPointer(Value pointer, int64_t bytes) {
  if (bytes == 0)
    return pointer;
  return LLVM::GEPOp::create(b, loc, pointer.getType(), b.getI8Type(), pointer,
                             ValueRange{i64(bytes)});
}

Value Emitter::shuffleXor(Value value, int64_t mask) {
  return NVVM::ShflOp::create(b, loc, value.getType(), i32(-1), value,
                              i32(mask), i32(31), NVVM::ShflKind::bfly,
                              UnitAttr());
}

void Emitter::inFirstLanes(int64_t lanes, llvm::function_ref<void()> body) {
  if (lanes >= threads)
    return body();
  auto branch = scf::IfOp::create(b, loc, less(thread, i32(lanes)), false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(branch.thenBlock()->getTerminator());
  body();
}

//===----------------------------------------------------------------------===//
// Lanes
//===----------------------------------------------------------------------===//

/// What depends on the thread alone is computed once, before everything else.
OpBuilder::InsertPoint Emitter::hoisted() {
  OpBuilder::InsertPoint here = b.saveInsertionPoint();
  b.setInsertionPointAfter(hoistAnchor);
  return here;
}

void Emitter::keepHoisted(Value value) { hoistAnchor = value.getDefiningOp(); }

Value Emitter::laneIndex(const AxisShare &share) {
  Value &known = laneIndices[{share.lanes, share.stride, share.near}];
  if (known)
    return known;
  OpBuilder::InsertPoint here = hoisted();
  if (share.lanes == 1) {
    known = i32(0);
  } else {
    // The far lanes start at the bit `near` of the index.
    known = thread;
    if (share.stride > share.near)
      known = arith::ShRUIOp::create(
          b, loc, known, i32(llvm::Log2_64(share.stride / share.near)));
    if (share.near > 1 || share.period() < threads)
      known =
          arith::AndIOp::create(b, loc, known, i32(share.lanes - share.near));
    if (share.near > 1) {
      Value neighbour =
          arith::AndIOp::create(b, loc, thread, i32(share.near - 1));
      known = arith::OrIOp::create(b, loc, known, neighbour);
    }
  }
  if (known != thread)
    keepHoisted(known);
  b.restoreInsertionPoint(here);
  return known;
}

Value Emitter::laneOffset(const AxisShare &share) {
  return mul(laneIndex(share), share.run);
}

Layout Emitter::layoutOf(Operation *op, TileType type) {
  return Layout::get(op->getAttrOfType<LayoutAttr>(kLayoutAttr), type);
}

//===----------------------------------------------------------------------===//
// Positions
//===----------------------------------------------------------------------===//

AxisPosition Emitter::positionAt(Axis axis, Value start, bool isLoop) {
  AxisPosition position{start, Value(), isLoop};
  int64_t extent = *kernel.getExtent(axis), tile = kernel.getTile(axis);
  bool symbolic = ShapedType::isDynamic(extent);
  if (axis == Axis::Batch || (!symbolic && extent % tile == 0))
    return position;
  if (!start && !symbolic) {
    position.left = i32(std::min(extent, tile));
    return position;
  }
  Value rest = symbolic ? length : i64(extent);
  if (start)
    rest = sub(rest, start);
  rest = arith::MinSIOp::create(b, loc, rest, i64(tile));
  position.left = arith::TruncIOp::create(b, loc, b.getI32Type(), rest);
  return position;
}

Value Emitter::isFull(const AxisShare &share) {
  Value left = positions[static_cast<unsigned>(share.axis)].left;
  return left ? atLeast(left, i32(share.size)) : Value();
}

Value Emitter::isInside(const AxisShare &share, int64_t slot) {
  Value left = positions[static_cast<unsigned>(share.axis)].left;
  if (!left && !share.mayOverrun(slot))
    return {};
  if (!left)
    left = i32(share.size);
  Value index = i32(share.index(slot));
  if (share.lanes > 1)
    index = add(laneOffset(share), index);
  return less(index, left);
}

Value Emitter::countTiles(Axis axis) {
  int64_t extent = *kernel.getExtent(axis), tile = kernel.getTile(axis);
  if (!ShapedType::isDynamic(extent))
    return i32(llvm::divideCeil(extent, tile));
  Value size = axis == Axis::Batch ? batch : length;
  Value padded = add(size, i64(tile - 1));
  Value count = arith::DivUIOp::create(b, loc, padded, i64(tile));
  return arith::TruncIOp::create(b, loc, b.getI32Type(), count);
}

void Emitter::enterTile(Axis axis, Value index) {
  Value start = mul(extend(index), kernel.getTile(axis));
  positions[static_cast<unsigned>(axis)] =
      positionAt(axis, start, /*isLoop=*/false);
}

/// The tiles of time and channels of a cell where groups of time tiles follow
/// one another; returns the number of what is left, the axes before these.
Value Emitter::enterGroup(Value cell) {
  auto divide = [&](Value x, Value y) {
    return std::pair<Value, Value>(arith::DivUIOp::create(b, loc, x, y),
                                   arith::RemUIOp::create(b, loc, x, y));
  };
  Value times = countTiles(Axis::Time), channels = countTiles(Axis::Channel);
  auto [rest, inPlane] = divide(cell, mul(times, channels));
  Value most = i32(schedule.getGroup());
  auto [group, inGroup] = divide(inPlane, mul(most, channels));
  Value first = mul(group, most);
  Value size = arith::MinSIOp::create(b, loc, most, sub(times, first));
  auto [channel, time] = divide(inGroup, size);
  enterTile(Axis::Time, add(first, time));
  enterTile(Axis::Channel, channel);
  return rest;
}

/// The cell's number says which tile of each grid axis is worked on, the last
/// axis running fastest.
void Emitter::emitCell(Value cell) {
  cellNumber = cell;
  SmallVector<Axis> grid = kernel.getGridAxes();
  ArrayRef<Axis> axes = grid;
  if (schedule.getGroup() > 1) {
    cell = enterGroup(cell);
    axes = axes.drop_back(2);
  }
  for (unsigned i = axes.size(); i-- > 0;) {
    Value index = cell;
    if (i > 0) {
      Value count = countTiles(axes[i]);
      index = arith::RemUIOp::create(b, loc, cell, count);
      cell = arith::DivUIOp::create(b, loc, cell, count);
    }
    enterTile(axes[i], index);
  }
  if (kernel.getPacked())
    enterSequence();
  enterSlots();
  for (auto extent : kernel.getExtents().getAsRange<ExtentAttr>())
    if (!llvm::is_contained(grid, extent.getAxis()))
      positions[static_cast<unsigned>(extent.getAxis())] =
          positionAt(extent.getAxis(), Value(), /*isLoop=*/false);
}

/// Nothing of this kernel touches what others write before the kernel before it
/// has ended, which waited in the same way. The wait is written as assembly
/// that clobbers memory: LLVM takes its intrinsic for one that touches none and
/// may move loads across it.
void Emitter::waitForEarlierKernels() {
  startedEarly = false;
  LLVM::InlineAsmOp::create(
      b, loc, TypeRange(), ValueRange(), "griddepcontrol.wait;", "~{memory}",
      /*has_side_effects=*/true, /*is_align_stack=*/false,
      LLVM::TailCallKind::None, LLVM::AsmDialectAttr(), ArrayAttr());
}

//===----------------------------------------------------------------------===//
// Tile ops
//===----------------------------------------------------------------------===//

LogicalResult Emitter::emitBlock(Block &block) {
  return emitOps(block.without_terminator());
}

bool Emitter::standsStill(TileLoadOp load) {
  return !mustWaitFor(kernel,
                      cast<BlockArgument>(load.getSource()).getArgNumber());
}

/// A loop waits by itself, where it has started the copies of what stands
/// still.
bool Emitter::mayPrecedeWait(Operation *op) {
  if (auto load = dyn_cast<TileLoadOp>(op))
    return standsStill(load);
  auto loop = dyn_cast<TileForOp>(op);
  if (!loop)
    return !isa<TileStoreOp>(op);
  return llvm::any_of(
      loop.getBody().getOps<TileLoadOp>(),
      [&](TileLoadOp load) { return isOnChip(load.getTile()); });
}

LogicalResult Emitter::emitOps(llvm::iterator_range<Block::iterator> ops) {
  for (Operation &op : ops) {
    loc = op.getLoc();
    if (startedEarly && !mayPrecedeWait(&op))
      waitForEarlierKernels();
    LogicalResult result =
        llvm::TypeSwitch<Operation *, LogicalResult>(&op)
            .Case([&](TileLoadOp load) { return lowerLoad(*this, load); })
            .Case([&](TileStoreOp store) { return lowerStore(*this, store); })
            .Case([&](TileFillOp fill) { return lowerFill(*this, fill); })
            .Case([&](TileMapOp map) { return lowerMap(*this, map); })
            .Case([&](TileScanOp scan) { return lowerScan(*this, scan); })
            .Case([&](TileReduceOp sum) { return lowerReduce(*this, sum); })
            .Case([&](TileDotOp dot) { return lowerDot(*this, dot); })
            .Case([&](TileForOp loop) { return lowerFor(*this, loop); })
            .Default([](Operation *other) {
              return other->emitOpError("expected a tile op");
            });
    if (failed(result))
      return failure();
  }
  return success();
}

/// A kernel without a recurrence is written twice: for cells that lie inside
/// all extents, and with checks. Its accesses are then not torn by branches.
/// The assembler waits for each product of a warpgroup where two loops have
/// some.
bool Emitter::emitsTwice() {
  bool recurrent = false;
  kernel.walk([&](TileScanOp) { recurrent = true; });
  return !recurrent && !multipliesOnChip;
}

LogicalResult Emitter::emitTwice() {
  Value full;
  AxisPosition checked[kNumAxes];
  std::copy(positions, positions + kNumAxes, checked);
  for (Axis axis : kernel.getGridAxes())
    full = both(full, isFull({axis, kernel.getTile(axis)}));
  // A window may leave the tensor at its first and last tokens; what stands for
  // the tokens before the first is read there alone.
  kernel.walk([&](TileLoadOp load) {
    auto view = cast<MemRefType>(load.getSource().getType());
    SmallVector<AccessDim> dims = *decomposeAccessMap(load.getMap());
    for (auto [dim, size] : llvm::zip(dims, view.getShape())) {
      Value start = positions[static_cast<unsigned>(Axis::Time)].start;
      if (dim.axis != Axis::Time || !start ||
          positions[static_cast<unsigned>(Axis::Time)].isLoop)
        continue;
      if (isBeforeFirst(dim, size)) {
        full = both(full, atLeast(start, i64(size - dim.offset)));
        continue;
      }
      if (dim.offset == 0)
        continue;
      int64_t reach = std::abs(dim.offset);
      Value after = add(start, i64(kernel.getTile(Axis::Time) + reach));
      full = both(full, atLeast(start, i64(reach)));
      full = both(full, atLeast(length, after));
    }
  });
  if (!full)
    return emitProgram();
  auto branch = scf::IfOp::create(b, loc, TypeRange(), full, true);
  OpBuilder::InsertionGuard guard(b);
  for (Axis axis : kernel.getGridAxes())
    positions[static_cast<unsigned>(axis)].left = Value();
  insideWindow = true;
  b.setInsertionPoint(branch.thenBlock()->getTerminator());
  bool waitsToo = startedEarly;
  if (failed(emitProgram()))
    return failure();
  flushStores();
  forgetPending();
  insideWindow = false;
  startedEarly = waitsToo;
  std::copy(checked, checked + kNumAxes, positions);
  b.setInsertionPoint(branch.elseBlock()->getTerminator());
  return emitProgram();
}

/// What follows a loop that owners share is one's to do: who walks the last
/// segment of time, or the first block of a cluster.
LogicalResult Emitter::emitProgram() {
  Block &body = kernel.getBody().front();
  if (!relay && !rank)
    return emitBlock(body);
  Axis shared = relay ? Axis::Time : Axis::Inner;
  TileForOp loop =
      *llvm::find_if(body.getOps<TileForOp>(),
                     [&](TileForOp each) { return each.getAxis() == shared; });
  Block::iterator rest = std::next(loop->getIterator());
  if (failed(emitOps({body.begin(), rest})))
    return failure();
  flushStores();
  if (rank)
    sendSums(loop);
  Value isOwner = relay ? isLastSegment() : isFirstOfCluster();
  auto branch = scf::IfOp::create(b, loc, isOwner, false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(branch.thenBlock()->getTerminator());
  if (rank)
    receiveSums(loop);
  if (failed(emitOps({rest, std::prev(body.end())})))
    return failure();
  flushStores();
  return success();
}

LogicalResult Emitter::emitBody() {
  auto range = LLVM::ConstantRangeAttr::get(b.getContext(), llvm::APInt(32, 0),
                                            llvm::APInt(32, threads));
  thread = NVVM::ThreadIdXOp::create(b, loc, b.getI32Type(), range);
  hoistAnchor = thread.getDefiningOp();
  if (startsEarly(kernel))
    NVVM::GriddepcontrolOp::create(b, loc,
                                   NVVM::GridDepActionKind::launch_dependents);
  if (schedule.getSegments() > 1) {
    if (startsEarly(kernel))
      waitForEarlierKernels();
    emitCell(takeTurn());
    return emitProgram();
  }
  Value cell = NVVM::BlockIdXOp::create(b, loc, b.getI32Type());
  keepHoisted(cell);
  if (schedule.getCluster() > 1)
    cell = enterCluster(cell);
  // Where a packed sequence lies, a row in an order, or a slot, is read from
  // memory.
  bool waitsFirst =
      startsEarly(kernel) && (kernel.getPacked() || kernel.getOrdered() ||
                              !kernel.getSlotViews().empty());
  if (waitsFirst)
    waitForEarlierKernels();
  emitCell(cell);
  startedEarly = startsEarly(kernel) && !waitsFirst;
  return emitsTwice() ? emitTwice() : emitProgram();
}

//===----------------------------------------------------------------------===//
// Values of tiles
//===----------------------------------------------------------------------===//

PlaceAttr Emitter::placeOf(Value tile) {
  auto result = dyn_cast<OpResult>(tile);
  auto places = result
                    ? result.getOwner()->getAttrOfType<ArrayAttr>(kPlacesAttr)
                    : ArrayAttr();
  return places ? cast<PlaceAttr>(places[result.getResultNumber()])
                : PlaceAttr::get(b.getContext(), PlaceKind::Lane);
}

bool Emitter::isOnChip(Value tile) {
  return placeOf(tile).getKind() == PlaceKind::Chip;
}

void Emitter::define(OpResult result, const Layout &layout,
                     ArrayRef<Value> values) {
  if (isOnChip(result))
    deferStores(accessChip(result, layout), values);
  else
    tiles[result] = {layout, SmallVector<Value>(values)};
}

FailureOr<SmallVector<SmallVector<Value>>>
Emitter::read(Operation *reader, ValueRange values, ArrayRef<Layout> layouts) {
  SmallVector<SmallVector<Value>> result(values.size());
  SmallVector<MemoryItem> items;
  SmallVector<Range> ranges;
  for (auto [i, tile] : llvm::enumerate(values)) {
    if (isOnChip(tile)) {
      Layout layout = layouts[i];
      if (int64_t parts = placeOf(tile).getParts(); parts > 1)
        layout.shares.push_back({Axis::State, parts});
      ChipAccess access = accessChip(tile, layout);
      ranges.push_back({access.begin, access.end});
      for (int64_t offset : access.offsets)
        items.push_back({access.pointer, access.align, offset, access.element});
      continue;
    }
    auto known = tiles.find(tile);
    if (known == tiles.end() || known->second.layout != layouts[i])
      return reader->emitOpError("expected operand ")
             << i << " in the layout of its reader, got another";
    result[i] = known->second.values;
  }
  beforeChipReads(ranges);
  loadChip(items);
  const MemoryItem *next = items.begin();
  for (auto [i, tile] : llvm::enumerate(values)) {
    if (!isOnChip(tile))
      continue;
    int64_t parts = placeOf(tile).getParts();
    for (int64_t slot = 0; slot < layouts[i].slots(); ++slot) {
      SmallVector<Value> summands;
      for (int64_t part = 0; part < parts; ++part)
        summands.push_back((next++)->value);
      result[i].push_back(addUp(summands));
    }
  }
  return result;
}

SmallVector<Value> Emitter::inlineScalars(Region &region,
                                          ArrayRef<Value> arguments) {
  Block &block = region.front();
  IRMapping mapping;
  mapping.map(block.getArguments(), arguments);
  for (Operation &op : block.without_terminator()) {
    Operation *copy = b.clone(op, mapping);
    auto flags = dyn_cast<arith::ArithFastMathInterface>(copy);
    if (flags && isa<arith::AddFOp, arith::SubFOp, arith::MulFOp>(copy))
      copy->setAttr(
          flags.getFastMathAttrName(),
          arith::FastMathFlagsAttr::get(
              b.getContext(), flags.getFastMathFlagsAttr().getValue() |
                                  arith::FastMathFlags::contract));
  }
  SmallVector<Value> results;
  for (Value value : block.getTerminator()->getOperands())
    results.push_back(mapping.lookupOrDefault(value));
  return results;
}
