// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Device memory while a kernel is written: addresses from access maps, which
// elements exist, loads and stores with and without checks, copies to the chip.

#include "lib/Conversion/GPU/Emitter.h"
#include "lib/Transforms/OverlapLaunches.h"

#include "llvm/ADT/MapVector.h"

#include <numeric>

using namespace mlir;
using namespace mlir::ssm;

//===----------------------------------------------------------------------===//
// Addresses
//===----------------------------------------------------------------------===//

namespace {
/// Sums the parts of an address by how often they change.
class AddressBuilder {
public:
  AddressBuilder(Emitter &e, GlobalAccess &access) : e(e), access(access) {}

  void addDim(unsigned dim);
  void finish(Value base);

private:
  void add(Value &sum, Value part);
  /// `value` times the distance of two neighbours along `dim`.
  Value scaled(Value value, unsigned dim, int64_t sign);
  /// The size of dimension 1 where it is `?`.
  Value rowsOfView();
  int64_t staticStride(unsigned dim);
  bool isStatic(unsigned dim);
  void addLanes(const AxisShare &share, int64_t stride);
  void note(int64_t multiple) { common = std::gcd(common, multiple); }

  Emitter &e;
  GlobalAccess &access;
  Value outer, loop, lane;
  int64_t constant = 0;
  int64_t common = 16;
  SmallVector<int64_t, 4> slotStrides = SmallVector<int64_t, 4>(kNumAxes, 0);
};
} // namespace

void AddressBuilder::add(Value &sum, Value part) {
  sum = sum ? e.add(sum, part) : part;
}

/// Without the length, if the stride has it as a factor.
int64_t AddressBuilder::staticStride(unsigned dim) {
  int64_t stride = 1;
  for (int64_t size : access.view.getShape().drop_front(dim + 1))
    stride *= ShapedType::isDynamic(size) ? 1 : size;
  return stride;
}

bool AddressBuilder::isStatic(unsigned dim) {
  return !ShapedType::isDynamicShape(
      access.view.getShape().drop_front(dim + 1));
}

Value AddressBuilder::rowsOfView() {
  int64_t every = access.dims[1].every;
  return every == 1 ? e.length
                    : e.quotient(e.add(e.length, e.i64(every - 1)), every);
}

Value AddressBuilder::scaled(Value value, unsigned dim, int64_t sign) {
  if (!isStatic(dim))
    value = e.mul(value, rowsOfView());
  return e.mul(value, sign * staticStride(dim));
}

void AddressBuilder::addLanes(const AxisShare &share, int64_t stride) {
  slotStrides[static_cast<unsigned>(share.axis)] += stride;
  if (share.lanes == 1)
    return;
  note(share.run * stride);
  add(lane, e.mul(e.laneIndex(share), share.run * stride));
}

void AddressBuilder::addDim(unsigned dim) {
  const AccessDim &at = access.dims[dim];
  int64_t sign = at.reversed ? -1 : 1, stride = staticStride(dim);
  if (dim == 0 && e.kernel.isPacked(access.view)) {
    // The view begins at the cell's sequence, a number of rows into memory.
    note(stride);
    return;
  }
  if (dim == 1 && e.kernel.isOrdered(access.view)) {
    // Each row is looked up.
    note(stride);
    return;
  }
  if (dim == 0 && access.slot) {
    note(stride);
    add(outer, scaled(access.slot, dim, 1));
    return;
  }
  if (at.reversed || at.fromEnd) {
    Value end = at.reversed ? e.sub(e.length, e.i64(1)) : e.length;
    add(outer, scaled(end, dim, 1));
    note(stride);
  }
  if (isStatic(dim))
    constant += at.offset * stride;
  else if (at.offset != 0)
    add(outer, scaled(e.i64(at.offset), dim, 1));
  if (!isStatic(dim))
    note(stride);
  if (!at.axis)
    return;
  const AxisPosition &position = e.positions[static_cast<unsigned>(*at.axis)];
  if (position.start) {
    bool isEvery = at.every > 1;
    note(isEvery ? stride : stride * e.kernel.getTile(*at.axis));
    Value start =
        isEvery ? e.quotient(position.start, at.every) : position.start;
    add(position.isLoop ? loop : outer, scaled(start, dim, sign));
  }
  if (const AxisShare *share = access.layout.find(*at.axis))
    addLanes(*share, sign * stride);
  const AxisPosition &lag = e.positions[static_cast<unsigned>(Axis::Inner)];
  if (at.lagged && lag.start) {
    note(stride);
    add(lag.isLoop ? loop : outer, scaled(lag.start, dim, -1));
  }
}

