// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm.recurrence: the axes that follow its inputs, its constraints, and the
// work it does, whose scalar code is the op's own region.

#include "dialect/SSMRecurrence.h"
#include "dialect/VerifyShapes.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/IRMapping.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::ssm;

/// The letters of axes, in the order of the iteration space.
static constexpr llvm::StringLiteral kLetters = "btcn";
static constexpr unsigned kState = 3;

static ArrayRef<int64_t> shapeOf(Value value) {
  return cast<RankedTensorType>(value.getType()).getShape();
}

/// The dimension of the iteration space that a letter stands for.
static unsigned dimensionOf(char letter) { return kLetters.find(letter); }

//===----------------------------------------------------------------------===//
// Syntax: %x "btc", %A "cn"
//===----------------------------------------------------------------------===//

ParseResult mlir::ssm::parseInputsWithAxes(
    OpAsmParser &parser,
    SmallVectorImpl<OpAsmParser::UnresolvedOperand> &inputs, ArrayAttr &axes) {
  SmallVector<Attribute> list;
  auto parseOne = [&]() -> ParseResult {
    std::string letters;
    if (parser.parseOperand(inputs.emplace_back()) ||
        parser.parseString(&letters))
      return failure();
    list.push_back(parser.getBuilder().getStringAttr(letters));
    return success();
  };
  if (parser.parseCommaSeparatedList(parseOne))
    return failure();
  axes = parser.getBuilder().getArrayAttr(list);
  return success();
}

void mlir::ssm::printInputsWithAxes(OpAsmPrinter &printer, RecurrenceOp,
                                    OperandRange inputs, ArrayAttr axes) {
  llvm::interleaveComma(llvm::zip(inputs, axes), printer, [&](auto each) {
    printer << std::get<0>(each) << ' ' << std::get<1>(each);
  });
}

StringRef RecurrenceOp::getAxesOf(unsigned input) {
  return cast<StringAttr>(getAxes()[input]).getValue();
}

bool RecurrenceOp::hasStateAxis() {
  return llvm::any_of(getAxes().getAsValueRange<StringAttr>(),
                      [](StringRef axes) { return axes.contains('n'); });
}

ArrayRef<BlockArgument> RecurrenceOp::getStateArguments() {
  return getBody().getArguments().drop_front(getInputs().size());
}

//===----------------------------------------------------------------------===//
// Constraints
//===----------------------------------------------------------------------===//

/// Letters of the four axes, each once, the batch first and the time after it.
static bool areAxes(StringRef axes) {
  for (auto [i, letter] : llvm::enumerate(axes))
    if (!kLetters.contains(letter) || axes.find(letter) != i)
      return false;
  size_t batch = axes.find('b'), time = axes.find('t');
  return (batch == StringRef::npos || batch == 0) &&
         (time == StringRef::npos || (batch == 0 && time == 1));
}

/// recurrence_c2
static LogicalResult verifyAxes(RecurrenceOp op) {
  if (op.getAxes().size() != op.getInputs().size())
    return op.emitOpError("expected axes for each of ")
           << op.getInputs().size() << " inputs, got " << op.getAxes().size();
  for (auto [i, input] : llvm::enumerate(op.getInputs())) {
    StringRef axes = op.getAxesOf(i);
    if (!areAxes(axes))
      return op.emitOpError("expected axes of input ")
             << i << " as letters of \"" << kLetters
             << "\", each once, b first and t second, got \"" << axes << "\"";
    if (axes.size() != shapeOf(input).size())
      return op.emitOpError("expected input ")
             << i << " of rank " << axes.size() << " as its axes \"" << axes
             << "\", got " << input.getType();
  }
  return success();
}

/// recurrence_c3 and recurrence_c4. The extents of batch, time and channel are
/// those of y, that of the states the first that an input has.
static LogicalResult verifySizes(RecurrenceOp op) {
  SmallVector<std::optional<int64_t>> extents(shapeOf(op.getY()));
  extents.resize(kLetters.size());
  int64_t sequences = countSequences(op.getY(), op.getEnds());
  bool hasTime = false;
  for (auto [i, input] : llvm::enumerate(op.getInputs())) {
    StringRef axes = op.getAxesOf(i);
    hasTime |= axes.contains('t');
    for (auto [letter, size] : llvm::zip(axes, shapeOf(input))) {
      // What has no time is given once for each sequence.
      bool isPerSequence = letter == 'b' && !axes.contains('t');
      std::optional<int64_t> perSequence = sequences;
      std::optional<int64_t> &extent =
          isPerSequence ? perSequence : extents[dimensionOf(letter)];
      if (!extent)
        extent = size;
      if (extent == size)
        continue;
      InFlightDiagnostic diagnostic = op.emitOpError("expected input ");
      diagnostic << i << " with a size of ";
      if (ShapedType::isDynamic(*extent))
        diagnostic << "?";
      else
        diagnostic << *extent;
      return diagnostic << " along " << StringRef(&letter, 1) << ", got "
                        << input.getType();
    }
  }
  if (!hasTime)
    return op.emitOpError("expected an input with the axes b and t, got none");
  int64_t states = extents[kState].value_or(1);
  if (states < 1 || states > kMaxStates) // recurrence_c4
    return op.emitOpError("expected 1 to ")
           << kMaxStates << " states, got " << states;
  return success();
}

