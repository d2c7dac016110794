// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-place: a tile kernel in; the same kernel out, every op with its layout
// and every result with its place.

#include "lib/Conversion/GPU/Place.h"

#include "lib/Conversion/GPU/Passes.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_PLACEPASS
#include "lib/Conversion/GPU/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;

/// Segments are cut out of one loop over time.
static LogicalResult checkSegments(TileKernelOp kernel) {
  int64_t segments = kernel.getSchedule()->getSegments();
  unsigned loops =
      llvm::count_if(kernel.getBody().getOps<TileForOp>(), [](TileForOp loop) {
        return loop.getAxis() == Axis::Time;
      });
  if (segments == 1 || loops == 1)
    return success();
  return kernel.emitOpError("expected one loop over time to cut into ")
         << segments << " segments, got " << loops;
}

/// What blocks of a cluster share, and what begins anywhere, is one loop over
/// the contracted axis, whose results are sums of products from zero on.
static LogicalResult checkContraction(TileKernelOp kernel) {
  int64_t cluster = kernel.getSchedule()->getCluster();
  if (cluster == 1 && !kernel.getSchedule()->getStagger())
    return success();
  SmallVector<TileForOp> loops;
  for (auto loop : kernel.getBody().getOps<TileForOp>())
    if (loop.getAxis() == Axis::Inner)
      loops.push_back(loop);
  if (loops.size() != 1 || kernel.getSchedule()->getSegments() > 1)
    return kernel.emitOpError("expected one loop over the contracted axis, and "
                              "one segment, where cells share or stagger it, "
                              "got ")
           << loops.size() << " and " << kernel.getSchedule()->getSegments();
  Operation *yield = loops[0].getBody().front().getTerminator();
  for (Value value : yield->getOperands()) {
    auto dot = value.getDefiningOp<TileDotOp>();
    if (!dot || !addsToZeroInLoop(dot))
      return loops[0].emitOpError("expected sums of products that begin with "
                                  "zero where cells share or stagger the "
                                  "contracted axis");
  }
  return success();
}

/// Groups are of cells of tokens and channels.
static LogicalResult checkGroups(TileKernelOp kernel) {
  SmallVector<Axis> grid = kernel.getGridAxes();
  if (kernel.getSchedule()->getGroup() == 1 ||
      (grid.size() > 1 && grid[grid.size() - 2] == Axis::Time &&
       grid.back() == Axis::Channel))
    return success();
  return kernel.emitOpError("expected cells of time and channels to group, got "
                            "others");
}

/// What no GPU kernel can hold.
static LogicalResult checkKernel(TileKernelOp kernel) {
  if (!kernel.getSchedule())
    return kernel.emitOpError("expected a schedule");
  for (Type type : kernel.getArgumentTypes())
    if (getElementTypeOrSelf(type).isF64())
      return kernel.emitOpError("expected f32, bf16 or f16 on a GPU, got f64 "
                                "(f64 is for the CPU and the interpreter)");
  WalkResult result = kernel.walk([](Operation *op) {
    for (Type type : op->getResultTypes())
      if (auto tile = dyn_cast<TileType>(type);
          tile && tile.getElementType().isF64()) {
        op->emitOpError("expected f32, bf16 or f16 on a GPU, got ") << tile;
        return WalkResult::interrupt();
      }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted() || failed(checkSegments(kernel)) ||
                 failed(checkContraction(kernel)) ||
                 failed(checkGroups(kernel)) ||
                 failed(checkWarpgroups(kernel)));
}

namespace {
struct PlacePass : mlir::ssm::impl::PlacePassBase<PlacePass> {
  using PlacePassBase::PlacePassBase;

  void runOnOperation() override {
    TileKernelOp kernel = getOperation();
    if (failed(checkKernel(kernel)))
      return signalPassFailure();
    Placement placement(kernel);
    if (failed(decideLayouts(placement)) || failed(planChip(placement)))
      return signalPassFailure();
  }
};
} // namespace
