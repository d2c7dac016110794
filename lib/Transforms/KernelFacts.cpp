// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Counts what a kernel of block ops reads, writes and computes for one token.
// What does not change with time is counted as nothing: it is hoisted.

#include "lib/Transforms/KernelFacts.h"

#include "lib/Transforms/DelayKernels.h"
#include "lib/Transforms/FlatTokens.h"

#include "llvm/ADT/DenseSet.h"

using namespace mlir;
using namespace mlir::ssm;
using ::ssm::schedule::KernelFacts;
using KernelPattern = ::ssm::schedule::Pattern;

static int64_t bytesOf(Type type) {
  return getElementTypeOrSelf(type).getIntOrFloatBitWidth() / 8;
}

static bool dependsOn(AffineMap map, WorkOpInterface work, Axis axis) {
  SmallVector<Axis> axes = work.getIterationAxes();
  return llvm::any_of(llvm::enumerate(axes), [&](auto each) {
    return each.value() == axis && map.isFunctionOfDim(each.index());
  });
}

/// Whether some op reads `value` along `axis`, accesses looked through.
static bool isReadAlong(Value value, Axis axis) {
  return llvm::any_of(value.getUses(), [&](OpOperand &use) {
    auto work = dyn_cast<WorkOpInterface>(use.getOwner());
    if (!work)
      return false;
    if (work.getWorkKind() == WorkKind::Access)
      return use.getOperandNumber() == 0 &&
             llvm::any_of(work->getResults(), [&](Value result) {
               return isReadAlong(result, axis);
             });
    return llvm::any_of(work.getAccesses(), [&](const OperandAccess &access) {
      return access.operand == use.getOperandNumber() &&
             dependsOn(access.map, work, axis);
    });
  });
}

/// Bytes of one token: the dimensions behind batch and time. Of what is the
/// same for all tokens, and has one or both of these not, the last one.
static double bytesPerToken(Type type) {
  ArrayRef<int64_t> shape = cast<RankedTensorType>(type).getShape();
  double elements = 1;
  for (int64_t size : shape.drop_front(std::min<size_t>(2, shape.size() - 1)))
    elements *= static_cast<double>(size);
  return elements * bytesOf(type);
}

namespace {
class FactsCollector {
public:
  explicit FactsCollector(KernelOp kernel) : kernel(kernel) {}
  KernelFacts run();

private:
  void countOp(WorkOpInterface work);
  void noteExtents(WorkOpInterface work, AffineMap map, Type type);
  int64_t *extentOf(WorkOpInterface work, Axis axis);
  void countBody(WorkOpInterface work, double points);
  void countInput(Value argument);
  void countRead(Value value);

  KernelOp kernel;
  KernelFacts facts;
  bool hasProduct = false;
  /// Values that differ from token to token.
  llvm::DenseSet<Value> varying;
};
} // namespace

void FactsCollector::noteExtents(WorkOpInterface work, AffineMap map,
                                 Type type) {
  auto tensor = cast<RankedTensorType>(type);
  for (auto [i, expr] : llvm::enumerate(map.getResults())) {
    auto dim = dyn_cast<AffineDimExpr>(expr);
    if (!dim || tensor.isDynamicDim(i))
      continue;
    int64_t size = tensor.getDimSize(i);
    if (int64_t *extent =
            extentOf(work, work.getIterationAxes()[dim.getPosition()]))
      *extent = std::max(*extent, size);
  }
}

/// Where the extent of an axis of `work` is counted; null for batch and time.
/// The channels of a factor are what the contraction sums.
int64_t *FactsCollector::extentOf(WorkOpInterface work, Axis axis) {
  bool isFactor =
      facts.computesFactor && work.getWorkKind() != WorkKind::Contraction;
  switch (axis) {
  case Axis::Channel:
    return isFactor ? &facts.inner : &facts.channels;
  case Axis::State:
    return &facts.states;
  case Axis::Inner:
    return &facts.inner;
  default:
    return nullptr;
  }
}

/// Whether a contraction, not beside a recurrence, reads what its kernel
/// computes.
static bool computesFactor(Block &body) {
  bool found = false;
  for (Operation &op : body) {
    auto work = dyn_cast<WorkOpInterface>(op);
    if (!work)
      continue;
    if (work.getWorkKind() == WorkKind::Recurrence)
      return false;
    if (work.getWorkKind() != WorkKind::Contraction)
      continue;
    found |= llvm::any_of(work->getOperands(), [](Value operand) {
      auto factor = operand.getDefiningOp<WorkOpInterface>();
      return factor && factor.getWorkKind() != WorkKind::Access;
    });
  }
  return found;
}

