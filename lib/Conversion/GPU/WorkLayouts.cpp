// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The layout each kind of tile op works in, from the schedule and the types.

#include "dialect/AccessMap.h"
#include "lib/Conversion/GPU/Place.h"
#include "lib/Schedule/JoinedProduct.h"
#include "lib/Transforms/ScheduleChoice.h"

using namespace mlir;
using namespace mlir::ssm;

int64_t mlir::ssm::elementBytes(TileType type) {
  return type.getElementType().getIntOrFloatBitWidth() / 8;
}

/// Whether blocks of `count` elements along the last dimension of the view
/// start at multiples of `count` and are valid as a whole.
static bool movesTogether(TileKernelOp kernel, MemRefType view,
                          const AccessDim &last, int64_t count) {
  int64_t extent = *kernel.getExtent(*last.axis);
  int64_t row = view.getShape().back();
  if (ShapedType::isDynamic(extent) || ShapedType::isDynamic(row))
    return false;
  int64_t tile = kernel.getTile(*last.axis);
  bool alignedRows = view.getRank() == 1 || row % count == 0;
  return alignedRows && row % count == 0 && extent % count == 0 &&
         tile % count == 0 && last.offset % count == 0;
}

int64_t mlir::ssm::vectorElements(TileKernelOp kernel, MemRefType view,
                                  AffineMap map, TileType tile) {
  auto dims = decomposeAccessMap(map);
  if (tile.getRank() == 0 || !dims || dims->empty())
    return 1;
  const AccessDim &last = dims->back();
  if (last.axis != tile.getAxes().back() || last.reversed || last.fromEnd)
    return 1;
  for (const AccessDim &dim : ArrayRef(*dims).drop_back())
    if (dim.axis == last.axis)
      return 1;
  int64_t count = 16 / elementBytes(tile);
  while (count > 1 && !movesTogether(kernel, view, last, count))
    count /= 2;
  return count;
}

/// Neighbouring states a lane takes at once: few states in vain, few loads.
static int64_t stateRun(int64_t states, int64_t lanes) {
  constexpr int64_t kSlotsPerState = 5, kSlotsPerLoad = 4;
  int64_t best = 1, bestCost = INT64_MAX;
  for (int64_t run : {4, 2, 1}) {
    int64_t reps = llvm::divideCeil(states, run * lanes);
    int64_t cost = reps * (run * kSlotsPerState + kSlotsPerLoad);
    if (cost < bestCost) {
      best = run;
      bestCost = cost;
    }
  }
  return best;
}

FailureOr<Layout> mlir::ssm::scanLayout(const Placement &placement,
                                        TileScanOp scan) {
  TileType type = scan.getStateType();
  int64_t lanes = placement.schedule.getLanes();
  int64_t channels = type.getSize(Axis::Channel).value_or(1);
  if (channels * lanes % placement.threads != 0)
    return scan.emitOpError(
               "expected channels x lanes to be a multiple of the ")
           << placement.threads << " lanes of the owner, got " << channels
           << " x " << lanes;
  Layout layout;
  // Shared memory serves a load of 8 or 16 bytes in half the passes where lanes
  // that differ in bit 0, or those that differ in bit 1, read the same. Bit 0
  // is a channel's, for the rows of the states, bit 1 a state's, for the rest.
  int64_t near = lanes > 1 && lanes < 32 ? 2 : 1;
  for (auto [axis, size] : llvm::zip(type.getAxes(), type.getSizes())) {
    AxisShare share{axis, size};
    if (axis == Axis::Channel) {
      share.lanes = placement.threads / lanes;
      share.near = near;
      share.stride = near * lanes;
    } else if (axis == Axis::State) {
      share.lanes = lanes;
      share.stride = near;
      share.run = lanes == 1 ? 1 : stateRun(size, lanes);
    } else {
      return scan.emitOpError("expected a state with axes channel and state, "
                              "got ")
             << type;
    }
    if (share.lanes == 1)
      share.stride = 1;
    layout.shares.push_back(share);
  }
  return layout;
}

Layout mlir::ssm::readLayout(TileScanOp scan, const Layout &state) {
  TileType type = scan.getRead().getType();
  Layout layout = state.slice(type.getAxes());
  AxisShare time{Axis::Time, *type.getSize(Axis::Time)};
  const AxisShare *part = state.find(Axis::State);
  if (part && !type.hasAxis(Axis::State)) {
    time.lanes = part->lanes;
    time.stride = part->stride;
  }
  layout.shares.insert(layout.shares.begin(), time);
  return layout;
}