LogicalResult RecurrenceOp::verify() {
  if (failed(expectSymbolicSizes(*this)) ||
      failed(expectRank(*this, "y", getY(), 3)) ||           // recurrence_c1
      failed(expectPacked(*this, "y", getY(), getEnds())) || // packed_c1
      failed(expectOrdered(*this, "y", getY(), getOrder(), getEnds())) ||
      failed(verifyAxes(*this)))
    return failure();
  return verifySizes(*this);
}

static bool isCompute(Type type) { return type.isF32() || type.isF64(); }

/// recurrence_c5
static LogicalResult verifyArguments(RecurrenceOp op) {
  Block &block = op.getBody().front();
  unsigned inputs = op.getInputs().size();
  if (block.getNumArguments() <= inputs)
    return op.emitOpError("expected a region of ")
           << inputs << " inputs and at least one state, got "
           << block.getNumArguments() << " arguments";
  for (auto [i, input] : llvm::enumerate(op.getInputs())) {
    Type element = getElementTypeOrSelf(input.getType());
    Type type = block.getArgument(i).getType();
    bool widens = isCompute(type) && type.getIntOrFloatBitWidth() >
                                         element.getIntOrFloatBitWidth();
    if (type == element || widens)
      continue;
    InFlightDiagnostic diagnostic = op.emitOpError("expected argument ");
    diagnostic << i << " of the region of " << element
               << ", or of f32 or f64 where they are wider, got " << type;
    diagnostic.attachNote(block.getArgument(i).getLoc()) << "the argument";
    return diagnostic;
  }
  for (BlockArgument state : op.getStateArguments())
    if (!isCompute(state.getType())) {
      InFlightDiagnostic diagnostic =
          op.emitOpError("expected states of f32 or f64, got ");
      diagnostic << state.getType();
      diagnostic.attachNote(state.getLoc())
          << "argument " << state.getArgNumber() << " of the region";
      return diagnostic;
    }
  return success();
}

/// The widest of the states' types: f32 or f64.
static Type readType(RecurrenceOp op) {
  for (BlockArgument state : op.getStateArguments())
    if (state.getType().isF64())
      return state.getType();
  return Float32Type::get(op.getContext());
}

/// recurrence_c6
static LogicalResult verifyYield(RecurrenceOp op) {
  SmallVector<Type> expected(ValueRange(op.getStateArguments()).getTypes());
  expected.push_back(readType(op));
  Operation *yield = op.getBody().front().getTerminator();
  if (isa<YieldOp>(yield) && yield->getOperandTypes() == TypeRange(expected))
    return success();
  InFlightDiagnostic diagnostic =
      op.emitOpError("expected the region to yield the states and the read, (");
  diagnostic << TypeRange(expected) << "), got (" << yield->getOperandTypes()
             << ")";
  diagnostic.attachNote(yield->getLoc()) << "yielded here";
  return diagnostic;
}

/// recurrence_c8
static LogicalResult verifyScalarOps(RecurrenceOp op) {
  auto isScalar = [](Type type) {
    return isa<Float64Type, Float32Type, BFloat16Type, Float16Type>(type) ||
           type.isInteger(1);
  };
  for (Operation &inner : op.getBody().front().without_terminator()) {
    if (isElementwiseWork(&inner) &&
        llvm::all_of(inner.getResultTypes(), isScalar))
      continue;
    InFlightDiagnostic diagnostic = op.emitOpError(
        "expected a region of elementwise ops of arith and math on scalars, "
        "got ");
    diagnostic << inner.getName();
    if (inner.getNumResults() == 1)
      diagnostic << " of " << inner.getResult(0).getType();
    diagnostic.attachNote(inner.getLoc()) << "the op of the region";
    return diagnostic;
  }
  return success();
}

