// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Scopes, integers and elements of tiles: what every nest is written with.

#include "lib/Conversion/CPU/Emitter.h"

using namespace mlir;
using namespace mlir::ssm;

VectorEmitter::VectorEmitter(TileKernelOp kernel, LLVM::LLVMFuncOp function)
    : kernel(kernel), function(function), loc(kernel.getLoc()),
      lanes(kernel->getAttrOfType<IntegerAttr>(kLanesAttr).getInt()) {
  for (auto extent : kernel.getExtents().getAsRange<ExtentAttr>()) {
    AxisState &axis = state(extent.getAxis());
    axis.extent = extent.getExtent();
    axis.size = extent.getTile();
    if (!ShapedType::isDynamic(axis.extent))
      axis.size = std::min(axis.size, axis.extent);
  }
}

//===----------------------------------------------------------------------===//
// Scopes
//===----------------------------------------------------------------------===//

void VectorEmitter::enter(Operation *inside, Block *body) {
  if (!scopes.empty())
    here().setInsertionPoint(inside);
  OpBuilder builder(inside->getContext());
  if (body->mightHaveTerminator())
    builder.setInsertionPoint(body->getTerminator());
  else
    builder.setInsertionPointToEnd(body);
  scopes.push_back({builder, {}, inside});
}

void VectorEmitter::leave() {
  Operation *inside = scopes.back().marker;
  scopes.pop_back();
  if (!scopes.empty())
    here().setInsertionPointAfter(inside);
}

/// A scope without a loop. What depends on nothing inside goes before the
/// marker, into the scope around.
void VectorEmitter::enterNest() {
  Operation *marker = arith::ConstantIntOp::create(here(), loc, 0, 1);
  here().setInsertionPoint(marker);
  OpBuilder builder(marker->getContext());
  builder.setInsertionPointAfter(marker);
  scopes.push_back({builder, {}, marker});
  nestDepth = depth();
}

void VectorEmitter::leaveNest() {
  Operation *marker = scopes.back().marker;
  OpBuilder::InsertPoint end = here().saveInsertionPoint();
  scopes.pop_back();
  here().restoreInsertionPoint(end);
  marker->erase();
}

scf::ForOp VectorEmitter::enterLoop(Value begin, Value end, int64_t step,
                                    ValueRange carried) {
  auto loop =
      scf::ForOp::create(here(), loc, begin, end, integer(step).value, carried);
  enter(loop, loop.getBody());
  return loop;
}

ValueRange VectorEmitter::leaveLoop(scf::ForOp loop, ValueRange carried) {
  if (!carried.empty())
    scf::YieldOp::create(here(), loc, carried);
  leave();
  return loop.getResults();
}

//===----------------------------------------------------------------------===//
// Integers
//===----------------------------------------------------------------------===//

Element VectorEmitter::integer(int64_t value) {
  return {arith::ConstantIntOp::create(at(0), loc, value, 64), 0};
}

template <typename OpTy> Element VectorEmitter::binary(Element x, Element y) {
  unsigned deeper = std::max(x.depth, y.depth);
  return {OpTy::create(at(deeper), loc, x.value, y.value), deeper};
}
template Element VectorEmitter::binary<arith::AddIOp>(Element, Element);
template Element VectorEmitter::binary<arith::SubIOp>(Element, Element);
template Element VectorEmitter::binary<arith::MulIOp>(Element, Element);
template Element VectorEmitter::binary<arith::MinSIOp>(Element, Element);
template Element VectorEmitter::binary<arith::MaxSIOp>(Element, Element);
template Element VectorEmitter::binary<arith::DivSIOp>(Element, Element);
template Element VectorEmitter::binary<arith::RemSIOp>(Element, Element);
template Element VectorEmitter::binary<arith::AndIOp>(Element, Element);
template Element VectorEmitter::binary<arith::OrIOp>(Element, Element);

Element VectorEmitter::add(Element x, int64_t y) {
  return y == 0 ? x : binary<arith::AddIOp>(x, integer(y));
}

Element VectorEmitter::less(Element x, Element y) {
  unsigned deeper = std::max(x.depth, y.depth);
  return {arith::CmpIOp::create(at(deeper), loc, arith::CmpIPredicate::slt,
                                x.value, y.value),
          deeper};
}

Element VectorEmitter::indexValue(const AxisIndex &index) {
  if (!index.base.value)
    return integer(index.offset);
  return add(index.base, index.offset);
}

Element VectorEmitter::position(Axis axis, const AxisIndex &index) {
  Element value = indexValue(index);
  Element origin = state(axis).origin;
  return origin.value ? binary<arith::AddIOp>(origin, value) : value;
}

Element VectorEmitter::limitOf(Axis axis) {
  AxisState &along = state(axis);
  return along.limit.value ? along.limit : integer(along.size);
}

Element VectorEmitter::mask() {
  if (lanesFull || !laneAxis)
    return {};
  Element rest = binary<arith::SubIOp>(limitOf(*laneAxis),
                                       indexValue(state(*laneAxis).index));
  OpBuilder &builder = at(rest.depth);
  Type i32 = builder.getI32Type();
  SmallVector<int32_t> numbers(lanes);
  std::iota(numbers.begin(), numbers.end(), 0);
  Value lane = arith::ConstantOp::create(builder, loc,
                                         builder.getI32VectorAttr(numbers));
  Value count = arith::TruncIOp::create(builder, loc, i32, rest.value);
  Value counts =
      vector::BroadcastOp::create(builder, loc, lane.getType(), count);
  return {arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::slt, lane,
                                counts),
          rest.depth};
}

