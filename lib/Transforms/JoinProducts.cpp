// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-join-products: kernels of block ops in; out they come with thin products
// in the kernels of the recurrences that read them, where that is faster.

#include "lib/Transforms/JoinProducts.h"

#include "lib/Transforms/KernelFacts.h"
#include "lib/Transforms/Passes.h"
#include "lib/Transforms/TargetMachine.h"

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

/// A product in a kernel of its own, and the kernel beside it that it could
/// share: `first` hands a value to `second`.
struct Candidate {
  WorkOpInterface product;
  KernelOp first, second;
  unsigned operand; // of the second
  StringRef place;  // the value of ssm.fuse
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
  LogicalResult place(KernelOp kernel);
  std::optional<Candidate> findReader(KernelOp kernel);
  std::optional<Candidate> findFactor(KernelOp kernel);
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

/// Whether the map begins with (batch, time, channel) of the op's own point.
static bool isOwnPoint(AffineMap map, ArrayRef<Axis> axes) {
  constexpr Axis kOwn[] = {Axis::Batch, Axis::Time, Axis::Channel};
  return map.getNumResults() >= 3 &&
         llvm::all_of(llvm::zip(map.getResults(), kOwn), [&](auto each) {
           auto dim = dyn_cast<AffineDimExpr>(std::get<0>(each));
           return dim && axes[dim.getPosition()] == std::get<1>(each);
         });
}

/// Whether `use` reads its value at the token and channel that the reader works
/// on.
static bool readsOwnPoint(OpOperand &use) {
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
}

/// Whether the ops that read `value`, and those that read what pointwise ops
/// make of it, do so at their own token and channel. A recurrence may read the
/// channels of `value` as its states.
static bool isReadAtOwnPoint(Value value) {
  SmallVector<Value> pending = {value};
  llvm::SmallPtrSet<Operation *, 8> seen;
  while (!pending.empty())
    for (OpOperand &use : pending.pop_back_val().getUses()) {
      Operation *reader = use.getOwner();
      if (reader->hasTrait<OpTrait::IsTerminator>())
        continue;
      if (!readsOwnPoint(use))
        return false;
      bool isPointwise =
          cast<WorkOpInterface>(reader).getWorkKind() == WorkKind::Pointwise;
      if (isPointwise && seen.insert(reader).second)
        llvm::append_range(pending, reader->getResults());
    }
  return true;
}

static bool holdsKind(KernelOp kernel, WorkKind kind) {
  return llvm::any_of(kernel.getBody().front(), [&](Operation &op) {
    auto work = dyn_cast<WorkOpInterface>(op);
    return work && work.getWorkKind() == kind;
  });
}

/// Whether the kernel walks sequences or an order, which a product does not.
static bool isWalk(KernelOp kernel) {
  return llvm::any_of(kernel.getBody().front(), [](Operation &op) {
    return getEnds(&op) || getOrder(&op);
  });
}

static bool hasSchedules(KernelOp kernel) {
  return kernel.getSchedule() || kernel.getAlternatives();
}

/// The kernel of a recurrence that alone reads the product.
std::optional<Candidate> ProductJoiner::findReader(KernelOp kernel) {
  if (!kernel.getResult(0).hasOneUse())
    return std::nullopt;
  OpOperand &use = *kernel.getResult(0).use_begin();
  auto reader = dyn_cast<KernelOp>(use.getOwner());
  if (!reader || hasSchedules(reader) ||
      !holdsKind(reader, WorkKind::Recurrence) ||
      holdsKind(reader, WorkKind::Contraction) ||
      holdsKind(reader, WorkKind::Reduction) ||
      !isReadAtOwnPoint(
          reader.getBody().front().getArgument(use.getOperandNumber())))
    return std::nullopt;
  return Candidate{soleProduct(kernel), kernel, reader, use.getOperandNumber(),
                   kFuseWithReader};
}

/// The kernel that computes, point by point or from windows, the factor that
/// changes with time; others may read the factor after the product.
std::optional<Candidate> ProductJoiner::findFactor(KernelOp kernel) {
  WorkOpInterface product = soleProduct(kernel);
  auto argument = dyn_cast<BlockArgument>(
      product->getOperand(product.getMatrixProduct()->lhs));
  if (!argument || !argument.hasOneUse())
    return std::nullopt;
  Value factor = kernel.getInputs()[argument.getArgNumber()];
  auto producer = factor.getDefiningOp<KernelOp>();
  if (!producer || hasSchedules(producer) || producer.getNumResults() != 1 ||
      holdsKind(producer, WorkKind::Recurrence) ||
      holdsKind(producer, WorkKind::Contraction) ||
      holdsKind(producer, WorkKind::Reduction) || isWalk(producer) ||
      llvm::any_of(factor.getUsers(), [&](Operation *user) {
        return user->isBeforeInBlock(kernel);
      }))
    return std::nullopt;
  return Candidate{product, producer, kernel, argument.getArgNumber(),
                   kFuseWithFactor};
}

/// One kernel that computes what the two of the candidate do, at the second. It
/// yields what the second did, and what others read of the first.
static KernelOp createJoined(const Candidate &candidate) {
  KernelOp first = candidate.first, second = candidate.second;
  auto body = std::make_unique<Block>();
  OpBuilder inside(second.getContext());
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
  Value handed = cloneBody(first)[0];
  mapping.map(second.getBody().front().getArgument(candidate.operand), handed);
  SmallVector<Value> results = cloneBody(second);
  SmallVector<Type> types(second.getResultTypes());
  if (!first.getResult(0).hasOneUse()) {
    results.push_back(handed);
    types.push_back(handed.getType());
  }
  YieldOp::create(inside, second.getLoc(), results);
  OpBuilder builder(second);
  auto joined =
      KernelOp::create(builder, second.getLoc(), types, second.getNameAttr(),
                       inputs, ScheduleAttr(), ArrayAttr(), UnitAttr());
  joined->setDiscardableAttrs(second->getDiscardableAttrDictionary());
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
  WorkOpInterface product = candidate.product;
  if (Attribute wanted = product->getAttr(kFuseAttr))
    return Decision{cast<StringAttr>(wanted) == candidate.place,
                    "written in the source"};
  if (!machine.isGPU)
    return Decision{false, "a CPU multiplies whole matrices faster"};
  double together = expectedSeconds(joined);
  double apart =
      expectedSeconds(candidate.first) + expectedSeconds(candidate.second);
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

/// A place that the source names is one.
static LogicalResult checkWanted(WorkOpInterface product) {
  Attribute wanted = product->getAttr(kFuseAttr);
  auto text = dyn_cast_or_null<StringAttr>(wanted);
  if (!wanted || (text && (text == kFuseWithReader || text == kFuseWithFactor ||
                           text == kFuseAlone)))
    return success();
  return product->emitOpError("expected ")
         << kFuseAttr << " \"" << kFuseWithReader << "\", \"" << kFuseWithFactor
         << "\" or \"" << kFuseAlone << "\", got " << wanted;
}

/// The product whose kernel this is joins a kernel beside it, or stays.
LogicalResult ProductJoiner::place(KernelOp kernel) {
  WorkOpInterface product = soleProduct(kernel);
  if (failed(checkWanted(product)))
    return failure();
  auto wanted = product->getAttrOfType<StringAttr>(kFuseAttr);
  Builder builder(function.getContext());
  auto note = [&](Operation *op, StringRef place, StringRef reason) {
    op->setAttr(kFuseAttr, builder.getStringAttr(place));
    op->setAttr(kFuseReasonAttr, builder.getStringAttr(reason));
  };
  std::string reason;
  for (std::optional<Candidate> candidate :
       {findReader(kernel), findFactor(kernel)}) {
    if (!candidate)
      continue;
    KernelOp joined = createJoined(*candidate);
    FailureOr<Decision> decision = decide(*candidate, joined);
    if (failed(decision) || !decision->joins) {
      joined->erase();
      if (failed(decision))
        return failure();
      reason = decision->reason;
      continue;
    }
    note(productIn(joined), candidate->place, decision->reason);
    KernelOp first = candidate->first, second = candidate->second;
    ValueRange outputs = joined.getResults();
    second->replaceAllUsesWith(outputs.take_front(second.getNumResults()));
    second->erase();
    if (!first.use_empty())
      first.getResult(0).replaceAllUsesWith(outputs.back());
    first->erase();
    return success();
  }
  if (wanted && wanted != kFuseAlone)
    return product->emitOpError("expected a kernel to share for ")
           << kFuseAttr << " " << wanted
           << ": a reader is one recurrence, at its own token and channel, a "
              "factor is computed point by point or from windows, and neither "
              "has a schedule or another product";
  if (!reason.empty())
    note(product, kFuseAlone, reason);
  return success();
}

LogicalResult ProductJoiner::run() {
  SmallVector<KernelOp> kernels;
  for (auto kernel : function.getBody().front().getOps<KernelOp>())
    if (soleProduct(kernel) && !hasSchedules(kernel) &&
        kernel.getNumResults() == 1)
      kernels.push_back(kernel);
  for (KernelOp kernel : kernels)
    if (failed(place(kernel)))
      return failure();
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
    std::optional<Machine> machine = machineOf(function, target);
    if (!machine)
      return signalPassFailure();
    ::ssm::schedule::Shape at{batch, length};
    if (auto classes = getSizeClasses(function); !classes.empty())
      at = {classes.front().getBatch(), classes.front().getLength()};
    if (failed(ProductJoiner(function, *machine, at).run()))
      signalPassFailure();
  }
};
} // namespace
