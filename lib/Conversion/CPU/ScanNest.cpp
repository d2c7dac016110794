// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm.tile.scan: a loop over the tokens of a tile that carries the states, a
// vector of channels for each. If all states of a channel fit the registers,
// what follows from the read runs in the same loop; the states stay there
// between tiles, or wait in scratch while other channels walk the tile.
// Otherwise blocks of states walk it one after the other and the read gathers
// in scratch.

#include "lib/Conversion/CPU/Emitter.h"

#include "mlir/Dialect/Math/IR/Math.h"

using namespace mlir;
using namespace mlir::ssm;

/// Tokens that a prefetch runs ahead of the recurrence.
static constexpr int64_t kPrefetchTokens = 4;

/// The tiles' elements stand one after the other: those of the first state,
/// then those of the second.
static Value &elementOf(SmallVector<Value> &values, unsigned state,
                        int64_t number, int64_t count) {
  return values[state * count + number];
}

template <typename OpTy> static OpTy contracting(Value value) {
  auto op = value.getDefiningOp<OpTy>();
  bool contracts = op && arith::bitEnumContainsAll(
                             op.getFastmath(), arith::FastMathFlags::contract);
  return contracts ? op : OpTy();
}

/// If `next` adds to a product with the state before it, one step does both:
/// the next token waits for less, and a product that is subnormal, which
/// processors make in microcode, is none by itself.
static Value fuseProduct(Value next, Value before) {
  // Narrower types have no such step.
  if (getElementTypeOrSelf(next).getIntOrFloatBitWidth() < 32)
    return next;
  auto sum = contracting<arith::AddFOp>(next);
  for (unsigned i = 0; sum && i < 2; ++i) {
    auto product = contracting<arith::MulFOp>(sum->getOperand(i));
    if (!product || !product->hasOneUse() ||
        !llvm::is_contained(product->getOperands(), before))
      continue;
    OpBuilder builder(sum);
    Value fused = math::FmaOp::create(builder, sum.getLoc(), product.getLhs(),
                                      product.getRhs(), sum->getOperand(1 - i));
    sum.replaceAllUsesWith(fused);
    return fused;
  }
  return next;
}

/// One token for the states [first, first + count) of the current vector of
/// channels: the states after it, and the reads, summed over the states if the
/// read lacks their axis.
SmallVector<Value> VectorEmitter::scanToken(TileScanOp scan, ValueRange states,
                                            AxisIndex first,
                                            SmallVectorImpl<Value> &reads) {
  TileType readTile = scan.getRead().getType();
  Type readType = typeOf(readTile);
  bool summed = scan.getStateType().hasAxis(Axis::State) &&
                !readTile.hasAxis(Axis::State);
  AxisIndex saved = state(Axis::State).index;
  unsigned numStates = scan.getNumStates();
  int64_t count = states.size() / numStates;
  SmallVector<Value> before(states), next(states.size());
  for (int64_t number = 0; number < count; ++number) {
    state(Axis::State).index = {first.base, first.offset + number};
    SmallVector<Element> args;
    for (unsigned s = 0; s < numStates; ++s)
      args.push_back({elementOf(before, s, number, count), depth()});
    for (Value input : scan.getInputs())
      args.push_back(evaluate(input));
    SmallVector<Element> results = evaluateRegion(scan.getBody(), args);
    for (unsigned s = 0; s < numStates; ++s) {
      Value sum = results[s].value;
      Value fused = fuseProduct(sum, elementOf(before, s, number, count));
      for (Element &result : results)
        if (result.value == sum)
          result.value = fused;
    }
    for (auto [s, final] : llvm::enumerate(scan.getFinalStates()))
      elementOf(next, s, number, count) =
          conform(results[s], typeOf(cast<TileType>(final.getType())));
    Value read = conform(results.back(), readType);
    // Two sums, so that additions of one need not wait for the other's.
    if (!summed || number < 2) {
      reads.push_back(read);
    } else {
      Value &sum = reads[number % 2];
      sum = arith::AddFOp::create(here(), loc, sum, read,
                                  arith::FastMathFlags::contract);
    }
  }
  state(Axis::State).index = saved;
  if (summed && reads.size() == 2) {
    Value sum = arith::AddFOp::create(here(), loc, reads[0], reads[1]);
    reads.assign(1, sum);
  }
  return next;
}

