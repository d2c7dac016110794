// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Walks the ops of a function in order: calls and kernels run their bodies,
// every other op is looked up among the formulas.

#include "lib/Reference/Interpreter.h"
#include "lib/Reference/BlockOps.h"
#include "lib/Reference/Elementwise.h"
#include "lib/Reference/Rounding.h"
#include "lib/Reference/Sequences.h"

#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::ssm;
using namespace mlir::ssm::reference;

namespace {

/// Functions that call each other deeper than this are refused.
constexpr unsigned kMaxCalls = 100;

/// A chain of functions longer than this is cut by an array.
constexpr unsigned kMaxChain = 100;

/// The symbolic sizes of one call: batch, length and the slots of caches, once
/// an argument of the function has bound them.
struct Sizes {
  struct Size {
    int64_t value = ShapedType::kDynamic;
    unsigned binder = 0; // the argument
  };
  Size batchAndLength[2], slots;

  /// What `?` stands for in a dimension.
  const Size &at(size_t dim, bool ofCache) const {
    return dim == 0 && ofCache ? slots : batchAndLength[dim];
  }
  Size &at(size_t dim, bool ofCache) {
    return dim == 0 && ofCache ? slots : batchAndLength[dim];
  }

  /// `declared` with its sizes `?` replaced by those that are bound.
  SmallVector<int64_t> resolve(ArrayRef<int64_t> declared, bool ofCache) const {
    SmallVector<int64_t> shape(declared);
    for (size_t dim = 0; dim < shape.size() && dim < 2; ++dim)
      if (ShapedType::isDynamic(shape[dim]))
        shape[dim] = at(dim, ofCache).value;
    return shape;
  }
};

class Interpreter {
public:
  explicit Interpreter(Rounding rounding) : rounding(rounding) {}

  FailureOr<Results> call(func::FuncOp function, ArrayRef<Tensor> arguments);

private:
  FailureOr<Results> runBlock(Block &block, ArrayRef<Tensor> arguments,
                              const Sizes &sizes);
  FailureOr<Results> runOp(Operation *op, ArrayRef<Tensor> operands,
                           const Sizes &sizes);
  LogicalResult finish(Operation *op, ArrayRef<Tensor> operands,
                       const Sizes &sizes, Results &results);

  Rounding rounding;
  unsigned calls = 0;
};

} // namespace

std::string mlir::ssm::reference::getArgumentName(func::FuncOp function,
                                                  unsigned index) {
  for (StringRef key : {"ssm.name", "ssm.weight"})
    if (auto name = function.getArgAttrOfType<StringAttr>(index, key))
      return name.str();
  return "arg" + std::to_string(index);
}

std::string mlir::ssm::reference::getResultName(func::FuncOp function,
                                                unsigned index) {
  if (auto name = function.getResultAttrOfType<StringAttr>(index, "ssm.name"))
    return name.str();
  return index == 0 ? "y" : "result" + std::to_string(index);
}

static std::string shapeText(ArrayRef<int64_t> shape) {
  std::string text;
  for (int64_t size : shape)
    text += (text.empty() ? "" : "x") +
            (ShapedType::isDynamic(size) ? "?" : std::to_string(size));
  return shape.empty() ? "scalar" : text;
}

/// The shape of a tensor or, without dimensions, of a scalar.
static std::optional<ArrayRef<int64_t>> shapeOf(Type type) {
  if (auto tensor = dyn_cast<RankedTensorType>(type))
    return tensor.getShape();
  if (type.isIntOrFloat())
    return ArrayRef<int64_t>();
  return std::nullopt;
}

