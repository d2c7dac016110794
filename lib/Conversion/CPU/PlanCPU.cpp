// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-plan-cpu: a tile kernel in, the same kernel with a plan for vectors out.

#include "lib/Conversion/CPU/Plan.h"
#include "lib/Conversion/CPU/SSMToCPU.h"

#include "dialect/AccessMap.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_PLANCPUPASS
#include "lib/Conversion/CPU/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;

//===----------------------------------------------------------------------===//
// Questions
//===----------------------------------------------------------------------===//

static StringRef nameOf(CPUPlace place) {
  switch (place) {
  case CPUPlace::Inline:
    return "inline";
  case CPUPlace::Scratch:
    return "scratch";
  case CPUPlace::Registers:
    return "registers";
  }
  llvm_unreachable("every place is named above");
}

static CPUPlace parsePlace(Attribute attr) {
  auto name = dyn_cast_or_null<StringAttr>(attr);
  if (name && name.getValue() == "scratch")
    return CPUPlace::Scratch;
  if (name && name.getValue() == "registers")
    return CPUPlace::Registers;
  return CPUPlace::Inline;
}

CPUPlace mlir::ssm::getPlace(Value tile) {
  Operation *op = tile.getDefiningOp();
  unsigned number;
  if (auto argument = dyn_cast<BlockArgument>(tile)) {
    op = argument.getOwner()->getParentOp();
    number = argument.getArgNumber();
  } else {
    number = cast<OpResult>(tile).getResultNumber();
  }
  Attribute attr = op->getAttr(kPlaceAttr);
  if (auto each = dyn_cast_or_null<ArrayAttr>(attr))
    attr = number < each.size() ? each[number] : Attribute();
  return parsePlace(attr);
}

SmallVector<Axis> mlir::ssm::getMemoryOrder(TileType tile) {
  SmallVector<Axis> order;
  for (Axis axis :
       {Axis::Batch, Axis::Time, Axis::State, Axis::Inner, Axis::Channel})
    if (tile.hasAxis(axis))
      order.push_back(axis);
  return order;
}

std::optional<Axis> mlir::ssm::getLaneAxis(TileType tile) {
  SmallVector<Axis> order = getMemoryOrder(tile);
  if (order.empty() || order.back() == Axis::Batch)
    return std::nullopt;
  return order.back();
}

bool mlir::ssm::isContiguous(TileLoadOp load, Axis lane) {
  SmallVector<AccessDim> dims = *decomposeAccessMap(load.getMap());
  for (auto [i, dim] : llvm::enumerate(dims))
    if (dim.axis == lane &&
        (i + 1 != dims.size() || dim.reversed || dim.fromEnd))
      return false;
  return true;
}

/// States of one channel.
static int64_t countStates(TileScanOp scan) {
  return scan.getStateType().getSize(Axis::State).value_or(1);
}

bool mlir::ssm::holdsAllStates(TileScanOp scan) {
  return scan->getAttrOfType<IntegerAttr>(kStatesAttr).getInt() ==
         countStates(scan);
}

/// Whether pairs of elements along `inner`, `extent` of them in all, are pairs
/// inside of the view.
static bool hasPairsInMemory(Value operand, int64_t extent) {
  auto load = operand.getDefiningOp<TileLoadOp>();
  if (!load || !load.getTile().getType().getElementType().isBF16() ||
      !operand.hasOneUse() || !isContiguous(load, Axis::Inner))
    return false;
  AccessDim last = decomposeAccessMap(load.getMap())->back();
  int64_t size = cast<MemRefType>(load.getSource().getType()).getShape().back();
  return !ShapedType::isDynamic(size) && last.offset >= 0 &&
         last.offset + extent <= size;
}

