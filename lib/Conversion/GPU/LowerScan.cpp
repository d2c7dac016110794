// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A recurrence: a lane walks the tokens of a tile, unrolled, with its part of
// the states of a channel in registers. Reads that stay in registers are added
// up by shuffles, each lane of a channel keeping every so-manieth token. Reads
// that go to the chip are left there as a part for each lane.

#include "lib/Conversion/GPU/Emitter.h"

using namespace mlir;
using namespace mlir::ssm;

namespace {

/// One input of the scan.
struct ScanInput {
  Layout layout; // without time
  bool perToken = false;
  /// Registers of an input without time; for the others those of the token.
  SmallVector<Value> values;
  ChipAccess access;
  int64_t timeStride = 0;
};

class ScanLowering {
public:
  ScanLowering(Emitter &e, TileScanOp op)
      : e(e), op(op), layout(e.layoutOf(op, op.getStateType())),
        kept(layout.slice(op.getRead().getType().getAxes())),
        readAt(readLayout(op, layout)),
        tokens(*op.getRead().getType().getSize(Axis::Time)),
        leavesParts(e.placeOf(op.getRead()).getParts() > 1) {}
  LogicalResult run();

private:
  LogicalResult readInputs();
  bool needsGuard();
  void loadToken(int64_t token);
  Value isState(int64_t slot);
  SmallVector<Value> step(SmallVector<Value> &states);
  SmallVector<Value> guardedStep(SmallVector<Value> &states, int64_t token,
                                 Value left);
  void gather(MutableArrayRef<SmallVector<Value>> reads,
              SmallVector<SmallVector<Value>> &owned);
  void storeParts(ArrayRef<SmallVector<Value>> reads, int64_t first);
  SmallVector<Value> walk(SmallVector<Value> states, Value left);
  SmallVector<Value> walkGuarded(SmallVector<Value> states);

  Emitter &e;
  TileScanOp op;
  Layout layout, kept, readAt;
  int64_t tokens;
  bool leavesParts;
  SmallVector<ScanInput, 0> inputs;
};

} // namespace

LogicalResult ScanLowering::readInputs() {
  SmallVector<Emitter::Range> ranges;
  for (auto [i, input] : llvm::enumerate(op.getInputs())) {
    auto type = cast<TileType>(input.getType());
    ScanInput entry;
    entry.layout = layout.slice(type.getAxes());
    entry.perToken = type.hasAxis(Axis::Time);
    if (entry.perToken) {
      if (!e.isOnChip(input))
        return op.emitOpError("expected input ") << i << " on chip";
      // The whole tile for barriers, the first token for addresses.
      Layout tile = entry.layout;
      tile.shares.insert(tile.shares.begin(), {Axis::Time, tokens});
      ChipAccess whole = e.accessChip(input, tile);
      ranges.push_back({whole.begin, whole.end});
      entry.access = e.accessChip(input, entry.layout);
      entry.timeStride = e.chipStride(input, Axis::Time);
      entry.values.resize(entry.layout.slots());
    } else {
      auto values = e.read(op, input, entry.layout);
      if (failed(values))
        return failure();
      entry.values = (*values)[0];
    }
    inputs.push_back(entry);
  }
  e.beforeChipReads(ranges);
  return success();
}

/// Whether anything reads a state after the last token: tokens beyond the
/// extent must then leave them alone.
bool ScanLowering::needsGuard() {
  if (!e.positions[static_cast<unsigned>(Axis::Time)].left)
    return false;
  for (Value final : op.getFinalStates())
    for (OpOperand &use : final.getUses()) {
      auto loop = dyn_cast<TileForOp>(use.getOwner()->getParentOp());
      if (!isa<YieldOp>(use.getOwner()) || !loop ||
          loop.getAxis() != Axis::Time ||
          !loop.getOutputs()[use.getOperandNumber()].use_empty())
        return true;
    }
  return false;
}

void ScanLowering::loadToken(int64_t token) {
  SmallVector<MemoryItem> items;
  for (ScanInput &input : inputs)
    if (input.perToken)
      for (int64_t offset : input.access.offsets)
        items.push_back({input.access.pointer, input.access.align,
                         offset + token * input.timeStride,
                         input.access.element});
  e.loadChip(items);
  const MemoryItem *next = items.begin();
  for (ScanInput &input : inputs)
    if (input.perToken)
      for (Value &value : input.values)
        value = (next++)->value;
}