/// Checks one argument against its type and binds the sizes it is first with.
static LogicalResult bindArgument(func::FuncOp function, unsigned number,
                                  const Tensor &argument, Sizes &sizes) {
  Type type = function.getArgumentTypes()[number];
  auto emitError = [&] {
    return mlir::emitError(function.getArgument(number).getLoc(), "argument '")
           << getArgumentName(function, number) << "': ";
  };
  std::optional<ArrayRef<int64_t>> declared = shapeOf(type);
  Type element = getElementTypeOrSelf(type);
  if (!declared || !(isSupportedElement(element) || element.isInteger(32)))
    return emitError()
           << "expected a tensor of f64, f32, bf16, f16 or i32, got " << type;
  ArrayRef<int64_t> actual = argument.getShape();
  bool fits = declared->size() == actual.size();
  for (size_t dim = 0; fits && dim < actual.size(); ++dim)
    fits = ShapedType::isDynamic((*declared)[dim])
               ? dim < 2
               : (*declared)[dim] == actual[dim];
  if (!fits)
    return emitError() << "expected shape " << shapeText(*declared) << ", got "
                       << shapeText(actual);
  bool ofCache = isCache(function.getArgument(number));
  for (size_t dim = 0; dim < actual.size(); ++dim) {
    if (!ShapedType::isDynamic((*declared)[dim]))
      continue;
    Sizes::Size &size = sizes.at(dim, ofCache);
    if (ShapedType::isDynamic(size.value))
      size = {actual[dim], number};
    if (size.value != actual[dim])
      return emitError() << "expected "
                         << (dim       ? "length "
                             : ofCache ? "slots "
                                       : "batch ")
                         << size.value << " as in argument '"
                         << getArgumentName(function, size.binder) << "', got "
                         << actual[dim];
  }
  return success();
}

FailureOr<Results> Interpreter::call(func::FuncOp function,
                                     ArrayRef<Tensor> arguments) {
  if (function.isExternal())
    return function.emitError("expected a function with a body");
  if (!llvm::hasSingleElement(function.getBody()))
    return function.emitError("expected a function of one block, got ")
           << function.getBody().getBlocks().size();
  if (arguments.size() != function.getNumArguments())
    return function.emitError("expected ")
           << function.getNumArguments() << " arguments, got "
           << arguments.size();
  if (calls == kMaxCalls)
    return function.emitError("expected calls at most ")
           << kMaxCalls << " deep";
  Sizes sizes;
  for (auto [i, argument] : llvm::enumerate(arguments))
    if (failed(bindArgument(function, i, argument, sizes)))
      return failure();
  ++calls;
  FailureOr<Results> results =
      runBlock(function.getBody().front(), arguments, sizes);
  --calls;
  return results;
}

FailureOr<Results> Interpreter::runBlock(Block &block,
                                         ArrayRef<Tensor> arguments,
                                         const Sizes &sizes) {
  llvm::DenseMap<Value, Tensor> values;
  for (auto [argument, tensor] : llvm::zip(block.getArguments(), arguments))
    values[argument] = tensor;
  for (Operation &op : block) {
    Results operands;
    for (Value operand : op.getOperands())
      operands.push_back(values.lookup(operand));
    if (isa<func::ReturnOp, YieldOp>(op))
      return operands;
    FailureOr<Results> results = runOp(&op, operands, sizes);
    if (failed(results) || failed(finish(&op, operands, sizes, *results)))
      return failure();
    for (auto [result, tensor] : llvm::zip(op.getResults(), *results))
      values[result] = tensor;
  }
  return failure(); // a block without terminator does not verify
}

