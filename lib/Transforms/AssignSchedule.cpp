// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-assign-schedule: kernels without a schedule go in; out they come with the
// one that a table of measured schedules has for them, or that the cost model
// chooses, or with alternatives where size classes disagree.

#include "lib/Schedule/Contraction.h"
#include "lib/Schedule/LongConvolution.h"
#include "lib/Schedule/SizeClasses.h"
#include "lib/Schedule/Tuning.h"
#include "lib/Transforms/Convolve.h"
#include "lib/Transforms/KernelFacts.h"
#include "lib/Transforms/LibraryStep.h"
#include "lib/Transforms/Passes.h"
#include "lib/Transforms/ScheduleChoice.h"
#include "lib/Transforms/TargetMachine.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_ASSIGNSCHEDULEPASS
#include "lib/Transforms/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;
using ::ssm::schedule::Choice;
using ::ssm::schedule::KernelFacts;
using ::ssm::schedule::Machine;
using ::ssm::schedule::Shape;
using ::ssm::schedule::TuningTable;

// What a command line may say is what a function may have.
static_assert(::ssm::schedule::kMostSizeClasses == kMaxSizeClasses);
static_assert(::ssm::schedule::kMaxSize == kMaxTensorElements);

namespace {
struct AssignSchedulePass
    : mlir::ssm::impl::AssignSchedulePassBase<AssignSchedulePass> {
  using AssignSchedulePassBase::AssignSchedulePassBase;

  LogicalResult initialize(MLIRContext *ctx) override {
    context = ctx;
    std::string problem;
    auto loaded = ::ssm::schedule::loadTuningTable(tuning, problem);
    if (!loaded)
      return emitError(UnknownLoc::get(context)) << problem;
    table = std::make_shared<const TuningTable>(std::move(*loaded));
    std::vector<std::string> texts(sizes.begin(), sizes.end());
    if (texts.empty())
      texts.push_back(::ssm::schedule::sizeClassText(Shape()));
    auto parsed = ::ssm::schedule::parseSizeClasses(texts, problem);
    if (!parsed)
      return emitError(UnknownLoc::get(context)) << problem;
    wanted = std::move(*parsed);
    return success();
  }

  void runOnOperation() override {
    std::optional<Machine> machine = machineOf(getOperation(), target);
    if (!machine)
      return signalPassFailure();
    if (!machine->isGPU && cores > 0)
      machine->processors = cores;
    SmallVector<SizeClassAttr> classes = sizeClassesOf(getOperation());
    WalkResult result = getOperation().walk([&](KernelOp kernel) {
      if (failed(checkTarget(kernel, *machine)))
        return WalkResult::interrupt();
      assign(kernel, *machine, classes);
      judgeConvolution(kernel, *machine, classes.front().getBatch());
      judgeProduct(kernel, *machine, classes);
      return WalkResult::advance();
    });
    if (result.wasInterrupted())
      signalPassFailure();
  }

private:
  struct Chosen {
    ScheduleAttr schedule;
    /// `tuning` if it was measured for any of the classes, else null.
    StringAttr source;
    SmallVector<SizeClassAttr> classes;
  };

  /// Clusters and warpgroups are what not every GPU can take of a schedule.
  LogicalResult checkTarget(KernelOp kernel, const Machine &machine) const {
    SmallVector<ScheduleAttr> given;
    if (ScheduleAttr schedule = kernel.getScheduleAttr())
      given.push_back(schedule);
    if (ArrayAttr alternatives = kernel.getAlternativesAttr())
      for (auto each : alternatives.getAsRange<AlternativeAttr>())
        given.push_back(each.getSchedule());
    for (ScheduleAttr schedule : given) {
      if (machine.isGPU && schedule.getCluster() > machine.largestCluster)
        return kernel.emitOpError("expected clusters of at most ")
               << machine.largestCluster << " blocks for " << target << ", got "
               << schedule.getCluster();
      if (machine.isGPU && !machine.hasWarpgroups &&
          schedule.getUnit() == Unit::Warpgroup)
        return kernel.emitOpError("expected warp as the unit for ")
               << target << ", got warpgroup";
    }
    return success();
  }

  /// Those that the function has; else it gets the wanted ones.
  SmallVector<SizeClassAttr> sizeClassesOf(func::FuncOp function) const {
    SmallVector<SizeClassAttr> classes = getSizeClasses(function);
    if (!classes.empty())
      return classes;
    for (const Shape &shape : wanted)
      classes.push_back(SizeClassAttr::get(context, shape.batch, shape.length));
    SmallVector<Attribute> list(classes.begin(), classes.end());
    function->setDiscardableAttr(kSizeClassesAttr,
                                 ArrayAttr::get(context, list));
    return classes;
  }

  Chosen choose(const KernelFacts &facts, const Machine &machine,
                SizeClassAttr at) const {
    Shape shape{at.getBatch(), at.getLength()};
    // Packed sequences are as long together as the row.
    if (facts.packed)
      shape.length = llvm::divideCeil(at.getLength(), at.getBatch());
    const ::ssm::schedule::TuningEntry *entry = table->find(
        target.getValue(), ::ssm::schedule::signatureOf(facts), shape);
    // What was measured cuts equal sequences; packed ones are not cut.
    if (entry && facts.packed && entry->choice.segments > 1)
      entry = nullptr;
    if (entry && (facts.statePeriod % entry->choice.time != 0 ||
                  entry->choice.cluster > machine.largestCluster ||
                  (entry->choice.warpgroups &&
                   !::ssm::schedule::takesWarpgroups(facts, machine))))
      entry = nullptr;
    Choice choice =
        entry ? entry->choice
              : ::ssm::schedule::chooseSchedule(facts, machine, shape);
    StringAttr source =
        entry ? StringAttr::get(context, "tuning") : StringAttr();
    return {toAttribute(context, choice), source, {at}};
  }

  void assign(KernelOp kernel, const Machine &machine,
              ArrayRef<SizeClassAttr> classes) const {
    // Whoever wrote the schedule may have left the mark of the one before.
    kernel->removeDiscardableAttr(kScheduleSourceAttr);
    if (kernel.getSchedule() || kernel.getAlternatives())
      return;
    KernelFacts facts = collectFacts(kernel);
    SmallVector<Chosen> distinct;
    for (SizeClassAttr at : classes) {
      Chosen chosen = choose(facts, machine, at);
      auto same = llvm::find_if(distinct, [&](const Chosen &other) {
        return other.schedule == chosen.schedule;
      });
      if (same == distinct.end()) {
        distinct.push_back(std::move(chosen));
        continue;
      }
      same->classes.push_back(at);
      if (!same->source)
        same->source = chosen.source;
    }
    if (distinct.size() == 1) {
      kernel.setScheduleAttr(distinct.front().schedule);
      if (StringAttr source = distinct.front().source)
        kernel->setDiscardableAttr(kScheduleSourceAttr, source);
      return;
    }
    SmallVector<Attribute> alternatives;
    for (const Chosen &each : distinct)
      alternatives.push_back(AlternativeAttr::get(context, each.classes,
                                                  each.schedule, each.source));
    kernel.setAlternativesAttr(ArrayAttr::get(context, alternatives));
  }

  /// A kernel that is a convolution says below which length it is to be run.
  void judgeConvolution(KernelOp kernel, const Machine &machine,
                        int64_t batch) const {
    bool isConvolution =
        llvm::any_of(kernel.getBody().front(), [](Operation &op) {
          auto work = dyn_cast<WorkOpInterface>(op);
          return work && work.getConvolution();
        });
    if (!isConvolution || kernel->hasAttr(kDirectBelowAttr))
      return;
    int64_t tokens = ::ssm::schedule::directBelow(collectFacts(kernel).channels,
                                                  machine, batch);
    kernel->setDiscardableAttr(kDirectBelowAttr,
                               Builder(context).getI64IntegerAttr(tokens));
  }

  /// A product that a library may compute says from how many rows on it should.
  void judgeProduct(KernelOp kernel, const Machine &machine,
                    ArrayRef<SizeClassAttr> classes) const {
    if (!machine.isGPU || !kernel.getLibrary() ||
        kernel->hasAttr(kLibraryFromAttr))
      return;
    KernelFacts facts = collectFacts(kernel);
    int64_t rows = 1;
    auto judge = [&](ScheduleAttr schedule, ArrayRef<SizeClassAttr> at) {
      for (SizeClassAttr each : at)
        rows = std::max(rows,
                        ::ssm::schedule::rowsForLibrary(
                            facts, machine, {each.getBatch(), each.getLength()},
                            toChoice(schedule)));
    };
    if (ScheduleAttr schedule = kernel.getScheduleAttr())
      judge(schedule, classes);
    else
      for (auto each :
           kernel.getAlternativesAttr().getAsRange<AlternativeAttr>())
        judge(each.getSchedule(), each.getSizeClasses());
    if (rows > 1)
      kernel->setDiscardableAttr(kLibraryFromAttr,
                                 Builder(context).getI64IntegerAttr(rows));
  }

  MLIRContext *context = nullptr;
  std::shared_ptr<const TuningTable> table;
  std::vector<Shape> wanted;
};
} // namespace