/// Whether a product sums pairs, and no pair reaches beyond a tile.
static bool isPairedDot(TileDotOp dot) {
  auto kernel = dot->getParentOfType<TileKernelOp>();
  if (!getVariant(kernel).hasPairs ||
      !dot.getOut().getType().getElementType().isF32())
    return false;
  for (auto extent : kernel.getExtents().getAsRange<ExtentAttr>()) {
    int64_t inner = extent.getExtent();
    if (extent.getAxis() == Axis::Inner)
      return !ShapedType::isDynamic(inner) && inner % 2 == 0 &&
             extent.getTile() % 2 == 0 &&
             hasPairsInMemory(dot.getLhs(), inner) &&
             hasPairsInMemory(dot.getRhs(), inner);
  }
  return false;
}

bool mlir::ssm::isPaired(Value tile) {
  return llvm::any_of(tile.getUsers(), [&](Operation *user) {
    auto dot = dyn_cast<TileDotOp>(user);
    return dot && tile != dot.getAcc() && isPairedDot(dot);
  });
}

const Variant &mlir::ssm::getVariant(TileKernelOp kernel) {
  auto name = kernel->getAttrOfType<StringAttr>(kVariantAttr);
  const Variant *variant = name ? lookupVariant(name.getValue()) : nullptr;
  return variant ? *variant : getVariants().front();
}

//===----------------------------------------------------------------------===//
// The planner
//===----------------------------------------------------------------------===//

namespace {

class Planner {
public:
  Planner(TileKernelOp kernel, int64_t vectorWidth);
  void run();

private:
  void planVectors();
  void placeScan(TileScanOp scan);
  void placeResults(TileScanOp scan, CPUPlace read, CPUPlace states);
  void placeLoop(TileForOp loop);
  CPUPlace placeLoad(TileLoadOp load);
  CPUPlace placeMap(TileMapOp map);
  void assignNests(Block &block);
  bool shareRepeatedMaps();
  bool keepReads();
  void setPlace(Operation *op, CPUPlace place) {
    op->setAttr(kPlaceAttr, builder.getStringAttr(nameOf(place)));
  }
  void setPlaces(Operation *op, ArrayRef<CPUPlace> places) {
    SmallVector<StringRef> names = llvm::map_to_vector(places, nameOf);
    op->setAttr(kPlaceAttr, builder.getStrArrayAttr(names));
  }

  TileKernelOp kernel;
  const Variant &variant;
  int64_t width;
  /// Each vector of the cell's channels walks a tile of tokens in turn.
  bool inRows = false;
  OpBuilder builder;
  int64_t nests = 0;
};

} // namespace

static bool isDouble(Type type) {
  auto tile = dyn_cast<TileType>(type);
  return tile && tile.getElementType().isF64();
}

Planner::Planner(TileKernelOp kernel, int64_t vectorWidth)
    : kernel(kernel), variant(getVariant(kernel)),
      width(vectorWidth ? vectorWidth : variant.vectorBits / 32),
      builder(kernel.getContext()) {}

/// The axes along which `op` reads its operands.
static llvm::SmallSetVector<Axis, kNumAxes> axesOf(Operation *op) {
  llvm::SmallSetVector<Axis, kNumAxes> axes;
  for (Type type :
       llvm::concat<const Type>(llvm::to_vector(op->getOperandTypes()),
                                llvm::to_vector(op->getResultTypes())))
    if (auto tile = dyn_cast<TileType>(type))
      axes.insert(tile.getAxes().begin(), tile.getAxes().end());
  return axes;
}

/// Values that a scan carries for one channel.
static int64_t countValues(TileScanOp scan) {
  return countStates(scan) * scan.getNumStates();
}

/// Vectors of channels that walk side by side at most, their states in
/// registers; the cost model gives them cells of that width.
static constexpr int64_t kSideBySide = 4;

/// Whether registers hold the states of fewer vectors, and the scan walks more
/// than one tile.
static bool takesTurns(TileScanOp scan, int64_t registers) {
  auto loop = scan->getParentOfType<TileForOp>();
  return loop && loop.getAxis() == Axis::Time &&
         scan.getStateType().hasAxis(Axis::Channel) &&
         kSideBySide * countValues(scan) > registers;
}

