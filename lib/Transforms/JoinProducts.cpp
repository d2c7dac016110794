// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-join-products: kernels of block ops in; out they come with thin products
// in the kernels of the recurrences that read them, where that is faster.

#include "lib/Transforms/JoinProducts.h"

#include "lib/Transforms/KernelFacts.h"
#include "lib/Transforms/Passes.h"

#include "mlir/IR/IRMapping.h"
#include "llvm/Support/FormatVariadic.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_JOINPRODUCTSPASS
#include "lib/Transforms/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;
using ::ssm::schedule::Machine;
using ::ssm::schedule::Shape;

namespace {

/// A product in a kernel of its own, and the kernel that alone reads it.
struct Candidate {
  WorkOpInterface product;
  KernelOp producer, reader;
  unsigned operand; // of the reader
};

/// Whether a product is to join, and why.
struct Decision {
  bool joins;
  std::string reason;
};

class ProductJoiner {
public:
  ProductJoiner(func::FuncOp function, const Machine &machine,
                const Shape &shape)
      : function(function), machine(machine), shape(shape) {}
  LogicalResult run();

private:
  std::optional<Candidate> findCandidate(KernelOp producer);
  FailureOr<Decision> decide(const Candidate &candidate, KernelOp joined);
  double expectedSeconds(KernelOp kernel);

  func::FuncOp function;
  const Machine &machine;
  Shape shape;
};

} // namespace

/// The product that a kernel computes and does nothing else with; null if it
/// computes something else.
static WorkOpInterface soleProduct(KernelOp kernel) {
  WorkOpInterface product;
  for (Operation &op : kernel.getBody().front().without_terminator()) {
    auto work = dyn_cast<WorkOpInterface>(op);
    if (!work)
      return {};
    if (work.getWorkKind() == WorkKind::Access)
      continue;
    if (product || !work.getMatrixProduct())
      return {};
    product = work;
  }
  return product;
}

/// Whether the map is (batch, time, channel) of the op's own point.
static bool isOwnPoint(AffineMap map, ArrayRef<Axis> axes) {
  constexpr Axis kOwn[] = {Axis::Batch, Axis::Time, Axis::Channel};
  return map.getNumResults() == 3 &&
         llvm::all_of(llvm::zip(map.getResults(), kOwn), [&](auto each) {
           auto dim = dyn_cast<AffineDimExpr>(std::get<0>(each));
           return dim && axes[dim.getPosition()] == std::get<1>(each);
         });
}

/// Whether every op that reads `value` does so at its own token and channel.
static bool isReadAtOwnPoint(Value value) {
  return llvm::all_of(value.getUses(), [](OpOperand &use) {
    auto work = dyn_cast<WorkOpInterface>(use.getOwner());
    if (!work || (work.getWorkKind() != WorkKind::Pointwise &&
                  work.getWorkKind() != WorkKind::Recurrence))
      return false;
    SmallVector<Axis> axes = work.getIterationAxes();
    bool isRead = false;
    for (const OperandAccess &access : work.getAccesses()) {
      if (access.operand != use.getOperandNumber())
        continue;
      isRead = true;
      if (!isOwnPoint(access.map, axes))
        return false;
    }
    return isRead;
  });
}

static bool holdsKind(KernelOp kernel, WorkKind kind) {
  return llvm::any_of(kernel.getBody().front(), [&](Operation &op) {
    auto work = dyn_cast<WorkOpInterface>(op);
    return work && work.getWorkKind() == kind;
  });
}

static bool hasSchedules(KernelOp kernel) {
  return kernel.getSchedule() || kernel.getAlternatives();
}

std::optional<Candidate> ProductJoiner::findCandidate(KernelOp producer) {
  WorkOpInterface product = soleProduct(producer);
  if (!product || hasSchedules(producer) || producer.getNumResults() != 1 ||
      !producer.getResult(0).hasOneUse())
    return std::nullopt;
  OpOperand &use = *producer.getResult(0).use_begin();
  auto reader = dyn_cast<KernelOp>(use.getOwner());
  if (!reader || hasSchedules(reader) ||
      !holdsKind(reader, WorkKind::Recurrence) ||
      holdsKind(reader, WorkKind::Contraction) ||
      holdsKind(reader, WorkKind::Reduction) ||
      !isReadAtOwnPoint(
          reader.getBody().front().getArgument(use.getOperandNumber())))
    return std::nullopt;
  return Candidate{product, producer, reader, use.getOperandNumber()};
}