namespace {
/// What a nest reads of the kernel's arguments.
struct NestLoads {
  /// By its own tokens.
  SetVector<TileLoadOp> own;
  /// By the nests before it, for tiles in scratch.
  SetVector<TileLoadOp> before;

  void collect(Value tile, bool inScratch) {
    inScratch |= getPlace(tile) == CPUPlace::Scratch;
    if (auto load = tile.getDefiningOp<TileLoadOp>())
      (inScratch ? before : own).insert(load);
    else if (auto map = tile.getDefiningOp<TileMapOp>())
      for (Value input : map.getInputs())
        collect(input, inScratch);
  }
};
} // namespace

/// The stores of what is made of `tile`.
static SmallVector<Operation *> storesOf(Value tile) {
  SmallVector<Operation *> stores;
  for (Operation *user : tile.getUsers()) {
    if (isa<TileStoreOp>(user))
      stores.push_back(user);
    else if (auto map = dyn_cast<TileMapOp>(user))
      for (Value output : map.getOutputs())
        llvm::append_range(stores, storesOf(output));
  }
  return stores;
}

/// The nests before the scan walk their tile in a moment, too short for memory
/// to follow: the tokens of the scan fetch what they read of the next tile.
void VectorEmitter::prefetchInputs(TileScanOp scan,
                                   ArrayRef<Operation *> followers) {
  NestLoads loads;
  for (Value input : scan.getInputs())
    loads.collect(input, /*inScratch=*/false);
  for (Operation *follower : followers)
    for (Value operand : follower->getOperands())
      if (isa<TileType>(operand.getType()))
        loads.collect(operand, /*inScratch=*/false);
  auto fetch = [&](TileLoadOp load) {
    prefetch(load.getSource(), load.getMap(), load.getSlots(),
             load.getTile().getType());
  };
  AxisIndex &time = state(Axis::Time).index;
  AxisIndex saved = time;
  if (getPlace(scan.getFinalStates().front()) == CPUPlace::Scratch) {
    AxisIndex &channel = state(*laneAxis).index;
    AxisIndex savedChannel = channel;
    std::tie(time, channel) = aheadInRows();
    loads.before.insert_range(loads.own);
    llvm::for_each(loads.before, fetch);
    for (Operation *follower : followers)
      if (auto store = dyn_cast<TileStoreOp>(follower))
        prefetch(store.getTarget(), store.getMap(), store.getSlots(),
                 store.getTile().getType());
    channel = savedChannel;
  } else {
    time.offset += kPrefetchTokens;
    for (TileLoadOp load : loads.own)
      if (!loads.before.contains(load))
        fetch(load);
    time.offset += state(Axis::Time).size - kPrefetchTokens;
    llvm::for_each(loads.before, fetch);
  }
  time = saved;
}

/// Where in the next tile of tokens to fetch from: while vectors of channels
/// walk this tile one after the other, rows of the next are fetched in the
/// order of memory. Pages and lines next to each other are cheaper than those
/// of a column.
std::pair<AxisIndex, AxisIndex> VectorEmitter::aheadInRows() {
  const AxisState &time = state(Axis::Time), &channel = state(*laneAxis);
  Element vector =
      binary<arith::DivSIOp>(indexValue(channel.index), integer(lanes));
  Element number =
      binary<arith::AddIOp>(binary<arith::MulIOp>(vector, integer(time.size)),
                            indexValue(time.index));
  Element vectors = integer(blocksOf(*laneAxis));
  Element row = add(binary<arith::DivSIOp>(number, vectors), time.size);
  Element column = binary<arith::MulIOp>(
      binary<arith::RemSIOp>(number, vectors), integer(lanes));
  // Behind the last tile, lines that are here.
  Element last = add(
      ShapedType::isDynamic(time.extent) ? length : integer(time.extent), -1);
  if (time.origin.value)
    last = binary<arith::SubIOp>(last, time.origin);
  return {{binary<arith::MinSIOp>(row, last), 0}, {column, 0}};
}

