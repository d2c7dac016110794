// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What does not change with time is followed from the operands of a recurrence
// to weights; the copy of it that answers an impulse has batch 1.

#include "lib/Transforms/ImpulseResponse.h"

#include "lib/Transforms/Linearity.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace mlir::ssm;

//===----------------------------------------------------------------------===//
// What changes with time
//===----------------------------------------------------------------------===//

static RankedTensorType typeOf(Value value) {
  return dyn_cast<RankedTensorType>(value.getType());
}

/// A parameter: without batch and length.
static bool isParameter(Value value) {
  RankedTensorType type = typeOf(value);
  return type && type.getRank() <= 2 && type.hasStaticShape();
}

static bool isPlain(AffineMap map) {
  return llvm::all_of(map.getResults(),
                      [](AffineExpr expr) { return isa<AffineDimExpr>(expr); });
}

/// Whether `value` is the same for every batch and token.
static bool isInvariant(Value value) {
  if (isParameter(value))
    return true;
  auto work = value.getDefiningOp<WorkOpInterface>();
  if (!work)
    return false;
  if (work.getWorkKind() == WorkKind::Access) {
    Value source = work->getOperand(0);
    unsigned result = cast<OpResult>(value).getResultNumber();
    bool sameLength = isParameter(source) || typeOf(source).getDimSize(1) ==
                                                 typeOf(value).getDimSize(1);
    return sameLength && isInvariant(source) &&
           isPlain(work.getResultAccess(result));
  }
  return work.getWorkKind() == WorkKind::Pointwise &&
         llvm::all_of(work.getAccesses(), [&](const OperandAccess &access) {
           return isPlain(access.map) &&
                  isInvariant(work->getOperand(access.operand));
         });
}

/// Whether `access` of `work` is at (batch, time, channel).
static bool isAtOwnToken(WorkOpInterface work, AffineMap map) {
  static const Axis own[] = {Axis::Batch, Axis::Time, Axis::Channel};
  SmallVector<Axis> axes = work.getIterationAxes();
  if (map.getNumResults() != 3 || !isPlain(map))
    return false;
  return llvm::all_of(llvm::zip(map.getResults(), own), [&](auto each) {
    auto dim = cast<AffineDimExpr>(std::get<0>(each));
    return axes[dim.getPosition()] == std::get<1>(each);
  });
}

/// Whether the access differs along the batch or the length.
static bool varies(WorkOpInterface work, const OperandAccess &access) {
  if (isInvariant(work->getOperand(access.operand)))
    return llvm::any_of(llvm::enumerate(work.getIterationAxes()),
                        [&](auto each) {
                          bool isToken = each.value() == Axis::Batch ||
                                         each.value() == Axis::Time;
                          return isToken && access.map.getNumResults() < 3 &&
                                 access.map.isFunctionOfDim(each.index());
                        });
  return true;
}

//===----------------------------------------------------------------------===//
// What is linear
//===----------------------------------------------------------------------===//

/// The scalar code of a recurrence with what follows the sum over its states,
/// which is linear if the summands are.
static Value findNonlinearValue(WorkOpInterface work, unsigned signal,
                                Block &scrap) {
  OpBuilder builder(work.getContext());
  builder.setInsertionPointToEnd(&scrap);
  Location loc = work.getLoc();
  SmallVector<Value> scalars, states, variables;
  for (const OperandAccess &access : work.getAccesses()) {
    scalars.push_back(scrap.addArgument(
        getElementTypeOrSelf(work->getOperand(access.operand).getType()), loc));
    if (access.operand == signal)
      variables.push_back(scalars.back());
  }
  for (Type type : work.getStateElementTypes())
    states.push_back(scrap.addArgument(type, loc));
  llvm::append_range(variables, states);
  SmallVector<Value> results = work.buildBody(builder, loc, scalars, states);
  SmallVector<Axis> axes = work.getIterationAxes();
  SmallVector<Value> read;
  for (auto [access, scalar] : llvm::zip(work.getAccesses(), scalars)) {
    bool isSummed = llvm::any_of(llvm::enumerate(axes), [&](auto each) {
      return access.map.isFunctionOfDim(each.index()) &&
             llvm::is_contained(work.getReductionAxes(), each.value());
    });
    read.push_back(isSummed ? Value() : scalar);
  }
  Value finished = work.buildFinish(builder, loc, results.back(), read);
  // The result is rounded once, whichever way it was computed.
  if (auto narrowing = finished.getDefiningOp<arith::TruncFOp>())
    finished = narrowing.getIn();
  results.back() = finished;
  return findNonlinear(scrap, variables, results);
}

FailureOr<unsigned> mlir::ssm::findConvolvedSignal(WorkOpInterface recurrence,
                                                   std::string &reason) {
  auto fail = [&](const Twine &text) {
    reason = text.str();
    return failure();
  };
  if (getEnds(recurrence))
    return fail("its sequences are packed");
  if (!recurrence.getInitialStateValues().empty())
    return fail("it begins from given states");
  for (Value state : recurrence.getFinalStateValues())
    if (!state.use_empty())
      return fail("its final states are read");
  for (Type type : recurrence.getStateElementTypes())
    if (!type.isF32())
      return fail("its states are not f32");
  std::optional<unsigned> signal;
  for (const OperandAccess &access : recurrence.getAccesses()) {
    if (!varies(recurrence, access))
      continue;
    if (signal && signal != access.operand)
      return fail("more than one of its inputs changes with time");
    if (!isAtOwnToken(recurrence, access.map))
      return fail("what changes with time is no (batch, length, channel)");
    signal = access.operand;
  }
  if (!signal)
    return fail("none of its inputs changes with time");
  Block scrap;
  Value cause = findNonlinearValue(recurrence, *signal, scrap);
  Operation *op = cause ? cause.getDefiningOp() : nullptr;
  std::string name = op ? op->getName().getStringRef().str() : "a constant";
  scrap.dropAllReferences();
  if (cause)
    return fail("it is not linear in its states and its input, by the rules of "
                "its scalar code, for " +
                name);
  return *signal;
}

