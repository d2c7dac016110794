// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What ssm-place decides about one tile kernel, step by step: layouts first,
// then the plan of on-chip memory.

#ifndef LIB_CONVERSION_GPU_PLACE_H
#define LIB_CONVERSION_GPU_PLACE_H

#include "lib/Conversion/GPU/Layout.h"

#include "llvm/ADT/MapVector.h"

namespace mlir::ssm {

/// Names of the discardable attributes between ssm-place and ssm-to-gpu.
constexpr llvm::StringLiteral kLayoutAttr = "ssm.layout";
constexpr llvm::StringLiteral kPlacesAttr = "ssm.places";
constexpr llvm::StringLiteral kScratchAttr = "ssm.scratch";
/// Of a dot: where the other blocks of a cluster leave their sums.
constexpr llvm::StringLiteral kClusterScratchAttr = "ssm.cluster_scratch";
constexpr llvm::StringLiteral kChipBytesAttr = "ssm.chip_bytes";
/// What multiplies in a dot: mma, the matrix units of a warp, wgmma, those of
/// four, or fma, its lanes.
constexpr llvm::StringLiteral kUnitAttr = "ssm.unit";
/// How many groups of warps take a part of the contracted elements of a dot
/// each.
constexpr llvm::StringLiteral kGroupsAttr = "ssm.groups";
constexpr llvm::StringLiteral kMatrixUnit = "mma";
constexpr llvm::StringLiteral kWarpgroupUnit = "wgmma";
constexpr llvm::StringLiteral kLaneUnit = "fma";

/// At the end of on-chip memory, where a block shares the number of its turn.
constexpr int64_t kTicketBytes = 16;

/// Bytes every GPU of the family offers to one block, and those with
/// warpgroups.
constexpr int64_t kMaxChipBytes = 99 * 1024, kMaxWarpgroupBytes = 227 * 1024;

struct Placement {
  explicit Placement(TileKernelOp kernel)
      : kernel(kernel), schedule(*kernel.getSchedule()),
        threads(32 * schedule.getWarps()) {}

  TileKernelOp kernel;
  ScheduleAttr schedule;
  int64_t threads;
  /// The layout in which the lanes share the work of an op.
  llvm::MapVector<Operation *, Layout> work;
  /// The layout of values whose layout does not depend on their readers.
  DenseMap<Value, Layout> fixed;
  DenseSet<Value> chip;

  bool isChip(Value value) const { return chip.contains(value); }
};

int64_t elementBytes(TileType type);

/// Elements one access to memory can move, given what is known of the address:
/// aligned, and either all or none of them inside the extents and the view.
int64_t vectorElements(TileKernelOp kernel, MemRefType view, AffineMap map,
                       TileType tile);

/// The layout a recurrence dictates: a lane owns a part of one channel's
/// states.
FailureOr<Layout> scanLayout(const Placement &placement, TileScanOp scan);
/// Where the lanes leave the reads of a recurrence.
Layout readLayout(TileScanOp scan, const Layout &state);
/// Whether matrix units can multiply the factors: bf16 or f16, both the same.
bool usesMatrixUnits(TileDotOp dot);
/// Whether warpgroups do: the schedule says so.
bool usesWarpgroups(TileDotOp dot);
/// Whether the tile is a factor of such a dot.
bool isSwizzled(Value tile);
/// Says what a warpgroup cannot multiply.
LogicalResult checkWarpgroups(TileKernelOp kernel);
/// The part of the accumulator each lane owns.
Layout dotLayout(const Placement &placement, TileDotOp dot);
/// The axis of the accumulator that is the rows of the matrix units.
const AxisShare &rowsOf(const Layout &acc);
/// Whether a loop over the contracted axis adds the dot to a sum that begins
/// with zero.
bool addsToZeroInLoop(TileDotOp dot);
/// How many groups of warps, which would hold copies of the accumulator in that
/// layout, can share the contracted elements; 1 if none can.
int64_t innerGroups(const Placement &placement, TileDotOp dot,
                    const Layout &acc);
/// The groups of a loop-carried accumulator's dot as an axis of lanes; nothing
/// if there is one group.
std::optional<AxisShare> sharedInner(TileDotOp dot, const Layout &acc);
/// Whether the lanes hold a factor of a dot as fragments of the matrix units:
/// a weight that a loop over time would read again from the chip.
bool isHeldAsFragments(OpOperand &factor);
/// The layout of such a factor, given that of the accumulator.
Layout fragmentLayout(const Layout &acc, TileType factor);
/// The layout in which a fragment's lanes hold eight neighbours along the last
/// axis, not two; the layout itself where that cannot be.
Layout withWideRuns(const Layout &fragment);
/// For copies from memory to the chip.
Layout copyLayout(const Placement &placement, TileLoadOp load);
/// For everything that does not care.
Layout defaultLayout(const Placement &placement, TileType type);

/// Whether the reader takes the tile from on-chip memory.
bool readsChip(OpOperand &use);

/// Fills `work`, `fixed` and `chip`; copies cheap ops for readers that want
/// another layout.
LogicalResult decideLayouts(Placement &placement);

/// Offsets of everything on chip, as attributes.
LogicalResult planChip(Placement &placement);

} // namespace mlir::ssm

#endif // LIB_CONVERSION_GPU_PLACE_H
