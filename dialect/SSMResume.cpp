// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What block ops hand from one call to the next, and how they take it up.

#include "dialect/VerifyShapes.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::ssm;

static RankedTensorType tensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

//===----------------------------------------------------------------------===//
// conv1d
//===----------------------------------------------------------------------===//

SmallVector<RankedTensorType> Conv1dOp::getStateTypes() {
  if (getInit() || getWidth() < 2)
    return {};
  RankedTensorType x = tensorType(getX());
  SmallVector<int64_t> shape = {countSequences(getX(), getEnds()),
                                getWidth() - 1, x.getDimSize(2)};
  return {RankedTensorType::get(shape, x.getElementType())};
}

/// What is given once for all tokens has no beginning that a call could end at.
static constexpr llvm::StringLiteral kOrderObstacle =
    "its tokens follow an order of the whole sequence";

StringRef Conv1dOp::getResumeObstacle() {
  if (getOrder())
    return kOrderObstacle;
  return getReverse() ? "its window reaches to later tokens" : "";
}

SmallVector<Value> Conv1dOp::buildResumed(OpBuilder &builder,
                                          ValueRange states) {
  auto resumed = Conv1dOp::create(builder, getLoc(), getType(), getActivation(),
                                  getX(), getWeight(), getBias(), states[0],
                                  getEnds(), getOrder(), getReverse());
  auto tail = TailOp::create(builder, getLoc(), states[0].getType(), getX(),
                             states[0], getEnds());
  return {resumed, tail};
}

/// The tokens themselves, rounded as the states are: the last of those before
/// and of any number of these are the state after them.
SmallVector<Value> Conv1dOp::buildTraced(OpBuilder &builder, ValueRange states,
                                         int64_t) {
  auto resumed = Conv1dOp::create(builder, getLoc(), getType(), getActivation(),
                                  getX(), getWeight(), getBias(), states[0],
                                  getEnds(), getOrder(), getReverse());
  RankedTensorType type = tensorType(getX());
  auto tokens = ActivationOp::create(
      builder, getLoc(), type.clone(getElementTypeOrSelf(states[0].getType())),
      Activation::Identity, getX(), Value());
  return {resumed, tokens};
}

//===----------------------------------------------------------------------===//
// scan
//===----------------------------------------------------------------------===//

SmallVector<RankedTensorType> ScanOp::getStateTypes() {
  if (getInit())
    return {};
  RankedTensorType u = tensorType(getU());
  SmallVector<int64_t> shape = {countSequences(getU(), getEnds()),
                                u.getDimSize(2)};
  if (std::optional<int64_t> states = getNumStates())
    shape.push_back(*states);
  return {RankedTensorType::get(shape, getStateElementTypes()[0])};
}

StringRef ScanOp::getResumeObstacle() {
  if (getOrder())
    return kOrderObstacle;
  return getReverse() ? "it begins with the last token" : "";
}

/// `op` from `init` on, with the states after every so many tokens or after the
/// last.
static ScanOp buildFrom(OpBuilder &builder, ScanOp op, Value init,
                        IntegerAttr every) {
  RankedTensorType type = tensorType(init);
  if (every)
    type = type.clone(tracedShape(
        type.getShape(), tensorType(op.getU()).getDimSize(1), every.getInt()));
  return ScanOp::create(builder, op.getLoc(), op.getY().getType(), type,
                        op.getU(), op.getA(), op.getB(), op.getC(), op.getD(),
                        init, op.getEnds(), op.getOrder(), op.getReverse(),
                        every);
}

SmallVector<Value> ScanOp::buildResumed(OpBuilder &builder, ValueRange states) {
  auto resumed = buildFrom(builder, *this, states[0], IntegerAttr());
  SmallVector<Value> results = {resumed.getY()};
  if (getFinalState())
    results.push_back(resumed.getFinalState());
  results.push_back(resumed.getFinalState());
  return results;
}

SmallVector<Value> ScanOp::buildTraced(OpBuilder &builder, ValueRange states,
                                       int64_t every) {
  if (getFinalState())
    return {};
  auto traced =
      buildFrom(builder, *this, states[0], builder.getI64IntegerAttr(every));
  return {traced.getY(), traced.getFinalState()};
}

//===----------------------------------------------------------------------===//
// recurrence
//===----------------------------------------------------------------------===//

SmallVector<RankedTensorType> RecurrenceOp::getStateTypes() {
  if (!getInit().empty())
    return {};
  RankedTensorType y = tensorType(getY());
  SmallVector<int64_t> shape = {countSequences(getY(), getEnds()),
                                y.getDimSize(2)};
  for (auto [i, input] : llvm::enumerate(getInputs())) {
    size_t position = getAxesOf(i).find('n');
    if (shape.size() == 2 && position != StringRef::npos)
      shape.push_back(tensorType(input).getDimSize(position));
  }
  SmallVector<RankedTensorType> types;
  for (BlockArgument state : getStateArguments())
    types.push_back(RankedTensorType::get(shape, state.getType()));
  return types;
}

StringRef RecurrenceOp::getResumeObstacle() {
  if (getOrder())
    return kOrderObstacle;
  return getReverse() ? "it begins with the last token" : "";
}

static RecurrenceOp buildFrom(OpBuilder &builder, RecurrenceOp op,
                              ValueRange init, IntegerAttr every) {
  SmallVector<Type> finals(init.getTypes());
  for (Type &type : finals)
    if (auto state = cast<RankedTensorType>(type); every)
      type = state.clone(tracedShape(state.getShape(),
                                     tensorType(op.getY()).getDimSize(1),
                                     every.getInt()));
  auto resumed = RecurrenceOp::create(
      builder, op.getLoc(), op.getY().getType(), finals, op.getInputs(), init,
      op.getEnds(), op.getOrder(), op.getAxes(), op.getReverse(), every);
  IRMapping mapping;
  op.getBody().cloneInto(&resumed.getBody(), mapping);
  return resumed;
}

SmallVector<Value> RecurrenceOp::buildResumed(OpBuilder &builder,
                                              ValueRange states) {
  auto resumed = buildFrom(builder, *this, states, IntegerAttr());
  SmallVector<Value> results = {resumed.getY()};
  if (!getFinalStates().empty())
    llvm::append_range(results, resumed.getFinalStates());
  llvm::append_range(results, resumed.getFinalStates());
  return results;
}

SmallVector<Value> RecurrenceOp::buildTraced(OpBuilder &builder,
                                             ValueRange states, int64_t every) {
  if (!getFinalStates().empty())
    return {};
  auto traced =
      buildFrom(builder, *this, states, builder.getI64IntegerAttr(every));
  SmallVector<Value> results = {traced.getY()};
  llvm::append_range(results, traced.getFinalStates());
  return results;
}
