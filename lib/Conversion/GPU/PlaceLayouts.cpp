// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Gives every op of a tile kernel its layout and says which results go to the
// chip. Layouts that an op dictates spread first; then, readers before
// producers, every other op takes the layout its readers want.

#include "lib/Conversion/GPU/Place.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mlir::ssm;

namespace {
class LayoutSolver {
public:
  explicit LayoutSolver(Placement &placement) : p(placement) {}
  LogicalResult run();

private:
  LogicalResult dictate();
  void chooseChip();
  void spread();
  bool spreadOnce();
  bool spreadThroughMap(TileMapOp map);
  bool spreadThroughLoop(TileForOp loop);
  bool settleReduction();
  bool settleCarried();
  bool fix(Value value, const Layout &layout);

  LogicalResult assign(Block &block);
  LogicalResult assignLoop(TileForOp loop);
  void assignFree(Operation *op);
  void serveOthers(OpResult result);
  LogicalResult convert(Value value);
  std::optional<Layout> demand(OpOperand &use);
  void assignStore(TileStoreOp store);

  Placement &p;
};
} // namespace

static TileType tileOf(Value value) { return cast<TileType>(value.getType()); }

bool mlir::ssm::readsChip(OpOperand &use) {
  Operation *op = use.getOwner();
  if (isa<TileDotOp>(op))
    return use.getOperandNumber() > 0 && !isHeldAsFragments(use);
  auto scan = dyn_cast<TileScanOp>(op);
  return scan && use.getOperandNumber() >= scan.getNumStates() &&
         tileOf(use.get()).hasAxis(Axis::Time);
}

static bool isInTimeLoop(Operation *op) {
  auto loop = op->getParentOfType<TileForOp>();
  return loop && (loop.getAxis() == Axis::Time || isInTimeLoop(loop));
}

