// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// On-chip memory while a kernel is written: addresses, vectors, stores that
// wait for the end of a pass, and the barriers that readers and writers need.

#include "lib/Conversion/GPU/Emitter.h"

using namespace mlir;
using namespace mlir::ssm;

Value Emitter::chipPointer(ArrayRef<std::pair<AxisShare, int64_t>> parts) {
  SmallVector<int64_t> key;
  for (auto &[share, stride] : parts)
    llvm::append_range(key, ArrayRef<int64_t>{share.lanes, share.stride,
                                              share.near, share.run * stride});
  for (auto &[known, pointer] : chipPointers)
    if (known == key)
      return pointer;
  for (auto &[share, stride] : parts)
    laneIndex(share);
  OpBuilder::InsertPoint here = hoisted();
  Value offset;
  for (auto &[share, stride] : parts) {
    Value part = mul(laneIndex(share), share.run * stride);
    offset = offset ? add(offset, part) : part;
  }
  Value pointer = chip;
  if (offset) {
    pointer = LLVM::GEPOp::create(b, loc, chip.getType(), b.getI8Type(), chip,
                                  ValueRange{offset});
    keepHoisted(pointer);
  }
  b.restoreInsertionPoint(here);
  chipPointers.push_back({key, pointer});
  return pointer;
}

int64_t Emitter::chipStride(Value tile, Axis axis) {
  auto type = cast<TileType>(tile.getType());
  for (auto [i, other] : llvm::enumerate(type.getAxes()))
    if (other == axis)
      return placeOf(tile).getStrides()[i];
  // Parts stand for the states that were summed.
  bool isPart = axis == Axis::State && placeOf(tile).getParts() > 1;
  return isPart ? elementBytes(type) : 0;
}

ChipAccess Emitter::accessStage(Value tile, const Layout &layout,
                                Value stageOffset) {
  PlaceAttr place = placeOf(tile);
  if (place.getSwizzled() > 0)
    return accessSwizzled(tile, layout, stageOffset);
  ChipAccess access;
  access.element = cast<TileType>(tile.getType()).getElementType();
  access.align = 16;
  SmallVector<std::pair<AxisShare, int64_t>> parts;
  int64_t last = 0;
  for (const AxisShare &share : layout.shares) {
    int64_t stride = chipStride(tile, share.axis);
    last += (share.coverage() - 1) * stride;
    if (share.lanes == 1)
      continue;
    access.lanes = std::max(access.lanes, share.period());
    parts.push_back({share, stride});
    access.align = std::min(access.align, powerOfTwoIn(share.run * stride));
  }
  access.pointer = chipPointer(parts);
  if (stageOffset) {
    access.align = std::min(access.align, powerOfTwoIn(place.getStep()));
    Value &staged = stagePointers[{access.pointer, stageOffset}];
    if (!staged) {
      OpBuilder::InsertionGuard guard(b);
      b.setInsertionPointAfterValue(stageOffset);
      staged = LLVM::GEPOp::create(b, loc, chip.getType(), b.getI8Type(),
                                   access.pointer, ValueRange{stageOffset});
    }
    access.pointer = staged;
  }
  for (int64_t slot = 0; slot < layout.slots(); ++slot) {
    int64_t offset = place.getOffset();
    for (auto [share, index] : llvm::zip(layout.shares, layout.indices(slot)))
      offset += index * chipStride(tile, share.axis);
    access.offsets.push_back(offset);
  }
  access.begin = place.getOffset();
  access.end = access.begin + last +
               access.element.getIntOrFloatBitWidth() / 8 +
               (place.getStages() - 1) * place.getStep();
  return access;
}

ChipAccess Emitter::accessChip(Value tile, const Layout &layout) {
  return accessStage(tile, layout, stageOffsets.lookup(tile));
}

Emitter::Range Emitter::chipRange(Value tile, const Layout &layout) {
  PlaceAttr place = placeOf(tile);
  auto type = cast<TileType>(tile.getType());
  if (place.getSwizzled() == 0) {
    ChipAccess access = accessChip(tile, layout);
    return {access.begin, access.end};
  }
  int64_t last = (place.getStages() - 1) * place.getStep();
  int64_t row = *type.getSize(Axis::Inner) * elementBytes(type);
  int64_t bytes = row / place.getStrides()[0] * place.getStrides()[1];
  return {place.getOffset(), place.getOffset() + last + bytes};
}

