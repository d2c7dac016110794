// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-mark-transitions: recurrences in, the same with a word on how their
// states follow from those before.

#include "lib/Transforms/Linearity.h"
#include "lib/Transforms/Passes.h"

#include "mlir/IR/Builders.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_MARKTRANSITIONSPASS
#include "lib/Transforms/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;

static constexpr llvm::StringLiteral kTransitionAttr = "ssm.transition";

static StringRef nameOf(const Transition &transition) {
  if (!transition.isAffine())
    return "nonlinear";
  return transition.isDiagonal() ? "diagonal" : "coupled";
}

/// Marks `work` by what its scalar code, built into a scrap block, computes.
static void mark(WorkOpInterface work) {
  Block scrap;
  OpBuilder builder(work.getContext());
  builder.setInsertionPointToEnd(&scrap);
  Location loc = work.getLoc();
  SmallVector<Value> scalars, states;
  for (const OperandAccess &access : work.getAccesses())
    scalars.push_back(scrap.addArgument(
        getElementTypeOrSelf(work->getOperand(access.operand).getType()), loc));
  for (Type type : work.getStateElementTypes())
    states.push_back(scrap.addArgument(type, loc));
  SmallVector<Value> values = work.buildBody(builder, loc, scalars, states);
  Transition transition =
      findTransition(scrap, states, ArrayRef(values).take_front(states.size()));
  work->setAttr(kTransitionAttr, builder.getStringAttr(nameOf(transition)));
  if (!transition.isAffine()) {
    InFlightDiagnostic remark = emitRemark(loc);
    remark << work->getName()
           << " is not linear in its states: its tokens are walked one after "
              "the other in every schedule";
    remark.attachNote(transition.cause->getLoc())
        << transition.cause->getName()
        << " is not affine in the states that it reads";
  }
  scrap.dropAllReferences();
}

namespace {
struct MarkTransitionsPass
    : mlir::ssm::impl::MarkTransitionsPassBase<MarkTransitionsPass> {
  using MarkTransitionsPassBase::MarkTransitionsPassBase;

  void runOnOperation() override {
    getOperation().walk([](WorkOpInterface work) {
      if (work.getWorkKind() == WorkKind::Recurrence)
        mark(work);
    });
  }
};
} // namespace
