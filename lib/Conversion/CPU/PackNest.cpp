// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tiles that are read or written across their order in memory: square blocks of
// vectors along the view's rows are transposed in registers, on their way to
// scratch or out of the registers of a scan. Pairs of bf16, which stay
// together, cross as integers of their size.

#include "lib/Conversion/CPU/Emitter.h"

using namespace mlir;
using namespace mlir::ssm;

/// Swaps blocks of one element off the diagonal, of two, of four and so on.
SmallVector<Value> VectorEmitter::transpose(SmallVector<Value> rows) {
  for (int64_t size = 1; size < lanes; size *= 2) {
    SmallVector<int64_t> low, high;
    for (int64_t i = 0; i < lanes; ++i) {
      bool fromSecond = i & size;
      low.push_back(fromSecond ? lanes + i - size : i);
      high.push_back(fromSecond ? lanes + i : i + size);
    }
    for (int64_t i = 0; i < lanes; ++i) {
      if (i & size)
        continue;
      Value first = rows[i], second = rows[i + size];
      rows[i] = vector::ShuffleOp::create(here(), loc, first, second, low);
      rows[i + size] =
          vector::ShuffleOp::create(here(), loc, first, second, high);
    }
  }
  return rows;
}

/// The pair at the current point, or the pairs of a vector that begins there.
Value VectorEmitter::loadPairs(TileLoadOp load, bool isVector) {
  SmallVector<AccessDim> dims = *decomposeAccessMap(load.getMap());
  Address from = address(load.getSource(), dims, load.getSlots());
  Type type = here().getI32Type();
  if (isVector)
    type = vectorType(type);
  constexpr unsigned kAlignment = 2;
  Value pairs =
      LLVM::LoadOp::create(here(), loc, type, from.pointer.value, kAlignment);
  return zeroUnless(from.inside, {pairs, depth()}).value;
}

/// One vector of lanes, `lanes` elements or pairs across from `first`.
void VectorEmitter::packBlock(TileLoadOp load, Axis across, Axis lane,
                              AxisIndex first, AxisIndex channel) {
  TileType tile = load.getTile().getType();
  Buffer buffer = allocate(load.getTile());
  bool paired = isPaired(load.getTile());
  SmallVector<Value> rows;
  laneAxis = across;
  state(across).index = first;
  if (paired)
    state(across).index.base = binary<arith::MulIOp>(first.base, integer(2));
  for (int64_t row = 0; row < lanes; ++row) {
    state(lane).index = {channel.base, channel.offset + row};
    rows.push_back(paired ? loadPairs(load, true)
                          : widen(loadView(load), vectorType(buffer.element)));
  }
  rows = transpose(rows);
  laneAxis = lane;
  state(lane).index = channel;
  for (auto [number, column] : llvm::enumerate(rows)) {
    state(across).index = {first.base, static_cast<int64_t>(number)};
    storeBuffer(buffer, tile, {column, depth()});
  }
}

/// Pair by pair, lane by lane, where blocks do not fit.
void VectorEmitter::packPairs(TileLoadOp load) {
  TileType tile = load.getTile().getType();
  Buffer buffer = allocate(load.getTile());
  laneAxis = getLaneAxis(tile);
  AxisIndex saved = state(Axis::Inner).index;
  scf::ForOp loop = enterLoop(integer(0).value,
                              integer(state(Axis::Inner).size / 2).value, 1);
  Element pair{loop.getInductionVar(), depth()};
  SmallVector<AccessDim> dims = *decomposeAccessMap(load.getMap());
  forLanes(*laneAxis, [&] {
    state(Axis::Inner).index = {binary<arith::MulIOp>(pair, integer(2)), 0};
    Element pairs = loadLanes(load, dims, here().getI32Type());
    state(Axis::Inner).index = {pair, 0};
    storeBuffer(buffer, tile, pairs);
  });
  leaveLoop(loop);
  state(Axis::Inner).index = saved;
}