/// Loads of one pointer and element type become vectors together.
void Emitter::loadChip(MutableArrayRef<MemoryItem> items) {
  llvm::MapVector<std::pair<Value, Type>, SmallVector<unsigned>> groups;
  for (auto [i, item] : llvm::enumerate(items))
    groups[{item.pointer, item.element}].push_back(i);
  for (auto &[key, members] : groups) {
    SmallVector<int64_t> offsets;
    int64_t align = 16;
    for (unsigned i : members) {
      offsets.push_back(items[i].offset);
      align = std::min(align, items[i].align);
    }
    int64_t bytes = key.second.getIntOrFloatBitWidth() / 8;
    for (const VectorGroup &group : groupVectors(offsets, bytes, align, 8)) {
      Value raw = loadRaw(b, loc, key.first, offsets[group[0]], key.second,
                          group.size(), /*invariant=*/false);
      SmallVector<Value> values = unpack(b, loc, raw, key.second, group.size());
      for (auto [position, value] : llvm::zip(group, values))
        items[members[position]].value = value;
    }
  }
}

//===----------------------------------------------------------------------===//
// Stores at the end of a pass
//===----------------------------------------------------------------------===//

void Emitter::makeRoom(int64_t count) {
  constexpr int64_t kMaxWaiting = 32;
  for (DeferredStores &stores : deferred)
    count += stores.values.size();
  if (count > kMaxWaiting)
    flushStores();
}

void Emitter::deferStores(const ChipAccess &access, ArrayRef<Value> values) {
  deferred.push_back({access, SmallVector<Value>(values)});
  deferredRanges.push_back({access.begin, access.end});
}

void Emitter::storeGroup(Value pointer, Type element, ArrayRef<int64_t> offsets,
                         ArrayRef<Value> values, int64_t align) {
  int64_t bytes = element.getIntOrFloatBitWidth() / 8;
  for (const VectorGroup &vector : groupVectors(offsets, bytes, align, 8)) {
    SmallVector<Value> elements;
    for (unsigned position : vector)
      elements.push_back(values[position]);
    storeRaw(b, loc, pointer, offsets[vector[0]], pack(b, loc, elements),
             bytes * vector.size());
  }
}

void Emitter::storeChip(const ChipAccess &access, ArrayRef<Value> values) {
  inFirstLanes(access.lanes, [&] {
    storeGroup(access.pointer, access.element, access.offsets, values,
               access.align);
  });
}

void Emitter::flushStores() {
  if (deferred.empty())
    return;
  for (Range range : deferredRanges)
    if (overlaps(unseenReads, range) || overlaps(unseenWrites, range)) {
      sync();
      break;
    }
  llvm::MapVector<std::pair<Value, Type>,
                  std::pair<SmallVector<int64_t>, SmallVector<Value>>>
      groups;
  DenseMap<Value, int64_t> aligns, lanes;
  for (DeferredStores &stores : deferred) {
    auto &[offsets, values] =
        groups[{stores.access.pointer, stores.access.element}];
    llvm::append_range(offsets, stores.access.offsets);
    llvm::append_range(values, stores.values);
    int64_t &align =
        aligns.try_emplace(stores.access.pointer, 16).first->second;
    align = std::min(align, stores.access.align);
    lanes[stores.access.pointer] = stores.access.lanes;
  }
  for (auto &[key, group] : groups)
    inFirstLanes(lanes[key.first], [&, pointer = key.first, type = key.second,
                                    &group = group] {
      storeGroup(pointer, type, group.first, group.second, aligns[pointer]);
    });
  llvm::append_range(unseenWrites, deferredRanges);
  deferred.clear();
  deferredRanges.clear();
}

//===----------------------------------------------------------------------===//
// Barriers
//===----------------------------------------------------------------------===//

bool Emitter::overlaps(ArrayRef<Range> ranges, Range range) {
  return llvm::any_of(ranges, [&](Range other) {
    return other.first < range.second && range.first < other.second;
  });
}

void Emitter::beforeChipReads(ArrayRef<Range> ranges) {
  auto any = [&](ArrayRef<Range> pending) {
    return llvm::any_of(ranges,
                        [&](Range range) { return overlaps(pending, range); });
  };
  if (any(deferredRanges))
    flushStores();
  if (any(unseenWrites))
    sync();
  // Only now: a barrier before the first load settles none of them.
  llvm::append_range(unseenReads, ranges);
}

void Emitter::beforeChipWrite(int64_t begin, int64_t end) {
  flushStores();
  if (overlaps(unseenReads, {begin, end}) ||
      overlaps(unseenWrites, {begin, end}))
    sync();
  unseenWrites.push_back({begin, end});
}

void Emitter::sync() {
  if (multipliesOnChip)
    NVVM::FenceProxyOp::create(
        b, loc,
        NVVM::ProxyKindAttr::get(b.getContext(), NVVM::ProxyKind::async_shared),
        NVVM::SharedSpaceAttr::get(b.getContext(),
                                   NVVM::SharedSpace::shared_cta));
  if (warpOwned)
    NVVM::SyncWarpOp::create(b, loc, i32(-1));
  else
    NVVM::Barrier0Op::create(b, loc);
  forgetPending();
}

void Emitter::forgetPending() {
  unseenReads.clear();
  unseenWrites.clear();
}

void Emitter::syncIfPending() {
  flushStores();
  if (!unseenReads.empty() || !unseenWrites.empty())
    sync();
}
