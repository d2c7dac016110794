// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From a tensor value and an access map to tile ops.

#include "lib/Transforms/TileBuilder.h"

using namespace mlir;
using namespace mlir::ssm;

TileBuilder::TileBuilder(TileAxes axes, bool reverse, MLIRContext *context)
    : outside(context), inside(context), axes(axes), reverse(reverse),
      context(context) {}

void TileBuilder::leaveLoop() {
  loopAxis.reset();
  insideTiles.clear();
}

/// The tensor coordinate of an axis at the position of the kernel.
static AffineExpr coordinate(Axis axis, bool reverse, MLIRContext *context) {
  AffineExpr dim = getAffineDimExpr(static_cast<unsigned>(axis), context);
  if (axis == Axis::Time && reverse)
    return getAffineSymbolExpr(0, context) - 1 - dim;
  return dim;
}

/// `map` with its dimensions replaced; the result is over the five axes.
static AffineMap substitute(AffineMap map, ArrayRef<AffineExpr> dims,
                            MLIRContext *context) {
  SmallVector<AffineExpr> results;
  AffineExpr length = getAffineSymbolExpr(0, context);
  for (AffineExpr expr : map.getResults())
    results.push_back(expr.replaceDimsAndSymbols(dims, {length}));
  return simplifyAffineMap(AffineMap::get(kNumAxes, 1, results, context));
}

static SmallVector<AffineExpr> coordinates(WorkOpInterface work, bool reverse,
                                           MLIRContext *context) {
  SmallVector<AffineExpr> dims;
  for (Axis axis : work.getIterationAxes())
    dims.push_back(coordinate(axis, reverse, context));
  return dims;
}

AffineMap TileBuilder::ownMap(WorkOpInterface work, unsigned result) {
  return substitute(work.getResultMap(result),
                    coordinates(work, reverse, context), context);
}

AffineMap TileBuilder::ownAccess(WorkOpInterface work,
                                 const OperandAccess &access) {
  return substitute(access.map, coordinates(work, reverse, context), context);
}

bool TileBuilder::varies(AffineMap map, Axis axis) {
  return map.isFunctionOfDim(static_cast<unsigned>(axis));
}

TileType TileBuilder::tileType(AffineMap map, Type elementType) {
  SmallVector<Axis> tileAxes;
  SmallVector<int64_t> sizes;
  for (Axis axis : {Axis::Time, Axis::Channel, Axis::State, Axis::Inner})
    if (varies(map, axis) && !axes.isWalked[static_cast<unsigned>(axis)]) {
      tileAxes.push_back(axis);
      sizes.push_back(axes.tile[static_cast<unsigned>(axis)]);
    }
  return TileType::get(context, tileAxes, sizes, elementType);
}

OpBuilder &TileBuilder::builderAt(AffineMap map) {
  return loopAxis && varies(map, *loopAxis) ? inside : outside;
}

Value TileBuilder::materialise(Value value, AffineMap map) {
  bool isInside = loopAxis && varies(map, *loopAxis);
  auto &tiles = isInside ? insideTiles : outsideTiles;
  if (Value known = tiles.lookup({value, map}))
    return known;
  auto argument = dyn_cast<BlockArgument>(value);
  Value tile = argument ? load(argument, map, /*slots=*/Value())
                        : compute(cast<OpResult>(value), map);
  if (tile)
    (isInside ? insideTiles : outsideTiles)[{value, map}] = tile;
  return tile;
}

Value TileBuilder::load(BlockArgument argument, AffineMap map, Value slots) {
  Type element = getElementTypeOrSelf(argument.getType());
  return TileLoadOp::create(builderAt(map), argument.getLoc(),
                            tileType(map, element), views.lookup(argument),
                            slots, AffineMapAttr::get(map));
}