void VectorEmitter::emitScan(TileScanOp scan, ArrayRef<Operation *> followers) {
  laneAxis = std::nullopt;
  if (scan.getStateType().hasAxis(Axis::Channel))
    laneAxis = Axis::Channel;
  if (getPlace(scan.getFinalStates().front()) == CPUPlace::Registers)
    scanInRegisters(scan, followers);
  else if (holdsAllStates(scan))
    scanInRows(scan, followers);
  else
    scanInBlocks(scan);
}

void VectorEmitter::scanInRegisters(TileScanOp scan,
                                    ArrayRef<Operation *> followers) {
  TileType readTile = scan.getRead().getType();
  unsigned numStates = scan.getNumStates();
  int64_t states = state(Axis::State).size;
  if (!scan.getStateType().hasAxis(Axis::State))
    states = 1;
  SmallVector<Value> init;
  for (Value tile : scan.getStates())
    llvm::append_range(init, allElements(tile));
  // Elements of one of the tiles.
  int64_t count = init.size() / numStates, blocks = count / states;
  enterNest();
  scf::ForOp tokens =
      enterLoop(integer(0).value, limitOf(Axis::Time).value, 1, init);
  AxisIndex savedTime = state(Axis::Time).index;
  state(Axis::Time).index = {{tokens.getInductionVar(), depth()}, 0};
  SmallVector<Value> next(init.size());
  auto scanVector = [&] {
    int64_t block = laneAxis ? state(*laneAxis).index.offset / lanes : 0;
    SmallVector<Value> before, reads;
    for (unsigned s = 0; s < numStates; ++s)
      for (int64_t n = 0; n < states; ++n)
        before.push_back(
            tokens.getRegionIterArg(s * count + n * blocks + block));
    prefetchInputs(scan, followers);
    SmallVector<Value> after = scanToken(scan, before, {}, reads);
    for (unsigned s = 0; s < numStates; ++s)
      for (int64_t n = 0; n < states; ++n)
        elementOf(next, s, n * blocks + block, count) =
            elementOf(after, s, n, states);
    bindReads(scan, reads);
    if (!readTile.hasAxis(Axis::State))
      emitRoots(followers);
    else
      forAxis(Axis::State, /*unroll=*/true, [&] { emitRoots(followers); });
  };
  if (laneAxis)
    forLanes(*laneAxis, scanVector);
  else
    scanVector();
  SmallVector<Value> last = llvm::to_vector(leaveLoop(tokens, next));
  state(Axis::Time).index = savedTime;
  leaveNest();
  for (auto [s, final] : llvm::enumerate(scan.getFinalStates()))
    setRegisters(final, ArrayRef(last).slice(s * count, count));
}

/// Makes the reads at the current token known to what follows.
void VectorEmitter::bindReads(TileScanOp scan, ArrayRef<Value> reads) {
  TileType tile = scan.getRead().getType();
  bool keep = getPlace(scan.getRead()) == CPUPlace::Scratch;
  auto bindOne = [&](Value read) {
    bind(scan.getRead(), read);
    if (keep)
      storeBuffer(allocate(scan.getRead()), tile, {read, depth()});
  };
  if (!tile.hasAxis(Axis::State))
    return bindOne(reads[0]);
  unsigned number = 0;
  forAxis(Axis::State, /*unroll=*/true, [&] { bindOne(reads[number++]); });
}

/// The states after the tile take the place of those before it.
void VectorEmitter::shareStates(TileScanOp scan) {
  for (auto [before, after] :
       llvm::zip(scan.getStates(), scan.getFinalStates())) {
    auto found = buffers.find(before.getAsOpaquePointer());
    if (found != buffers.end() && before.hasOneUse())
      share(after, before);
    else
      copyTile(before, after);
  }
}

/// Vector by vector of the channels: its states come from scratch, walk all
/// tokens of the tile and go back.
void VectorEmitter::scanInRows(TileScanOp scan,
                               ArrayRef<Operation *> followers) {
  shareStates(scan);
  int64_t count =
      scan.getStateType().hasAxis(Axis::State) ? state(Axis::State).size : 1;
  enterNest();
  forLanes(*laneAxis, [&] {
    walkTokens(scan, {}, count, [&](ValueRange states) {
      SmallVector<Value> reads;
      prefetchInputs(scan, followers);
      SmallVector<Value> next = scanToken(scan, states, {}, reads);
      bindReads(scan, reads);
      if (!scan.getRead().getType().hasAxis(Axis::State))
        emitRoots(followers);
      else
        forAxis(Axis::State, /*unroll=*/true, [&] { emitRoots(followers); });
      return next;
    });
  });
  leaveNest();
}