bool mlir::ssm::usesMatrixUnits(TileDotOp dot) {
  Type element = dot.getLhs().getType().getElementType();
  return (element.isBF16() || element.isF16()) &&
         element == dot.getRhs().getType().getElementType() &&
         dot.getAcc().getType().getElementType().isF32();
}

bool mlir::ssm::usesWarpgroups(TileDotOp dot) {
  auto kernel = dot->getParentOfType<TileKernelOp>();
  return usesMatrixUnits(dot) && kernel && kernel.getSchedule() &&
         kernel.getSchedule()->getUnit() == Unit::Warpgroup;
}

bool mlir::ssm::isSwizzled(Value tile) {
  return llvm::any_of(tile.getUses(), [](OpOperand &use) {
    auto dot = dyn_cast<TileDotOp>(use.getOwner());
    return dot && use.getOperandNumber() > 0 && usesWarpgroups(dot);
  });
}

/// How the lanes of a warp share the accumulator of mma.m16n8.
static constexpr int64_t kRowLanes = 8, kColumnLanes = 4, kColumnRun = 2;

/// Whether warpgroups can take that axis as their rows and the other as the
/// columns: 64 rows an instruction and warpgroup, eight to 256 columns.
static bool fitsWarpgroups(TileType type, unsigned rowAxis, int64_t warps) {
  constexpr int64_t kRowsOfWarp = 16, kColumns = 8, kMostColumns = 256;
  int64_t rows = type.getSizes()[rowAxis],
          columns = type.getSizes()[1 - rowAxis];
  return rows % (kRowsOfWarp * warps) == 0 && columns % kColumns == 0 &&
         columns <= kMostColumns;
}

/// The fragment of the accumulator of mma.m16n8: eight lanes of each warp share
/// the rows, the other four the columns in pairs. Either axis may be the rows;
/// the one with fewer instructions is. Warps without rows hold copies, or take
/// a part of the contracted elements each.
static Layout matrixLayout(const Placement &placement, TileType type) {
  bool warpgroups = placement.schedule.getUnit() == Unit::Warpgroup;
  Layout best;
  int64_t fewest = INT64_MAX;
  for (unsigned rowAxis : {0, 1}) {
    if (warpgroups &&
        !fitsWarpgroups(type, rowAxis, placement.schedule.getWarps()))
      continue;
    Layout layout;
    int64_t steps = 1;
    for (auto [i, axis] : llvm::enumerate(type.getAxes())) {
      AxisShare share{axis, type.getSizes()[i], kColumnRun, kColumnLanes, 1};
      if (i == rowAxis) {
        int64_t lanes = llvm::PowerOf2Ceil(share.size);
        // An instruction takes the rows of two slots.
        if (lanes < placement.threads / 4)
          lanes /= 2;
        share.run = 1;
        share.lanes = std::clamp(lanes, kRowLanes, placement.threads / 4);
        share.stride = kColumnLanes;
      }
      steps *= i == rowAxis ? llvm::divideCeil(share.reps(), 2) : share.reps();
      layout.shares.push_back(share);
    }
    if (steps < fewest) {
      fewest = steps;
      best = layout;
    }
  }
  return best;
}

Layout mlir::ssm::dotLayout(const Placement &placement, TileDotOp dot) {
  TileType type = dot.getAcc().getType();
  if (usesMatrixUnits(dot))
    return matrixLayout(placement, type);
  int64_t rows = powerOfTwoIn(paddedSize(type.getSizes()[0]));
  int64_t columns = powerOfTwoIn(paddedSize(type.getSizes()[1]));
  int64_t lanes[2] = {1, 1};
  // Blocks as square as the tile allows read the fewest factors.
  while (lanes[0] * lanes[1] < placement.threads) {
    int64_t restRows = rows / lanes[0], restColumns = columns / lanes[1];
    if (restRows <= 1 && restColumns <= 1)
      break;
    (restColumns >= restRows ? lanes[1] : lanes[0]) *= 2;
  }
  Layout layout;
  for (unsigned i = 0; i < 2; ++i)
    layout.shares.push_back({type.getAxes()[i], type.getSizes()[i], 1, lanes[i],
                             i == 0 && lanes[0] > 1 ? lanes[1] : 1});
  return layout;
}