void AddressBuilder::finish(Value base) {
  Type element = access.element;
  auto move = [&](Value pointer, Value elements) -> Value {
    if (!elements)
      return pointer;
    return LLVM::GEPOp::create(e.b, e.loc, pointer.getType(), element, pointer,
                               ValueRange{elements});
  };
  if (lane)
    add(outer, e.extend(lane));
  access.pointer = move(move(base, outer), loop);
  int64_t bytes = element.getIntOrFloatBitWidth() / 8;
  access.align = std::min<int64_t>(16, powerOfTwoIn(common) * bytes);
  for (int64_t slot = 0; slot < access.layout.slots(); ++slot) {
    int64_t offset = constant;
    for (auto [share, index] :
         llvm::zip(access.layout.shares, access.layout.indices(slot)))
      offset += index * slotStrides[static_cast<unsigned>(share.axis)];
    access.offsets.push_back(offset * bytes);
  }
}

GlobalAccess Emitter::accessGlobal(Value view, AffineMap map, Value slots,
                                   TileType tile, const Layout &layout) {
  GlobalAccess access;
  access.view = cast<MemRefType>(view.getType());
  access.element = access.view.getElementType();
  access.layout = layout;
  access.dims = *decomposeAccessMap(map);
  access.vector = vectorElements(kernel, access.view, map, tile);
  unsigned argument = cast<BlockArgument>(view).getArgNumber();
  access.readOnly = !written.contains(view) && !kernel.isShared(argument) &&
                    !mustWaitFor(kernel, argument);
  if (slots)
    chooseSlot(access, slots);
  AddressBuilder address(*this, access);
  for (unsigned dim = 0; dim < access.dims.size(); ++dim)
    address.addDim(dim);
  address.finish(pointers[view]);
  if (kernel.isOrdered(access.view))
    findRows(access);
  return access;
}

//===----------------------------------------------------------------------===//
// What exists
//===----------------------------------------------------------------------===//

/// Whether an access inside the extents can fall below 0 or past the end of a
/// dimension.
std::pair<bool, bool> Emitter::mayLeave(const GlobalAccess &access,
                                        unsigned dim) {
  const AccessDim &at = access.dims[dim];
  int64_t size = access.view.getShape()[dim];
  if (dim == 0 && (kernel.isPacked(access.view) || access.slot))
    return {false, false};
  if (at.fromEnd || at.lagged)
    return {true, true};
  if (at.every > 1)
    return {false, false};
  if (!at.axis)
    return {at.offset < 0,
            ShapedType::isDynamic(size) ? at.offset > 0 : at.offset >= size};
  int64_t extent = *kernel.getExtent(*at.axis);
  if (ShapedType::isDynamic(size) && ShapedType::isDynamic(extent))
    return {at.offset<0, at.offset> 0};
  if (ShapedType::isDynamic(size) || ShapedType::isDynamic(extent))
    return {at.offset < 0, true};
  return {at.offset<0, extent + at.offset> size};
}

bool Emitter::isBeforeFirst(const AccessDim &dim, int64_t size) {
  return dim.axis == Axis::Time && !dim.reversed &&
         !ShapedType::isDynamic(size) &&
         ShapedType::isDynamic(*kernel.getExtent(Axis::Time));
}

bool Emitter::isAfterLast(const AccessDim &dim, int64_t size) {
  return dim.axis == Axis::Time && dim.reversed &&
         !ShapedType::isDynamic(size) &&
         ShapedType::isDynamic(*kernel.getExtent(Axis::Time));
}

Value Emitter::dynamicBound(const GlobalAccess &access, unsigned dim) {
  int64_t size = access.view.getShape()[dim];
  if (!ShapedType::isDynamic(size))
    return i64(size);
  return dim == 0 ? batch : length;
}

Value Emitter::coordinate(const AccessDim &at, Value lane, int64_t index) {
  Value along = i64(index);
  if (lane)
    along = add(along, extend(lane));
  if (at.axis)
    if (Value start = positions[static_cast<unsigned>(*at.axis)].start)
      along = add(along, start);
  if (at.reversed)
    along = sub(sub(length, i64(1)), along);
  if (at.fromEnd)
    along = add(along, length);
  if (Value lag = positions[static_cast<unsigned>(Axis::Inner)].start;
      lag && at.lagged)
    along = sub(along, lag);
  return add(along, i64(at.offset));
}

