// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Counts what a kernel of block ops reads, writes and computes for one token.
// What does not change with time is counted as nothing: it is hoisted.

#include "lib/Transforms/KernelFacts.h"

#include "llvm/ADT/DenseSet.h"

using namespace mlir;
using namespace mlir::ssm;
using ::ssm::schedule::KernelFacts;
using KernelPattern = ::ssm::schedule::Pattern;

static int64_t bytesOf(Type type) {
  return getElementTypeOrSelf(type).getIntOrFloatBitWidth() / 8;
}

/// Whether `type` has a row for every token.
static bool hasTokens(Type type) {
  return cast<RankedTensorType>(type).getRank() == 3;
}

static double bytesPerToken(Type type) {
  if (!hasTokens(type))
    return 0;
  return static_cast<double>(cast<RankedTensorType>(type).getDimSize(2)) *
         bytesOf(type);
}

namespace {
class FactsCollector {
public:
  explicit FactsCollector(KernelOp kernel) : kernel(kernel) {}
  KernelFacts run();

private:
  void countOp(WorkOpInterface work);
  void noteExtents(WorkOpInterface work, AffineMap map, Type type);
  void countBody(WorkOpInterface work, double points);
  void countInput(Value argument);
  void countRead(Type type);

  KernelOp kernel;
  KernelFacts facts;
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
    switch (work.getIterationAxes()[dim.getPosition()]) {
    case Axis::Channel:
      facts.channels = std::max(facts.channels, size);
      break;
    case Axis::State:
      facts.states = std::max(facts.states, size);
      break;
    case Axis::Inner:
      facts.inner = std::max(facts.inner, size);
      break;
    default:
      break;
    }
  }
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
  Value state;
  if (work.getWorkKind() == WorkKind::Recurrence)
    state = scrap.addArgument(work.getStateElementType(), loc);
  work.buildBody(builder, loc, scalars, state);
  for (Operation &op : scrap) {
    bool isCheap = isa<math::AbsFOp, math::FmaOp, math::CopySignOp>(op);
    if (isa<arith::DivFOp>(op) ||
        (isa<math::MathDialect>(op.getDialect()) && !isCheap))
      facts.transcendentalsPerToken += points;
    else if (isa<arith::MulFOp, math::FmaOp>(op))
      facts.fmasPerToken += points;
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

void FactsCollector::countOp(WorkOpInterface work) {
  bool isAccess = work.getWorkKind() == WorkKind::Access;
  // An access repeats or selects its first operand.
  auto operands = isAccess ? work->getOperands().take_front()
                           : work->getOperands();
  bool varies = llvm::any_of(
      operands, [&](Value operand) { return varying.contains(operand); });
  if (varies)
    varying.insert(work->result_begin(), work->result_end());
  for (Value operand : work->getOperands())
    facts.isDouble |= getElementTypeOrSelf(operand.getType()).isF64();
  if (isAccess)
    return;
  if (auto pattern = patternOf(work.getWorkKind()))
    facts.pattern = *pattern;
  for (const OperandAccess &access : work.getAccesses())
    noteExtents(work, access.map, work->getOperand(access.operand).getType());
  noteExtents(work, work.getResultMap(0), work->getResult(0).getType());
  if (!varies)
    return;
  double points = 1;
  for (Axis axis : work.getIterationAxes())
    points *= static_cast<double>(axis == Axis::Channel ? facts.channels
                                  : axis == Axis::State ? facts.states
                                  : axis == Axis::Inner ? facts.inner
                                                        : 1);
  countBody(work, points);
}

void FactsCollector::countRead(Type type) {
  facts.bytesPerToken += bytesPerToken(type);
  facts.elementBytes = std::max(facts.elementBytes, bytesOf(type));
  if (cast<RankedTensorType>(type).getDimSize(2) >= facts.channels)
    facts.streamBytes += bytesOf(type);
}

/// An input of which only parts are read counts by those parts.
void FactsCollector::countInput(Value argument) {
  if (!hasTokens(argument.getType()))
    return;
  SmallVector<Type> parts;
  double bytes = 0;
  for (Operation *user : argument.getUsers()) {
    auto work = dyn_cast<WorkOpInterface>(user);
    if (!work || work.getWorkKind() != WorkKind::Access ||
        user->getOperand(0) != argument)
      return countRead(argument.getType());
    for (Value part : user->getResults())
      if (!part.use_empty()) {
        parts.push_back(part.getType());
        bytes += bytesPerToken(part.getType());
      }
  }
  if (bytes >= bytesPerToken(argument.getType()))
    return countRead(argument.getType());
  llvm::for_each(parts, [&](Type part) { countRead(part); });
}

KernelFacts FactsCollector::run() {
  facts.streamBytes = 0;
  facts.elementBytes = 1;
  Block &body = kernel.getBody().front();
  for (Value argument : body.getArguments())
    if (hasTokens(argument.getType()))
      varying.insert(argument);
  for (Operation &op : body)
    if (auto work = dyn_cast<WorkOpInterface>(op))
      countOp(work);
  for (Value argument : body.getArguments())
    countInput(argument);
  for (Value output : kernel.getOutputs())
    facts.bytesPerToken += bytesPerToken(output.getType());
  return facts;
}

KernelFacts mlir::ssm::collectFacts(KernelOp kernel) {
  return FactsCollector(kernel).run();
}