/// Checks what the formulas gave against the op, rounds it, and cuts chains of
/// functions.
LogicalResult Interpreter::finish(Operation *op, ArrayRef<Tensor> operands,
                                  const Sizes &sizes, Results &results) {
  unsigned depth = 0;
  for (const Tensor &operand : operands)
    depth = std::max(depth, operand.getDepth());
  for (auto [result, tensor] : llvm::zip(op->getResults(), results)) {
    SmallVector<int64_t> declared =
        sizes.resolve(*shapeOf(result.getType()), isCache(result));
    bool agrees = declared.size() == tensor.getShape().size();
    for (size_t dim = 0; agrees && dim < declared.size(); ++dim)
      agrees = ShapedType::isDynamic(declared[dim]) ||
               declared[dim] == tensor.getDim(dim);
    if (!agrees)
      return op->emitOpError("expected a result of shape ")
             << shapeText(declared) << ", got " << shapeText(tensor.getShape());
    if (rounding == Rounding::Declared)
      tensor = roundTo(getElementTypeOrSelf(result.getType()), tensor);
    if (tensor.isArray())
      continue;
    tensor.setDepth(depth + 1);
    if (depth < kMaxChain)
      continue;
    if (!countElements(tensor.getShape()))
      return op->emitOpError("expected a result of at most ")
             << kMaxElements << " elements, got shape "
             << shapeText(tensor.getShape());
    tensor = tensor.inArray();
  }
  return success();
}

/// Elements of arith.constant: a splat is one number, whatever its shape.
static FailureOr<Tensor> evaluateConstant(arith::ConstantOp op) {
  auto toDouble = [](const APFloat &value) {
    APFloat wide = value;
    bool losesInfo;
    wide.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                 &losesInfo);
    return wide.convertToDouble();
  };
  if (auto scalar = dyn_cast<FloatAttr>(op.getValue()))
    return Tensor::fromArray({}, {toDouble(scalar.getValue())});
  if (auto scalar = dyn_cast<IntegerAttr>(op.getValue()))
    return Tensor::fromArray({}, {double(scalar.getValue().getBoolValue())});
  auto dense = dyn_cast<DenseElementsAttr>(op.getValue());
  if (!dense)
    return op.emitOpError("expected a dense constant");
  ArrayRef<int64_t> shape = dense.getType().getShape();
  bool isFloat = isa<FloatType>(dense.getElementType());
  if (dense.isSplat()) {
    double value = isFloat ? toDouble(dense.getSplatValue<APFloat>())
                           : double(dense.getSplatValue<bool>());
    return makeTensor(shape, [=](ArrayRef<int64_t>) { return value; });
  }
  std::vector<double> values;
  if (isFloat)
    for (const APFloat &value : dense.getValues<APFloat>())
      values.push_back(toDouble(value));
  else
    for (bool value : dense.getValues<bool>())
      values.push_back(value);
  return Tensor::fromArray(shape, std::move(values));
}

/// One formula at every index; a scalar operand holds for all of them.
static FailureOr<Results> evaluateElementwise(Operation *op,
                                              ArrayRef<Tensor> operands) {
  Formula formula = getFormula(op);
  if (!formula)
    return op->emitOpError("expected an op that the interpreter supports");
  Tensor shaped = operands.front();
  for (const Tensor &operand : operands)
    if (operand.getRank() > 0)
      shaped = operand;
  for (const Tensor &operand : operands)
    if (operand.getRank() > 0 && operand.getShape() != shaped.getShape())
      return op->emitOpError("expected operands of equal shape, got ")
             << shapeText(shaped.getShape()) << " and "
             << shapeText(operand.getShape());
  auto element = [=, operands = Results(operands)](ArrayRef<int64_t> index) {
    SmallVector<double, 3> elements;
    for (const Tensor &operand : operands)
      elements.push_back(operand.getRank() ? operand.at(index)
                                           : operand.at({}));
    return formula(elements);
  };
  return Results{makeTensor(shaped.getShape(), element)};
}

/// Refuses results that no Tensor can stand for before anything is computed.
static LogicalResult checkResults(Operation *op, const Sizes &sizes) {
  for (Value result : op->getResults()) {
    Type type = result.getType();
    std::optional<ArrayRef<int64_t>> declared = shapeOf(type);
    if (!declared || !isSupportedElement(getElementTypeOrSelf(type)))
      return op->emitOpError("expected results of f64, f32, bf16, f16 or i1, "
                             "got ")
             << type;
    SmallVector<int64_t> shape = sizes.resolve(*declared, isCache(result));
    bool known = llvm::none_of(shape, ShapedType::isDynamic);
    // From rank 4 on results are functions.
    if (known && shape.size() < 4 && !countElements(shape))
      return op->emitOpError("expected a result of at most ")
             << kMaxElements << " elements, got shape " << shapeText(shape);
  }
  return success();
}

