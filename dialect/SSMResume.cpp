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

SmallVector<Value> ScanOp::buildResumed(OpBuilder &builder, ValueRange states) {
  auto resumed = ScanOp::create(
      builder, getLoc(), getY().getType(), states[0].getType(), getU(), getA(),
      getB(), getC(), getD(), states[0], getEnds(), getOrder(), getReverse());
  SmallVector<Value> results = {resumed.getY()};
  if (getFinalState())
    results.push_back(resumed.getFinalState());
  results.push_back(resumed.getFinalState());
  return results;
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

SmallVector<Value> RecurrenceOp::buildResumed(OpBuilder &builder,
                                              ValueRange states) {
  SmallVector<Type> finals(states.getTypes());
  auto resumed = RecurrenceOp::create(builder, getLoc(), getY().getType(),
                                      finals, getInputs(), states, getEnds(),
                                      getOrder(), getAxes(), getReverse());
  IRMapping mapping;
  getBody().cloneInto(&resumed.getBody(), mapping);
  SmallVector<Value> results = {resumed.getY()};
  if (!getFinalStates().empty())
    llvm::append_range(results, resumed.getFinalStates());
  llvm::append_range(results, resumed.getFinalStates());
  return results;
}
