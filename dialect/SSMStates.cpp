// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Verifies ssm.state, by which arguments and results of a function are what one
// call hands to the next (docs/spec.md): each state once on either side, of one
// type, without a length.

#include "dialect/SSM.h"

using namespace mlir;
using namespace mlir::ssm;

static bool isState(DictionaryAttr attributes, StringRef state) {
  auto name = attributes ? attributes.getAs<StringAttr>(kStateAttr) : nullptr;
  return name && name.getValue() == state;
}

/// states_c3
static LogicalResult verifyType(Location loc, StringRef state, Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (tensor && (tensor.getRank() < 2 || !tensor.isDynamicDim(1)))
    return success();
  return emitError(loc)
         << "expected state '" << state
         << "' to be a tensor whose dimension 1 is a number, got " << type;
}

static LogicalResult emitTwice(Location loc, StringRef state,
                               StringRef places) {
  return emitError(loc) << "expected state '" << state << "' once among the "
                        << places << ", got it twice";
}

LogicalResult mlir::ssm::verifyStateArgument(FunctionOpInterface function,
                                             unsigned index, StringRef state,
                                             Location loc) {
  if (function.getArgAttr(index, "ssm.weight")) // states_c1
    return emitError(loc)
           << "expected ssm.state or ssm.weight on an argument, got both";
  for (unsigned i = 0; i < index; ++i)
    if (isState(function.getArgAttrDict(i), state)) // states_c2
      return emitTwice(loc, state, "arguments");
  return verifyType(loc, state, function.getArgumentTypes()[index]);
}

/// caches_c3
static LogicalResult verifyStateInPlace(FunctionOpInterface function,
                                        unsigned index, StringRef state) {
  auto place = function.getResultAttrOfType<StringAttr>(index, kInPlaceAttr);
  for (unsigned i = 0; i < function.getNumArguments(); ++i) {
    if (!isState(function.getArgAttrDict(i), state) ||
        !function.getArgAttr(i, kCacheAttr))
      continue;
    std::string cache = getArgumentName(function, i);
    if (!place || place.getValue() != cache)
      return emitError(function.getLoc())
             << "expected state '" << state << "' in the place of its cache, '"
             << cache << "', got "
             << (place ? "that of '" + place.str() + "'"
                       : "a place of its own");
  }
  return success();
}

LogicalResult mlir::ssm::verifyStateResult(FunctionOpInterface function,
                                           unsigned index, StringRef state) {
  for (unsigned i = 0; i < index; ++i)
    if (isState(function.getResultAttrDict(i), state)) // states_c2
      return emitTwice(function.getLoc(), state, "results");
  Type type = function.getResultTypes()[index];
  for (auto [i, argument] : llvm::enumerate(function.getArgumentTypes()))
    if (isState(function.getArgAttrDict(i), state) &&
        argument != type) // states_c4
      return emitError(function.getLoc())
             << "expected state '" << state << "' to be " << argument
             << " as the argument is, got " << type;
  if (failed(verifyStateInPlace(function, index, state))) // caches_c3
    return failure();
  return verifyType(function.getLoc(), state, type);
}