/// Counts scalar ops of one point by building the body into a scrap block.
void FactsCollector::countBody(WorkOpInterface work, double points) {
  Block scrap;
  OpBuilder builder(work.getContext());
  builder.setInsertionPointToEnd(&scrap);
  Location loc = work.getLoc();
  SmallVector<Value> scalars;
  for (const OperandAccess &access : work.getAccesses())
    scalars.push_back(scrap.addArgument(
        getElementTypeOrSelf(work->getOperand(access.operand).getType()), loc));
  SmallVector<Value> states;
  for (Type type : work.getStateElementTypes())
    states.push_back(scrap.addArgument(type, loc));
  if (!states.empty())
    facts.valuesPerState = static_cast<int64_t>(states.size());
  work.buildBody(builder, loc, scalars, states);
  bool hasState = llvm::is_contained(work.getIterationAxes(), Axis::State);
  for (Operation &op : scrap) {
    bool isCheap = isa<math::AbsFOp, math::FmaOp, math::CopySignOp>(op);
    bool isProduct = isa<arith::MulFOp, math::FmaOp>(op);
    if (isa<arith::DivFOp>(op) ||
        (isa<math::MathDialect>(op.getDialect()) && !isCheap))
      facts.transcendentalsPerToken += points;
    else if (isProduct)
      facts.fmasPerToken += points;
    if (hasState)
      facts.productsPerState += isProduct;
    else if (!op.hasTrait<OpTrait::ConstantLike>() &&
             work.getWorkKind() != WorkKind::Contraction)
      facts.opsPerElement += 1;
  }
  scrap.dropAllReferences();
}

static std::optional<KernelPattern> patternOf(WorkKind kind) {
  switch (kind) {
  case WorkKind::Contraction:
    return KernelPattern::Contraction;
  case WorkKind::Reduction:
    return KernelPattern::Reduction;
  case WorkKind::Recurrence:
    return KernelPattern::Recurrence;
  default:
    return std::nullopt;
  }
}

/// Whether both factors of a contraction are bf16, or both f16.
static bool hasHalfFactors(WorkOpInterface work) {
  SmallVector<OperandAccess> accesses = work.getAccesses();
  auto element = [&](unsigned i) {
    return getElementTypeOrSelf(
        work->getOperand(accesses[i].operand).getType());
  };
  Type type = element(0);
  return (type.isBF16() || type.isF16()) && type == element(1);
}

/// Whether rows of the value, and where it is part of wider rows those too, are
/// whole units of 16 bytes in memory.
static bool comesInUnits(Value value) {
  constexpr int64_t kUnitBytes = 16;
  auto isWhole = [&](int64_t elements) {
    return elements * bytesOf(value.getType()) % kUnitBytes == 0;
  };
  int64_t row = cast<RankedTensorType>(value.getType()).getShape().back();
  if (ShapedType::isDynamic(row) || !isWhole(row))
    return false;
  if (isa<BlockArgument>(value))
    return true;
  auto access = value.getDefiningOp<WorkOpInterface>();
  if (!access || access.getWorkKind() != WorkKind::Access)
    return false;
  AffineMap map =
      access.getResultAccess(cast<OpResult>(value).getResultNumber());
  // The last dimension, from some element on.
  AffineExpr last = map.getResults().back();
  AffineExpr own = getAffineDimExpr(map.getNumDims() - 1, map.getContext());
  auto begin = dyn_cast<AffineConstantExpr>(
      simplifyAffineExpr(last - own, map.getNumDims(), map.getNumSymbols()));
  return begin && isWhole(begin.getValue()) &&
         comesInUnits(access->getOperand(0));
}

/// Whether both factors of a contraction are read so along what it sums.
static bool hasFactorsInUnits(WorkOpInterface work) {
  SmallVector<OperandAccess> accesses = work.getAccesses();
  return llvm::all_of(
      ArrayRef(accesses).take_front(2), [&](const auto &access) {
        auto last = dyn_cast<AffineDimExpr>(access.map.getResults().back());
        return last &&
               work.getIterationAxes()[last.getPosition()] == Axis::Inner &&
               comesInUnits(work->getOperand(access.operand));
      });
}

