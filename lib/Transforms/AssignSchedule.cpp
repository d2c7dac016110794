// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-assign-schedule: kernels without a schedule go in; out they come with the
// one that a table of measured schedules has for them, or that the cost model
// chooses.

#include "lib/Schedule/Tuning.h"
#include "lib/Transforms/KernelFacts.h"
#include "lib/Transforms/Passes.h"
#include "lib/Transforms/ScheduleChoice.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_ASSIGNSCHEDULEPASS
#include "lib/Transforms/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;
using ::ssm::schedule::Choice;
using ::ssm::schedule::TuningTable;

namespace {
struct AssignSchedulePass
    : mlir::ssm::impl::AssignSchedulePassBase<AssignSchedulePass> {
  using AssignSchedulePassBase::AssignSchedulePassBase;

  LogicalResult initialize(MLIRContext *context) override {
    std::string problem;
    auto loaded = ::ssm::schedule::loadTuningTable(tuning, problem);
    if (!loaded)
      return emitError(UnknownLoc::get(context)) << problem;
    table = std::make_shared<const TuningTable>(std::move(*loaded));
    return success();
  }

  void runOnOperation() override {
    auto machine = ::ssm::schedule::machineForTarget(target.getValue());
    if (!machine) {
      getOperation().emitError("expected target cpu, sm_80, sm_90a, sm_100a or "
                               "sm_120a, got '")
          << target << "'";
      return signalPassFailure();
    }
    getOperation().walk([&](KernelOp kernel) { assign(kernel, *machine); });
  }

private:
  void assign(KernelOp kernel, const ::ssm::schedule::Machine &machine) const {
    // Whoever wrote the schedule may have left the mark of the one before.
    kernel->removeDiscardableAttr(kScheduleSourceAttr);
    if (kernel.getSchedule())
      return;
    ::ssm::schedule::Shape shape{batch, length};
    ::ssm::schedule::KernelFacts facts = collectFacts(kernel);
    const ::ssm::schedule::TuningEntry *entry = table->find(
        target.getValue(), ::ssm::schedule::signatureOf(facts), shape);
    Choice choice =
        entry ? entry->choice
              : ::ssm::schedule::chooseSchedule(facts, machine, shape);
    kernel.setScheduleAttr(toAttribute(kernel.getContext(), choice));
    if (entry)
      kernel->setDiscardableAttr(
          kScheduleSourceAttr, StringAttr::get(kernel.getContext(), "tuning"));
  }

  std::shared_ptr<const TuningTable> table;
};
} // namespace