/// False in lanes whose slot lies beyond the states; null if it never does.
Value ScanLowering::isState(int64_t slot) {
  SmallVector<int64_t> parts = layout.split(slot);
  for (auto [share, part] : llvm::zip(layout.shares, parts))
    if (share.axis == Axis::State && share.mayOverrun(part))
      return e.less(e.add(e.laneOffset(share), e.i32(share.index(part))),
                    e.i32(share.size));
  return {};
}

/// One token: new states, all slots of one after those of the other, and for
/// each slot of `kept` the sum of the reads.
SmallVector<Value> ScanLowering::step(SmallVector<Value> &states) {
  SmallVector<Value> sums(kept.slots());
  Type type = op.getRead().getType().getElementType();
  for (int64_t slot = 0; slot < layout.slots(); ++slot) {
    SmallVector<Value> arguments;
    for (unsigned i = 0; i < op.getNumStates(); ++i)
      arguments.push_back(states[i * layout.slots() + slot]);
    for (ScanInput &input : inputs)
      arguments.push_back(input.values[layout.project(slot, input.layout)]);
    SmallVector<Value> results = e.inlineScalars(op.getBody(), arguments);
    for (unsigned i = 0; i < op.getNumStates(); ++i)
      states[i * layout.slots() + slot] = results[i];
    Value read = results.back();
    if (Value valid = isState(slot))
      read = e.select(valid, read, e.zero(type));
    Value &sum = sums[layout.project(slot, kept)];
    sum = sum ? e.addFloat(sum, read) : read;
  }
  return sums;
}

/// A token that may lie beyond the extent; all lanes agree whether it does.
SmallVector<Value> ScanLowering::guardedStep(SmallVector<Value> &states,
                                             int64_t token, Value left) {
  Type type = op.getRead().getType().getElementType();
  SmallVector<Type> types(ValueRange(states).getTypes());
  types.append(kept.slots(), type);
  Value exists = e.less(e.i32(token), left);
  auto branch = scf::IfOp::create(e.b, e.loc, types, exists, true);
  OpBuilder::InsertionGuard guard(e.b);
  e.b.setInsertionPointToEnd(branch.elseBlock());
  SmallVector<Value> unchanged(states);
  unchanged.append(kept.slots(), e.zero(type));
  scf::YieldOp::create(e.b, e.loc, unchanged);
  e.b.setInsertionPointToEnd(branch.thenBlock());
  loadToken(token);
  SmallVector<Value> sums = step(states);
  SmallVector<Value> after(states);
  llvm::append_range(after, sums);
  scf::YieldOp::create(e.b, e.loc, after);
  states.assign(branch.result_begin(), branch.result_begin() + states.size());
  return SmallVector<Value>(branch.result_begin() + states.size(),
                            branch.result_end());
}

/// Adds the reads of as many tokens as lanes share a channel; a lane is left
/// with the sum of the token that has its number.
void ScanLowering::gather(MutableArrayRef<SmallVector<Value>> reads,
                          SmallVector<SmallVector<Value>> &owned) {
  const AxisShare &time = readAt.shares[0];
  for (int64_t part = 0; part < kept.slots(); ++part) {
    SmallVector<Value> values;
    for (SmallVector<Value> &read : reads)
      values.push_back(read[part]);
    values.resize(time.lanes, e.zero(op.getRead().getType().getElementType()));
    for (int64_t half = time.lanes / 2; half > 0; half /= 2) {
      Value bit =
          arith::AndIOp::create(e.b, e.loc, e.laneIndex(time), e.i32(half));
      Value upper = arith::CmpIOp::create(e.b, e.loc, arith::CmpIPredicate::ne,
                                          bit, e.i32(0));
      for (int64_t i = 0; i < half; ++i) {
        Value sent = e.select(upper, values[i], values[i + half]);
        Value own = e.select(upper, values[i + half], values[i]);
        values[i] = e.addFloat(own, e.shuffleXor(sent, time.distance(half)));
      }
    }
    owned[part].push_back(values[0]);
  }
}