//===----------------------------------------------------------------------===//
// Elements
//===----------------------------------------------------------------------===//

bool VectorEmitter::hasLanes(TileType tile) {
  return laneAxis && tile.hasAxis(*laneAxis);
}

Type VectorEmitter::typeOf(TileType tile) {
  Type element = tile.getElementType();
  return hasLanes(tile) ? vectorType(element) : element;
}

Value VectorEmitter::conform(Element element, Type type) {
  if (element.value.getType() == type)
    return element.value;
  return vector::BroadcastOp::create(at(element.depth), loc, type,
                                     element.value);
}

VectorEmitter::Key VectorEmitter::keyOf(Value tile) {
  Key key{tile.getAsOpaquePointer(), {}};
  for (Axis axis : cast<TileType>(tile.getType()).getAxes()) {
    const AxisIndex &index = state(axis).index;
    key.second.push_back(
        {index.base.value ? index.base.value.getAsOpaquePointer() : nullptr,
         index.offset});
  }
  return key;
}

const Element *VectorEmitter::findKnown(const Key &key) {
  for (Scope &scope : llvm::reverse(scopes)) {
    auto found = scope.known.find(key);
    if (found != scope.known.end())
      return &found->second;
  }
  return nullptr;
}

void VectorEmitter::bind(Value tile, Value element) {
  scopes.back().known[keyOf(tile)] = {element, depth()};
}

Element VectorEmitter::evaluate(Value tile) {
  Key key = keyOf(tile);
  if (const Element *known = findKnown(key))
    return *known;
  auto type = cast<TileType>(tile.getType());
  Element element;
  auto buffer = buffers.find(tile.getAsOpaquePointer());
  auto inRegisters = registers.find(tile);
  if (buffer != buffers.end()) {
    element = loadBuffer(buffer->second, type);
  } else if (inRegisters != registers.end()) {
    element = inRegisters->second[registerNumber(type)];
  } else if (auto load = tile.getDefiningOp<TileLoadOp>()) {
    element = loadView(load);
  } else if (auto map = tile.getDefiningOp<TileMapOp>()) {
    return evaluateMap(map, tile);
  } else if (auto fill = tile.getDefiningOp<TileFillOp>()) {
    auto value = at(0).getFloatAttr(type.getElementType(),
                                    fill.getValue().convertToDouble());
    element = {arith::ConstantOp::create(at(0), loc, value), 0};
  } else {
    kernel.emitOpError("expected a plan that holds the tile ") << type;
    invalid = true;
    element = {LLVM::UndefOp::create(at(0), loc, typeOf(type)), 0};
  }
  scopes[element.depth].known[key] = element;
  return element;
}

/// Computes the elements of all results of a map and keeps them.
Element VectorEmitter::evaluateMap(TileMapOp map, Value tile) {
  SmallVector<Element> inputs;
  for (Value input : map.getInputs())
    inputs.push_back(evaluate(input));
  SmallVector<Element> outputs = evaluateRegion(map.getBody(), inputs);
  Element wanted;
  for (auto [output, element] : llvm::zip(map.getOutputs(), outputs)) {
    scopes[element.depth].known[keyOf(output)] = element;
    if (output == tile)
      wanted = element;
  }
  return wanted;
}

/// Products and sums of a kernel may become fused multiply-adds.
static void allowContraction(Operation *op) {
  if (!isa<arith::AddFOp, arith::SubFOp, arith::MulFOp>(op))
    return;
  auto flags = cast<arith::ArithFastMathInterface>(op).getFastMathFlagsAttr();
  auto wanted = flags.getValue() | arith::FastMathFlags::contract;
  op->setAttr(cast<arith::ArithFastMathInterface>(op).getFastMathAttrName(),
              arith::FastMathFlagsAttr::get(op->getContext(), wanted));
}

/// The scalar code of a region on vectors where an operand is one, each op in
/// the outermost scope that has its operands.
SmallVector<Element> VectorEmitter::evaluateRegion(Region &region,
                                                   ArrayRef<Element> args) {
  DenseMap<Value, Element> values;
  for (auto [argument, element] : llvm::zip(region.getArguments(), args))
    values[argument] = element;
  for (Operation &op : region.front().without_terminator()) {
    unsigned deepest = 0;
    bool isVector = false;
    for (Value operand : op.getOperands()) {
      deepest = std::max(deepest, values[operand].depth);
      isVector |= isa<VectorType>(values[operand].value.getType());
    }
    OperationState created(loc, op.getName());
    created.addAttributes(op.getAttrs());
    for (Value operand : op.getOperands()) {
      Type type = operand.getType();
      created.addOperands(
          conform(values[operand], isVector ? vectorType(type) : type));
    }
    for (Type type : op.getResultTypes())
      created.addTypes(isVector ? vectorType(type) : type);
    Operation *copy = at(deepest).create(created);
    allowContraction(copy);
    for (auto [from, to] : llvm::zip(op.getResults(), copy->getResults()))
      values[from] = {to, deepest};
  }
  SmallVector<Element> yielded;
  for (Value value : region.front().getTerminator()->getOperands()) {
    auto outside = value.getDefiningOp();
    if (!values.count(value) && outside)
      values[value] = {at(0).clone(*outside)->getResult(0), 0};
    yielded.push_back(values[value]);
  }
  return yielded;
}
