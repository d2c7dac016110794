// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loops over the axes of tiles, and the tile ops that need no more than that:
// stores, tiles in scratch, reductions, and the loop over an axis.

#include "lib/Conversion/CPU/Emitter.h"

using namespace mlir;
using namespace mlir::ssm;

/// Vectors of a tile that are written out one by one.
static constexpr int64_t kUnrolledVectors = 4;

//===----------------------------------------------------------------------===//
// Loops over axes
//===----------------------------------------------------------------------===//

void VectorEmitter::forAxis(Axis axis, bool unroll,
                            llvm::function_ref<void()> body) {
  AxisIndex saved = state(axis).index;
  bool isStatic = !state(axis).limit.value;
  if (isStatic && (unroll || state(axis).size == 1)) {
    for (int64_t i = 0; i < state(axis).size; ++i) {
      state(axis).index = {{}, i};
      body();
    }
  } else {
    scf::ForOp loop = enterLoop(integer(0).value, limitOf(axis).value, 1);
    state(axis).index = {{loop.getInductionVar(), depth()}, 0};
    body();
    leaveLoop(loop);
  }
  state(axis).index = saved;
}

void VectorEmitter::forAxes(ArrayRef<Axis> order, bool unroll,
                            llvm::function_ref<void()> body) {
  if (order.empty())
    return body();
  forAxis(order.front(), unroll && order.front() == Axis::State,
          [&] { forAxes(order.drop_front(), unroll, body); });
}

/// Vector by vector along the lane axis; a partial vector comes last.
void VectorEmitter::forLanes(Axis axis, llvm::function_ref<void()> body) {
  AxisIndex savedIndex = state(axis).index;
  bool savedFull = lanesFull;
  int64_t size = state(axis).size;
  bool isStatic = !state(axis).limit.value;
  if (blocksOf(axis) <= kUnrolledVectors) {
    for (int64_t first = 0; first < size; first += lanes) {
      state(axis).index = {{}, first};
      lanesFull = isStatic && first + lanes <= size;
      body();
    }
  } else {
    Element limit = limitOf(axis);
    Element rest = binary<arith::RemSIOp>(limit, integer(lanes));
    Element whole = binary<arith::SubIOp>(limit, rest);
    scf::ForOp loop = enterLoop(integer(0).value, whole.value, lanes);
    state(axis).index = {{loop.getInductionVar(), depth()}, 0};
    lanesFull = true;
    body();
    leaveLoop(loop);
    if (!isStatic || size % lanes != 0) {
      state(axis).index = {whole, 0};
      lanesFull = false;
      storeIf(less(integer(0), rest), body);
    }
  }
  state(axis).index = savedIndex;
  lanesFull = savedFull;
}

//===----------------------------------------------------------------------===//
// Blocks and nests
//===----------------------------------------------------------------------===//

void VectorEmitter::emitBlock(Block &block) {
  SmallVector<Operation *> nest;
  std::optional<int64_t> number;
  for (Operation &op : block) {
    auto attr = op.getAttrOfType<IntegerAttr>(kNestAttr);
    if (!attr)
      continue;
    if (number && *number != attr.getInt()) {
      emitNest(nest);
      nest.clear();
    }
    number = attr.getInt();
    nest.push_back(&op);
  }
  if (!nest.empty())
    emitNest(nest);
}

void VectorEmitter::emitNest(ArrayRef<Operation *> ops) {
  std::optional<Axis> savedLane = laneAxis;
  bool savedFull = lanesFull;
  lanesFull = true;
  Operation *first = ops.front();
  if (auto loop = dyn_cast<TileForOp>(first))
    emitLoop(loop);
  else if (auto scan = dyn_cast<TileScanOp>(first))
    emitScan(scan, ops.drop_front());
  else if (auto reduce = dyn_cast<TileReduceOp>(first))
    emitReduce(reduce);
  else if (auto dot = dyn_cast<TileDotOp>(first))
    emitDot(dot);
  else
    emitPointwise(ops);
  laneAxis = savedLane;
  lanesFull = savedFull;
}

