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

/// Whether a recurrence walks more tiles than it takes to start one. Its blocks
/// stay where they begin: started early, several on one multiprocessor while
/// the kernel before it fills the others, they would take turns there to the
/// end.
static bool isLongWalk(TileKernelOp kernel, int64_t length) {
  constexpr int64_t kFewTiles = 2;
  if (std::optional<int64_t> extent = kernel.getExtent(Axis::Time);
      extent && !ShapedType::isDynamic(*extent))
    length = std::min(length, *extent);
  WalkResult walks = kernel.walk([](TileScanOp scan) {
    auto loop = scan->getParentOfType<TileForOp>();
    return loop && loop.getAxis() == Axis::Time ? WalkResult::interrupt()
                                                : WalkResult::advance();
  });
  return walks.wasInterrupted() &&
         length > kFewTiles * kernel.getTile(Axis::Time);
}

namespace {
struct OverlapLaunchesPass
    : mlir::ssm::impl::OverlapLaunchesPassBase<OverlapLaunchesPass> {
  using OverlapLaunchesPassBase::OverlapLaunchesPassBase;

  void runOnOperation() override {
    llvm::MapVector<StringAttr, SmallVector<LaunchOp>> launches;
    DenseSet<StringAttr> neighbours;
    DenseMap<StringAttr, int64_t> lengths; // the least of a kernel's classes
    DenseSet<StringAttr> packed;
    for (auto kernel : getOperation().getOps<TileKernelOp>())
      if (kernel.getPacked())
        packed.insert(kernel.getSymNameAttr());
    for (auto function : getOperation().getOps<func::FuncOp>()) {
      auto steps = llvm::to_vector(function.getOps<LaunchOp>());
      SmallVector<SizeClassAttr> classes = getSizeClasses(function);
      for (LaunchOp step : steps)
        for (auto [i, kernel] : llvm::enumerate(
                 step.getKernels().getAsRange<FlatSymbolRefAttr>())) {
          launches[kernel.getAttr()].push_back(step);
          if (steps.size() > 1)
            neighbours.insert(kernel.getAttr());
          ArrayRef<SizeClassAttr> its = classes;
          if (step.getKernels().size() > 1)
            its = its.slice(i, 1);
          for (SizeClassAttr at : its) {
            // Packed sequences are as long together as the row.
            int64_t length =
                packed.contains(kernel.getAttr())
                    ? llvm::divideCeil(at.getLength(), at.getBatch())
                    : at.getLength();
            auto known = lengths.try_emplace(kernel.getAttr(), length).first;
            known->second = std::min(known->second, length);
          }
        }
    }
    for (auto kernel : getOperation().getOps<TileKernelOp>())
      if (neighbours.contains(kernel.getSymNameAttr()) && !isRelay(kernel) &&
          !isLongWalk(kernel, lengths.lookup(kernel.getSymNameAttr())))
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