/// The parts of the tokens from `first` on, in the lane's own place.
void ScanLowering::storeParts(ArrayRef<SmallVector<Value>> reads,
                              int64_t first) {
  Layout part = kept;
  AxisShare own = *layout.find(Axis::State);
  own.size = own.lanes;
  own.run = 1;
  part.shares.push_back(own);
  ChipAccess access = e.accessChip(op.getRead(), part), all = access;
  int64_t stride = e.chipStride(op.getRead(), Axis::Time);
  all.align = std::min(all.align, powerOfTwoIn(stride));
  all.offsets.clear();
  SmallVector<Value> values;
  for (auto [i, read] : llvm::enumerate(reads)) {
    for (int64_t offset : access.offsets)
      all.offsets.push_back(offset + (first + i) * stride);
    llvm::append_range(values, read);
  }
  e.storeChip(all, values);
}

/// All tokens of the tile; `left` is null if all of them exist. Returns the
/// states and then, unless they are left as parts, the reads in the slots of
/// `readAt`.
SmallVector<Value> ScanLowering::walk(SmallVector<Value> states, Value left) {
  // A later load does not pass a store: some tokens lie between two of them.
  constexpr int64_t kTokensBetweenStores = 8;
  int64_t group = leavesParts ? kTokensBetweenStores : readAt.shares[0].lanes;
  SmallVector<SmallVector<Value>> owned(kept.slots());
  for (int64_t first = 0; first < tokens; first += group) {
    SmallVector<SmallVector<Value>> reads;
    for (int64_t token = first; token < std::min(first + group, tokens);
         ++token) {
      if (left) {
        reads.push_back(guardedStep(states, token, left));
        continue;
      }
      loadToken(token);
      reads.push_back(step(states));
    }
    leavesParts ? storeParts(reads, first) : gather(reads, owned);
  }
  SmallVector<Value> results(states);
  if (leavesParts)
    return results;
  for (int64_t slot = 0; slot < readAt.slots(); ++slot)
    results.push_back(owned[readAt.project(slot, kept)][readAt.split(slot)[0]]);
  return results;
}

SmallVector<Value> ScanLowering::walkGuarded(SmallVector<Value> states) {
  Value left = e.positions[static_cast<unsigned>(Axis::Time)].left;
  Value full = e.atLeast(left, e.i32(tokens));
  SmallVector<Type> types(ValueRange(states).getTypes());
  if (!leavesParts)
    types.append(readAt.slots(), op.getRead().getType().getElementType());
  auto branch = scf::IfOp::create(e.b, e.loc, types, full, true);
  OpBuilder::InsertionGuard guard(e.b);
  e.b.setInsertionPointToEnd(branch.thenBlock());
  scf::YieldOp::create(e.b, e.loc, walk(states, Value()));
  e.b.setInsertionPointToEnd(branch.elseBlock());
  scf::YieldOp::create(e.b, e.loc, walk(states, left));
  return SmallVector<Value>(branch.getResults());
}

LogicalResult ScanLowering::run() {
  SmallVector<Value> states;
  for (Value tile : op.getStates()) {
    auto slots = e.read(op, tile, layout);
    if (failed(slots))
      return failure();
    llvm::append_range(states, (*slots)[0]);
  }
  if (failed(readInputs()))
    return failure();
  if (leavesParts) {
    Layout tile = readAt;
    tile.shares[0] = {Axis::Time, tokens};
    tile.shares.push_back({Axis::State, layout.find(Axis::State)->lanes});
    ChipAccess whole = e.accessChip(op.getRead(), tile);
    e.beforeChipWrite(whole.begin, whole.end);
  }
  SmallVector<Value> results =
      needsGuard() ? walkGuarded(states) : walk(states, Value());
  ArrayRef<Value> all = results;
  if (!leavesParts)
    e.define(op->getResult(0), readAt, all.drop_front(states.size()));
  for (auto [i, final] : llvm::enumerate(op.getFinalStates()))
    e.define(final, layout, all.slice(i * layout.slots(), layout.slots()));
  return success();
}

LogicalResult mlir::ssm::lowerScan(Emitter &e, TileScanOp op) {
  return ScanLowering(e, op).run();
}