void Planner::planVectors() {
  int64_t lanes = width, states = 1;
  bool hasScan = false, inTurn = true;
  kernel.walk([&](Operation *op) {
    if (llvm::any_of(op->getResultTypes(), isDouble))
      lanes = width / 2;
    if (auto scan = dyn_cast<TileScanOp>(op)) {
      hasScan = true;
      inTurn &= takesTurns(scan, variant.stateRegisters);
      states = std::max(states, countValues(scan));
    }
  });
  kernel->setAttr(kLanesAttr, builder.getI64IntegerAttr(lanes));
  if (!llvm::is_contained(kernel.getGridAxes(), Axis::Channel))
    return;
  int64_t vectors = llvm::divideCeil(kernel.getTile(Axis::Channel), lanes);
  int64_t blocks = 2;
  if (hasScan)
    blocks =
        std::clamp<int64_t>(variant.stateRegisters / states, 1, kSideBySide);
  inRows = hasScan && inTurn && vectors > blocks;
  if (inRows)
    blocks = vectors;
  kernel->setAttr(kBlocksAttr,
                  builder.getI64IntegerAttr(std::min(blocks, vectors)));
}

void Planner::placeResults(TileScanOp scan, CPUPlace read, CPUPlace states) {
  SmallVector<CPUPlace> places(scan.getNumStates(), states);
  places.insert(places.begin(), read);
  setPlaces(scan, places);
}

/// States stay in registers if all of a channel fit, between tiles too if the
/// cell has no other vectors; else as many as make blocks of about equal size.
void Planner::placeScan(TileScanOp scan) {
  int64_t states = countStates(scan);
  int64_t blocks = std::min<int64_t>(
      states, llvm::divideCeil(countValues(scan), variant.stateRegisters));
  scan->setAttr(kStatesAttr,
                builder.getI64IntegerAttr(llvm::divideCeil(states, blocks)));
  bool fits = blocks == 1;
  placeResults(scan, fits ? CPUPlace::Inline : CPUPlace::Scratch,
               fits && !inRows ? CPUPlace::Registers : CPUPlace::Scratch);
}

/// Whether a loop passes `argument` to a scan as a state and takes `yielded`
/// for it, the state after it.
static bool isState(Value argument, Value yielded) {
  auto scan = yielded.getDefiningOp<TileScanOp>();
  if (!scan || yielded == scan.getRead())
    return false;
  unsigned number = cast<OpResult>(yielded).getResultNumber() - 1;
  return scan.getStates()[number] == argument && argument.hasOneUse();
}

/// A carried tile is in registers if it is nothing but the state of a scan that
/// is.
void Planner::placeLoop(TileForOp loop) {
  Block &body = loop.getBody().front();
  SmallVector<CPUPlace> places;
  for (auto [argument, yielded] :
       llvm::zip(body.getArguments(), body.getTerminator()->getOperands())) {
    bool carried =
        isState(argument, yielded) && getPlace(yielded) == CPUPlace::Registers;
    places.push_back(carried ? CPUPlace::Registers : CPUPlace::Scratch);
  }
  setPlaces(loop, places);
}

CPUPlace Planner::placeLoad(TileLoadOp load) {
  TileType tile = load.getTile().getType();
  std::optional<Axis> lane = getLaneAxis(tile);
  if (tile.getRank() > 1 && lane && !isContiguous(load, *lane))
    return CPUPlace::Scratch;
  for (Operation *user : load->getUsers())
    if (auto dot = dyn_cast<TileDotOp>(user)) {
      bool isVector = getLaneAxis(dot.getOut().getType()) == lane;
      bool sameType =
          tile.getElementType() == dot.getOut().getType().getElementType();
      // Pairs of the other operand are broadcast from where they are.
      if (isVector || (!sameType && !isPaired(load.getTile())))
        return CPUPlace::Scratch;
    }
  return CPUPlace::Inline;
}

