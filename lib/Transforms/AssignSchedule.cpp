// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-assign-schedule: counts what each kernel does and asks the cost model.

#include "lib/Transforms/KernelFacts.h"
#include "lib/Transforms/Passes.h"

#include "llvm/ADT/SetVector.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_ASSIGNSCHEDULEPASS
#include "lib/Transforms/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;
using ::ssm::schedule::Choice;
using KernelPattern = ::ssm::schedule::Pattern;

static int64_t bytesOf(Type type) {
  return getElementTypeOrSelf(type).getIntOrFloatBitWidth() / 8;
}

/// Bytes of `type` for one token, weights counted as nothing.
static double bytesPerToken(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  if (tensor.getRank() != 3)
    return 0;
  return static_cast<double>(tensor.getShape()[2]) * bytesOf(type);
}

/// Counts scalar ops of one point by building the body into a scrap block.
static void countBody(WorkOpInterface work, double points,
                      ::ssm::schedule::KernelFacts &facts) {
  Block scrap;
  OpBuilder builder(work.getContext());
  builder.setInsertionPointToEnd(&scrap);
  Location loc = work.getLoc();
  SmallVector<Value> scalars;
  for (const OperandAccess &access : work.getAccesses())
    scalars.push_back(scrap.addArgument(
        getElementTypeOrSelf(work->getOperand(access.operand).getType()), loc));
  Value state;
  if (work.getWorkKind() == WorkKind::Recurrence)
    state = scrap.addArgument(work.getStateElementType(), loc);
  if (isa<RankedTensorType>(work->getResult(0).getType()))
    work.buildBody(builder, loc, scalars, state);
  for (Operation &op : scrap) {
    if (isa<math::MathDialect>(op.getDialect()))
      facts.transcendentalsPerToken += points;
    else if (isa<arith::MulFOp>(op))
      facts.fmasPerToken += points;
    else if (isa<arith::DivFOp>(op))
      facts.transcendentalsPerToken += points;
  }
  scrap.dropAllReferences();
}

::ssm::schedule::KernelFacts mlir::ssm::collectFacts(KernelOp kernel) {
  ::ssm::schedule::KernelFacts facts;
  facts.streamBytes = 0;
  facts.elementBytes = 1;
  for (Operation &op : kernel.getBody().front()) {
    auto work = dyn_cast<WorkOpInterface>(op);
    if (!work)
      continue;
    WorkKind kind = work.getWorkKind();
    if (kind == WorkKind::Contraction)
      facts.pattern = KernelPattern::Contraction;
    else if (kind == WorkKind::Reduction)
      facts.pattern = KernelPattern::Reduction;
    else if (kind == WorkKind::Recurrence)
      facts.pattern = KernelPattern::Recurrence;
    if (kind == WorkKind::Access)
      continue;
    double points = 1;
    auto note = [&](AffineMap map, Type type) {
      auto tensor = cast<RankedTensorType>(type);
      for (auto [i, expr] : llvm::enumerate(map.getResults())) {
        auto dim = dyn_cast<AffineDimExpr>(expr);
        if (!dim || tensor.isDynamicDim(i))
          continue;
        Axis axis = work.getIterationAxes()[dim.getPosition()];
        int64_t size = tensor.getDimSize(i);
        if (axis == Axis::Channel)
          facts.channels = std::max(facts.channels, size);
        else if (axis == Axis::State)
          facts.states = std::max(facts.states, size);
        else if (axis == Axis::Inner)
          facts.inner = std::max(facts.inner, size);
      }
    };
    for (const OperandAccess &access : work.getAccesses())
      note(access.map, op.getOperand(access.operand).getType());
    note(work.getResultMap(0), op.getResult(0).getType());
    for (Axis axis : work.getIterationAxes())
      points *= axis == Axis::Channel ? facts.channels
                : axis == Axis::State ? facts.states
                : axis == Axis::Inner ? facts.inner
                                      : 1;
    if (llvm::is_contained(work.getIterationAxes(), Axis::Time))
      countBody(work, points, facts);
    for (Value operand : op.getOperands())
      facts.isDouble |= getElementTypeOrSelf(operand.getType()).isF64();
  }
  for (Value input : kernel.getInputs()) {
    double bytes = bytesPerToken(input.getType());
    if (bytes == 0)
      continue;
    facts.bytesPerToken += bytes;
    facts.elementBytes = std::max(facts.elementBytes, bytesOf(input.getType()));
    auto tensor = cast<RankedTensorType>(input.getType());
    if (tensor.getDimSize(2) >= facts.channels)
      facts.streamBytes += bytesOf(tensor);
  }
  for (Value output : kernel.getOutputs())
    facts.bytesPerToken += bytesPerToken(output.getType());
  return facts;
}

static ScheduleAttr toAttribute(MLIRContext *context, const Choice &choice) {
  return ScheduleAttr::get(context, choice.time, choice.channels, choice.inner,
                           choice.stages, choice.segments, choice.lanes,
                           choice.warpOwns ? Owner::Warp : Owner::Block,
                           choice.warps, choice.blocks, choice.rows);
}

namespace {
struct AssignSchedulePass : mlir::ssm::impl::AssignSchedulePassBase<AssignSchedulePass> {
  using AssignSchedulePassBase::AssignSchedulePassBase;

  void runOnOperation() override {
    auto machine = ::ssm::schedule::machineForTarget(target.getValue());
    if (!machine) {
      getOperation().emitError("expected target cpu, sm_80, sm_90a, sm_100a or "
                               "sm_120a, got '")
          << target << "'";
      return signalPassFailure();
    }
    ::ssm::schedule::Shape shape{batch, length};
    getOperation().walk([&](KernelOp kernel) {
      if (kernel.getSchedule())
        return;
      Choice choice = ::ssm::schedule::chooseSchedule(collectFacts(kernel),
                                                      *machine, shape);
      kernel.setScheduleAttr(toAttribute(&getContext(), choice));
    });
  }
};
} // namespace