Value Emitter::isValid(const GlobalAccess &access, int64_t slot) {
  Value valid = access.hasSlot;
  SmallVector<int64_t> parts = access.layout.split(slot);
  for (auto [share, part] : llvm::zip(access.layout.shares, parts))
    valid = both(valid, isInside(share, part));
  for (unsigned dim = 0; dim < access.dims.size(); ++dim) {
    auto [below, above] = mayLeave(access, dim);
    if (!below && !above)
      continue;
    const AccessDim &at = access.dims[dim];
    Value lane;
    int64_t index = 0;
    for (auto [share, part] : llvm::zip(access.layout.shares, parts))
      if (at.axis == share.axis) {
        index = share.index(part);
        lane = share.lanes > 1 ? laneOffset(share) : Value();
      }
    Value at64 = coordinate(at, lane, index);
    if (below)
      valid = both(valid, atLeast(at64, i64(0)));
    if (above)
      valid = both(valid, less(at64, dynamicBound(access, dim)));
  }
  return valid;
}

Value Emitter::needsNoCheck(const GlobalAccess &access, bool &never) {
  Value plain = access.hasSlot;
  never = false;
  for (const AxisShare &share : access.layout.shares) {
    never |=
        share.coverage() > share.size && share.mayOverrun(share.slots() - 1);
    plain = both(plain, isFull(share));
  }
  for (unsigned dim = 0; dim < access.dims.size(); ++dim) {
    const AccessDim &at = access.dims[dim];
    auto [below, above] = mayLeave(access, dim);
    bool known = insideWindow && at.axis == Axis::Time && !at.lagged &&
                 !isAfterLast(at, access.view.getShape()[dim]) &&
                 !positions[static_cast<unsigned>(Axis::Time)].isLoop;
    if ((!below && !above) || known)
      continue;
    const AxisShare *share = at.axis ? access.layout.find(*at.axis) : nullptr;
    Value ends[2] = {coordinate(at, Value(), 0),
                     coordinate(at, Value(), share ? share->size - 1 : 0)};
    if (at.reversed)
      std::swap(ends[0], ends[1]);
    if (below)
      plain = both(plain, atLeast(ends[0], i64(0)));
    if (above)
      plain = both(plain, less(ends[1], dynamicBound(access, dim)));
  }
  return plain;
}

//===----------------------------------------------------------------------===//
// Loads and stores
//===----------------------------------------------------------------------===//

/// Slots of one pointer at a time: rows that follow an order are no neighbours.
SmallVector<VectorGroup> GlobalAccess::group(int64_t limit) const {
  llvm::MapVector<Value, SmallVector<unsigned>> slots;
  for (unsigned slot = 0; slot < offsets.size(); ++slot)
    slots[pointerOf(slot)].push_back(slot);
  SmallVector<VectorGroup> groups;
  for (auto &[row, members] : slots) {
    SmallVector<int64_t> within;
    for (unsigned slot : members)
      within.push_back(offsets[slot]);
    for (VectorGroup &group : groupVectors(
             within, element.getIntOrFloatBitWidth() / 8, align, limit)) {
      for (unsigned &position : group)
        position = members[position];
      groups.push_back(std::move(group));
    }
  }
  return groups;
}

/// Yields of a branch that computes values.
static void yieldValues(Emitter &e, ValueRange values) {
  scf::YieldOp::create(e.b, e.loc, values);
}

static Value loadGroup(Emitter &e, const GlobalAccess &access,
                       const VectorGroup &group) {
  return loadRaw(e.b, e.loc, access.pointerOf(group[0]),
                 access.offsets[group[0]], access.element, group.size(),
                 access.readOnly);
}

/// Zero where the element does not exist.
static Value loadGroupChecked(Emitter &e, const GlobalAccess &access,
                              const VectorGroup &group) {
  Value valid = e.isValid(access, group[0]);
  if (!valid)
    return loadGroup(e, access, group);
  Type type = rawType(access.element, group.size());
  auto branch = scf::IfOp::create(e.b, e.loc, TypeRange{type}, valid, true);
  OpBuilder::InsertionGuard guard(e.b);
  e.b.setInsertionPointToEnd(branch.thenBlock());
  yieldValues(e, loadGroup(e, access, group));
  e.b.setInsertionPointToEnd(branch.elseBlock());
  yieldValues(e, e.zero(type));
  return branch.getResult(0);
}

