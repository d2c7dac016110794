// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A function of block ops on batches in, the same on packed sequences out; a
// kernel in, where its sequences end out.

#include "lib/Transforms/PackSequences.h"

using namespace mlir;
using namespace mlir::ssm;

/// Whether a result of `work` is read from the end of the row.
static bool countsFromEnd(WorkOpInterface work) {
  return work.getWorkKind() == WorkKind::Access &&
         llvm::any_of(llvm::seq<unsigned>(0, work->getNumResults()),
                      [&](unsigned result) {
                        return work.getResultAccess(result).isFunctionOfSymbol(
                            0);
                      });
}

static LogicalResult checkPackable(func::FuncOp function) {
  WalkResult result = function.walk([&](WorkOpInterface op) {
    if (countsFromEnd(op)) {
      op.emitOpError("expected an op that reads tokens where they stand, for "
                     "packed sequences, got one that counts them from the end");
      return WalkResult::interrupt();
    }
    if (getOrder(op)) {
      op.emitOpError("expected tokens in the order of the row, for packed "
                     "sequences, got an order");
      return WalkResult::interrupt();
    }
    if (!isa<PackableOpInterface>(*op) || op->getParentOp() == function)
      return WalkResult::advance();
    op.emitOpError("expected an op of the function itself, for packed "
                   "sequences, got one in a kernel");
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

FailureOr<Value> mlir::ssm::findSequenceEnds(KernelOp kernel) {
  std::optional<Value> known;
  Block &body = kernel.getBody().front();
  for (auto op : body.getOps<PackableOpInterface>()) {
    if (known && *known != op.getEnds()) {
      op.emitOpError("expected one division into sequences in a kernel, got "
                     "another than that of an op before");
      return failure();
    }
    known = op.getEnds();
  }
  Value ends = known.value_or(Value());
  if (!ends)
    return ends;
  for (auto op : body.getOps<WorkOpInterface>())
    if (countsFromEnd(op)) {
      op.emitOpError(
          "expected tokens where they stand beside packed sequences, "
          "got them counted from the end");
      return failure();
    }
  return ends;
}

/// An activation becomes one row; what has no length stays.
static Type packedType(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || tensor.getRank() < 3 || !tensor.isDynamicDim(0) ||
      !tensor.isDynamicDim(1))
    return type;
  SmallVector<int64_t> shape(tensor.getShape());
  shape[0] = 1;
  return tensor.clone(shape);
}

static void packTypes(func::FuncOp function) {
  auto pack = [](Value value) { value.setType(packedType(value.getType())); };
  function.walk([&](Operation *op) {
    for (Region &region : op->getRegions())
      for (Block &block : region)
        llvm::for_each(block.getArguments(), pack);
    llvm::for_each(op->getResults(), pack);
  });
  Operation *yield = function.getBody().front().getTerminator();
  function.setType(FunctionType::get(function.getContext(),
                                     function.getBody().getArgumentTypes(),
                                     yield->getOperandTypes()));
}

LogicalResult mlir::ssm::packSequences(func::FuncOp function) {
  if (failed(checkPackable(function)))
    return failure();
  packTypes(function);
  Builder b(function.getContext());
  unsigned number = function.getNumArguments();
  auto type = RankedTensorType::get({ShapedType::kDynamic}, b.getI32Type());
  if (failed(function.insertArgument(number, type,
                                     b.getDictionaryAttr(b.getNamedAttr(
                                         "ssm.name", b.getStringAttr("ends"))),
                                     function.getLoc())))
    return failure();
  Value ends = function.getArgument(number);
  for (auto op : function.getOps<PackableOpInterface>())
    op.getEndsMutable().assign(ends);
  return success();
}
