// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loads and fills, and the asynchronous copies of tiles to the chip.

#include "lib/Conversion/GPU/Emitter.h"

using namespace mlir;
using namespace mlir::ssm;

LogicalResult mlir::ssm::lowerLoad(Emitter &e, TileLoadOp op) {
  TileType type = op.getTile().getType();
  if (!e.isOnChip(op.getTile())) {
    Layout layout = e.layoutOf(op, type);
    GlobalAccess access = e.accessGlobal(op.getSource(), op.getMap(),
                                         op.getSlots(), type, layout);
    e.define(op->getResult(0), layout, e.loadGlobal(access));
    return success();
  }
  // A loop starts the copies of its body ahead of time.
  if (isa<TileForOp>(op->getParentOp()))
    return success();
  ChipAccess whole = e.accessChip(op.getTile(), e.layoutOf(op, type));
  e.beforeChipWrite(whole.begin, whole.end);
  e.copyToChip({op}, Value());
  NVVM::CpAsyncCommitGroupOp::create(e.b, e.loc);
  NVVM::CpAsyncWaitGroupOp::create(e.b, e.loc, 0);
  return success();
}

LogicalResult mlir::ssm::lowerFill(Emitter &e, TileFillOp op) {
  TileType type = op.getTile().getType();
  Layout layout = e.layoutOf(op, type);
  Value constant = arith::ConstantOp::create(
      e.b, e.loc,
      e.b.getFloatAttr(type.getElementType(), op.getValue().convertToDouble()));
  e.define(op->getResult(0), layout,
           SmallVector<Value>(layout.slots(), constant));
  return success();
}

namespace {
/// The copy of one tile, as vectors of at least 4 bytes.
struct Copy {
  GlobalAccess source;
  ChipAccess target;
  SmallVector<VectorGroup> groups;
  bool mayLeave = false;
};
} // namespace

/// Vectors that are neighbours and aligned on both sides.
static SmallVector<VectorGroup> groupBoth(const Copy &copy, int64_t bytes) {
  for (int64_t limit = copy.source.vector; limit > 1; limit /= 2) {
    SmallVector<VectorGroup> groups = copy.source.group(limit);
    bool fits = llvm::all_of(groups, [&](const VectorGroup &group) {
      SmallVector<int64_t> offsets;
      for (unsigned slot : group)
        offsets.push_back(copy.target.offsets[slot]);
      return groupVectors(offsets, bytes, copy.target.align, limit).size() == 1;
    });
    if (fits)
      return groups;
  }
  return copy.source.group(1);
}

/// Of `count` bytes (i32), the others zero; null: of all.
static void copyBytes(Emitter &e, const Copy &copy, const VectorGroup &group,
                      Value count) {
  int64_t bytes =
      group.size() * copy.source.element.getIntOrFloatBitWidth() / 8;
  Value source = e.offsetPointer(copy.source.pointerOf(group[0]),
                                 copy.source.offsets[group[0]]);
  Value target =
      e.offsetPointer(copy.target.pointer, copy.target.offsets[group[0]]);
  auto cache = bytes == 16 ? NVVM::LoadCacheModifierKind::CG
                           : NVVM::LoadCacheModifierKind::CA;
  NVVM::CpAsyncOp::create(e.b, e.loc, target, source, bytes, cache, count);
}

static void copyGroup(Emitter &e, const Copy &copy, const VectorGroup &group) {
  copyBytes(e, copy, group, Value());
}

/// A copy of nothing writes zeros.
static void copyGroupOrZeros(Emitter &e, const Copy &copy,
                             const VectorGroup &group) {
  Value valid = e.isValid(copy.source, group[0]);
  int64_t bytes =
      group.size() * copy.source.element.getIntOrFloatBitWidth() / 8;
  copyBytes(e, copy, group,
            valid ? e.select(valid, e.i32(bytes), e.i32(0)) : Value());
}

