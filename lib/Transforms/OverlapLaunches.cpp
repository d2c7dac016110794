// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-overlap-launches: functions of launches in; an attribute on the kernels
// that may start before the one before them has ended out.

#include "lib/Transforms/OverlapLaunches.h"
#include "lib/Transforms/FlatTokens.h"
#include "lib/Transforms/Passes.h"

#include "llvm/ADT/MapVector.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_OVERLAPLAUNCHESPASS
#include "lib/Transforms/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;

/// A weight stands still as long as the package is used.
static bool isWeight(Value value) {
  auto argument = dyn_cast<BlockArgument>(value);
  auto function =
      argument ? dyn_cast<func::FuncOp>(argument.getOwner()->getParentOp())
               : func::FuncOp();
  return function && function.getArgAttr(argument.getArgNumber(), "ssm.weight");
}

/// Whether memory is cleared before the launch: it starts when that has ended.
static bool isRelay(TileKernelOp kernel) {
  std::optional<ScheduleAttr> schedule = kernel.getSchedule();
  return schedule && schedule->getSegments() > 1;
}

/// The factor of a product that each cell reads once, a row for each of its
/// channels: the weights, where a tile of tokens is small. More of them than a
/// cache holds would push each other out.
static std::optional<int64_t> findWeightsOfFewTokens(TileKernelOp kernel) {
  constexpr int64_t kFewTokens = 16, kMostBytes = 32 << 20;
  std::optional<ScheduleAttr> schedule = kernel.getSchedule();
  if (!hasFlatTokens(kernel) || !schedule || schedule->getTime() > kFewTokens)
    return std::nullopt;
  std::optional<int64_t> found;
  kernel.walk([&](TileDotOp dot) {
    for (Value factor : {dot.getLhs(), dot.getRhs()}) {
      auto load = factor.getDefiningOp<TileLoadOp>();
      if (!load)
        continue;
      auto view = cast<MemRefType>(load.getSource().getType());
      AffineMap map = load.getMap();
      unsigned channel = static_cast<unsigned>(Axis::Channel),
               inner = static_cast<unsigned>(Axis::Inner);
      if (view.getRank() == 2 && view.hasStaticShape() &&
          map.getResult(0) == getAffineDimExpr(channel, map.getContext()) &&
          map.getResult(1) == getAffineDimExpr(inner, map.getContext()) &&
          view.getNumElements() * view.getElementTypeBitWidth() / 8 <=
              kMostBytes)
        found = cast<BlockArgument>(load.getSource()).getArgNumber();
    }
  });
  return found;
}

namespace {
struct OverlapLaunchesPass
    : mlir::ssm::impl::OverlapLaunchesPassBase<OverlapLaunchesPass> {
  using OverlapLaunchesPassBase::OverlapLaunchesPassBase;

  void runOnOperation() override {
    llvm::MapVector<StringAttr, SmallVector<LaunchOp>> launches;
    DenseSet<StringAttr> neighbours;
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      auto steps = llvm::to_vector(function.getOps<LaunchOp>());
      for (LaunchOp step : steps)
        for (auto kernel : step.getKernels().getAsRange<FlatSymbolRefAttr>()) {
          launches[kernel.getAttr()].push_back(step);
          if (steps.size() > 1)
            neighbours.insert(kernel.getAttr());
        }
    }
    for (auto kernel : getOperation().getOps<TileKernelOp>())
      if (neighbours.contains(kernel.getSymNameAttr()) && !isRelay(kernel))
        annotate(kernel, launches[kernel.getSymNameAttr()]);
  }

  /// Every launch must agree on an argument that is read early.
  void annotate(TileKernelOp kernel, ArrayRef<LaunchOp> steps) {
    SmallVector<int64_t> early;
    LaunchOp any = steps.front();
    unsigned inputs = any.getInputs().size();
    for (unsigned i = 0; i < inputs; ++i)
      if (llvm::all_of(steps, [&](LaunchOp step) {
            return isWeight(step.getInputs()[i]);
          }))
        early.push_back(i);
    kernel->setAttr(kStartsEarlyAttr,
                    DenseI64ArrayAttr::get(&getContext(), early));
    std::optional<int64_t> weights = findWeightsOfFewTokens(kernel);
    if (weights && llvm::is_contained(early, *weights))
      kernel->setAttr(kPrefetchesAttr,
                      DenseI64ArrayAttr::get(&getContext(), {*weights}));
  }
};
} // namespace
