// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ops at the top level, arguments of functions and the states that functions
// share. What functions compute is checked by ssm-fuse, which knows what is
// dead.

#include "lib/Driver/InputCheck.h"

#include "dialect/SSM.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"

using namespace mlir;
using namespace mlir::ssm;

/// A buffer of the package: dense, of sizes that the runtime knows.
static LogicalResult checkArgument(BlockArgument argument, bool isWeight) {
  auto emit = [&] { return emitError(argument.getLoc()); };
  auto type = dyn_cast<RankedTensorType>(argument.getType());
  if (!type)
    return emit() << "expected a tensor argument, got " << argument.getType();
  Type element = type.getElementType();
  // Indices: where packed sequences end, the slots of sequences, or the order
  // of tokens.
  bool isOrder = type.getRank() == 2 && type.getDimSize(0) == 1;
  bool isIndex =
      element.isInteger(32) && (type.getRank() == 1 || isOrder) && !isWeight;
  if (type.getRank() > 4 ||
      (!isIndex &&
       !isa<Float64Type, Float32Type, BFloat16Type, Float16Type>(element)))
    return emit() << "expected an argument of rank 0 to 4 of f64, f32, bf16 or "
                     "f16, or of i32 of (sequences) or (1, length), got "
                  << type;
  for (auto [i, size] : llvm::enumerate(type.getShape())) {
    if (ShapedType::isDynamic(size) && (i > 1 || isWeight))
      return emit() << "expected a static size of dimension " << i
                    << (isWeight ? " of a weight, got " : ", got ") << type;
    if (size == 0)
      return emit() << "expected sizes of at least 1, got " << type;
  }
  if (!fitsPackage(type.getShape()))
    return emit() << "expected at most " << kMaxTensorElements
                  << " elements for each symbolic size, got " << type;
  return success();
}

static LogicalResult checkFunction(func::FuncOp function) {
  if (function.isDeclaration())
    return function.emitOpError("expected a body, got a declaration of '")
           << function.getName() << "'";
  for (BlockArgument argument : function.getArguments())
    if (failed(checkArgument(argument,
                             static_cast<bool>(function.getArgAttr(
                                 argument.getArgNumber(), "ssm.weight")))))
      return failure();
  return success();
}

namespace {

/// Functions that share a state keep it in one type.
class StateCheck {
public:
  LogicalResult check(func::FuncOp function) {
    for (BlockArgument argument : function.getArguments())
      if (failed(add(function,
                     function.getArgAttrOfType<StringAttr>(
                         argument.getArgNumber(), kStateAttr),
                     argument.getType(), isCache(argument), argument.getLoc())))
        return failure();
    for (auto [i, type] : llvm::enumerate(function.getResultTypes()))
      if (failed(add(
              function, function.getResultAttrOfType<StringAttr>(i, kStateAttr),
              type, function.getResultAttr(i, kInPlaceAttr) != Attribute(),
              function.getLoc())))
        return failure();
    return success();
  }

private:
  LogicalResult add(func::FuncOp function, StringAttr state, Type type,
                    bool isCached, Location loc) {
    if (!state)
      return success();
    auto [known, isNew] =
        states.try_emplace(state, Use{function, type, isCached});
    auto [owner, expected, expectedCached] = known->second;
    if (isNew || (expected == type && expectedCached == isCached))
      return success();
    if (expected == type)
      return emitError(loc)
             << "expected state '" << state.getValue() << "' to be "
             << (expectedCached ? "in a cache" : "dense") << " as in function '"
             << owner.getName() << "', got it "
             << (isCached ? "in a cache" : "dense");
    return emitError(loc) << "expected state '" << state.getValue()
                          << "' to be " << expected << " as in function '"
                          << owner.getName() << "', got " << type;
  }

  struct Use {
    func::FuncOp function; // the first
    Type type;
    bool isCached;
  };
  DenseMap<StringAttr, Use> states;
};

} // namespace

LogicalResult mlir::ssm::checkInput(ModuleOp module) {
  StateCheck states;
  for (Operation &op : module.getOps()) {
    if (auto function = dyn_cast<func::FuncOp>(op)) {
      if (failed(checkFunction(function)) || failed(states.check(function)))
        return failure();
    } else if (!isa<TileKernelOp>(op)) {
      return op.emitOpError("expected func.func or ssm.tile.kernel at the top "
                            "level of a file");
    }
  }
  return success();
}