void VectorEmitter::scanInBlocks(TileScanOp scan) {
  shareStates(scan);
  allocate(scan.getRead());
  int64_t count = scan->getAttrOfType<IntegerAttr>(kStatesAttr).getInt();
  int64_t states = state(Axis::State).size;
  int64_t whole = states - states % count;
  enterNest();
  auto scanVector = [&] {
    // The first block starts the sums of the reads.
    scanStates(scan, {}, count, /*starts=*/true);
    if (whole > count) {
      scf::ForOp loop =
          enterLoop(integer(count).value, integer(whole).value, count);
      scanStates(scan, {{loop.getInductionVar(), depth()}, 0}, count,
                 /*starts=*/false);
      leaveLoop(loop);
    }
    if (whole < states)
      scanStates(scan, {{}, whole}, states - whole, /*starts=*/false);
  };
  if (laneAxis)
    forLanes(*laneAxis, scanVector);
  else
    scanVector();
  leaveNest();
}

/// All tokens of the tile for `count` states, from `first`, of one vector of
/// channels; `body` makes the states after a token from those before it.
void VectorEmitter::walkTokens(
    TileScanOp scan, AxisIndex first, int64_t count,
    llvm::function_ref<SmallVector<Value>(ValueRange)> body) {
  auto overStates = [&](llvm::function_ref<void(int64_t)> each) {
    AxisIndex saved = state(Axis::State).index;
    for (int64_t n = 0; n < count; ++n) {
      state(Axis::State).index = {first.base, first.offset + n};
      each(n);
    }
    state(Axis::State).index = saved;
  };
  SmallVector<Value> init;
  for (Value final : scan.getFinalStates())
    overStates([&](int64_t) {
      init.push_back(loadBuffer(buffers.at(final.getAsOpaquePointer()),
                                cast<TileType>(final.getType()))
                         .value);
    });
  scf::ForOp tokens =
      enterLoop(integer(0).value, limitOf(Axis::Time).value, 1, init);
  AxisIndex savedTime = state(Axis::Time).index;
  state(Axis::Time).index = {{tokens.getInductionVar(), depth()}, 0};
  SmallVector<Value> next = body(tokens.getRegionIterArgs());
  SmallVector<Value> last = llvm::to_vector(leaveLoop(tokens, next));
  state(Axis::Time).index = savedTime;
  for (auto [s, final] : llvm::enumerate(scan.getFinalStates()))
    overStates([&, s = s, final = final](int64_t n) {
      storeBuffer(buffers.at(final.getAsOpaquePointer()),
                  cast<TileType>(final.getType()),
                  {elementOf(last, s, n, count), depth()});
    });
}

/// One block of states of one vector of channels; the first one starts the sums
/// of the reads.
void VectorEmitter::scanStates(TileScanOp scan, AxisIndex first, int64_t count,
                               bool starts) {
  TileType readTile = scan.getRead().getType();
  Buffer read = buffers.at(scan.getRead().getAsOpaquePointer());
  walkTokens(scan, first, count, [&](ValueRange states) {
    SmallVector<Value> reads;
    if (starts && laneAxis && blocksOf(*laneAxis) > 1)
      prefetchInputs(scan, storesOf(scan.getRead()));
    SmallVector<Value> next = scanToken(scan, states, first, reads);
    if (readTile.hasAxis(Axis::State)) {
      AxisIndex saved = state(Axis::State).index;
      for (int64_t n = 0; n < count; ++n) {
        state(Axis::State).index = {first.base, first.offset + n};
        storeBuffer(read, readTile, {reads[n], depth()});
      }
      state(Axis::State).index = saved;
    } else {
      if (!starts)
        reads[0] = arith::AddFOp::create(
            here(), loc, loadBuffer(read, readTile).value, reads[0]);
      storeBuffer(read, readTile, {reads[0], depth()});
    }
    return next;
  });
}
