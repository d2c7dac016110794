// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Elements from and to memory: the kernel's arguments through access maps, and
// tiles in scratch.

#include "lib/Conversion/CPU/Emitter.h"

using namespace mlir;
using namespace mlir::ssm;

int64_t mlir::ssm::bytesOf(Type element) {
  return element.getIntOrFloatBitWidth() / 8;
}

//===----------------------------------------------------------------------===//
// Arguments of the kernel
//===----------------------------------------------------------------------===//

bool mlir::ssm::isInRange(const AccessDim &dim, unsigned number,
                          MemRefType view, int64_t extent) {
  int64_t size = view.getDimSize(number);
  if (dim.fromEnd || dim.lagged)
    return false;
  if (!dim.axis)
    return !ShapedType::isDynamic(size) && dim.offset >= 0 && dim.offset < size;
  if (ShapedType::isDynamic(size) || ShapedType::isDynamic(extent)) {
    bool isBatch = dim.axis == Axis::Batch;
    return ShapedType::isDynamic(size) && ShapedType::isDynamic(extent) &&
           isBatch == (number == 0) && dim.offset == 0;
  }
  return !dim.reversed && dim.offset >= 0 && dim.offset + extent <= size;
}

Element VectorEmitter::gep(Element base, Element index, Type element,
                           int64_t offset) {
  unsigned deeper = std::max(base.depth, index.depth);
  OpBuilder &builder = at(deeper);
  Type pointer = LLVM::LLVMPointerType::get(builder.getContext());
  Value address =
      LLVM::GEPOp::create(builder, loc, pointer, element, base.value,
                          ArrayRef<LLVM::GEPArg>{index.value});
  if (offset != 0)
    address = LLVM::GEPOp::create(
        builder, loc, pointer, element, address,
        ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(offset)});
  return {address, deeper};
}

/// The index of the view along `dim`, of one lane or of the first of a vector.
Element VectorEmitter::viewIndex(const AccessDim &dim,
                                 std::optional<int64_t> lane) {
  if (!dim.axis)
    return dim.fromEnd ? add(length, dim.offset) : integer(dim.offset);
  AxisIndex index = state(*dim.axis).index;
  if (dim.axis == laneAxis && lane) {
    index.offset += *lane;
    if (!lanesFull) { // lanes beyond the extent repeat the last one inside
      Element last = add(limitOf(*laneAxis), -1);
      index = {binary<arith::MinSIOp>(indexValue(index), last), 0};
    }
  }
  Element value = position(*dim.axis, index);
  if (dim.every > 1)
    value = binary<arith::DivSIOp>(value, integer(dim.every));
  if (dim.reversed)
    value = add(binary<arith::SubIOp>(length, value), -1);
  if (dim.fromEnd)
    value = binary<arith::AddIOp>(length, value);
  if (dim.lagged)
    value = binary<arith::SubIOp>(
        value, position(Axis::Inner, state(Axis::Inner).index));
  return add(value, dim.offset);
}

Address VectorEmitter::address(Value view, ArrayRef<AccessDim> dims,
                               Value slotsView, std::optional<int64_t> lane) {
  auto type = cast<MemRefType>(view.getType());
  Element offset = integer(0), inside;
  for (auto [number, dim] : llvm::enumerate(dims)) {
    // The one row of a packed view begins at the cell's sequence.
    if (number == 0 && kernel.isPacked(type))
      continue;
    bool isSlot = number == 0 && slotsView;
    Element size = integer(type.getDimSize(number));
    if (type.isDynamicDim(number))
      size = isSlot        ? Element{slotCount, 0}
             : number == 0 ? Element{batch, 0}
                           : length;
    if (type.isDynamicDim(number) && dim.every > 1)
      size = binary<arith::DivSIOp>(add(length, dim.every - 1),
                                    integer(dim.every));
    Element index = isSlot ? slots.lookup(slotsView) : viewIndex(dim, lane);
    int64_t extent = dim.axis ? state(*dim.axis).extent : 1;
    if (isSlot || !isInRange(dim, number, type, extent)) {
      OpBuilder &builder = at(index.depth);
      Value fits = arith::CmpIOp::create(
          builder, loc, arith::CmpIPredicate::ult, index.value, size.value);
      index.value = arith::SelectOp::create(builder, loc, fits, index.value,
                                            integer(0).value);
      Element fitting{fits, index.depth};
      inside = inside.value ? binary<arith::AndIOp>(inside, fitting) : fitting;
    }
    if (number == 1 && kernel.isOrdered(type))
      index = tokenOf(index);
    offset = binary<arith::AddIOp>(binary<arith::MulIOp>(offset, size), index);
  }
  return {gep(pointers.lookup(view), offset, type.getElementType()), inside};
}