static TileType rootType(Operation *op) {
  if (auto store = dyn_cast<TileStoreOp>(op))
    return store.getTile().getType();
  return cast<TileType>(op->getResult(0).getType());
}

/// Whether an element of `tile` is, or is computed from, one in registers.
bool VectorEmitter::readsRegisters(Value tile) {
  if (registers.count(tile))
    return true;
  auto map = tile.getDefiningOp<TileMapOp>();
  return map && !buffers.count(tile.getAsOpaquePointer()) &&
         llvm::any_of(map.getInputs(),
                      [&](Value input) { return readsRegisters(input); });
}

void VectorEmitter::emitPointwise(ArrayRef<Operation *> all) {
  SmallVector<Operation *> ops;
  for (Operation *op : all) {
    if (auto load = dyn_cast<TileLoadOp>(op); load && emitPacked(load))
      continue;
    auto store = dyn_cast<TileStoreOp>(op);
    if (store && leavesInSquares(store))
      storeInSquares(store);
    else
      ops.push_back(op);
  }
  if (ops.empty())
    return;
  TileType tile = rootType(ops.front());
  bool unroll = llvm::any_of(ops, [&](Operation *op) {
    return llvm::any_of(op->getOperands(),
                        [&](Value operand) { return readsRegisters(operand); });
  });
  overTile(tile, unroll, [&] { emitRoots(ops); });
}

/// Stands at every element of a tile, vector by vector.
void VectorEmitter::overTile(TileType tile, bool unroll,
                             llvm::function_ref<void()> body) {
  std::optional<Axis> saved = laneAxis;
  laneAxis = getLaneAxis(tile);
  SmallVector<Axis> order = getMemoryOrder(tile);
  llvm::erase(order, Axis::Batch);
  enterNest();
  if (laneAxis) {
    order.pop_back();
    forAxes(order, unroll, [&] { forLanes(*laneAxis, body); });
  } else {
    body();
  }
  leaveNest();
  laneAxis = saved;
}

/// At one point: stores, and elements of tiles that go to scratch.
void VectorEmitter::emitRoots(ArrayRef<Operation *> ops) {
  for (Operation *op : ops) {
    if (auto store = dyn_cast<TileStoreOp>(op)) {
      storeView(store);
    } else if (auto load = dyn_cast<TileLoadOp>(op)) {
      storeBuffer(allocate(load.getTile()), load.getTile().getType(),
                  loadView(load));
    } else if (auto map = dyn_cast<TileMapOp>(op)) {
      evaluateMap(map, map.getOutputs()[0]);
      for (Value output : map.getOutputs())
        if (!output.use_empty())
          storeBuffer(allocate(output), cast<TileType>(output.getType()),
                      *findKnown(keyOf(output)));
    }
  }
}

void VectorEmitter::copyTile(Value from, Value to) {
  auto tile = cast<TileType>(to.getType());
  Buffer buffer = allocate(to);
  overTile(tile, readsRegisters(from),
           [&] { storeBuffer(buffer, tile, evaluate(from)); });
}

//===----------------------------------------------------------------------===//
// reduce
//===----------------------------------------------------------------------===//

/// The sum of a vector's lanes, pair by pair.
Value VectorEmitter::sumLanes(Value vector) {
  for (int64_t width = lanes; width > 1; width /= 2) {
    SmallVector<int64_t> low, high;
    for (int64_t i = 0; i < width / 2; ++i) {
      low.push_back(i);
      high.push_back(i + width / 2);
    }
    Value a = vector::ShuffleOp::create(here(), loc, vector, vector, low);
    Value b = vector::ShuffleOp::create(here(), loc, vector, vector, high);
    vector = arith::AddFOp::create(here(), loc, a, b);
  }
  return vector::ExtractOp::create(here(), loc, vector, 0);
}

