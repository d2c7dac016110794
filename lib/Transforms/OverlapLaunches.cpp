// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-overlap-launches: functions of launches in; an attribute on the kernels
// that may start before the one before them has ended out, with what they may
// read from the start first.

#include "lib/Transforms/OverlapLaunches.h"
#include "lib/Transforms/Caches.h"
#include "lib/Transforms/Passes.h"

#include "llvm/ADT/MapVector.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_OVERLAPLAUNCHESPASS
#include "lib/Transforms/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;

/// Whether memory is cleared before the launch: it starts when that has ended.
static bool isRelay(TileKernelOp kernel) {
  std::optional<ScheduleAttr> schedule = kernel.getSchedule();
  return schedule && schedule->getSegments() > 1;
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

  /// Every launch must agree on an argument that is read early. A weight stands
  /// still as long as the package is used, any other argument from the first
  /// launch of a call on, which waits for all that is before it.
  void annotate(TileKernelOp kernel, ArrayRef<LaunchOp> steps) {
    SmallVector<int64_t> early;
    LaunchOp any = steps.front();
    unsigned inputs = any.getInputs().size();
    for (unsigned i = 0; i < inputs; ++i)
      if (llvm::all_of(steps, [&](LaunchOp step) {
            return isStillArgument(step.getInputs()[i]);
          }))
        early.push_back(i);
    kernel->setAttr(kStartsEarlyAttr,
                    DenseI64ArrayAttr::get(&getContext(), early));
    putEarlyLoadsFirst(kernel);
  }

  /// What need not wait is asked for before what must.
  static void putEarlyLoadsFirst(TileKernelOp kernel) {
    Block &body = kernel.getBody().front();
    Operation *front = &body.front();
    for (auto load : llvm::make_early_inc_range(body.getOps<TileLoadOp>())) {
      if (mustWaitFor(kernel,
                      cast<BlockArgument>(load.getSource()).getArgNumber()))
        continue;
      if (load == front)
        front = load->getNextNode();
      else
        load->moveBefore(front);
    }
  }
};
} // namespace