static bool isCostly(TileMapOp map) {
  return llvm::any_of(map.getBody().front(), [](Operation &op) {
    return isa<arith::DivFOp>(op) || isa<math::MathDialect>(op.getDialect());
  });
}

/// Whether the tokens of a scan in registers read `map`, as it is or through
/// maps without costly code.
static bool feedsTokens(TileMapOp map) {
  return llvm::any_of(map->getUsers(), [](Operation *user) {
    if (auto scan = dyn_cast<TileScanOp>(user))
      return holdsAllStates(scan);
    auto next = dyn_cast<TileMapOp>(user);
    return next && !isCostly(next) && feedsTokens(next);
  });
}

CPUPlace Planner::placeMap(TileMapOp map) {
  auto tile = cast<TileType>(map.getOutputs()[0].getType());
  bool hasTime = tile.hasAxis(Axis::Time);
  bool hasChannel = tile.hasAxis(Axis::Channel);
  // One token waits for the state of the one before, and would wait for this
  // code too; in a loop of its own, many tokens are under way.
  if (hasTime && !tile.hasAxis(Axis::State) && isCostly(map) &&
      feedsTokens(map))
    return CPUPlace::Scratch;
  for (Operation *user : map->getUsers()) {
    if (isa<TileDotOp>(user))
      return CPUPlace::Scratch;
    auto scan = dyn_cast<TileScanOp>(user);
    if (scan && hasTime && !holdsAllStates(scan))
      return CPUPlace::Scratch;
    if (tile.getRank() < 2)
      continue;
    // Every channel would compute it again.
    if (!hasChannel && axesOf(user).contains(Axis::Channel))
      return CPUPlace::Scratch;
    // Every token would compute it again.
    if (!hasTime && axesOf(user).contains(Axis::Time))
      return CPUPlace::Scratch;
  }
  return CPUPlace::Inline;
}

//===----------------------------------------------------------------------===//
// Nests
//===----------------------------------------------------------------------===//

namespace {
/// The nest that later ops may join: those that run over the same axes.
struct OpenNest {
  int64_t number = -1;
  TileType axes;
};
} // namespace

/// The tile whose elements the op's loops run over, null if it wants loops of
/// its own; `op` needs loops.
static TileType loopTile(Operation *op) {
  if (auto store = dyn_cast<TileStoreOp>(op))
    return store.getTile().getType();
  if (auto load = dyn_cast<TileLoadOp>(op))
    return load.getTile().getType();
  if (auto map = dyn_cast<TileMapOp>(op))
    return cast<TileType>(map.getOutputs()[0].getType());
  return {};
}

static bool needsLoops(Operation *op) {
  if (op->hasTrait<WalksElements>())
    return true;
  return isa<TileLoadOp, TileMapOp>(op) &&
         getPlace(op->getResult(0)) == CPUPlace::Scratch;
}

/// Whether `op` reads, through inline tiles, a final state of a scan in the
/// nest `number`: it is known only after the nest.
static bool readsFinalState(Operation *op, int64_t number) {
  return llvm::any_of(op->getOperands(), [&](Value operand) {
    Operation *producer = operand.getDefiningOp();
    if (!producer || !isa<TileType>(operand.getType()))
      return false;
    if (auto scan = dyn_cast<TileScanOp>(producer)) {
      auto nest = scan->getAttrOfType<IntegerAttr>(kNestAttr);
      return operand != scan.getRead() && nest && nest.getInt() == number;
    }
    return getPlace(operand) == CPUPlace::Inline &&
           readsFinalState(producer, number);
  });
}

static bool sameAxes(TileType a, TileType b) {
  return a && b && a.getAxes() == b.getAxes() && a.getSizes() == b.getSizes();
}