//===----------------------------------------------------------------------===//
// Copies
//===----------------------------------------------------------------------===//

static RankedTensorType withBatchOfOne(RankedTensorType type) {
  if (type.getRank() < 3)
    return type;
  SmallVector<int64_t> shape(type.getShape());
  shape[0] = 1;
  return type.clone(shape);
}

namespace {

/// Copies what is made of parameters, with batch 1.
class InvariantCopier {
public:
  explicit InvariantCopier(OpBuilder &builder) : builder(builder) {}

  Value copy(Value value);
  /// One token of ones, and zeros, in the shape of `like` with batch 1.
  Value impulse(Location loc, RankedTensorType like);

private:
  OpBuilder &builder;
  IRMapping mapping;
};

} // namespace

Value InvariantCopier::impulse(Location loc, RankedTensorType like) {
  SmallVector<int64_t> shape(like.getShape());
  shape[0] = shape[1] = 1;
  RankedTensorType token = like.clone(shape);
  Attribute one = builder.getFloatAttr(like.getElementType(), 1.0);
  auto splat = cast<TypedAttr>(DenseElementsAttr::get(token, one));
  Value ones = arith::ConstantOp::create(builder, loc, splat);
  return PadOp::create(builder, loc, withBatchOfOne(like), ones);
}

Value InvariantCopier::copy(Value value) {
  if (isParameter(value))
    return value;
  if (Value known = mapping.lookupOrNull(value))
    return known;
  Operation *op = value.getDefiningOp();
  RankedTensorType type = typeOf(value);
  if (!op || !isInvariant(value)) {
    // Read for its shape alone.
    Value stand = impulse(value.getLoc(), type);
    mapping.map(value, stand);
    return stand;
  }
  if (auto constant = dyn_cast<arith::ConstantOp>(op)) {
    auto splat = cast<SplatElementsAttr>(constant.getValue());
    auto resized = cast<TypedAttr>(splat.resizeSplat(withBatchOfOne(type)));
    Value copied = arith::ConstantOp::create(builder, op->getLoc(), resized);
    mapping.map(value, copied);
    return copied;
  }
  for (Value operand : op->getOperands())
    mapping.map(operand, copy(operand));
  Operation *copied = builder.clone(*op, mapping);
  for (Value result : copied->getResults())
    result.setType(withBatchOfOne(typeOf(result)));
  return mapping.lookup(value);
}

Value mlir::ssm::buildImpulseResponse(OpBuilder &builder,
                                      WorkOpInterface recurrence,
                                      unsigned signal) {
  Location loc = recurrence.getLoc();
  InvariantCopier copier(builder);
  Value impulse = copier.impulse(loc, typeOf(recurrence->getOperand(signal)));
  if (recurrence.isReverse())
    impulse = ReverseOp::create(builder, loc, impulse);
  SmallVector<Value> operands;
  for (auto [i, operand] : llvm::enumerate(recurrence->getOperands()))
    operands.push_back(i == signal ? impulse : copier.copy(operand));
  Operation *response = builder.clone(*recurrence);
  response->setOperands(operands);
  for (Value result : response->getResults())
    result.setType(withBatchOfOne(typeOf(result)));
  Value kernel = response->getResult(0);
  kernel.setType(typeOf(kernel).clone(builder.getF32Type()));
  return kernel;
}

/// `value` in a kernel's `body`: a copy of what is invariant there, or an
/// argument.
static Value importInto(Block &body, OpBuilder &builder, Value value,
                        IRMapping &mapping, SmallVectorImpl<Value> &inputs) {
  if (Value known = mapping.lookupOrNull(value))
    return known;
  Operation *op = value.getDefiningOp();
  if (op && !isParameter(value) && isInvariant(value)) {
    for (Value operand : op->getOperands())
      importInto(body, builder, operand, mapping, inputs);
    builder.clone(*op, mapping);
    return mapping.lookup(value);
  }
  inputs.push_back(value);
  Value argument = body.addArgument(value.getType(), value.getLoc());
  mapping.map(value, argument);
  return argument;
}

KernelOp mlir::ssm::buildKernelAlone(WorkOpInterface recurrence) {
  OpBuilder inside(recurrence.getContext());
  auto body = std::make_unique<Block>();
  inside.setInsertionPointToEnd(body.get());
  IRMapping mapping;
  SmallVector<Value> inputs;
  for (Value operand : recurrence->getOperands())
    importInto(*body, inside, operand, mapping, inputs);
  Operation *copied = inside.clone(*recurrence, mapping);
  Value y = copied->getResult(0);
  YieldOp::create(inside, recurrence.getLoc(), y);
  OpBuilder detached(recurrence.getContext());
  auto kernel =
      KernelOp::create(detached, recurrence.getLoc(), TypeRange{y.getType()},
                       detached.getStringAttr("alone"), inputs, ScheduleAttr(),
                       ArrayAttr(), UnitAttr());
  kernel.getBody().push_back(body.release());
  return kernel;
}