/// Adds the element at the current point, where it is inside, to `sum`.
Value VectorEmitter::addElement(Value sum, Value tile) {
  auto type = cast<TileType>(tile.getType());
  Value element = conform(evaluate(tile), sum.getType());
  Element inside = hasLanes(type) ? mask() : Element();
  Value added = arith::AddFOp::create(here(), loc, sum, element);
  if (!inside.value)
    return added;
  return arith::SelectOp::create(here(), loc, inside.value, added, sum);
}

/// One loop over the reduced axis, which carries the sum.
Value VectorEmitter::sumAlong(Axis axis, Value tile) {
  bool alongLanes = axis == laneAxis;
  Value zero = arith::ConstantOp::create(
      at(0), loc, at(0).getZeroAttr(typeOf(cast<TileType>(tile.getType()))));
  AxisIndex saved = state(axis).index;
  bool savedFull = lanesFull;
  scf::ForOp loop = enterLoop(integer(0).value, limitOf(axis).value,
                              alongLanes ? lanes : 1, zero);
  state(axis).index = {{loop.getInductionVar(), depth()}, 0};
  if (alongLanes)
    lanesFull = !state(axis).limit.value && state(axis).size % lanes == 0;
  Value sum = addElement(loop.getRegionIterArg(0), tile);
  Value total = leaveLoop(loop, sum)[0];
  state(axis).index = saved;
  lanesFull = savedFull;
  return alongLanes ? sumLanes(total) : total;
}

void VectorEmitter::emitReduce(TileReduceOp reduce) {
  TileType input = reduce.getInput().getType();
  TileType output = reduce.getOutput().getType();
  Buffer buffer = allocate(reduce.getOutput());
  laneAxis = getLaneAxis(input);
  auto sum = [&] {
    Value total = sumAlong(reduce.getAxis(), reduce.getInput());
    storeBuffer(buffer, output, {total, depth()});
  };
  SmallVector<Axis> order = getMemoryOrder(output);
  llvm::erase(order, Axis::Batch);
  enterNest();
  if (laneAxis && output.hasAxis(*laneAxis)) {
    order.pop_back();
    forAxes(order, false, [&] { forLanes(*laneAxis, sum); });
  } else {
    forAxes(order, false, sum);
  }
  leaveNest();
}

//===----------------------------------------------------------------------===//
// for
//===----------------------------------------------------------------------===//

/// The elements of a tile that will live in registers, state by state.
SmallVector<Value> VectorEmitter::allElements(Value tile) {
  auto type = cast<TileType>(tile.getType());
  SmallVector<Value> values;
  overRegisters(
      type, [&] { values.push_back(conform(evaluate(tile), typeOf(type))); });
  return values;
}

/// Stands at every element of a tile in registers, in their order.
void VectorEmitter::overRegisters(TileType tile,
                                  llvm::function_ref<void()> body) {
  auto lanesOf = [&] {
    if (hasLanes(tile))
      forLanes(*laneAxis, body);
    else
      body();
  };
  if (tile.hasAxis(Axis::State))
    forAxis(Axis::State, /*unroll=*/true, lanesOf);
  else
    lanesOf();
}

unsigned VectorEmitter::registerNumber(TileType tile) {
  unsigned number = 0;
  if (tile.hasAxis(Axis::State))
    number = state(Axis::State).index.offset;
  if (hasLanes(tile))
    number =
        number * blocksOf(*laneAxis) + state(*laneAxis).index.offset / lanes;
  return number;
}

void VectorEmitter::setRegisters(Value tile, ValueRange values) {
  SmallVector<Element> elements;
  for (Value value : values)
    elements.push_back({value, depth()});
  registers[tile] = elements;
}