const AxisShare &mlir::ssm::rowsOf(const Layout &acc) {
  return acc.shares[acc.shares[0].stride == kColumnLanes ? 0 : 1];
}

/// Whether the dot adds to an accumulator that a loop over the contracted axis
/// carries from zero on.
bool mlir::ssm::addsToZeroInLoop(TileDotOp dot) {
  auto loop = dyn_cast<TileForOp>(dot->getParentOp());
  auto acc = dyn_cast<BlockArgument>(dot.getAcc());
  if (!loop || loop.getAxis() != Axis::Inner || !acc || !acc.hasOneUse() ||
      !dot.getOut().hasOneUse())
    return false;
  unsigned number = acc.getArgNumber();
  auto zero = loop.getInit()[number].getDefiningOp<TileFillOp>();
  return zero && zero.getValue().isZero() &&
         loop.getBody().front().getTerminator()->getOperand(number) ==
             dot.getOut();
}

int64_t mlir::ssm::innerGroups(const Placement &placement, TileDotOp dot,
                               const Layout &acc) {
  constexpr int64_t kInner = 16; // of an instruction
  if (!usesMatrixUnits(dot) || !addsToZeroInLoop(dot) ||
      llvm::any_of(dot->getOpOperands(), isHeldAsFragments))
    return 1;
  int64_t inner = *dot.getLhs().getType().getSize(Axis::Inner);
  int64_t groups = placement.threads / rowsOf(acc).period();
  while (groups > 1 && inner % (kInner * groups) != 0)
    groups /= 2;
  return std::max<int64_t>(1, groups);
}

std::optional<AxisShare> mlir::ssm::sharedInner(TileDotOp dot,
                                                const Layout &acc) {
  auto groups = dot->getAttrOfType<IntegerAttr>(kGroupsAttr);
  if (!groups)
    return std::nullopt;
  int64_t count = groups.getInt();
  return AxisShare{Axis::Inner, count, 1, count, rowsOf(acc).period()};
}

bool mlir::ssm::isHeldAsFragments(OpOperand &factor) {
  constexpr int64_t kRegisters = 65536; // of a multiprocessor
  auto dot = dyn_cast<TileDotOp>(factor.getOwner());
  auto load = factor.get().getDefiningOp<TileLoadOp>();
  if (!dot || !load || factor.getOperandNumber() == 0 ||
      !usesMatrixUnits(dot) || usesWarpgroups(dot) ||
      dot->getBlock() == load->getBlock())
    return false;
  auto kernel = dot->getParentOfType<TileKernelOp>();
  ::ssm::schedule::KernelFacts facts;
  facts.states = std::max<int64_t>(1, kernel.getTile(Axis::State));
  facts.inner = kernel.getTile(Axis::Inner);
  kernel.walk(
      [&](TileScanOp scan) { facts.valuesPerState = scan.getNumStates(); });
  return ::ssm::schedule::lanesHoldWeights(
      facts, toChoice(*kernel.getSchedule()), kRegisters);
}

Layout mlir::ssm::fragmentLayout(const Layout &acc, TileType factor) {
  Layout layout;
  for (auto [axis, size] : llvm::zip(factor.getAxes(), factor.getSizes())) {
    AxisShare share{axis, size, kColumnRun, kColumnLanes, 1};
    if (const AxisShare *outer = acc.find(axis)) {
      bool isRows = outer->run == 1;
      share.run = 1;
      share.lanes = isRows ? outer->lanes : kRowLanes;
      share.stride = kColumnLanes;
    }
    layout.shares.push_back(share);
  }
  return layout;
}

Layout mlir::ssm::withWideRuns(const Layout &fragment) {
  constexpr int64_t kWideRun = 8;
  Layout wide = fragment;
  if (wide.shares.empty())
    return wide;
  AxisShare &last = wide.shares.back();
  if (last.run == kColumnRun && last.lanes == kColumnLanes &&
      last.stride == 1 && last.size % (kWideRun * kColumnLanes) == 0)
    last.run = kWideRun;
  return wide;
}