/// Refuses packed sequences and slots that are none, and orders that leave
/// tokens out, before they are read.
static LogicalResult checkSequences(Operation *op, ArrayRef<Tensor> operands,
                                    const Sizes &sizes) {
  auto tensorOf = [&](Value operand) -> const Tensor & {
    return operands[llvm::find(op->getOperands(), operand) -
                    op->getOperands().begin()];
  };
  if (std::string wrong = checkSlots(op, operands); !wrong.empty())
    return op->emitOpError(wrong);
  std::string problem;
  if (Value ends = getEnds(op))
    problem = checkEnds(tensorOf(ends), sizes.batchAndLength[1].value);
  else if (Value order = getOrder(op))
    problem = checkOrder(tensorOf(order));
  return problem.empty() ? success() : op->emitOpError(problem);
}

FailureOr<Results> Interpreter::runOp(Operation *op, ArrayRef<Tensor> operands,
                                      const Sizes &sizes) {
  if (failed(checkResults(op, sizes)) ||
      failed(checkSequences(op, operands, sizes)))
    return failure();
  return TypeSwitch<Operation *, FailureOr<Results>>(op)
      .Case<LinearOp, Conv1dOp, TailOp, ActivationOp, GateOp, DiscretizeOp,
            ScanOp, RMSNormOp, SplitOp, ReverseOp, BroadcastOp, LongConvOp,
            GatherOp, ScatterOp, MaskOp>([&](auto op) -> FailureOr<Results> {
        return evaluate(op, Operands<decltype(op)>(operands, op));
      })
      .Case([&](RecurrenceOp recurrence) -> FailureOr<Results> {
        FailureOr<ScalarRegion> region =
            ScalarRegion::read(recurrence.getBody().front(), rounding);
        if (failed(region))
          return failure();
        return evaluate(recurrence,
                        Operands<RecurrenceOp>(operands, recurrence), *region);
      })
      .Case([&](PadOp pad) -> FailureOr<Results> {
        int64_t length =
            cast<RankedTensorType>(pad.getY().getType()).getDimSize(1);
        if (ShapedType::isDynamic(length))
          length = sizes.batchAndLength[1].value;
        return evaluate(pad, Operands<PadOp>(operands, pad), length);
      })
      .Case([&](KernelOp kernel) {
        return runBlock(kernel.getBody().front(), operands, sizes);
      })
      .Case([&](func::CallOp call) -> FailureOr<Results> {
        auto callee = SymbolTable::lookupNearestSymbolFrom<func::FuncOp>(
            call, call.getCalleeAttr());
        if (!callee)
          return call.emitOpError("expected a function, got ")
                 << call.getCalleeAttr();
        return this->call(callee, operands);
      })
      .Case([&](arith::ConstantOp constant) -> FailureOr<Results> {
        FailureOr<Tensor> tensor = evaluateConstant(constant);
        if (failed(tensor))
          return failure();
        return Results{*tensor};
      })
      .Default(
          [&](Operation *op) { return evaluateElementwise(op, operands); });
}

FailureOr<SmallVector<Tensor>>
mlir::ssm::reference::interpret(func::FuncOp function,
                                ArrayRef<Tensor> arguments, Rounding rounding) {
  FailureOr<Results> results = Interpreter(rounding).call(function, arguments);
  if (failed(results))
    return failure();
  for (auto [i, result] : llvm::enumerate(*results)) {
    if (!countElements(result.getShape()))
      return function.emitError("result '")
             << getResultName(function, i) << "': expected at most "
             << kMaxElements << " elements, got shape "
             << shapeText(result.getShape());
    result = result.inArray();
  }
  return results;
}