SmallVector<Value> Emitter::loadGlobal(const GlobalAccess &access) {
  bool inLoop = positions[static_cast<unsigned>(Axis::Time)].isLoop;
  if (insideWindow && !inLoop &&
      llvm::any_of(llvm::zip(access.dims, access.view.getShape()),
                   [&](auto each) {
                     return isBeforeFirst(std::get<0>(each), std::get<1>(each));
                   }))
    return SmallVector<Value>(access.offsets.size(), zero(access.element));
  SmallVector<VectorGroup> groups = access.group(access.vector);
  SmallVector<Value> raws;
  auto loadAll = [&](auto loadOne) {
    raws.clear();
    for (const VectorGroup &group : groups)
      raws.push_back(loadOne(*this, access, group));
  };
  bool never;
  Value plain = needsNoCheck(access, never);
  if (never) {
    loadAll(loadGroupChecked);
  } else if (!plain) {
    loadAll(loadGroup);
  } else {
    SmallVector<Type> types;
    for (const VectorGroup &group : groups)
      types.push_back(rawType(access.element, group.size()));
    auto branch = scf::IfOp::create(b, loc, types, plain, true);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPointToEnd(branch.thenBlock());
    loadAll(loadGroup);
    yieldValues(*this, raws);
    b.setInsertionPointToEnd(branch.elseBlock());
    loadAll(loadGroupChecked);
    yieldValues(*this, raws);
    raws.assign(branch.result_begin(), branch.result_end());
  }
  SmallVector<Value> values(access.offsets.size());
  for (auto [group, raw] : llvm::zip(groups, raws))
    for (auto [slot, value] :
         llvm::zip(group, unpack(b, loc, raw, access.element, group.size())))
      values[slot] = value;
  return values;
}

/// Whether the tile ends the tokens that share an entry of the view; null if
/// every tile does.
static Value endsEntry(Emitter &e, const GlobalAccess &access) {
  for (const AccessDim &at : access.dims) {
    int64_t tile = e.kernel.getTile(Axis::Time);
    if (at.every <= std::max<int64_t>(tile, 1))
      continue;
    Value next = e.add(e.positions[static_cast<unsigned>(Axis::Time)].start,
                       e.i64(tile));
    Value rest = e.sub(next, e.mul(e.quotient(next, at.every), at.every));
    int64_t extent = *e.kernel.getExtent(Axis::Time);
    Value isLast = e.atLeast(
        next, ShapedType::isDynamic(extent) ? e.length : e.i64(extent));
    return arith::OrIOp::create(e.b, e.loc, isLast, e.less(rest, e.i64(1)));
  }
  return {};
}

void Emitter::storeGlobal(const GlobalAccess &access, ArrayRef<Value> values) {
  OpBuilder::InsertionGuard outer(b);
  if (Value ends = endsEntry(*this, access)) {
    auto branch = scf::IfOp::create(b, loc, ends, /*withElse=*/false);
    b.setInsertionPoint(branch.thenBlock()->getTerminator());
  }
  SmallVector<VectorGroup> groups = access.group(access.vector);
  int64_t bytes = access.element.getIntOrFloatBitWidth() / 8;
  SmallVector<Value> raws;
  for (const VectorGroup &group : groups) {
    SmallVector<Value> elements;
    for (unsigned slot : group)
      elements.push_back(values[slot]);
    raws.push_back(pack(b, loc, elements));
  }
  auto storeAll = [&](bool checked) {
    for (auto [group, raw] : llvm::zip(groups, raws)) {
      Value valid = checked ? isValid(access, group[0]) : Value();
      OpBuilder::InsertionGuard guard(b);
      if (valid) {
        auto branch = scf::IfOp::create(b, loc, valid, /*withElse=*/false);
        b.setInsertionPoint(branch.thenBlock()->getTerminator());
      }
      storeRaw(b, loc, access.pointerOf(group[0]), access.offsets[group[0]],
               raw, bytes * group.size());
    }
  };
  bool never;
  Value plain = needsNoCheck(access, never);
  if (never || !plain)
    return storeAll(/*checked=*/never);
  auto branch = scf::IfOp::create(b, loc, plain, /*withElse=*/true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(branch.thenBlock()->getTerminator());
  storeAll(/*checked=*/false);
  b.setInsertionPoint(branch.elseBlock()->getTerminator());
  storeAll(/*checked=*/true);
}