void FactsCollector::countOp(WorkOpInterface work) {
  bool isAccess = work.getWorkKind() == WorkKind::Access;
  // An access repeats or selects its first operand.
  auto operands =
      isAccess ? work->getOperands().take_front() : work->getOperands();
  bool varies = llvm::any_of(
      operands, [&](Value operand) { return varying.contains(operand); });
  if (varies)
    varying.insert(work->result_begin(), work->result_end());
  for (Value operand : work->getOperands())
    facts.isDouble |= getElementTypeOrSelf(operand.getType()).isF64();
  // A weight may be wider than the part of it that tokens meet.
  if (isAccess || (!varies && !varying.empty()))
    return;
  bool isProduct = work.getWorkKind() == WorkKind::Contraction;
  hasProduct |= isProduct;
  // A recurrence is one whatever else its kernel computes.
  auto pattern = patternOf(work.getWorkKind());
  if (pattern && facts.pattern != KernelPattern::Recurrence)
    facts.pattern = *pattern;
  facts.sumsLags |= work.getConvolution().has_value();
  if (isProduct) {
    facts.halfFactors = hasHalfFactors(work);
    facts.factorsInUnits = hasFactorsInUnits(work);
    auto product = work.getMatrixProduct();
    facts.changesSums |= product && product->bias;
  }
  for (const OperandAccess &access : work.getAccesses())
    noteExtents(work, access.map, work->getOperand(access.operand).getType());
  noteExtents(work, work.getResultMap(0), work->getResult(0).getType());
  if (!varies)
    return;
  double points = 1;
  for (Axis axis : work.getIterationAxes())
    if (const int64_t *extent = extentOf(work, axis))
      points *= static_cast<double>(*extent);
  countBody(work, points);
}

void FactsCollector::countRead(Value value) {
  Type type = value.getType();
  facts.bytesPerToken += bytesPerToken(type);
  facts.elementBytes = std::max(facts.elementBytes, bytesOf(type));
  if (isReadAlong(value, Axis::Channel))
    facts.streamBytes += bytesOf(type);
  else if (isReadAlong(value, Axis::State))
    facts.stateRows += 1;
}

/// An input of which only parts are read counts by those parts.
void FactsCollector::countInput(Value argument) {
  if (!isReadAlong(argument, Axis::Time))
    return;
  SmallVector<Value> parts;
  double bytes = 0;
  for (Operation *user : argument.getUsers()) {
    auto work = dyn_cast<WorkOpInterface>(user);
    if (!work || work.getWorkKind() != WorkKind::Access ||
        user->getOperand(0) != argument)
      return countRead(argument);
    for (Value part : user->getResults())
      if (!part.use_empty()) {
        parts.push_back(part);
        bytes += bytesPerToken(part.getType());
      }
  }
  if (bytes > bytesPerToken(argument.getType()))
    return countRead(argument);
  llvm::for_each(parts, [&](Value part) { countRead(part); });
}

KernelFacts FactsCollector::run() {
  facts.streamBytes = 0;
  facts.elementBytes = 1;
  facts.stateRows = 0;
  facts.productsPerState = facts.opsPerElement = 0;
  Block &body = kernel.getBody().front();
  facts.computesFactor = computesFactor(body);
  for (Value argument : body.getArguments())
    if (isReadAlong(argument, Axis::Time))
      varying.insert(argument);
  for (Operation &op : body)
    if (auto work = dyn_cast<WorkOpInterface>(op)) {
      countOp(work);
      facts.packed |= getEnds(&op) != Value();
      if (std::optional<int64_t> period = work.getStatePeriod())
        facts.statePeriod = *period;
    }
  facts.changesSums |= facts.opsPerElement > 0;
  facts.joinsProduct = hasProduct && facts.pattern == KernelPattern::Recurrence;
  for (Value argument : body.getArguments())
    countInput(argument);
  for (Value output : body.getTerminator()->getOperands()) {
    auto work = output.getDefiningOp<WorkOpInterface>();
    unsigned number = work ? cast<OpResult>(output).getResultNumber() : 0;
    if (work && dependsOn(work.getResultMap(number), work, Axis::Time))
      facts.bytesPerToken +=
          bytesPerToken(output.getType()) /
          static_cast<double>(number > 0 ? work.getStatePeriod().value_or(1)
                                         : 1);
  }
  return facts;
}

KernelFacts mlir::ssm::collectFacts(KernelOp kernel) {
  KernelFacts facts = FactsCollector(kernel).run();
  facts.hasFlatTokens = seesTokensAlone(kernel);
  auto isKernel = [](Operation &op) { return isa<KernelOp>(op); };
  // Not the first of its function, if it stands in one.
  facts.runsBeside =
      kernel->getBlock() && canRunAnyTime(kernel) &&
      std::any_of(kernel->getBlock()->begin(), kernel->getIterator(), isKernel);
  return facts;
}