/// An element of `result`, which stands somewhere in operand 0.
Value TileBuilder::access(WorkOpInterface work, OpResult result,
                          AffineMap map) {
  Value source = work->getOperand(0);
  AffineMap at = substitute(work.getResultAccess(result.getResultNumber()),
                            map.getResults(), context);
  Value slots = work.getReadSlots();
  if (!slots)
    return materialise(source, at);
  auto argument = dyn_cast<BlockArgument>(source);
  if (argument && at.getResult(0) == getAffineDimExpr(0, context))
    return load(argument, at, views.lookup(slots));
  work->emitOpError("expected a cache in memory to be read at the batch in a "
                    "kernel, got an access ")
      << AffineMapAttr::get(at);
  return {};
}

Value TileBuilder::compute(OpResult result, AffineMap map) {
  Operation *op = result.getOwner();
  auto work = dyn_cast<WorkOpInterface>(op);
  if (!work) {
    op->emitOpError("expected an op with WorkOpInterface in a kernel");
    return {};
  }
  switch (work.getWorkKind()) {
  case WorkKind::Access:
    return access(work, result, map);
  case WorkKind::Pointwise:
  case WorkKind::Window:
    return mapPointwise(work, result, map);
  default:
    return finish(work, result, map);
  }
}

SmallVector<AffineExpr>
TileBuilder::iterationAt(WorkOpInterface work, unsigned result, AffineMap map) {
  SmallVector<AffineExpr> dims(work.getIterationAxes().size());
  for (auto [expr, at] :
       llvm::zip(work.getResultMap(result).getResults(), map.getResults()))
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      dims[dim.getPosition()] = at;
  return dims;
}

Value TileBuilder::mapPointwise(WorkOpInterface work, OpResult result,
                                AffineMap map) {
  Operation *op = work;
  SmallVector<AffineExpr> dims =
      iterationAt(work, result.getResultNumber(), map);
  for (auto [axis, expr] : llvm::zip(work.getIterationAxes(), dims))
    if (axis == Axis::Time && axes.has(Axis::Time) && expr &&
        expr != simplifyAffineExpr(coordinate(axis, reverse, context), kNumAxes,
                                   1) &&
        !isa<AffineConstantExpr>(expr)) {
      op->emitOpError("expected its result to be read at its own token in a "
                      "kernel, got an access ")
          << AffineMapAttr::get(map);
      return {};
    }
  OpBuilder &b = builderAt(map);
  SmallVector<Value> inputs;
  SmallVector<OperandAccess> accesses = work.getAccesses();
  for (const OperandAccess &access : accesses) {
    Value tile = materialise(op->getOperand(access.operand),
                             substitute(access.map, dims, context));
    if (!tile)
      return {};
    inputs.push_back(tile);
  }
  SmallVector<Type> types;
  for (Value each : op->getResults())
    types.push_back(tileType(map, getElementTypeOrSelf(each.getType())));
  auto tileMap = TileMapOp::create(b, op->getLoc(), types, inputs);
  Block &body = tileMap.getBody().emplaceBlock();
  for (Value input : inputs)
    body.addArgument(cast<TileType>(input.getType()).getElementType(),
                     op->getLoc());
  OpBuilder scalars = OpBuilder::atBlockEnd(&body);
  SmallVector<Value> values =
      work.buildBody(scalars, op->getLoc(), body.getArguments(), {});
  if (values.size() != types.size()) {
    op->emitOpError("expected scalar code for each result");
    return {};
  }
  YieldOp::create(scalars, op->getLoc(), values);
  dropUnusedInputs(tileMap, 0);
  auto &tiles = &b == &inside ? insideTiles : outsideTiles;
  for (auto [each, tile] : llvm::zip(op->getResults(), tileMap.getOutputs()))
    tiles[{each, map}] = tile;
  return tileMap.getOutputs()[result.getResultNumber()];
}

Value TileBuilder::zeroSums(WorkOpInterface work) {
  Type element =
      getComputeType(getElementTypeOrSelf(work->getResult(0).getType()));
  for (Value operand : work->getOperands())
    if (getElementTypeOrSelf(operand.getType()).isF64())
      element = Float64Type::get(context);
  return TileFillOp::create(outside, work.getLoc(),
                            tileType(ownMap(work, 0), element),
                            outside.getF64FloatAttr(0.0));
}