/// `value` if `inside`, else 0.
Element VectorEmitter::zeroUnless(Element inside, Element value) {
  if (!inside.value)
    return value;
  unsigned deeper = std::max(inside.depth, value.depth);
  Type type = value.value.getType();
  Value zero = arith::ConstantOp::create(at(0), loc, at(0).getZeroAttr(type));
  return {
      arith::SelectOp::create(at(deeper), loc, inside.value, value.value, zero),
      deeper};
}

/// Whether the lanes of a vector are neighbours in the view, all inside of it.
bool VectorEmitter::isVectorAccess(MemRefType view, ArrayRef<AccessDim> dims) {
  for (auto [number, dim] : llvm::enumerate(dims))
    if (dim.axis == laneAxis &&
        (number + 1 != dims.size() || dim.reversed || dim.fromEnd ||
         !isInRange(dim, number, view, state(*laneAxis).extent)))
      return false;
  return true;
}

Type mlir::ssm::crossingType(Type type) {
  Type element = getElementTypeOrSelf(type);
  if (!element.isBF16() && !element.isF16())
    return type;
  Type bits = IntegerType::get(type.getContext(), 16);
  if (auto vector = dyn_cast<VectorType>(type))
    return vector.clone(bits);
  return bits;
}

/// `value` with the same bits in another type.
Value VectorEmitter::withType(Element value, Type type) {
  if (value.value.getType() == type)
    return value.value;
  return arith::BitcastOp::create(at(value.depth), loc, type, value.value);
}

Element VectorEmitter::loadView(TileLoadOp load) {
  SmallVector<AccessDim> dims = *decomposeAccessMap(load.getMap());
  TileType tile = load.getTile().getType();
  auto view = cast<MemRefType>(load.getSource().getType());
  if (hasLanes(tile) && !isVectorAccess(view, dims))
    return loadLanes(load, dims, tile.getElementType());
  Address from = address(load.getSource(), dims, load.getSlots());
  Element mask = hasLanes(tile) ? this->mask() : Element();
  unsigned deeper = std::max(from.pointer.depth, mask.depth);
  Type type = crossingType(typeOf(tile));
  unsigned alignment = bytesOf(tile.getElementType());
  Element value{Value(), deeper};
  if (mask.value) {
    Value zero = arith::ConstantOp::create(at(0), loc, at(0).getZeroAttr(type));
    value.value = LLVM::MaskedLoadOp::create(
        at(deeper), loc, type, from.pointer.value, mask.value, zero, alignment);
  } else {
    value.value = LLVM::LoadOp::create(at(deeper), loc, type,
                                       from.pointer.value, alignment);
  }
  value = zeroUnless(from.inside, value);
  return {withType(value, typeOf(tile)), value.depth};
}

/// A vector from what begins at elements that are not neighbours.
Element VectorEmitter::loadLanes(TileLoadOp load, ArrayRef<AccessDim> dims,
                                 Type type) {
  Type element = crossingType(type);
  unsigned alignment = bytesOf(load.getTile().getType().getElementType());
  SmallVector<Value> values;
  unsigned deepest = 0;
  for (int64_t lane = 0; lane < lanes; ++lane) {
    Address from = address(load.getSource(), dims, load.getSlots(), lane);
    Value value = LLVM::LoadOp::create(at(from.pointer.depth), loc, element,
                                       from.pointer.value, alignment);
    Element safe = zeroUnless(from.inside, {value, from.pointer.depth});
    deepest = std::max(deepest, safe.depth);
    values.push_back(safe.value);
  }
  Value vector = vector::FromElementsOp::create(at(deepest), loc,
                                                vectorType(element), values);
  return {withType({vector, deepest}, vectorType(type)), deepest};
}

