// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-hoist: what a scan computes more often than it changes goes before it.

#include "lib/Transforms/Passes.h"
#include "lib/Transforms/ScanAxes.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/EquivalenceClasses.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_HOISTPASS
#include "lib/Transforms/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;

ScanAxes::ScanAxes(TileScanOp scan) {
  everything = axesOf(scan.getStateType()) | axisBit(Axis::Time);
  Block &body = scan.getBody().front();
  for (auto [tile, argument] : llvm::zip(scan.getTiles(), body.getArguments()))
    sets[argument] = argument.getArgNumber() < scan.getNumStates()
                         ? everything
                         : axesOf(cast<TileType>(tile.getType()));
  for (Operation &op : body) {
    AxisSet set = 0;
    for (Value operand : op.getOperands())
      set |= sets.lookup(operand);
    for (Value result : op.getResults())
      sets[result] = set;
  }
}

namespace {

/// Moves families of scalar ops, each along the same axes, into maps.
class Hoister {
public:
  explicit Hoister(TileScanOp scan) : scan(scan), axes(scan) {}
  void run();

private:
  SmallVector<Operation *> findHoistable(AxisSet set);
  void hoist(ArrayRef<Operation *> family, AxisSet set);
  TileType typeFor(AxisSet set, Type element);

  TileScanOp scan;
  ScanAxes axes;
};

} // namespace

/// The ops of the region that vary along exactly `set` and can leave together:
/// what they read is an argument, a constant or one of them, and what others
/// read of them is a float, which a tile can hold.
SmallVector<Operation *> Hoister::findHoistable(AxisSet set) {
  llvm::SmallSetVector<Operation *, 16> ops;
  for (Operation &op : scan.getBody().front().without_terminator())
    if (!op.hasTrait<OpTrait::ConstantLike>() &&
        axes.of(op.getResult(0)) == set)
      ops.insert(&op);
  auto stays = [&](Operation *op) {
    bool readsInside = llvm::any_of(op->getOperands(), [&](Value operand) {
      Operation *producer = operand.getDefiningOp();
      return producer && !producer->hasTrait<OpTrait::ConstantLike>() &&
             !ops.contains(producer);
    });
    bool isRead = llvm::any_of(
        op->getUsers(), [&](Operation *user) { return !ops.contains(user); });
    return readsInside ||
           (isRead && !isa<FloatType>(op->getResult(0).getType()));
  };
  while (ops.remove_if(stays)) {
  }
  return llvm::to_vector(ops);
}

TileType Hoister::typeFor(AxisSet set, Type element) {
  TileType state = scan.getStateType(), read = scan.getRead().getType();
  SmallVector<Axis> tileAxes;
  SmallVector<int64_t> sizes;
  for (unsigned i = 0; i < kNumAxes; ++i) {
    Axis axis = static_cast<Axis>(i);
    if (!(set & axisBit(axis)))
      continue;
    tileAxes.push_back(axis);
    sizes.push_back(*(axis == Axis::Time ? read : state).getSize(axis));
  }
  return TileType::get(scan.getContext(), tileAxes, sizes, element);
}

void Hoister::hoist(ArrayRef<Operation *> family, AxisSet set) {
  Block &body = scan.getBody().front();
  llvm::SmallSetVector<Value, 8> inputs;
  SmallVector<Value> outputs;
  for (Operation *op : family) {
    for (Value operand : op->getOperands())
      if (auto argument = dyn_cast<BlockArgument>(operand))
        inputs.insert(argument);
    for (Value result : op->getResults())
      if (llvm::any_of(result.getUsers(), [&](Operation *user) {
            return !llvm::is_contained(family, user);
          }))
        outputs.push_back(result);
  }
  SmallVector<Value> operands;
  SmallVector<Type> types;
  for (Value input : inputs)
    operands.push_back(
        scan->getOperand(cast<BlockArgument>(input).getArgNumber()));
  for (Value output : outputs)
    types.push_back(typeFor(set, output.getType()));

  OpBuilder builder(scan);
  auto loop = scan->getParentOfType<TileForOp>();
  bool invariant =
      !(set & axisBit(Axis::Time)) && loop &&
      llvm::all_of(operands, [&](Value operand) {
        return !loop.getBody().isAncestor(operand.getParentRegion());
      });
  if (invariant)
    builder.setInsertionPoint(loop);
  auto map =
      TileMapOp::create(builder, family.front()->getLoc(), types, operands);
  Block &block = map.getBody().emplaceBlock();
  IRMapping mapping;
  for (Value input : inputs)
    mapping.map(input, block.addArgument(input.getType(), input.getLoc()));
  OpBuilder inside = OpBuilder::atBlockEnd(&block);
  for (Operation *op : family) {
    for (Value operand : op->getOperands())
      if (Operation *constant = operand.getDefiningOp();
          constant && !mapping.contains(operand))
        inside.clone(*constant, mapping);
    inside.clone(*op, mapping);
  }
  SmallVector<Value> yielded;
  for (Value output : outputs)
    yielded.push_back(mapping.lookup(output));
  YieldOp::create(inside, map.getLoc(), yielded);
  for (auto [output, tile] : llvm::zip(outputs, map.getOutputs())) {
    scan->insertOperands(scan->getNumOperands(), tile);
    Value argument = body.addArgument(output.getType(), output.getLoc());
    output.replaceAllUsesWith(argument);
  }
  for (Operation *op : llvm::reverse(family))
    op->erase();
}

void Hoister::run() {
  // Families: hoistable ops with equal axes that use each other. Fewer axes
  // first, so that a family finds what it reads already hoisted.
  llvm::SmallVector<AxisSet> order;
  for (AxisSet set = 0; set < (1u << kNumAxes); ++set)
    order.push_back(set);
  llvm::stable_sort(order, [](AxisSet a, AxisSet b) {
    return llvm::popcount(a) < llvm::popcount(b);
  });
  for (AxisSet set : order) {
    axes = ScanAxes(scan);
    if (set == axes.all())
      continue;
    llvm::EquivalenceClasses<Operation *> classes;
    SmallVector<Operation *> ops = findHoistable(set);
    for (Operation *op : ops) {
      classes.insert(op);
      for (Value operand : op->getOperands())
        if (Operation *producer = operand.getDefiningOp();
            producer && classes.contains(producer))
          classes.unionSets(producer, op);
    }
    llvm::MapVector<Operation *, SmallVector<Operation *>> families;
    for (Operation *op : ops)
      families[classes.getLeaderValue(op)].push_back(op);
    for (auto &family : families)
      hoist(family.second, set);
  }
  dropUnusedInputs(scan, scan.getNumStates());
}

namespace {
struct HoistPass : mlir::ssm::impl::HoistPassBase<HoistPass> {
  using HoistPassBase::HoistPassBase;

  void runOnOperation() override {
    getOperation().walk([](TileScanOp scan) { Hoister(scan).run(); });
  }
};
} // namespace