Value TileBuilder::addProduct(WorkOpInterface work, Value acc) {
  MatrixProduct product = *work.getMatrixProduct();
  auto factor = [&](unsigned operand) -> Value {
    for (const OperandAccess &access : work.getAccesses())
      if (access.operand == operand)
        return materialise(work->getOperand(operand), ownAccess(work, access));
    return {};
  };
  Value lhs = factor(product.lhs), rhs = factor(product.rhs);
  if (!lhs || !rhs)
    return {};
  return TileDotOp::create(loopAxis ? inside : outside, work.getLoc(),
                           acc.getType(), acc, lhs, rhs);
}

Value TileBuilder::finish(WorkOpInterface work, OpResult result,
                          AffineMap map) {
  Operation *op = work;
  bool isOwn = map == ownMap(work, result.getResultNumber());
  // The contracted axis of a product beside a recurrence lies whole in a tile.
  if (isOwn && work.getMatrixProduct() && !sums.count(op)) {
    Value sum = addProduct(work, zeroSums(work));
    if (!sum)
      return {};
    sums[op] = sum;
  }
  Value sum = sums.lookup(op);
  if (!sum || !isOwn) {
    op->emitOpError("expected its result to be read at its own token in a "
                    "kernel, got an access ")
        << AffineMapAttr::get(map);
    return {};
  }
  SmallVector<AffineExpr> dims =
      iterationAt(work, result.getResultNumber(), map);
  SmallVector<Value> inputs = {sum};
  SmallVector<int> inputOf;
  for (const OperandAccess &access : work.getAccesses()) {
    bool reachable = true;
    for (unsigned i = 0; i < dims.size(); ++i)
      reachable &= dims[i] || !access.map.isFunctionOfDim(i);
    inputOf.push_back(reachable ? static_cast<int>(inputs.size()) : -1);
    if (!reachable)
      continue;
    SmallVector<AffineExpr> filled(dims);
    for (AffineExpr &dim : filled)
      if (!dim)
        dim = getAffineConstantExpr(0, context);
    Value tile = materialise(op->getOperand(access.operand),
                             substitute(access.map, filled, context));
    if (!tile)
      return {};
    inputs.push_back(tile);
  }
  OpBuilder &b = builderAt(map);
  Type element = getElementTypeOrSelf(result.getType());
  auto tileMap = TileMapOp::create(b, op->getLoc(),
                                   TypeRange{tileType(map, element)}, inputs);
  Block &body = tileMap.getBody().emplaceBlock();
  for (Value input : inputs)
    body.addArgument(cast<TileType>(input.getType()).getElementType(),
                     op->getLoc());
  SmallVector<Value> scalars;
  for (int input : inputOf)
    scalars.push_back(input < 0 ? Value() : body.getArgument(input));
  OpBuilder scalarBuilder = OpBuilder::atBlockEnd(&body);
  Value value = work.buildFinish(scalarBuilder, op->getLoc(),
                                 body.getArgument(0), scalars);
  YieldOp::create(scalarBuilder, op->getLoc(), value);
  dropUnusedInputs(tileMap, 0);
  return tileMap.getOutputs()[0];
}

Value mlir::ssm::castTile(OpBuilder &b, Location loc, Value tile,
                          Type element) {
  auto type = cast<TileType>(tile.getType());
  if (type.getElementType() == element)
    return tile;
  auto map = TileMapOp::create(b, loc, TypeRange{type.withElementType(element)},
                               ValueRange(tile));
  Block &body = map.getBody().emplaceBlock();
  body.addArgument(type.getElementType(), loc);
  OpBuilder scalars = OpBuilder::atBlockEnd(&body);
  YieldOp::create(scalars, loc,
                  castFloat(scalars, loc, body.getArgument(0), element));
  return map.getOutputs()[0];
}