void Planner::assignNests(Block &block) {
  OpenNest open;
  for (Operation &op : block) {
    if (!needsLoops(&op))
      continue;
    TileType tile = loopTile(&op);
    bool joins =
        sameAxes(tile, open.axes) && !readsFinalState(&op, open.number);
    if (!joins) {
      open.number = nests++;
      open.axes = tile;
      auto scan = dyn_cast<TileScanOp>(op);
      if (scan && holdsAllStates(scan))
        open.axes = scan.getRead().getType();
    }
    op.setAttr(kNestAttr, builder.getI64IntegerAttr(open.number));
    if (auto loop = dyn_cast<TileForOp>(op))
      assignNests(loop.getBody().front());
  }
}

/// The nests in which the elements of `tile` are read.
static void collectNests(Value tile,
                         llvm::SmallSetVector<int64_t, 4> &numbers) {
  for (Operation *user : tile.getUsers()) {
    if (auto nest = user->getAttrOfType<IntegerAttr>(kNestAttr))
      numbers.insert(nest.getInt());
    else if (isa<YieldOp>(user))
      numbers.insert(-1);
    else
      for (Value result : user->getResults())
        collectNests(result, numbers);
  }
}

/// Maps with costly code that several nests read go to scratch.
bool Planner::shareRepeatedMaps() {
  bool changed = false;
  kernel.walk([&](TileMapOp map) {
    if (!isCostly(map) || getPlace(map.getOutputs()[0]) != CPUPlace::Inline)
      return;
    llvm::SmallSetVector<int64_t, 4> numbers;
    for (Value output : map.getOutputs())
      collectNests(output, numbers);
    if (numbers.size() > 1) {
      setPlace(map, CPUPlace::Scratch);
      changed = true;
    }
  });
  return changed;
}

/// What a scan reads out goes to scratch if another nest needs it.
bool Planner::keepReads() {
  bool changed = false;
  kernel.walk([&](TileScanOp scan) {
    if (getPlace(scan.getRead()) != CPUPlace::Inline)
      return;
    llvm::SmallSetVector<int64_t, 4> numbers;
    numbers.insert(scan->getAttrOfType<IntegerAttr>(kNestAttr).getInt());
    collectNests(scan.getRead(), numbers);
    if (numbers.size() > 1) {
      placeResults(scan, CPUPlace::Scratch,
                   getPlace(scan.getFinalStates().front()));
      changed = true;
    }
  });
  return changed;
}

void Planner::run() {
  planVectors();
  kernel.walk([&](TileScanOp scan) { placeScan(scan); });
  kernel.walk([&](TileForOp loop) { placeLoop(loop); });
  kernel.walk([&](TileLoadOp load) { setPlace(load, placeLoad(load)); });
  kernel.walk([&](TileMapOp map) { setPlace(map, placeMap(map)); });
  kernel.walk([&](Operation *op) {
    if (isa<TileReduceOp, TileDotOp>(op))
      setPlace(op, CPUPlace::Scratch);
    else if (isa<TileFillOp>(op))
      setPlace(op, CPUPlace::Inline);
  });
  do {
    nests = 0;
    kernel.walk([](Operation *op) { op->removeAttr(kNestAttr); });
    assignNests(kernel.getBody().front());
  } while (shareRepeatedMaps() || keepReads());
}

LogicalResult mlir::ssm::planForCPU(TileKernelOp kernel, int64_t vectorWidth) {
  if (vectorWidth != 0 && vectorWidth != 8 && vectorWidth != 16)
    return kernel.emitOpError("expected a vector width of 8 or 16, got ")
           << vectorWidth;
  Planner(kernel, vectorWidth).run();
  return success();
}

namespace {
struct PlanCPUPass : mlir::ssm::impl::PlanCPUPassBase<PlanCPUPass> {
  using PlanCPUPassBase::PlanCPUPassBase;

  void runOnOperation() override {
    if (failed(planForCPU(getOperation(), vectorWidth)))
      signalPassFailure();
  }
};
} // namespace