/// One kernel that computes what the two of the candidate do, before the
/// reader.
static KernelOp createJoined(const Candidate &candidate) {
  auto [product, producer, reader, operand] = candidate;
  auto body = std::make_unique<Block>();
  OpBuilder inside(reader.getContext());
  inside.setInsertionPointToEnd(body.get());
  SmallVector<Value> inputs;
  IRMapping mapping;
  auto argumentFor = [&](Value input) -> Value {
    auto *known = llvm::find(inputs, input);
    if (known != inputs.end())
      return body->getArgument(known - inputs.begin());
    inputs.push_back(input);
    return body->addArgument(input.getType(), input.getLoc());
  };
  auto cloneBody = [&](KernelOp kernel) {
    Block &block = kernel.getBody().front();
    for (auto [argument, input] :
         llvm::zip(block.getArguments(), kernel.getInputs()))
      if (!mapping.contains(argument))
        mapping.map(argument, argumentFor(input));
    for (Operation &op : block.without_terminator())
      inside.clone(op, mapping);
    SmallVector<Value> results;
    for (Value value : block.getTerminator()->getOperands())
      results.push_back(mapping.lookup(value));
    return results;
  };
  Value computed = cloneBody(producer)[0];
  mapping.map(reader.getBody().front().getArgument(operand), computed);
  SmallVector<Value> results = cloneBody(reader);
  YieldOp::create(inside, reader.getLoc(), results);
  OpBuilder builder(reader);
  auto joined = KernelOp::create(
      builder, reader.getLoc(), reader.getResultTypes(), reader.getNameAttr(),
      inputs, ScheduleAttr(), ArrayAttr(), UnitAttr());
  joined->setDiscardableAttrs(reader->getDiscardableAttrDictionary());
  joined.getBody().push_back(body.release());
  return joined;
}

double ProductJoiner::expectedSeconds(KernelOp kernel) {
  ::ssm::schedule::KernelFacts facts = collectFacts(kernel);
  if (::ssm::schedule::enumerateChoices(facts, machine).empty())
    return INFINITY;
  return ::ssm::schedule::predictSeconds(
      facts, machine, shape,
      ::ssm::schedule::chooseSchedule(facts, machine, shape));
}

FailureOr<Decision> ProductJoiner::decide(const Candidate &candidate,
                                          KernelOp joined) {
  if (Attribute wanted = candidate.product->getAttr(kFuseAttr)) {
    auto text = dyn_cast<StringAttr>(wanted);
    if (!text || (text != kFuseWithReader && text != kFuseAlone))
      return candidate.product->emitOpError("expected ")
             << kFuseAttr << " \"" << kFuseWithReader << "\" or \""
             << kFuseAlone << "\", got " << wanted;
    return Decision{text == kFuseWithReader, "written in the source"};
  }
  if (!machine.isGPU)
    return Decision{false, "a CPU multiplies whole matrices faster"};
  double together = expectedSeconds(joined);
  double apart =
      expectedSeconds(candidate.producer) + expectedSeconds(candidate.reader);
  if (std::isinf(together))
    return Decision{false, "too large for a multiprocessor"};
  return Decision{together < apart,
                  llvm::formatv("{0:f1} us expected in one kernel, {1:f1} us "
                                "in two",
                                1e6 * together, 1e6 * apart)
                      .str()};
}

/// The copy of the product in a kernel.
static WorkOpInterface productIn(KernelOp kernel) {
  for (Operation &op : kernel.getBody().front())
    if (auto work = dyn_cast<WorkOpInterface>(op))
      if (work.getMatrixProduct())
        return work;
  return {};
}

/// A product whose source wants it elsewhere has somewhere to go.
static LogicalResult checkStays(KernelOp producer) {
  WorkOpInterface product = soleProduct(producer);
  auto wanted =
      product ? product->getAttrOfType<StringAttr>(kFuseAttr) : StringAttr();
  if (!wanted || wanted != kFuseWithReader)
    return success();
  return product->emitOpError("expected one kernel to read it, of a recurrence "
                              "without a schedule and another product, at its "
                              "own token and channel, for ")
         << kFuseAttr << " " << wanted;
}

LogicalResult ProductJoiner::run() {
  SmallVector<KernelOp> producers;
  for (auto kernel : function.getBody().front().getOps<KernelOp>())
    if (soleProduct(kernel))
      producers.push_back(kernel);
  for (KernelOp producer : producers) {
    std::optional<Candidate> candidate = findCandidate(producer);
    if (!candidate) {
      if (failed(checkStays(producer)))
        return failure();
      continue;
    }
    KernelOp joined = createJoined(*candidate);
    FailureOr<Decision> decision = decide(*candidate, joined);
    if (failed(decision)) {
      joined->erase();
      return failure();
    }
    Operation *product =
        decision->joins ? productIn(joined) : candidate->product;
    Builder builder(function.getContext());
    product->setAttr(
        kFuseAttr,
        builder.getStringAttr(decision->joins ? kFuseWithReader : kFuseAlone));
    product->setAttr(kFuseReasonAttr, builder.getStringAttr(decision->reason));
    if (!decision->joins) {
      joined->erase();
      continue;
    }
    candidate->reader->replaceAllUsesWith(joined);
    candidate->reader->erase();
    candidate->producer->erase();
  }
  return success();
}

namespace {
struct JoinProductsPass
    : mlir::ssm::impl::JoinProductsPassBase<JoinProductsPass> {
  using JoinProductsPassBase::JoinProductsPassBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    auto machine = ::ssm::schedule::machineForTarget(target.getValue());
    if (!machine) {
      function.emitError("expected target cpu, sm_80, sm_90a, sm_100a or "
                         "sm_120a, got '")
          << target << "'";
      return signalPassFailure();
    }
    if (failed(ProductJoiner(function, *machine, {batch, length}).run()))
      signalPassFailure();
  }
};
} // namespace
