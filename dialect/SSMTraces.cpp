// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Traces: the final states of a recurrence after every k tokens, and the
// attributes by which a function says of which state a result is the trace.

#include "dialect/VerifyShapes.h"

using namespace mlir;
using namespace mlir::ssm;

LogicalResult mlir::ssm::expectTraceable(Operation *op,
                                         std::optional<int64_t> every,
                                         bool hasFinalStates, Value ends,
                                         Value order, bool reverse) {
  if (!every)
    return success();
  if (*every < 1)
    return op->emitOpError("expected states after every 1 token or more, got ")
           << *every;
  if (!hasFinalStates)
    return op->emitOpError("expected a final state to trace, got none");
  if (ends || order || reverse)
    return op->emitOpError("expected time to ascend in each batch for states "
                           "after every ")
           << *every << " tokens, got "
           << (ends    ? "packed sequences"
               : order ? "an order of tokens"
                       : "reverse");
  return success();
}

SmallVector<int64_t> mlir::ssm::tracedShape(ArrayRef<int64_t> state,
                                            int64_t length, int64_t every) {
  SmallVector<int64_t> shape(state);
  shape.insert(shape.begin() + 1, ShapedType::isDynamic(length)
                                      ? length
                                      : llvm::divideCeil(length, every));
  return shape;
}

AffineMap mlir::ssm::finalStateMap(MLIRContext *context, bool hasStateAxis,
                                   std::optional<int64_t> every) {
  SmallVector<AffineExpr> exprs = {getAffineDimExpr(0, context)};
  if (every)
    exprs.push_back(getAffineDimExpr(1, context).floorDiv(*every));
  exprs.push_back(getAffineDimExpr(2, context));
  if (hasStateAxis)
    exprs.push_back(getAffineDimExpr(3, context));
  return AffineMap::get(hasStateAxis ? 4 : 3, 0, exprs, context);
}

int64_t mlir::ssm::getEveryOf(DictionaryAttr attributes) {
  auto every = attributes ? attributes.getAs<IntegerAttr>(kEveryAttr) : nullptr;
  return every ? every.getInt() : 1;
}

/// The number of the argument with a state; none if there is not one.
static std::optional<unsigned> argumentOf(FunctionOpInterface function,
                                          StringRef state) {
  for (unsigned i = 0; i < function.getNumArguments(); ++i)
    if (auto name = function.getArgAttrOfType<StringAttr>(i, kStateAttr);
        name && name.getValue() == state)
      return i;
  return std::nullopt;
}

/// traces_c2: the states themselves, one rank more, or the tokens that a state
/// is the last of.
static bool isTraceOf(RankedTensorType trace, RankedTensorType state) {
  if (trace.getElementType() != state.getElementType() || trace.getRank() < 3 ||
      trace.getDimSize(0) != state.getDimSize(0))
    return false;
  ArrayRef<int64_t> rest = trace.getShape().drop_front(2);
  if (trace.getRank() == state.getRank() + 1)
    return rest == state.getShape().drop_front(1);
  return trace.getRank() == state.getRank() &&
         rest == state.getShape().drop_front(2);
}

LogicalResult mlir::ssm::verifyTraceResult(FunctionOpInterface function,
                                           unsigned index, StringRef state) {
  for (unsigned i = 0; i < index; ++i)
    if (auto other = function.getResultAttrOfType<StringAttr>(i, kTraceAttr);
        other && other.getValue() == state) // traces_c3
      return emitError(function.getLoc())
             << "expected one trace of state '" << state << "', got two";
  if (function.getResultAttr(index, kStateAttr)) // traces_c1
    return emitError(function.getLoc())
           << "expected ssm.state or ssm.trace on a result, got both";
  std::optional<unsigned> argument = argumentOf(function, state);
  if (!argument) // traces_c1
    return emitError(function.getLoc())
           << "expected an argument with the state '" << state
           << "' that a result is the trace of, got none";
  Type given = function.getArgumentTypes()[*argument];
  auto before = dyn_cast<RankedTensorType>(given);
  auto trace = dyn_cast<RankedTensorType>(function.getResultTypes()[index]);
  if (before && trace && isTraceOf(trace, before))
    return success();
  return emitError(function.getLoc())
         << "expected a trace of state '" << state << "', " << given
         << ", with a dimension more for the tokens, or with the tokens as "
            "dimension 1, got "
         << function.getResultTypes()[index];
}

LogicalResult mlir::ssm::verifyEveryResult(FunctionOpInterface function,
                                           unsigned index, Attribute every) {
  auto number = dyn_cast<IntegerAttr>(every);
  auto type = dyn_cast<RankedTensorType>(function.getResultTypes()[index]);
  bool isTokens = type && type.getRank() > 1;
  if (number && number.getInt() >= 1 && isTokens)
    return success(); // traces_c4
  return emitError(function.getLoc())
         << "expected ssm.every to be a number of tokens, at least 1, on a "
            "tensor of rank 2 or more, got "
         << every << " on " << function.getResultTypes()[index];
}