/// Fills scratch with a tile; false if that takes no blocks and no pairs.
bool VectorEmitter::emitPacked(TileLoadOp load) {
  TileType tile = load.getTile().getType();
  SmallVector<Axis> order = getMemoryOrder(tile);
  llvm::erase(order, Axis::Batch);
  if (order.size() != 2)
    return false;
  auto [across, lane] = std::pair(order[0], order[1]);
  bool paired = isPaired(load.getTile());
  int64_t width = paired ? 2 * lanes : lanes;
  AxisState savedAcross = state(across), savedLane = state(lane);
  SmallVector<AccessDim> dims = *decomposeAccessMap(load.getMap());
  auto view = cast<MemRefType>(load.getSource().getType());
  laneAxis = across;
  bool isSquare = isContiguous(load, across) && isVectorAccess(view, dims) &&
                  !savedAcross.limit.value && !savedLane.limit.value &&
                  savedAcross.size % width == 0 && savedLane.size % lanes == 0;
  Type stored = allocate(load.getTile()).element;
  if (!paired && (!isSquare || stored.getIntOrFloatBitWidth() < 32))
    return false;
  enterNest();
  if (!isSquare) {
    packPairs(load);
  } else {
    scf::ForOp loop =
        enterLoop(integer(0).value,
                  integer(savedAcross.size / (width / lanes)).value, lanes);
    AxisIndex first{{loop.getInductionVar(), depth()}, 0};
    laneAxis = lane;
    forLanes(lane,
             [&] { packBlock(load, across, lane, first, state(lane).index); });
    leaveLoop(loop);
  }
  leaveNest();
  state(across) = savedAcross;
  state(lane) = savedLane;
  return true;
}

//===----------------------------------------------------------------------===//
// States of a scan
//===----------------------------------------------------------------------===//

/// Whether `tile` is the states of a scan, or of a loop around it, in scratch.
static bool isCarried(Value tile) {
  return getPlace(tile) == CPUPlace::Scratch &&
         isa_and_nonnull<TileScanOp, TileForOp>(tile.getDefiningOp());
}

/// Whether all states of a tile can leave it in square blocks.
bool VectorEmitter::leavesInSquares(TileStoreOp store) {
  TileType tile = store.getTile().getType();
  AccessDim last = decomposeAccessMap(store.getMap())->back();
  auto view = cast<MemRefType>(store.getTarget().getType());
  const AxisState &states = state(Axis::State);
  std::optional<Axis> lane = getLaneAxis(tile);
  bool isOfStates = lane && *lane != Axis::State && !tile.hasAxis(Axis::Time) &&
                    !tile.hasAxis(Axis::Inner);
  return isOfStates && last.axis == Axis::State &&
         (readsRegisters(store.getTile()) || isCarried(store.getTile())) &&
         !states.limit.value && states.size % lanes == 0 &&
         isInRange(last, view.getRank() - 1, view, states.extent);
}

/// The square block at the current point, a row for each lane.
void VectorEmitter::storeSquare(TileStoreOp store, ArrayRef<AccessDim> dims) {
  TileType tile = store.getTile().getType();
  Type type = typeOf(tile), row = crossingType(type);
  AxisIndex &index = state(Axis::State).index;
  AxisIndex first = index;
  SmallVector<Value> columns;
  for (int64_t number = 0; number < lanes; ++number) {
    index = {{}, first.offset + number};
    Value element = conform(evaluate(store.getTile()), type);
    columns.push_back(withType({element, depth()}, row));
  }
  index = first;
  for (auto [lane, value] : llvm::enumerate(transpose(columns))) {
    Address to = address(store.getTarget(), dims, store.getSlots(), lane);
    storeIf(laneInside(to.inside, lane), [&, value = value, to = to] {
      LLVM::StoreOp::create(here(), loc, value, to.pointer.value,
                            bytesOf(tile.getElementType()));
    });
  }
}

void VectorEmitter::storeInSquares(TileStoreOp store) {
  std::optional<Axis> saved = laneAxis;
  laneAxis = getLaneAxis(store.getTile().getType());
  SmallVector<AccessDim> dims = *decomposeAccessMap(store.getMap());
  enterNest();
  forLanes(*laneAxis, [&] {
    storeIf(endsEntry(dims), [&] {
      AxisState &states = state(Axis::State);
      AxisIndex before = states.index;
      for (int64_t n = 0; n < states.size; n += lanes) {
        states.index = {{}, n};
        storeSquare(store, dims);
      }
      states.index = before;
    });
  });
  leaveNest();
  laneAxis = saved;
}