/// One run of the loop's region. `carried` holds the registers before it and
/// after it.
void VectorEmitter::emitLoopBody(TileForOp loop, SmallVector<Value> &carried) {
  Block &body = loop.getBody().front();
  ValueRange rest(carried);
  for (Value argument : body.getArguments())
    if (getPlace(argument) == CPUPlace::Registers) {
      unsigned count = registerCounts.lookup(argument);
      setRegisters(argument, rest.take_front(count));
      rest = rest.drop_front(count);
    }
  emitBlock(body);
  SmallVector<Value> next;
  SmallVector<std::pair<Value, Value>> copies;
  for (auto [argument, yielded] :
       llvm::zip(body.getArguments(), body.getTerminator()->getOperands())) {
    if (getPlace(argument) == CPUPlace::Registers) {
      for (const Element &element : registers[yielded])
        next.push_back(element.value);
      continue;
    }
    auto from = buffers.find(yielded.getAsOpaquePointer());
    if (from == buffers.end() ||
        from->second.bytes != buffers.at(argument.getAsOpaquePointer()).bytes)
      copies.push_back({yielded, argument});
  }
  // What is passed on may read what is passed in: all of it is made first.
  if (copies.size() > 1)
    for (auto &[yielded, argument] : copies)
      if (!buffers.count(yielded.getAsOpaquePointer()))
        copyTile(yielded, yielded);
  for (auto &[yielded, argument] : copies)
    copyTile(yielded, argument);
  carried = next;
}

/// Walks [begin, end) of the loop's axis by whole tiles, or by tiles of which
/// the last may be partial.
void VectorEmitter::emitLoopTiles(TileForOp loop, Value begin, Value end,
                                  bool partial, SmallVector<Value> &carried) {
  AxisState saved = state(loop.getAxis());
  scf::ForOp tiles = enterLoop(begin, end, saved.size, carried);
  AxisState &along = state(loop.getAxis());
  along.origin = {tiles.getInductionVar(), depth()};
  if (partial)
    along.limit = binary<arith::MinSIOp>(
        integer(saved.size),
        binary<arith::SubIOp>({end, depth()}, along.origin));
  carried.assign(tiles.getRegionIterArgs().begin(),
                 tiles.getRegionIterArgs().end());
  emitLoopBody(loop, carried);
  carried = llvm::to_vector(leaveLoop(tiles, carried));
  state(loop.getAxis()) = saved;
}

void VectorEmitter::emitLoop(TileForOp loop) {
  Block &body = loop.getBody().front();
  SmallVector<Value> carried;
  for (auto [init, argument, result] :
       llvm::zip(loop.getInit(), body.getArguments(), loop.getOutputs())) {
    if (getPlace(argument) == CPUPlace::Registers) {
      laneAxis = getLaneAxis(cast<TileType>(init.getType()));
      SmallVector<Value> elements = allElements(init);
      registerCounts[argument] = elements.size();
      llvm::append_range(carried, elements);
      continue;
    }
    copyTile(init, argument);
    share(result, argument);
  }
  walkLoop(loop, carried);
  ValueRange rest(carried);
  for (auto [argument, result] :
       llvm::zip(body.getArguments(), loop.getOutputs()))
    if (getPlace(argument) == CPUPlace::Registers) {
      unsigned count = registerCounts.lookup(argument);
      setRegisters(result, rest.take_front(count));
      rest = rest.drop_front(count);
    }
}

/// Whole tiles first; the rest of a static extent is a tile of its own size.
void VectorEmitter::walkLoop(TileForOp loop, SmallVector<Value> &carried) {
  AxisState saved = state(loop.getAxis());
  Value zero = integer(0).value;
  if (ShapedType::isDynamic(saved.extent)) {
    Value end = loop.getAxis() == Axis::Batch ? batch : length.value;
    emitLoopTiles(loop, zero, end, /*partial=*/true, carried);
    return;
  }
  int64_t rest = saved.extent % saved.size;
  int64_t whole = saved.extent - rest;
  emitLoopTiles(loop, zero, integer(whole).value, /*partial=*/false, carried);
  if (rest == 0)
    return;
  state(loop.getAxis()).origin = integer(whole);
  state(loop.getAxis()).size = rest;
  enterNest();
  emitLoopBody(loop, carried);
  leaveNest();
  state(loop.getAxis()) = saved;
}
