// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-convolve: recurrences in, those that are convolutions as such out, where
// that is wanted or expected to be faster.

#include "lib/Transforms/Convolve.h"

#include "lib/Schedule/LongConvolution.h"
#include "lib/Schedule/SizeClasses.h"
#include "lib/Transforms/ImpulseResponse.h"
#include "lib/Transforms/KernelFacts.h"
#include "lib/Transforms/Passes.h"
#include "lib/Transforms/TargetMachine.h"

#include "llvm/Support/FormatVariadic.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_CONVOLVEPASS
#include "lib/Transforms/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;
using ::ssm::schedule::KernelFacts;
using ::ssm::schedule::Machine;
using ::ssm::schedule::Shape;

namespace {

struct Decision {
  bool convolves;
  std::string reason;
};

} // namespace

/// `value` with other elements, by an op that does nothing else.
static Value castTensor(OpBuilder &builder, Location loc, Value value,
                        Type element) {
  auto type = cast<RankedTensorType>(value.getType());
  if (type.getElementType() == element)
    return value;
  return ActivationOp::create(builder, loc, type.clone(element),
                              Activation::Identity, value, Value());
}

static void note(Operation *op, StringRef way, StringRef reason) {
  Builder builder(op->getContext());
  op->setAttr(kConvolveAttr, builder.getStringAttr(way));
  op->setAttr(kConvolveReasonAttr, builder.getStringAttr(reason));
}

static void replaceByConvolution(WorkOpInterface recurrence, unsigned signal,
                                 StringRef reason) {
  OpBuilder builder(recurrence);
  Location loc = recurrence.getLoc();
  Type f32 = builder.getF32Type();
  Value kernel = buildImpulseResponse(builder, recurrence, signal);
  note(kernel.getDefiningOp(), kAsRecurrence, "its answer to an impulse");
  Value x = castTensor(builder, loc, recurrence->getOperand(signal), f32);
  auto convolution = LongConvOp::create(builder, loc, x.getType(), x, kernel,
                                        recurrence.isReverse());
  note(convolution, kAsConvolution, reason);
  Value y = recurrence->getResult(0);
  y.replaceAllUsesWith(castTensor(builder, loc, convolution.getY(),
                                  getElementTypeOrSelf(y.getType())));
  recurrence->erase();
}

static double recurrenceSeconds(const KernelFacts &facts,
                                const Machine &machine, const Shape &shape) {
  return ::ssm::schedule::predictSeconds(
      facts, machine, shape,
      ::ssm::schedule::chooseSchedule(facts, machine, shape));
}

/// A convolution if it is expected to be faster at every one of `shapes`.
static Decision decideByTime(WorkOpInterface recurrence, const Machine &machine,
                             ArrayRef<Shape> shapes) {
  if (shapes.empty())
    return {false, "no length was stated"};
  KernelOp kernel = buildKernelAlone(recurrence);
  KernelFacts facts = collectFacts(kernel);
  kernel->erase();
  Decision decision{true, ""};
  for (const Shape &shape : shapes) {
    double convolution =
        recurrenceSeconds(facts, machine, {1, shape.length}) +
        std::min(
            ::ssm::schedule::transformSeconds(facts.channels, machine, shape),
            ::ssm::schedule::directSeconds(facts.channels, machine, shape));
    double walked = recurrenceSeconds(facts, machine, shape);
    decision.convolves &= convolution < walked;
    decision.reason += llvm::formatv(
        "{0}{1:f1} us expected as a convolution, {2:f1} us as a recurrence at "
        "{3}",
        decision.reason.empty() ? "" : "; ", 1e6 * convolution, 1e6 * walked,
        ::ssm::schedule::sizeClassText(shape));
  }
  return decision;
}

namespace {
struct ConvolvePass : mlir::ssm::impl::ConvolvePassBase<ConvolvePass> {
  using ConvolvePassBase::ConvolvePassBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (failed(readOptions()))
      return signalPassFailure();
    SmallVector<WorkOpInterface> recurrences;
    function.walk([&](WorkOpInterface work) {
      if (work.getWorkKind() == WorkKind::Recurrence &&
          work->getParentOp() == function)
        recurrences.push_back(work);
    });
    for (WorkOpInterface recurrence : recurrences)
      if (failed(convolve(recurrence)))
        return signalPassFailure();
  }

private:
  LogicalResult readOptions();
  LogicalResult convolve(WorkOpInterface recurrence);
  Decision decide(WorkOpInterface recurrence, StringAttr wanted);

  std::optional<Machine> machine;
  std::vector<Shape> shapes;
};
} // namespace

LogicalResult ConvolvePass::readOptions() {
  func::FuncOp function = getOperation();
  machine = machineOf(function, target);
  if (!machine)
    return failure();
  if (mode != "auto" && mode != "always" && mode != "never")
    return function.emitError("expected mode auto, always or never, got '")
           << mode << "'";
  shapes.clear();
  for (SizeClassAttr at : getSizeClasses(function))
    shapes.push_back({at.getBatch(), at.getLength()});
  if (!shapes.empty() || sizes.empty())
    return success();
  std::string problem;
  auto parsed = ::ssm::schedule::parseSizeClasses(
      std::vector<std::string>(sizes.begin(), sizes.end()), problem);
  if (!parsed)
    return function.emitError() << problem;
  shapes = std::move(*parsed);
  return success();
}

Decision ConvolvePass::decide(WorkOpInterface recurrence, StringAttr wanted) {
  if (wanted)
    return {wanted == kAsConvolution, "written in the source"};
  if (mode != "auto")
    return {mode == "always", "asked for"};
  return decideByTime(recurrence, *machine, shapes);
}

LogicalResult ConvolvePass::convolve(WorkOpInterface recurrence) {
  Attribute written = recurrence->getAttr(kConvolveAttr);
  auto wanted = dyn_cast_or_null<StringAttr>(written);
  if (written &&
      (!wanted || (wanted != kAsConvolution && wanted != kAsRecurrence)))
    return recurrence->emitOpError("expected ")
           << kConvolveAttr << " \"" << kAsConvolution << "\" or \""
           << kAsRecurrence << "\", got " << written;
  std::string reason;
  FailureOr<unsigned> signal = findConvolvedSignal(recurrence, reason);
  if (failed(signal)) {
    if (wanted && wanted == kAsConvolution)
      return recurrence->emitOpError("expected a recurrence that is a "
                                     "convolution, got one that is not: ")
             << reason;
    if (mode == "always")
      recurrence->emitRemark("stays a recurrence: ") << reason;
    return success();
  }
  Decision decision = decide(recurrence, wanted);
  if (decision.convolves)
    replaceByConvolution(recurrence, *signal, decision.reason);
  else
    note(recurrence, kAsRecurrence, decision.reason);
  return success();
}
