// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Stores. Lanes hold the sums of matrix units in pairs of neighbours; before
// they are stored as 16-bit elements, four lanes swap theirs so that each has
// eight neighbours, 16 bytes.

#include "lib/Conversion/GPU/Emitter.h"

using namespace mlir;
using namespace mlir::ssm;

static constexpr int64_t kQuad = 4;

/// Of four words each of four lanes, word j of lane i: word i of lane j.
static void transposeWords(Emitter &e, MutableArrayRef<Value> words) {
  AxisShare quad{Axis::Channel, kQuad, 1, kQuad, 1};
  for (int64_t bit : {1, 2}) {
    Value isHigh = arith::CmpIOp::create(
        e.b, e.loc, arith::CmpIPredicate::ne,
        arith::AndIOp::create(e.b, e.loc, e.laneIndex(quad), e.i32(bit)),
        e.i32(0));
    for (int64_t i = 0; i < kQuad; ++i) {
      if (i & bit)
        continue;
      Value &low = words[i], &high = words[i | bit];
      Value received = e.shuffleXor(e.select(isHigh, low, high), bit);
      low = e.select(isHigh, received, low);
      high = e.select(isHigh, high, received);
    }
  }
}

/// Values of the fragments' layout as those of `layout`, which deals out eight
/// neighbours instead of two along the last axis.
static SmallVector<Value> swapNeighbours(Emitter &e, ArrayRef<Value> values,
                                         const Layout &layout) {
  constexpr int64_t kWord = 2; // elements
  Type element = values[0].getType();
  SmallVector<Value> result;
  for (ArrayRef<Value> rest = values; !rest.empty();
       rest = rest.drop_front(kQuad * kWord)) {
    SmallVector<Value> words;
    for (int64_t i = 0; i < kQuad; ++i)
      words.push_back(pack(e.b, e.loc, rest.slice(kWord * i, kWord)));
    transposeWords(e, words);
    for (Value word : words)
      llvm::append_range(result, unpack(e.b, e.loc, word, element, kWord));
  }
  assert(static_cast<int64_t>(result.size()) == layout.slots());
  return result;
}

LogicalResult mlir::ssm::lowerStore(Emitter &e, TileStoreOp op) {
  TileType type = op.getTile().getType();
  Layout layout = e.layoutOf(op, type);
  auto held = e.tiles.find(op.getTile());
  SmallVector<Value> values;
  if (held != e.tiles.end() && held->second.layout != layout &&
      withWideRuns(held->second.layout) == layout) {
    values = swapNeighbours(e, held->second.values, layout);
  } else {
    auto read = e.read(op, op.getTile(), layout);
    if (failed(read))
      return failure();
    values = (*read)[0];
  }
  e.storeGlobal(
      e.accessGlobal(op.getTarget(), op.getMap(), op.getSlots(), type, layout),
      values);
  return success();
}