/// Whether the tile ends the tokens that share an entry of a view; null if
/// every tile does.
Element VectorEmitter::endsEntry(ArrayRef<AccessDim> dims) {
  const AxisState &time = state(Axis::Time);
  for (const AccessDim &dim : dims) {
    if (dim.every <= std::max<int64_t>(time.size, 1))
      continue;
    Element next =
        time.origin.value ? add(time.origin, time.size) : integer(time.size);
    Element tokens =
        ShapedType::isDynamic(time.extent) ? length : integer(time.extent);
    Element isLast = less(add(tokens, -1), next);
    Element rest = binary<arith::RemSIOp>(next, integer(dim.every));
    return binary<arith::OrIOp>(isLast, less(rest, integer(1)));
  }
  return {};
}

void VectorEmitter::storeView(TileStoreOp store) {
  SmallVector<AccessDim> dims = *decomposeAccessMap(store.getMap());
  storeIf(endsEntry(dims), [&] { storeElements(store, dims); });
}

void VectorEmitter::storeElements(TileStoreOp store, ArrayRef<AccessDim> dims) {
  TileType tile = store.getTile().getType();
  auto view = cast<MemRefType>(store.getTarget().getType());
  Type type = typeOf(tile);
  Value element = conform(evaluate(store.getTile()), type);
  element = withType({element, depth()}, crossingType(type));
  // LLVM 22 turns a masked store of one truncated i32 into a store of 32 bits,
  // over the neighbour: the ragged end of a bf16 row goes lane by lane.
  bool isRaggedBF16 = !lanesFull && tile.getElementType().isBF16();
  if (hasLanes(tile) && (isRaggedBF16 || !isVectorAccess(view, dims)))
    return storeLanes(store, dims, element);
  Address to = address(store.getTarget(), dims, store.getSlots());
  Element mask = hasLanes(tile) ? this->mask() : Element();
  unsigned alignment = bytesOf(tile.getElementType());
  storeIf(to.inside, [&] {
    if (mask.value)
      LLVM::MaskedStoreOp::create(here(), loc, element, to.pointer.value,
                                  mask.value, alignment);
    else
      LLVM::StoreOp::create(here(), loc, element, to.pointer.value, alignment);
  });
}

/// `inside`, and whether the lane is inside of its axis.
Element VectorEmitter::laneInside(Element inside, int64_t lane) {
  if (lanesFull)
    return inside;
  AxisIndex index = state(*laneAxis).index;
  index.offset += lane;
  Element within = less(indexValue(index), limitOf(*laneAxis));
  return inside.value ? binary<arith::AndIOp>(inside, within) : within;
}

/// A vector to elements that are not neighbours.
void VectorEmitter::storeLanes(TileStoreOp store, ArrayRef<AccessDim> dims,
                               Value vector) {
  unsigned alignment = bytesOf(store.getTile().getType().getElementType());
  for (int64_t lane = 0; lane < lanes; ++lane) {
    Address to = address(store.getTarget(), dims, store.getSlots(), lane);
    storeIf(laneInside(to.inside, lane), [&] {
      Value element = vector::ExtractOp::create(here(), loc, vector, lane);
      LLVM::StoreOp::create(here(), loc, element, to.pointer.value, alignment);
    });
  }
}

void VectorEmitter::storeIf(Element inside, llvm::function_ref<void()> body) {
  if (!inside.value)
    return body();
  auto branch = scf::IfOp::create(here(), loc, inside.value,
                                  /*withElseRegion=*/false);
  enter(branch, branch.thenBlock());
  body();
  leave();
}

/// What will be read or written at the current point. Rows of a wide tensor lie
/// too far apart for the hardware to foresee.
void VectorEmitter::prefetch(Value view, AffineMap map, Value slotsView,
                             TileType tile) {
  SmallVector<AccessDim> dims = *decomposeAccessMap(map);
  if (!tile.hasAxis(Axis::Time) || !hasLanes(tile) ||
      !isVectorAccess(cast<MemRefType>(view.getType()), dims))
    return;
  Address ahead = address(view, dims, slotsView);
  if (!ahead.inside.value)
    LLVM::Prefetch::create(here(), loc, ahead.pointer.value, /*rw=*/0,
                           /*hint=*/3, /*cache=*/1);
}

