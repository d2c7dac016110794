// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whether a kernel reads and writes every tensor at its own batch and token.

#include "lib/Transforms/FlatTokens.h"

using namespace mlir;
using namespace mlir::ssm;

/// Whether a map reaches batch and token as dimensions 0 and 1 of a tensor,
/// both symbolic, or neither.
static bool isTokenwise(AffineMap map, ArrayRef<Axis> axes, Type type) {
  if (map.getNumSymbols() > 0 && llvm::any_of(map.getResults(), [](auto expr) {
        return expr.isFunctionOfSymbol(0);
      }))
    return false;
  bool has[2] = {};
  for (auto [i, expr] : llvm::enumerate(map.getResults()))
    for (auto [position, axis] : llvm::enumerate(axes)) {
      if ((axis != Axis::Batch && axis != Axis::Time) ||
          !expr.isFunctionOfDim(position))
        continue;
      size_t own = axis == Axis::Batch ? 0 : 1;
      if (i != own || !isa<AffineDimExpr>(expr) ||
          !cast<RankedTensorType>(type).isDynamicDim(i))
        return false;
      has[own] = true;
    }
  return has[0] == has[1];
}

static bool isTokenwise(WorkOpInterface work) {
  SmallVector<Axis> axes = work.getIterationAxes();
  if (work.getWorkKind() == WorkKind::Recurrence || getOrder(work))
    return false;
  for (OpResult result : work->getResults()) {
    unsigned number = result.getResultNumber();
    if (!isTokenwise(work.getResultMap(number), axes, result.getType()))
      return false;
    if (work.getWorkKind() == WorkKind::Access &&
        !isTokenwise(work.getResultAccess(number), axes,
                     work->getOperand(0).getType()))
      return false;
  }
  return llvm::all_of(work.getAccesses(), [&](const OperandAccess &access) {
    return isTokenwise(access.map, axes,
                       work->getOperand(access.operand).getType());
  });
}

bool mlir::ssm::seesTokensAlone(KernelOp kernel) {
  bool hasTokens = false;
  for (Operation &op : kernel.getBody().front().without_terminator()) {
    auto work = dyn_cast<WorkOpInterface>(op);
    if (!work || !isTokenwise(work))
      return false;
    hasTokens |= llvm::is_contained(work.getIterationAxes(), Axis::Time);
  }
  return hasTokens;
}