/// A factor that comes in units of 16 bytes, one after the other in memory.
static LogicalResult checkFactor(TileDotOp dot, Value factor) {
  constexpr int64_t kUnit = 8; // elements
  auto load = factor.getDefiningOp<TileLoadOp>();
  if (!load || !factor.hasOneUse() || load->getBlock() != dot->getBlock())
    return dot.emitOpError("expected factors of a warpgroup loaded beside the "
                           "dot and for it alone");
  auto view = cast<MemRefType>(load.getSource().getType());
  TileType type = load.getTile().getType();
  auto kernel = dot->getParentOfType<TileKernelOp>();
  if (type.getAxes().back() != Axis::Inner ||
      vectorElements(kernel, view, load.getMap(), type) != kUnit)
    return load.emitOpError("expected rows of 16-byte units along the "
                            "contracted axis for a warpgroup, got ")
           << view << " as " << type;
  return success();
}

LogicalResult mlir::ssm::checkWarpgroups(TileKernelOp kernel) {
  constexpr int64_t kInner = 64;
  int64_t warps = kernel.getSchedule()->getWarps();
  WalkResult result = kernel.walk([&](TileDotOp dot) {
    if (!usesWarpgroups(dot))
      return WalkResult::advance();
    TileType type = dot.getAcc().getType();
    int64_t inner = *dot.getLhs().getType().getSize(Axis::Inner);
    if (inner % kInner != 0 ||
        (!fitsWarpgroups(type, 0, warps) && !fitsWarpgroups(type, 1, warps))) {
      dot.emitOpError("expected ")
          << 16 * warps
          << " rows or a multiple, 8 to 256 columns, a multiple of 8, and a "
             "multiple of 64 contracted elements for a warpgroup, got "
          << type << " of " << inner;
      return WalkResult::interrupt();
    }
    if (failed(checkFactor(dot, dot.getLhs())) ||
        failed(checkFactor(dot, dot.getRhs())))
      return WalkResult::interrupt();
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

Layout mlir::ssm::copyLayout(const Placement &placement, TileLoadOp load) {
  TileType type = load.getTile().getType();
  SmallVector<int64_t> runs(type.getRank(), 1);
  if (!runs.empty())
    runs.back() = vectorElements(placement.kernel,
                                 cast<MemRefType>(load.getSource().getType()),
                                 load.getMap(), type);
  Layout layout = Layout::blocked(type, placement.threads, runs);
  if (!isSwizzled(load.getTile()))
    return layout;
  // Eight lanes at least share the rows: which way a unit turns is the lane's.
  constexpr int64_t kTurnedRows = 8;
  AxisShare &rows = layout.shares[0], &inner = layout.shares[1];
  if (rows.lanes >= kTurnedRows)
    return layout;
  inner.lanes /= kTurnedRows / rows.lanes;
  rows.lanes = kTurnedRows;
  rows.stride = inner.lanes;
  return layout;
}

/// Bytes of the narrowest element in memory.
static int64_t narrowestElement(TileKernelOp kernel) {
  int64_t bytes = 4;
  for (Type type : kernel.getArgumentTypes())
    bytes = std::min<int64_t>(
        bytes, getElementTypeOrSelf(type).getIntOrFloatBitWidth() / 8);
  return bytes;
}

Layout mlir::ssm::defaultLayout(const Placement &placement, TileType type) {
  SmallVector<int64_t> runs(type.getRank(), 1);
  if (type.getRank() == 0)
    return Layout();
  Axis last = type.getAxes().back();
  TileKernelOp kernel = placement.kernel;
  bool walksTime =
      llvm::any_of(kernel.getBody().getOps<TileForOp>(),
                   [](TileForOp loop) { return loop.getAxis() == Axis::Time; });
  if (walksTime) {
    runs.back() = last == Axis::Channel ? 2 : last == Axis::Time ? 1 : 4;
    return Layout::blocked(type, placement.threads, runs);
  }
  int64_t share =
      std::max<int64_t>(1, type.getNumElements() / placement.threads);
  int64_t rows = 1;
  if (type.getRank() > 1 && type.getAxes()[0] == Axis::Time)
    rows = std::min<int64_t>(
        llvm::bit_floor<uint64_t>(share),
        llvm::bit_floor<uint64_t>(placement.schedule.getRows()));
  int64_t widest = 16 / narrowestElement(kernel);
  runs.back() = std::min<int64_t>(
      widest, llvm::bit_floor<uint64_t>(std::max<int64_t>(1, share / rows)));
  if (rows > 1)
    runs[0] = rows;
  return Layout::blocked(type, placement.threads, runs);
}