//===----------------------------------------------------------------------===//
// Scratch
//===----------------------------------------------------------------------===//

/// Tiles that only products read are kept in the type the product computes in.
static Type storedType(Value tile) {
  Type type = cast<TileType>(tile.getType()).getElementType();
  for (Operation *user : tile.getUsers()) {
    auto dot = dyn_cast<TileDotOp>(user);
    if (!dot || tile == dot.getAcc())
      return cast<TileType>(tile.getType()).getElementType();
    type = dot.getOut().getType().getElementType();
  }
  return type;
}

const Buffer &VectorEmitter::allocate(Value tile) {
  auto [found, isNew] = buffers.try_emplace(tile.getAsOpaquePointer());
  Buffer &buffer = found->second;
  if (!isNew)
    return buffer;
  buffer.bytes = scratchBytes;
  bool paired = isPaired(tile);
  buffer.element =
      paired ? IntegerType::get(tile.getContext(), 32) : storedType(tile);
  buffer.order = getMemoryOrder(cast<TileType>(tile.getType()));
  int64_t elements = 1;
  for (auto [number, axis] : llvm::enumerate(llvm::reverse(buffer.order))) {
    buffer.strides.insert(buffer.strides.begin(), elements);
    int64_t size = axis == Axis::Batch ? 1 : state(axis).size;
    if (paired && axis == Axis::Inner)
      size /= 2;
    elements *= number == 0 ? llvm::alignTo(size, lanes) : size;
  }
  scratchBytes =
      llvm::alignTo(scratchBytes + elements * bytesOf(buffer.element), 64);
  return buffer;
}

void VectorEmitter::share(Value tile, Value owner) {
  Buffer buffer = buffers.at(owner.getAsOpaquePointer());
  buffers[tile.getAsOpaquePointer()] = buffer;
}

Element VectorEmitter::bufferAddress(const Buffer &buffer) {
  Element offset = integer(buffer.bytes / bytesOf(buffer.element));
  int64_t constant = 0;
  for (auto [axis, stride] : llvm::zip(buffer.order, buffer.strides)) {
    const AxisIndex &index = state(axis).index;
    constant += index.offset * stride;
    if (index.base.value)
      offset = binary<arith::AddIOp>(
          offset, binary<arith::MulIOp>(index.base, integer(stride)));
  }
  return gep({scratch, 0}, offset, buffer.element, constant);
}

Element VectorEmitter::loadBuffer(const Buffer &buffer, TileType tile) {
  Element from = bufferAddress(buffer);
  // Rows of a table are read where they are used: they would not fit the
  // registers.
  unsigned where = std::max(from.depth, nestDepth);
  if (tile.getRank() > 1)
    where = depth();
  Type type = hasLanes(tile) ? vectorType(buffer.element) : buffer.element;
  unsigned alignment = bytesOf(buffer.element) * (hasLanes(tile) ? lanes : 1);
  Value value = LLVM::LoadOp::create(at(where), loc, crossingType(type),
                                     from.value, alignment);
  return {withType({value, where}, type), where};
}

void VectorEmitter::storeBuffer(const Buffer &buffer, TileType tile,
                                Element element) {
  Type type = hasLanes(tile) ? vectorType(buffer.element) : buffer.element;
  if (getElementTypeOrSelf(element.value.getType()) != buffer.element) {
    Type wide = isa<VectorType>(element.value.getType())
                    ? Type(vectorType(buffer.element))
                    : buffer.element;
    element.value =
        arith::ExtFOp::create(at(element.depth), loc, wide, element.value);
  }
  unsigned alignment = bytesOf(buffer.element) * (hasLanes(tile) ? lanes : 1);
  Element to = bufferAddress(buffer);
  Value value = withType({conform(element, type), depth()}, crossingType(type));
  LLVM::StoreOp::create(here(), loc, value, to.value, alignment);
}
