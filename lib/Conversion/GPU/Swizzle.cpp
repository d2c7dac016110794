// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where the elements of a swizzled tile stand on chip, for whoever writes it in
// units of 16 bytes: what lanes contribute to an address and what slots do are
// different bits, so that the swizzle is the lane's alone.

#include "lib/Conversion/GPU/Emitter.h"

using namespace mlir;
using namespace mlir::ssm;

static constexpr int64_t kRowBytes = 128, kUnitBytes = 16;
static constexpr int64_t kRowUnits = kRowBytes / kUnitBytes;

/// The place of row `row` where `warps` warps take them.
static int64_t placeOfRow(int64_t row, int64_t warps) {
  if (warps == 1)
    return row;
  int64_t group = row / 8, warp = group % warps, half = group / warps % 2;
  int64_t pair = group / (2 * warps);
  return 8 * (2 * (pair * warps + warp) + half) + row % 8;
}

Value Emitter::swizzledPointer(const AxisShare &row, const AxisShare &inner,
                               PlaceAttr place) {
  int64_t warps = place.getSwizzled(), next = place.getStrides()[1];
  SmallVector<int64_t> key = {-1,           row.lanes, row.stride, inner.lanes,
                              inner.stride, next,      warps};
  for (auto &[known, pointer] : chipPointers)
    if (known == key)
      return pointer;
  laneIndex(row);
  laneIndex(inner);
  OpBuilder::InsertPoint here = hoisted();
  auto shiftedRight = [&](Value value, int64_t bits) {
    return arith::ShRUIOp::create(b, loc, value, i32(bits)).getResult();
  };
  auto masked = [&](Value value, int64_t mask) {
    return arith::AndIOp::create(b, loc, value, i32(mask)).getResult();
  };
  // Up to eight rows for each warp are the lanes': in the order of warps groups
  // of eight stand twice as far apart.
  assert(warps == 1 || row.lanes <= 8 * warps);
  Value offset = mul(laneIndex(row), kRowBytes);
  if (warps > 1)
    offset = add(offset, mul(shiftedRight(laneIndex(row), 3), 8 * kRowBytes));
  offset =
      add(offset, mul(masked(laneIndex(inner), kRowUnits - 1), kUnitBytes));
  Value turned = masked(shiftedRight(offset, 3), (kRowUnits - 1) * kUnitBytes);
  offset = arith::XOrIOp::create(b, loc, offset, turned);
  if (inner.lanes > kRowUnits)
    offset = add(offset, mul(shiftedRight(laneIndex(inner), 3), next));
  Value pointer = LLVM::GEPOp::create(b, loc, chip.getType(), b.getI8Type(),
                                      chip, ValueRange{offset});
  keepHoisted(pointer);
  b.restoreInsertionPoint(here);
  chipPointers.push_back({key, pointer});
  return pointer;
}

ChipAccess Emitter::accessSwizzled(Value tile, const Layout &layout,
                                   Value stageOffset) {
  PlaceAttr place = placeOf(tile);
  const AxisShare &row = layout.shares[0], &inner = layout.shares[1];
  ChipAccess access;
  access.element = cast<TileType>(tile.getType()).getElementType();
  access.align = kUnitBytes;
  access.lanes = std::max(row.period(), inner.period());
  access.pointer = swizzledPointer(row, inner, place);
  if (stageOffset)
    access.pointer =
        LLVM::GEPOp::create(b, loc, chip.getType(), b.getI8Type(),
                            access.pointer, ValueRange{stageOffset});
  int64_t bytes = access.element.getIntOrFloatBitWidth() / 8;
  for (int64_t slot = 0; slot < layout.slots(); ++slot) {
    SmallVector<int64_t> at = layout.indices(slot);
    int64_t column = at[1] * bytes;
    access.offsets.push_back(
        place.getOffset() + placeOfRow(at[0], place.getSwizzled()) * kRowBytes +
        column / kRowBytes * place.getStrides()[1] + column % kRowBytes);
  }
  std::tie(access.begin, access.end) = chipRange(tile, layout);
  return access;
}