/// What does not exist reads as zero; what is beyond the extents may keep what
/// was there, but zeroing it as well costs nothing more.
static void copyGroupChecked(Emitter &e, const Copy &copy,
                             const VectorGroup &group) {
  Value valid = e.isValid(copy.source, group[0]);
  if (!valid)
    return copyGroup(e, copy, group);
  auto branch = scf::IfOp::create(e.b, e.loc, valid, copy.mayLeave);
  OpBuilder::InsertionGuard guard(e.b);
  e.b.setInsertionPoint(branch.thenBlock()->getTerminator());
  copyGroup(e, copy, group);
  if (!copy.mayLeave)
    return;
  e.b.setInsertionPoint(branch.elseBlock()->getTerminator());
  Type type = rawType(copy.source.element, group.size());
  storeRaw(e.b, e.loc, copy.target.pointer, copy.target.offsets[group[0]],
           e.zero(type),
           group.size() * copy.source.element.getIntOrFloatBitWidth() / 8);
}

using GroupCopy =
    function_ref<void(Emitter &, const Copy &, const VectorGroup &)>;

static void copyAll(Emitter &e, ArrayRef<Copy> copies, GroupCopy copyOne) {
  for (const Copy &copy : copies)
    e.inFirstLanes(copy.target.lanes, [&] {
      for (const VectorGroup &group : copy.groups)
        copyOne(e, copy, group);
    });
}

/// Elements of 2 bytes that cannot be paired go through registers.
static void copyNarrow(Emitter &e, ArrayRef<Copy> copies) {
  SmallVector<SmallVector<Value>> values;
  for (const Copy &copy : copies)
    values.push_back(e.loadGlobal(copy.source));
  for (auto [copy, elements] : llvm::zip(copies, values))
    e.inFirstLanes(copy.target.lanes, [&, &copy = copy, &elements = elements] {
      for (auto [offset, value] : llvm::zip(copy.target.offsets, elements))
        storeRaw(e.b, e.loc, copy.target.pointer, offset,
                 pack(e.b, e.loc, value), 2);
    });
}

void Emitter::copyToChip(ArrayRef<TileLoadOp> loads, Value stageOffset) {
  SmallVector<Copy, 0> free, guarded, narrow;
  Value plain;
  for (TileLoadOp load : loads) {
    TileType type = load.getTile().getType();
    Layout layout = layoutOf(load, type);
    Copy copy{accessGlobal(load.getSource(), load.getMap(), load.getSlots(),
                           type, layout),
              accessStage(load.getTile(), layout, stageOffset),
              {}};
    copy.groups = groupBoth(copy, elementBytes(type));
    copy.mayLeave = copy.source.hasSlot != Value();
    for (unsigned dim = 0; dim < copy.source.dims.size(); ++dim) {
      auto [below, above] = mayLeave(copy.source, dim);
      copy.mayLeave |= below || above;
    }
    // What warpgroups multiply is zero wherever nothing exists.
    if (isSwizzled(load.getTile())) {
      copyAll(*this, copy, copyGroupOrZeros);
      continue;
    }
    if (elementBytes(type) * copy.groups[0].size() < 4) {
      narrow.push_back(copy);
      continue;
    }
    bool never;
    Value condition = needsNoCheck(copy.source, never);
    (never ? guarded : free).push_back(copy);
    if (!never)
      plain = both(plain, condition);
  }
  copyAll(*this, guarded, copyGroupChecked);
  if (plain && !free.empty()) {
    auto branch = scf::IfOp::create(b, loc, plain, /*withElse=*/true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(branch.thenBlock()->getTerminator());
    copyAll(*this, free, copyGroup);
    b.setInsertionPoint(branch.elseBlock()->getTerminator());
    copyAll(*this, free, copyGroupChecked);
  } else {
    copyAll(*this, free, copyGroup);
  }
  copyNarrow(*this, narrow);
}
