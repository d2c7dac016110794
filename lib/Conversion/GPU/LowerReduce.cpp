// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A sum along one axis, in a fixed order: the elements of a lane, then the
// lanes of a warp by shuffles, then warps through the chip. Every lane that
// shared the axis ends with the same sum.

#include "lib/Conversion/GPU/Emitter.h"

using namespace mlir;
using namespace mlir::ssm;

/// `value` as f32, in which sums are formed.
static Value widen(Emitter &e, Value value) {
  return castFloat(e.b, e.loc, value, e.b.getF32Type());
}

static Value sumWarp(Emitter &e, Value sum, const AxisShare &share) {
  for (int64_t lanes = share.lanes / 2; lanes > 0; lanes /= 2)
    if (int64_t distance = share.distance(lanes); distance < 32)
      sum = e.addFloat(sum, e.shuffleXor(sum, distance));
  return sum;
}

void mlir::ssm::sumAcrossWarps(Emitter &e, MutableArrayRef<Value> sums,
                               const AxisShare &share, int64_t scratch) {
  int64_t bytes = 4 * e.threads * sums.size();
  e.beforeChipWrite(scratch, scratch + bytes);
  Type type = e.b.getF32Type();
  AxisShare all{share.axis, e.threads, 1, e.threads, 1};
  Value own = e.chipPointer({{all, 4}});
  for (auto [i, sum] : llvm::enumerate(sums))
    storeRaw(e.b, e.loc, own, scratch + 4 * e.threads * i, sum, 4);
  e.beforeChipReads({{scratch, scratch + bytes}});
  // The same lane of the first warp that shares the axis.
  int64_t stride = std::max<int64_t>(32, share.stride);
  int64_t warps = share.period() / stride;
  Value first = arith::AndIOp::create(e.b, e.loc, e.laneIndex(all),
                                      e.i32(~((warps - 1) * stride)));
  Value base = LLVM::GEPOp::create(e.b, e.loc, e.chip.getType(), type, e.chip,
                                   ValueRange{first});
  for (auto [i, sum] : llvm::enumerate(sums)) {
    Value total;
    for (int64_t warp = 0; warp < warps; ++warp) {
      int64_t offset = scratch + 4 * (e.threads * i + stride * warp);
      Value part = loadRaw(e.b, e.loc, base, offset, type, 1, false);
      total = total ? e.addFloat(total, part) : part;
    }
    sum = total;
  }
}

LogicalResult mlir::ssm::lowerReduce(Emitter &e, TileReduceOp op) {
  TileType type = op.getInput().getType();
  Layout layout = e.layoutOf(op, type), rest = layout.without(op.getAxis());
  auto input = e.read(op, op.getInput(), layout);
  if (failed(input))
    return failure();
  const AxisShare &share = *layout.find(op.getAxis());
  unsigned at = &share - layout.shares.begin();
  SmallVector<Value> sums(rest.slots());
  for (int64_t slot = 0; slot < layout.slots(); ++slot) {
    Value value = widen(e, (*input)[0][slot]);
    if (Value inside = e.isInside(share, layout.split(slot)[at]))
      value = e.select(inside, value, e.zero(value.getType()));
    Value &sum = sums[layout.project(slot, rest)];
    sum = sum ? e.addFloat(sum, value) : value;
  }
  for (Value &sum : sums)
    sum = sumWarp(e, sum, share);
  if (auto scratch = op->getAttrOfType<IntegerAttr>(kScratchAttr))
    sumAcrossWarps(e, sums, share, scratch.getInt());
  for (Value &sum : sums)
    sum = castFloat(e.b, e.loc, sum, type.getElementType());
  e.define(op->getResult(0), rest, sums);
  return success();
}
