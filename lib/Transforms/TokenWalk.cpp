// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ops and kernels in, the order in which they take their tokens out.

#include "lib/Transforms/TokenWalk.h"

#include "lib/Transforms/PackSequences.h"

#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;
using namespace mlir::ssm;

bool mlir::ssm::isPlainAxis(AffineExpr expr, ArrayRef<Axis> axes, Axis axis) {
  auto dim = dyn_cast<AffineDimExpr>(expr);
  return dim && axes[dim.getPosition()] == axis;
}

/// Whether dimension 1 of a (batch, length, ...) tensor is read at another
/// token than the current one.
static bool isElsewhere(AffineMap map, ArrayRef<Axis> axes, Type type) {
  auto tensor = cast<RankedTensorType>(type);
  return tensor.getRank() > 1 && tensor.isDynamicDim(1) &&
         !isPlainAxis(map.getResult(1), axes, Axis::Time);
}

/// Whether `work` reads a token that is not its own.
static bool readsOtherTokens(WorkOpInterface work) {
  SmallVector<Axis> axes = work.getIterationAxes();
  if (work.getWorkKind() == WorkKind::Access)
    return llvm::any_of(work->getResults(), [&](OpResult result) {
      return isElsewhere(work.getResultAccess(result.getResultNumber()), axes,
                         work->getOperand(0).getType());
    });
  return llvm::any_of(work.getAccesses(), [&](const OperandAccess &access) {
    return isElsewhere(access.map, axes,
                       work->getOperand(access.operand).getType());
  });
}

/// The order that `work` itself must take tokens in, as findOrderOf says it.
static std::optional<Value> ownOrder(WorkOpInterface work) {
  if (auto orderable = dyn_cast<OrderableOpInterface>(*work))
    return orderable.getOrder();
  if (readsOtherTokens(work))
    return Value();
  return std::nullopt;
}

std::optional<Value>
mlir::ssm::findOrderOf(WorkOpInterface work,
                       llvm::function_ref<bool(Operation *)> isCopied) {
  SmallVector<WorkOpInterface> pending = {work};
  llvm::SmallPtrSet<Operation *, 8> seen;
  while (!pending.empty()) {
    WorkOpInterface next = pending.pop_back_val();
    if (std::optional<Value> order = ownOrder(next))
      return order;
    for (Value operand : next->getOperands()) {
      auto producer = operand.getDefiningOp<WorkOpInterface>();
      if (producer && isCopied(producer) && seen.insert(producer).second)
        pending.push_back(producer);
    }
  }
  return std::nullopt;
}

/// The order that the ops of `kernel` agree on; null for that of the row.
static FailureOr<Value> findOrder(KernelOp kernel) {
  std::optional<Value> known;
  Operation *knownAt = nullptr;
  for (auto op : kernel.getBody().front().getOps<WorkOpInterface>()) {
    std::optional<Value> order = ownOrder(op);
    if (!order)
      continue;
    if (known && *known != *order) {
      InFlightDiagnostic diagnostic =
          op.emitOpError("expected one order of tokens in a kernel, got two");
      diagnostic.attachNote(knownAt->getLoc())
          << (*known ? "an order is followed here"
                     : "other tokens are read as they stand here");
      return diagnostic;
    }
    known = order;
    knownAt = op;
  }
  return known.value_or(Value());
}

FailureOr<TokenWalk> mlir::ssm::findTokenWalk(KernelOp kernel,
                                              WorkOpInterface principal) {
  FailureOr<Value> ends = findSequenceEnds(kernel), order = findOrder(kernel);
  if (failed(ends) || failed(order))
    return failure();
  TokenWalk walk{dyn_cast_or_null<BlockArgument>(*ends),
                 dyn_cast_or_null<BlockArgument>(*order)};
  if ((walk.ends || walk.order) && principal &&
      principal.getWorkKind() != WorkKind::Recurrence)
    return principal.emitOpError(
               "expected a recurrence or pointwise ops beside ")
           << (walk.ends ? "packed sequences" : "an order of tokens")
           << " in a kernel";
  return walk;
}