/// recurrence_c9, and every_c2 if they are states after `every` tokens.
static LogicalResult verifyStates(RecurrenceOp op, StringRef name,
                                  ValueRange values,
                                  std::optional<int64_t> every) {
  ArrayRef<BlockArgument> states = op.getStateArguments();
  if (values.empty())
    return success();
  if (values.size() != states.size())
    return op.emitOpError("expected ")
           << name << " for none or each of " << states.size()
           << " states, got " << values.size();
  ArrayRef<int64_t> y = shapeOf(op.getY());
  SmallVector<int64_t> shape = {countSequences(op.getY(), op.getEnds()), y[2]};
  for (auto [i, input] : llvm::enumerate(op.getInputs()))
    if (size_t at = op.getAxesOf(i).find('n');
        at != StringRef::npos && shape.size() == 2)
      shape.push_back(shapeOf(input)[at]);
  if (every)
    shape = tracedShape(shape, y[1], *every);
  for (auto [value, state] : llvm::zip(values, states)) {
    if (failed(expectShape(op, name, value, shape)))
      return failure();
    Type element = getElementTypeOrSelf(value.getType());
    if (element != state.getType() && element.getIntOrFloatBitWidth() > 16)
      return op.emitOpError("expected ")
             << name << " of " << state.getType()
             << " as its state, or of 16 bits, got " << value.getType();
  }
  return success();
}

LogicalResult RecurrenceOp::verifyRegions() {
  if (failed(verifyArguments(*this)) || failed(verifyYield(*this)) ||
      failed(verifyScalarOps(*this)) ||
      failed(verifyStates(*this, "init", getInit(), std::nullopt)) ||
      failed(expectTraceable(*this, getEvery(), !getFinalStates().empty(),
                             getEnds(), getOrder(), getReverse()))) // every_c1
    return failure();
  return verifyStates(*this, "final states", getFinalStates(), getEvery());
}

//===----------------------------------------------------------------------===//
// Work
//===----------------------------------------------------------------------===//

WorkKind RecurrenceOp::getWorkKind() { return WorkKind::Recurrence; }

SmallVector<Axis> RecurrenceOp::getIterationAxes() {
  SmallVector<Axis> axes = {Axis::Batch, Axis::Time, Axis::Channel};
  if (hasStateAxis())
    axes.push_back(Axis::State);
  return axes;
}

SmallVector<OperandAccess> RecurrenceOp::getAccesses() {
  unsigned rank = getIterationAxes().size();
  SmallVector<OperandAccess> accesses;
  for (unsigned i = 0; i < getInputs().size(); ++i) {
    SmallVector<unsigned> dims;
    for (char letter : getAxesOf(i))
      dims.push_back(dimensionOf(letter));
    accesses.push_back(
        {i, AffineMap::getMultiDimMapWithTargets(rank, dims, getContext())});
  }
  return accesses;
}

AffineMap RecurrenceOp::getResultMap(unsigned result) {
  unsigned rank = getIterationAxes().size();
  if (result == 0)
    return AffineMap::getMultiDimMapWithTargets(rank, {0, 1, 2}, getContext());
  return finalStateMap(getContext(), hasStateAxis(), getEvery());
}

SmallVector<Axis> RecurrenceOp::getReductionAxes() {
  return hasStateAxis() ? SmallVector<Axis>{Axis::State} : SmallVector<Axis>();
}

SmallVector<Type> RecurrenceOp::getStateElementTypes() {
  return llvm::to_vector(ValueRange(getStateArguments()).getTypes());
}

SmallVector<Value> RecurrenceOp::getInitialStateValues() { return getInit(); }

SmallVector<Value> RecurrenceOp::getFinalStateValues() {
  return SmallVector<Value>(getFinalStates());
}

std::optional<int64_t> RecurrenceOp::getStatePeriod() { return getEvery(); }

bool RecurrenceOp::isReverse() { return getReverse(); }

SmallVector<Value> RecurrenceOp::buildBody(OpBuilder &builder, Location loc,
                                           ValueRange scalars,
                                           ValueRange states) {
  Block &block = getBody().front();
  IRMapping mapping;
  for (auto [argument, scalar] : llvm::zip(block.getArguments(), scalars))
    mapping.map(argument, castFloat(builder, loc, scalar, argument.getType()));
  for (auto [argument, state] : llvm::zip(getStateArguments(), states))
    mapping.map(argument, state);
  for (Operation &op : block.without_terminator())
    builder.clone(op, mapping);
  return llvm::map_to_vector(
      block.getTerminator()->getOperands(),
      [&](Value value) { return mapping.lookup(value); });
}

Value RecurrenceOp::buildFinish(OpBuilder &builder, Location loc, Value sum,
                                ArrayRef<Value>) {
  return castFloat(builder, loc, sum, getElementTypeOrSelf(getY().getType()));
}
