// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loops of a tile program, and the sums that are made in them.

#include "lib/Transforms/TileLoops.h"

using namespace mlir;
using namespace mlir::ssm;

TileForOp mlir::ssm::enterLoop(TileBuilder &tiles, Location loc, Axis axis,
                               ValueRange init) {
  auto loop = TileForOp::create(tiles.outside, loc, axis, init);
  Block &body = loop.getBody().emplaceBlock();
  for (Value value : init)
    body.addArgument(value.getType(), loc);
  tiles.outside.setInsertionPoint(loop);
  tiles.inside.setInsertionPointToEnd(&body);
  tiles.enterLoop(axis);
  return loop;
}

void mlir::ssm::leaveLoop(TileBuilder &tiles, TileForOp loop,
                          ValueRange values) {
  YieldOp::create(tiles.inside, loop.getLoc(), values);
  tiles.leaveLoop();
  tiles.outside.setInsertionPointAfter(loop);
}

Value mlir::ssm::fillZero(TileBuilder &tiles, Location loc, TileType type) {
  return TileFillOp::create(tiles.outside, loc, type,
                            tiles.outside.getF64FloatAttr(0.0));
}

SmallVector<Value> mlir::ssm::materialiseAccesses(TileBuilder &tiles,
                                                  WorkOpInterface work) {
  SmallVector<Value> inputs;
  for (const OperandAccess &access : work.getAccesses()) {
    Value tile = tiles.materialise(work->getOperand(access.operand),
                                   tiles.ownAccess(work, access));
    if (!tile)
      return {};
    inputs.push_back(tile);
  }
  return inputs;
}

void mlir::ssm::addElements(Block &body, ValueRange inputs, Location loc) {
  for (Value input : inputs)
    body.addArgument(cast<TileType>(input.getType()).getElementType(), loc);
}

/// The contributions of `work` at its own token; null after an error.
static Value mapContributions(TileBuilder &tiles, WorkOpInterface work,
                              Type element) {
  Location loc = work.getLoc();
  SmallVector<Value> inputs = materialiseAccesses(tiles, work);
  if (inputs.empty())
    return {};
  auto map = TileMapOp::create(
      tiles.inside, loc,
      TypeRange{tiles.tileType(tiles.ownMap(work, 0), element)}, inputs);
  Block &body = map.getBody().emplaceBlock();
  addElements(body, inputs, loc);
  OpBuilder scalars = OpBuilder::atBlockEnd(&body);
  YieldOp::create(scalars, loc,
                  work.buildBody(scalars, loc, body.getArguments(), {}));
  dropUnusedInputs(map, 0);
  return map.getOutputs()[0];
}

/// `sum` plus `part`, tiles of one type.
static Value addTiles(OpBuilder &b, Location loc, Value sum, Value part) {
  auto type = cast<TileType>(sum.getType());
  auto add = TileMapOp::create(b, loc, TypeRange{type}, ValueRange{sum, part});
  Block &body = add.getBody().emplaceBlock();
  body.addArguments({type.getElementType(), type.getElementType()}, {loc, loc});
  OpBuilder scalars = OpBuilder::atBlockEnd(&body);
  Value total = arith::AddFOp::create(scalars, loc, body.getArgument(0),
                                      body.getArgument(1));
  YieldOp::create(scalars, loc, total);
  return add.getOutputs()[0];
}

static Type computeTypeOf(WorkOpInterface work) {
  return getComputeType(getElementTypeOrSelf(work->getOperand(0).getType()));
}

LogicalResult mlir::ssm::sumReduction(TileBuilder &tiles,
                                      WorkOpInterface work) {
  Location loc = work.getLoc();
  Axis axis = work.getReductionAxes()[0];
  Type element = computeTypeOf(work);
  SmallVector<AffineExpr> kept;
  for (Axis other : work.getIterationAxes())
    if (other != axis)
      kept.push_back(
          getAffineDimExpr(static_cast<unsigned>(other), work.getContext()));
  AffineMap sumMap = AffineMap::get(kNumAxes, 1, kept, work.getContext());
  TileType sumType = tiles.tileType(sumMap, element);
  TileForOp loop = enterLoop(tiles, loc, axis, fillZero(tiles, loc, sumType));
  Value contributions = mapContributions(tiles, work, element);
  if (!contributions)
    return failure();
  Value part =
      TileReduceOp::create(tiles.inside, loc, sumType, axis, contributions);
  Value sum =
      addTiles(tiles.inside, loc, loop.getBody().front().getArgument(0), part);
  leaveLoop(tiles, loop, sum);
  tiles.setSum(work, loop.getOutputs()[0]);
  return success();
}

LogicalResult mlir::ssm::sumLags(TileBuilder &tiles, WorkOpInterface work) {
  Location loc = work.getLoc();
  Type element = computeTypeOf(work);
  TileType sumType = tiles.tileType(tiles.ownMap(work, 0), element);
  TileForOp loop =
      enterLoop(tiles, loc, Axis::Inner, fillZero(tiles, loc, sumType));
  Value contributions = mapContributions(tiles, work, element);
  if (!contributions)
    return failure();
  Value sum = addTiles(tiles.inside, loc, loop.getBody().front().getArgument(0),
                       contributions);
  leaveLoop(tiles, loop, sum);
  tiles.setSum(work, loop.getOutputs()[0]);
  return success();
}
