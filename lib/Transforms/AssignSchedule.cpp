// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-assign-schedule: asks the cost model about each kernel.

#include "lib/Transforms/KernelFacts.h"
#include "lib/Transforms/Passes.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_ASSIGNSCHEDULEPASS
#include "lib/Transforms/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;
using ::ssm::schedule::Choice;

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
