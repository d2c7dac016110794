// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A function with states as arguments and results in, the same with caches and
// the slots of its sequences out.

#include "lib/Transforms/CacheStates.h"

using namespace mlir;
using namespace mlir::ssm;

/// Of a cache, beside the state that one slot of it is.
static StringAttr cacheName(StringAttr state) {
  return StringAttr::get(state.getContext(), state.getValue() + "_cache");
}

/// The slots of the batch's sequences, a new argument.
static FailureOr<Value> addSlots(func::FuncOp function) {
  Builder b(function.getContext());
  unsigned number = function.getNumArguments();
  auto type = RankedTensorType::get({ShapedType::kDynamic}, b.getI32Type());
  DictionaryAttr name =
      b.getDictionaryAttr(b.getNamedAttr("ssm.name", b.getStringAttr("slots")));
  if (failed(function.insertArgument(number, type, name, function.getLoc())))
    return failure();
  return Value(function.getArgument(number));
}

/// The state that argument `number` is becomes rows of a cache.
static LogicalResult gatherState(func::FuncOp function, unsigned number,
                                 Value slots) {
  auto state = function.getArgAttrOfType<StringAttr>(number, kStateAttr);
  BlockArgument cache = function.getArgument(number);
  auto type = cast<RankedTensorType>(cache.getType());
  if (!type.isDynamicDim(0))
    return emitError(cache.getLoc())
           << "expected state '" << state.getValue()
           << "' of a symbolic batch, for a cache, got " << type;
  OpBuilder b = OpBuilder::atBlockBegin(&function.getBody().front());
  auto rows = GatherOp::create(b, cache.getLoc(), type, cache, slots);
  cache.replaceAllUsesExcept(rows, rows);
  function.setArgAttr(number, "ssm.name", cacheName(state));
  function.setArgAttr(number, kStateAttr, cacheName(state));
  function.setArgAttr(number, kCacheAttr, b.getUnitAttr());
  return success();
}

/// What `function` leaves in a state goes into the cache that it was read from.
static void scatterState(func::FuncOp function, unsigned result,
                         BlockArgument cache, Value slots) {
  Operation *yield = function.getBody().front().getTerminator();
  auto state = function.getResultAttrOfType<StringAttr>(result, kStateAttr);
  OpBuilder b(yield);
  Value rows = yield->getOperand(result);
  Value updated =
      ScatterOp::create(b, rows.getLoc(), cache.getType(), rows, cache, slots);
  yield->setOperand(result, updated);
  StringAttr name = cacheName(state);
  function.setResultAttr(result, kInPlaceAttr, name);
  function.setResultAttr(result, "ssm.name",
                         b.getStringAttr(name.getValue() + "_out"));
  function.setResultAttr(result, kStateAttr, name);
}

/// The tokens that leave `function` are zero where their sequence is skipped.
static void maskTokens(func::FuncOp function, Value slots) {
  Operation *yield = function.getBody().front().getTerminator();
  OpBuilder b(yield);
  for (OpOperand &operand : yield->getOpOperands()) {
    auto type = cast<RankedTensorType>(operand.get().getType());
    if (type.getRank() == 3 && type.isDynamicDim(0) && type.isDynamicDim(1))
      operand.set(MaskOp::create(b, operand.get().getLoc(), type, operand.get(),
                                 slots, /*ends=*/Value()));
  }
}

LogicalResult mlir::ssm::cacheStates(func::FuncOp function) {
  FailureOr<Value> slots = addSlots(function);
  if (failed(slots))
    return failure();
  DenseMap<StringAttr, BlockArgument> caches;
  for (BlockArgument argument : function.getArguments()) {
    unsigned number = argument.getArgNumber();
    auto state = function.getArgAttrOfType<StringAttr>(number, kStateAttr);
    if (!state)
      continue;
    caches[state] = argument;
    if (failed(gatherState(function, number, *slots)))
      return failure();
  }
  for (unsigned i = 0; i < function.getNumResults(); ++i) {
    auto state = function.getResultAttrOfType<StringAttr>(i, kStateAttr);
    if (BlockArgument cache = state ? caches.lookup(state) : BlockArgument())
      scatterState(function, i, cache, *slots);
  }
  maskTokens(function, *slots);
  return success();
}