/// Layouts of scans and dots do not depend on anything else.
LogicalResult LayoutSolver::dictate() {
  WalkResult result = p.kernel.walk([&](Operation *op) {
    if (auto scan = dyn_cast<TileScanOp>(op)) {
      FailureOr<Layout> layout = scanLayout(p, scan);
      if (failed(layout))
        return WalkResult::interrupt();
      p.work[op] = *layout;
      for (Value final : scan.getFinalStates())
        p.fixed[final] = *layout;
      p.fixed[scan.getRead()] = readLayout(scan, *layout);
    } else if (auto dot = dyn_cast<TileDotOp>(op)) {
      p.work[op] = dotLayout(p, dot);
      p.fixed[dot.getOut()] = p.work[op];
    }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

void LayoutSolver::chooseChip() {
  p.kernel.walk([&](Operation *op) {
    for (OpResult result : op->getResults()) {
      if (!isa<TileType>(result.getType()) || isa<TileForOp>(op))
        continue;
      bool wanted = llvm::any_of(result.getUses(), readsChip);
      if (isa<TileLoadOp>(op))
        wanted |= isInTimeLoop(op) && tileOf(result).hasAxis(Axis::Time);
      if (auto scan = dyn_cast<TileScanOp>(op))
        wanted |= result == scan.getRead() &&
                  !llvm::all_of(result.getUsers(),
                                llvm::IsaPred<TileStoreOp, TileReduceOp>);
      // The other ops get an identity map that goes to the chip for them.
      bool possible = op->hasTrait<AnyLayout>() ||
                      (isa<TileScanOp>(op) && result.getResultNumber() == 0);
      if (wanted && possible)
        p.chip.insert(result);
    }
  });
}

bool LayoutSolver::fix(Value value, const Layout &layout) {
  return p.fixed.try_emplace(value, layout).second;
}

bool LayoutSolver::spreadThroughMap(TileMapOp map) {
  ArrayRef<Axis> axes = tileOf(map.getOutputs()[0]).getAxes();
  for (Value input : map.getInputs()) {
    auto known = p.fixed.find(input);
    if (known == p.fixed.end() || p.isChip(input) ||
        tileOf(input).getAxes() != axes)
      continue;
    Layout layout = known->second;
    p.work.insert({map, layout});
    bool changed = false;
    for (Value output : map.getOutputs())
      changed |= fix(output, p.work[map]);
    return changed;
  }
  return false;
}

bool LayoutSolver::spreadThroughLoop(TileForOp loop) {
  Block &body = loop.getBody().front();
  bool changed = false;
  for (unsigned i = 0; i < loop.getOutputs().size(); ++i) {
    Value linked[] = {body.getArgument(i), body.getTerminator()->getOperand(i),
                      loop.getOutputs()[i]};
    for (Value source : linked)
      if (auto known = p.fixed.find(source); known != p.fixed.end()) {
        Layout layout = known->second;
        changed |= fix(linked[0], layout) | fix(linked[2], layout);
        break;
      }
  }
  return changed;
}

bool LayoutSolver::spreadOnce() {
  bool changed = false;
  p.kernel.walk([&](Operation *op) {
    if (auto scan = dyn_cast<TileScanOp>(op)) {
      for (Value state : scan.getStates())
        if (isa<BlockArgument>(state))
          changed |= fix(state, p.work[op]);
    } else if (auto dot = dyn_cast<TileDotOp>(op)) {
      if (isa<BlockArgument>(dot.getAcc()))
        changed |= fix(dot.getAcc(), p.work[op]);
    } else if (auto map = dyn_cast<TileMapOp>(op)) {
      changed |= spreadThroughMap(map);
    } else if (auto loop = dyn_cast<TileForOp>(op)) {
      changed |= spreadThroughLoop(loop);
    } else if (auto reduce = dyn_cast<TileReduceOp>(op)) {
      auto known = p.fixed.find(reduce.getInput());
      if (known != p.fixed.end() && !p.isChip(reduce.getInput())) {
        Layout layout = known->second;
        p.work[op] = layout;
        changed |= fix(reduce.getOutput(), layout.without(reduce.getAxis()));
      }
    }
  });
  return changed;
}

/// Gives the first reduction that nothing has settled the default layout.
bool LayoutSolver::settleReduction() {
  WalkResult result = p.kernel.walk([&](TileReduceOp reduce) {
    if (p.work.count(reduce))
      return WalkResult::advance();
    Layout layout = defaultLayout(p, reduce.getInput().getType());
    p.work[reduce] = layout;
    fix(reduce.getOutput(), layout.without(reduce.getAxis()));
    Operation *producer = reduce.getInput().getDefiningOp();
    if (!p.isChip(reduce.getInput()) && producer &&
        producer->hasTrait<AnyLayout>()) {
      p.work.insert({producer, layout});
      fix(reduce.getInput(), p.work[producer]);
    }
    return WalkResult::interrupt();
  });
  return result.wasInterrupted();
}

/// Gives the first loop-carried tile that nothing has settled the default.
bool LayoutSolver::settleCarried() {
  WalkResult result = p.kernel.walk([&](TileForOp loop) {
    for (Value argument : loop.getBody().getArguments())
      if (fix(argument, defaultLayout(p, tileOf(argument))))
        return WalkResult::interrupt();
    return WalkResult::advance();
  });
  return result.wasInterrupted();
}

void LayoutSolver::spread() {
  do {
    while (spreadOnce())
      ;
  } while (settleReduction() || settleCarried());
}

std::optional<Layout> LayoutSolver::demand(OpOperand &use) {
  Operation *op = use.getOwner();
  ArrayRef<Axis> axes = tileOf(use.get()).getAxes();
  if (readsChip(use) || isa<TileStoreOp, TileReduceOp>(op))
    return std::nullopt;
  if (auto loop = dyn_cast<TileForOp>(op))
    return p.fixed[loop.getBody().getArgument(use.getOperandNumber())];
  if (isa<YieldOp>(op))
    return p.fixed[op->getBlock()->getArgument(use.getOperandNumber())];
  if (isa<TileDotOp>(op) && use.getOperandNumber() > 0)
    return fragmentLayout(p.work[op], tileOf(use.get()));
  return p.work[op].slice(axes);
}

/// Readers of a lane result that want another layout than `work` get a copy of
/// a cheap op, or make the result go to the chip.
void LayoutSolver::serveOthers(OpResult result) {
  Operation *op = result.getOwner();
  bool cheap =
      isa<TileLoadOp, TileFillOp>(op) || !tileOf(result).hasAxis(Axis::Time);
  for (OpOperand &use : llvm::make_early_inc_range(result.getUses())) {
    std::optional<Layout> wanted = demand(use);
    if (!wanted || *wanted == p.work[op])
      continue;
    if (!cheap || p.fixed.count(result)) {
      p.chip.insert(result);
      return;
    }
    OpBuilder builder(op->getContext());
    builder.setInsertionPoint(op);
    Operation *copy = builder.clone(*op);
    Layout layout = *wanted;
    p.work[copy] = layout;
    use.set(copy->getResult(result.getResultNumber()));
    result.replaceUsesWithIf(copy->getResult(result.getResultNumber()),
                             [&](OpOperand &other) {
                               std::optional<Layout> same = demand(other);
                               return same && *same == layout;
                             });
    serveOthers(copy->getResult(result.getResultNumber()));
    return serveOthers(result);
  }
}

/// Layout of a load, fill or map, now that all its readers have theirs.
void LayoutSolver::assignFree(Operation *op) {
  auto load = dyn_cast<TileLoadOp>(op);
  if (load && p.isChip(load.getTile())) {
    p.work[op] = copyLayout(p, load);
    return;
  }
  if (!p.work.count(op)) {
    std::optional<Layout> wanted;
    for (OpResult result : op->getResults())
      if (!p.isChip(result))
        for (OpOperand &use : result.getUses())
          if (!wanted)
            wanted = demand(use);
    p.work[op] = wanted ? *wanted : defaultLayout(p, tileOf(op->getResult(0)));
  }
  for (OpResult result : op->getResults())
    if (!p.isChip(result))
      serveOthers(result);
}

/// An identity map puts `value`, whose layout is fixed, on the chip for the
/// readers that want it there or in another layout.
LogicalResult LayoutSolver::convert(Value value) {
  SmallVector<OpOperand *> readers;
  const Layout layout = p.fixed[value];
  for (OpOperand &use : value.getUses()) {
    std::optional<Layout> wanted = demand(use);
    if (!readsChip(use) && (!wanted || *wanted == layout))
      continue;
    if (isa<TileForOp, YieldOp>(use.getOwner()))
      return use.getOwner()->emitOpError("expected loop-carried tiles of one "
                                         "layout, got two for operand ")
             << use.getOperandNumber();
    readers.push_back(&use);
  }
  if (readers.empty())
    return success();
  OpBuilder builder(value.getContext());
  builder.setInsertionPointAfterValue(value);
  Location loc = value.getLoc();
  auto map = TileMapOp::create(builder, loc, TypeRange{value.getType()},
                               ValueRange{value});
  Block &body = map.getBody().emplaceBlock();
  body.addArgument(tileOf(value).getElementType(), loc);
  OpBuilder scalars = OpBuilder::atBlockEnd(&body);
  YieldOp::create(scalars, loc, body.getArguments());
  for (OpOperand *use : readers)
    use->set(map.getOutputs()[0]);
  p.work[map] = layout;
  p.chip.insert(map.getOutputs()[0]);
  return success();
}

LogicalResult LayoutSolver::assignLoop(TileForOp loop) {
  for (Value output : loop.getOutputs())
    if (failed(convert(output)))
      return failure();
  if (failed(assign(loop.getBody().front())))
    return failure();
  for (Value argument : loop.getBody().getArguments())
    if (failed(convert(argument)))
      return failure();
  return success();
}

LogicalResult LayoutSolver::assign(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block))) {
    if (auto loop = dyn_cast<TileForOp>(op)) {
      if (failed(assignLoop(loop)))
        return failure();
    } else if (op.hasTrait<AnyLayout>()) {
      assignFree(&op);
    } else if (auto scan = dyn_cast<TileScanOp>(op)) {
      for (Value final : scan.getFinalStates())
        if (failed(convert(final)))
          return failure();
    } else if (isa<TileDotOp, TileReduceOp>(op)) {
      if (failed(convert(op.getResult(0))))
        return failure();
    }
  }
  return success();
}

/// A store works in the layout its tile is held in, but for 16-bit elements in
/// fragments that can leave in units of 16 bytes.
void LayoutSolver::assignStore(TileStoreOp store) {
  constexpr int64_t kUnit = 8; // elements
  Value tile = store.getTile();
  if (p.isChip(tile))
    p.work[store] = defaultLayout(p, tileOf(tile));
  else if (auto known = p.fixed.find(tile); known != p.fixed.end())
    p.work[store] = known->second;
  else
    p.work[store] = Layout(p.work[tile.getDefiningOp()]);
  auto view = cast<MemRefType>(store.getTarget().getType());
  if (!p.isChip(tile) && elementBytes(tileOf(tile)) == 2 &&
      vectorElements(p.kernel, view, store.getMap(), tileOf(tile)) == kUnit)
    p.work[store] = withWideRuns(p.work[store]);
}

LogicalResult LayoutSolver::run() {
  if (failed(dictate()))
    return failure();
  chooseChip();
  spread();
  if (failed(assign(p.kernel.getBody().front())))
    return failure();
  p.kernel.walk([&](TileStoreOp store) { assignStore(store); });
  return success();
}

LogicalResult mlir::ssm::decideLayouts(Placement &placement) {
  return LayoutSolver(placement).run();
}
