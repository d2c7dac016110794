// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Verifiers and folds of block ops. Every check cites its constraint
// (docs/spec.md).

#include "dialect/SSMRecurrence.h"
#include "dialect/VerifyShapes.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace mlir::ssm;

static RankedTensorType tensorType(Value value) {
  return cast<RankedTensorType>(value.getType());
}

static bool isState(Value value) {
  Type type = getElementTypeOrSelf(value.getType());
  return type.isF32() || type.isF64();
}

static std::string shapeText(ArrayRef<int64_t> shape) {
  std::string text = "(";
  for (auto [i, size] : llvm::enumerate(shape)) {
    if (i)
      text += ", ";
    text += ShapedType::isDynamic(size) ? "?" : std::to_string(size);
  }
  return text + ")";
}

LogicalResult mlir::ssm::expectRank(Operation *op, StringRef name, Value value,
                                    int64_t rank) {
  if (tensorType(value).getRank() == rank)
    return success();
  return op->emitOpError("expected ")
         << name << " of rank " << rank << ", got " << value.getType();
}

LogicalResult mlir::ssm::expectShape(Operation *op, StringRef name, Value value,
                                     ArrayRef<int64_t> shape) {
  if (tensorType(value).getShape() == shape)
    return success();
  return op->emitOpError("expected ")
         << name << " of shape " << shapeText(shape) << ", got "
         << value.getType();
}

static InFlightDiagnostic emitStaticSize(Operation *op, int64_t dimension,
                                         Type type) {
  return op->emitOpError("expected a static size of dimension ")
         << dimension << ", got " << type;
}

bool mlir::ssm::fitsPackage(ArrayRef<int64_t> shape) {
  int64_t product = 1;
  for (int64_t size : shape)
    if (!ShapedType::isDynamic(size) &&
        (llvm::MulOverflow(product, size, product) ||
         product > kMaxTensorElements))
      return false;
  return true;
}

LogicalResult mlir::ssm::expectSymbolicSizes(Operation *op) {
  SmallVector<Value> values(op->getOperands());
  llvm::append_range(values, op->getResults());
  for (Value value : values) {
    auto type = dyn_cast<RankedTensorType>(value.getType());
    if (!type)
      continue;
    for (auto [i, size] : llvm::enumerate(type.getShape())) {
      if (ShapedType::isDynamic(size) && i > 1)
        return emitStaticSize(op, i, type);
      if (size == 0)
        return op->emitOpError("expected sizes of at least 1, got ") << type;
    }
    if (!fitsPackage(type.getShape())) // sizes_c3
      return op->emitOpError("expected at most ")
             << kMaxTensorElements << " elements for each symbolic size, got "
             << type;
  }
  return success();
}

/// A rank that has iteration axes; below 3 there is no batch and no length.
static LogicalResult expectPointwiseRank(Operation *op, Value x,
                                         int64_t smallest) {
  RankedTensorType type = tensorType(x);
  if (type.getRank() < smallest || type.getRank() > 4)
    return op->emitOpError("expected x of rank ")
           << smallest << " to 4, got " << type;
  if (type.getRank() < 3)
    for (auto [i, size] : llvm::enumerate(type.getShape()))
      if (ShapedType::isDynamic(size))
        return emitStaticSize(op, i, type);
  return success();
}

LogicalResult LinearOp::verify() {
  Operation *op = *this;
  if (failed(expectSymbolicSizes(op)) ||
      // linear_c1
      failed(expectRank(op, "x", getX(), 3)) ||
      failed(expectRank(op, "the result", getY(), 3)) ||
      failed(expectRank(op, "weight", getWeight(), 2)))
    return failure();
  ArrayRef<int64_t> x = tensorType(getX()).getShape();
  ArrayRef<int64_t> y = tensorType(getY()).getShape();
  if (failed(expectShape(op, "the result", getY(), {x[0], x[1], y[2]})) ||
      failed(expectShape(op, "weight", getWeight(), {y[2], x[2]}))) // c2, c3
    return failure();
  return getBias() ? expectShape(op, "bias", getBias(), {y[2]}) // linear_c4
                   : success();
}

int64_t Conv1dOp::getWidth() {
  return tensorType(getWeight()).getShape().back();
}

LogicalResult Conv1dOp::verify() {
  Operation *op = *this;
  if (failed(expectSymbolicSizes(op)) ||
      failed(expectRank(op, "x", getX(), 3))) // conv1d_c1
    return failure();
  ArrayRef<int64_t> x = tensorType(getX()).getShape();
  if (failed(expectShape(op, "the result", getY(), x))) // conv1d_c1
    return failure();
  if (failed(expectPacked(op, "x", getX(), getEnds())) || // packed_c1
      failed(expectOrdered(op, "x", getX(), getOrder(), getEnds())))
    return failure(); // order_c1, order_c2
  ArrayRef<int64_t> weight = tensorType(getWeight()).getShape();
  bool two = weight.size() == 2 && weight[0] == x[2];
  bool three = weight.size() == 3 && weight[0] == x[2] && weight[1] == 1;
  if ((!two && !three) || ShapedType::isDynamic(weight.back())) // conv1d_c2
    return emitOpError("expected weight of shape (channel, width) or (channel, "
                       "1, width) with ")
           << x[2] << " channels, got " << getWeight().getType();
  if (weight.back() > kMaxWidth) // conv1d_c4
    return emitOpError("expected a width of at most ")
           << kMaxWidth << ", got " << getWeight().getType();
  if (getBias() &&
      failed(expectShape(op, "bias", getBias(), {x[2]}))) // conv1d_c3
    return failure();
  if (!getInit())
    return success();
  if (getReverse()) // conv1d_c6
    return emitOpError("expected no init in a reverse window, got ")
           << getInit().getType();
  int64_t sequences = countSequences(getX(), getEnds());
  return expectShape(op, "init", getInit(),
                     {sequences, weight.back() - 1, x[2]}); // conv1d_c5
}

/// A number of tokens that a window may reach back.
static LogicalResult expectTokens(Operation *op, StringRef name, Value value) {
  int64_t tokens = tensorType(value).getShape()[1];
  if (!ShapedType::isDynamic(tokens) && tokens >= 1 && tokens <= kMaxWidth)
    return success();
  return op->emitOpError("expected ") << name << " of 1 to " << kMaxWidth
                                      << " tokens, got " << value.getType();
}

LogicalResult TailOp::verify() {
  Operation *op = *this;
  if (failed(expectSymbolicSizes(op)) ||
      failed(expectRank(op, "x", getX(), 3)) || // tail_c1
      failed(expectRank(op, "the result", getY(), 3)))
    return failure();
  ArrayRef<int64_t> x = tensorType(getX()).getShape();
  ArrayRef<int64_t> y = tensorType(getY()).getShape();
  int64_t sequences = countSequences(getX(), getEnds());
  if (failed(expectPacked(op, "x", getX(), getEnds())) || // packed_c1
      failed(expectTokens(op, "the result", getY())) ||   // tail_c2
      failed(expectShape(op, "the result", getY(), {sequences, y[1], x[2]})))
    return failure(); // tail_c1
  if (!getInit())
    return success();
  if (failed(expectRank(op, "init", getInit(), 3)) || // tail_c3
      failed(expectTokens(op, "init", getInit())))
    return failure();
  return expectShape(op, "init", getInit(),
                     {sequences, tensorType(getInit()).getShape()[1], x[2]});
}

LogicalResult ActivationOp::verify() {
  Operation *op = *this;
  ArrayRef<int64_t> x = tensorType(getX()).getShape();
  if (failed(expectSymbolicSizes(op)) ||
      failed(expectPointwiseRank(op, getX(), getBias() ? 1 : 0)) || // c3
      failed(expectShape(op, "the result", getY(), x))) // activation_c1
    return failure();
  if (!getBias())
    return success();
  return expectShape(op, "bias", getBias(), {x.back()}); // activation_c2
}

OpFoldResult ActivationOp::fold(FoldAdaptor) {
  if (getFunction() == Activation::Identity && !getBias() &&
      getX().getType() == getY().getType())
    return getX();
  return {};
}

LogicalResult GateOp::verify() {
  Operation *op = *this;
  ArrayRef<int64_t> x = tensorType(getX()).getShape();
  if (failed(expectSymbolicSizes(op)) ||
      failed(expectPointwiseRank(op, getX(), 0)) || // gate_c2
      failed(expectShape(op, "z", getZ(), x)))      // gate_c1
    return failure();
  return expectShape(op, "the result", getY(), x); // gate_c1
}

LogicalResult DiscretizeOp::verify() {
  Operation *op = *this;
  if (failed(expectSymbolicSizes(op)) ||
      failed(expectRank(op, "delta", getDelta(), 3)) || // discretize_c1
      failed(expectRank(op, "A", getA(), 2)))
    return failure();
  ArrayRef<int64_t> delta = tensorType(getDelta()).getShape();
  int64_t states = tensorType(getA()).getShape()[1];
  if (failed(expectShape(op, "A", getA(), {delta[2], states}))) // c1
    return failure();
  SmallVector<int64_t> perToken = {delta[0], delta[1], states};
  SmallVector<int64_t> constant = {delta[2], states};
  ArrayRef<int64_t> b = tensorType(getB()).getShape();
  if (b != ArrayRef(perToken) && b != ArrayRef(constant)) // discretize_c2
    return emitOpError("expected B of shape ")
           << shapeText(perToken) << " or " << shapeText(constant) << ", got "
           << getB().getType();
  SmallVector<int64_t> full = {delta[0], delta[1], delta[2], states};
  if (failed(expectShape(op, "a_bar", getABar(), full)) || // discretize_c3
      failed(expectShape(op, "b_bar", getBBar(), full)))
    return failure();
  for (Value value : {getDelta(), getA(), getABar(), getBBar()})
    if (!isState(value)) // discretize_c4
      return emitOpError(
                 "expected delta, A and the results in f32 or f64, got ")
             << value.getType();
  return success();
}

std::optional<int64_t> ScanOp::getNumStates() {
  for (Value value : {getA(), getB()})
    if (tensorType(value).getRank() == 4)
      return tensorType(value).getShape()[3];
  return std::nullopt;
}

/// scan_c5 for the initial or the final state.
static LogicalResult verifyState(ScanOp op, StringRef name, Value value,
                                 ArrayRef<int64_t> shape) {
  if (!value)
    return success();
  return expectShape(op, name, value, shape);
}

LogicalResult ScanOp::verify() {
  Operation *op = *this;
  if (failed(expectSymbolicSizes(op)) ||
      failed(expectRank(op, "u", getU(), 3))) // scan_c1
    return failure();
  ArrayRef<int64_t> u = tensorType(getU()).getShape();
  if (failed(expectShape(op, "y", getY(), u)) ||          // scan_c1
      failed(expectPacked(op, "u", getU(), getEnds())) || // packed_c1
      failed(expectOrdered(op, "u", getU(), getOrder(), getEnds())))
    return failure(); // order_c1, order_c2
  int64_t sequences = countSequences(getU(), getEnds());
  SmallVector<int64_t> state = {sequences, u[2]}, full(u),
                       perToken = {u[0], u[1]}, constant = {u[2]};
  std::optional<int64_t> states = getNumStates();
  if (states) {
    for (SmallVector<int64_t> *shape : {&state, &full, &perToken, &constant})
      shape->push_back(*states);
    if (*states < 1 || *states > kMaxStates) // scan_c6
      return emitOpError("expected 1 to ")
             << kMaxStates << " states, got " << *states;
  }
  for (auto [name, value] : {std::pair<StringRef, Value>{"a", getA()},
                             std::pair<StringRef, Value>{"b", getB()}}) {
    ArrayRef<int64_t> shape = tensorType(value).getShape();
    if (shape == ArrayRef(full) || shape == u) // scan_c2
      continue;
    InFlightDiagnostic diagnostic = emitOpError("expected ")
                                    << name << " of shape " << shapeText(u);
    if (states)
      diagnostic << " or " << shapeText(full);
    return diagnostic << ", got " << value.getType();
  }
  if (states.has_value() != static_cast<bool>(getC())) // scan_c3
    return emitOpError(states ? "expected a read for the state axis, got none"
                              : "expected no read without a state axis, got "
                                "one");
  if (getC()) {
    ArrayRef<int64_t> c = tensorType(getC()).getShape();
    if (c != ArrayRef(perToken) && c != ArrayRef(constant)) // scan_c3
      return emitOpError("expected read of shape ")
             << shapeText(perToken) << " or " << shapeText(constant) << ", got "
             << getC().getType();
  }
  if (getD() && failed(expectShape(op, "skip", getD(), {u[2]}))) // scan_c4
    return failure();
  if (failed(verifyState(*this, "init", getInit(), state)) || // scan_c5
      failed(expectTraceable(op, getEvery(), getFinalState() != Value(),
                             getEnds(), getOrder(), getReverse()))) // every_c1
    return failure();
  if (getEvery()) // every_c2
    state = tracedShape(state, u[1], *getEvery());
  return verifyState(*this, "final_state", getFinalState(), state);
}

LogicalResult RMSNormOp::verify() {
  Operation *op = *this;
  if (failed(expectSymbolicSizes(op)) ||
      failed(expectRank(op, "x", getX(), 3))) // rms_norm_c1
    return failure();
  ArrayRef<int64_t> x = tensorType(getX()).getShape();
  if (failed(expectShape(op, "the result", getY(), x)) ||
      failed(expectShape(op, "weight", getWeight(), {x[2]}))) // c1, c2
    return failure();
  double epsilon = getEpsilon().convertToDouble();
  if (!(epsilon >= 0)) // rms_norm_c3
    return emitOpError("expected epsilon of at least 0, got ") << epsilon;
  return success();
}

unsigned SplitOp::getCutDim() {
  return getAlong().value_or(tensorType(getX()).getRank() - 1);
}

SmallVector<int64_t> SplitOp::getOffsets() {
  SmallVector<int64_t> offsets;
  int64_t offset = 0;
  for (Value part : getParts()) {
    offsets.push_back(offset);
    offset += tensorType(part).getDimSize(getCutDim());
  }
  return offsets;
}

LogicalResult SplitOp::verify() {
  Operation *op = *this;
  if (failed(expectSymbolicSizes(op)) ||
      failed(expectPointwiseRank(op, getX(), 1))) // split_c3
    return failure();
  RankedTensorType x = tensorType(getX());
  if (std::optional<uint64_t> along = getAlong();
      along && (*along >= static_cast<uint64_t>(x.getRank()) ||
                x.isDynamicDim(*along))) // split_c4
    return emitOpError("expected along to be a dimension of static size of ")
           << x << ", got " << static_cast<int64_t>(*along);
  unsigned cut = getCutDim();
  int64_t sum = 0;
  for (Value part : getParts()) {
    RankedTensorType type = tensorType(part);
    SmallVector<int64_t> shape(x.getShape());
    if (type.getRank() == x.getRank())
      shape[cut] = type.getDimSize(cut);
    if (type.getElementType() != x.getElementType() ||
        type.getShape() != ArrayRef(shape)) // split_c1
      return emitOpError("expected parts that differ from ")
             << x << " in dimension " << cut << " only, got " << type;
    sum += type.getDimSize(cut);
  }
  if (sum != x.getDimSize(cut)) // split_c2
    return emitOpError("expected parts of ")
           << x.getDimSize(cut) << " together in dimension " << cut << ", got "
           << sum;
  return success();
}

LogicalResult ReverseOp::verify() {
  if (failed(expectSymbolicSizes(*this)) ||
      failed(expectRank(*this, "x", getX(), 3))) // reverse_c1
    return failure();
  return success();
}

OpFoldResult ReverseOp::fold(FoldAdaptor) {
  if (auto inner = getX().getDefiningOp<ReverseOp>())
    return inner.getX();
  return {};
}

LogicalResult BroadcastOp::verify() {
  Operation *op = *this;
  if (failed(expectSymbolicSizes(op)) ||
      failed(expectRank(op, "x", getX(), 1)) || // broadcast_c1
      failed(expectRank(op, "like", getLike(), 3)))
    return failure();
  ArrayRef<int64_t> like = tensorType(getLike()).getShape();
  if (failed(expectShape(op, "the result", getY(), like)) ||
      failed(expectShape(op, "x", getX(), {like[2]}))) // broadcast_c1
    return failure();
  if (tensorType(getX()).getElementType() !=
      tensorType(getY()).getElementType())
    return emitOpError("expected a result of ")
           << tensorType(getX()).getElementType() << ", got "
           << getY().getType();
  return success();
}

LogicalResult KernelOp::verify() {
  if (failed(expectSymbolicSizes(*this)))
    return failure();
  Block &block = getBody().front();
  if (block.getArgumentTypes() != getInputs().getTypes()) // kernel_c1
    return emitOpError("expected region arguments of types ")
           << getInputs().getTypes() << ", got " << block.getArgumentTypes();
  int64_t ops = llvm::range_size(block.without_terminator());
  if (ops > kMaxKernelOps) // kernel_c3
    return emitOpError("expected at most ")
           << kMaxKernelOps << " ops in a kernel, got " << ops;
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  if (!yield) // kernel_c2
    return emitOpError("expected the region to end with an ssm.yield");
  if (yield.getValues().getTypes() != getOutputs().getTypes()) // kernel_c2
    return emitOpError("expected the region to yield (")
           << getOutputs().getTypes() << "), got ("
           << yield.getValues().getTypes() << ")";
  return verifyAlternatives(*this); // kernel_c4
}

/// `@a, @b`
static ParseResult parseSymbols(OpAsmParser &parser, ArrayAttr &symbols) {
  SmallVector<Attribute> list;
  auto parseOne = [&]() -> ParseResult {
    StringAttr name;
    if (parser.parseSymbolName(name))
      return failure();
    list.push_back(FlatSymbolRefAttr::get(name));
    return success();
  };
  if (parser.parseCommaSeparatedList(parseOne))
    return failure();
  symbols = parser.getBuilder().getArrayAttr(list);
  return success();
}

static void printSymbols(OpAsmPrinter &printer, LaunchOp, ArrayAttr symbols) {
  llvm::interleaveComma(symbols, printer);
}

/// launch_c3
static LogicalResult verifyKernelCount(LaunchOp launch) {
  size_t count = launch.getKernels().size(), classes = 0;
  if (count == 1)
    return success();
  if (auto function = launch->getParentOfType<FunctionOpInterface>())
    classes = getSizeClasses(function).size();
  if (count == classes)
    return success();
  return launch.emitOpError("expected one kernel, or one for each of ")
         << classes << " size classes of the function, got " << count;
}

/// launch_c4
static LogicalResult verifyConvolution(LaunchOp launch) {
  ConvolutionAttr convolution = launch.getConvolutionAttr();
  if (!convolution)
    return success();
  int64_t inputs = launch.getInputs().size();
  int64_t results = launch.getOutputs().size();
  for (auto [name, number] :
       {std::pair<StringRef, int64_t>{"x", convolution.getX()},
        {"k", convolution.getK()}})
    if (number >= inputs)
      return launch.emitOpError("expected ")
             << name << " of the convolution to be one of " << inputs
             << " inputs, got number " << number;
  int64_t y = convolution.getY();
  if (y >= inputs && y < inputs + results)
    return success();
  return launch.emitOpError(
             "expected y of the convolution to be a result, number ")
         << inputs << " to " << inputs + results - 1 << ", got number " << y;
}

LogicalResult LaunchOp::verify() {
  if (failed(verifyKernelCount(*this)) || failed(verifyConvolution(*this)))
    return failure();
  MatmulAttr library = getLibraryAttr();
  if (!library)
    return success();
  int64_t inputs = getInputs().size(), results = getOutputs().size();
  for (auto [name, number] :
       {std::pair<StringRef, int64_t>{"a", library.getA()},
        {"b", library.getB()},
        {"bias", library.getBias()}})
    if (number >= inputs) // launch_c2
      return emitOpError("expected ")
             << name << " of the library to be one of " << inputs
             << " inputs, got number " << number;
  if (library.getC() < inputs ||
      library.getC() >= inputs + results) // launch_c2
    return emitOpError("expected c of the library to be a result, number ")
           << inputs << " to " << inputs + results - 1 << ", got number "
           << library.getC();
  return success();
}

/// launch_c1
static LogicalResult verifyLaunched(LaunchOp launch, FlatSymbolRefAttr symbol,
                                    SymbolTableCollection &symbols) {
  auto kernel = symbols.lookupNearestSymbolFrom<TileKernelOp>(launch, symbol);
  if (!kernel)
    return launch.emitOpError("expected ")
           << symbol << " to be an ssm.tile.kernel";
  SmallVector<Type> types(launch.getInputs().getTypes());
  llvm::append_range(types, launch.getOutputs().getTypes());
  ArrayRef<Type> expected = kernel.getArgumentTypes();
  bool agree = types.size() == expected.size();
  for (unsigned i = 0; agree && i < types.size(); ++i) {
    auto tensor = cast<RankedTensorType>(types[i]);
    auto view = cast<MemRefType>(expected[i]);
    agree = tensor.getShape() == view.getShape() &&
            tensor.getElementType() == view.getElementType();
  }
  if (agree)
    return success();
  InFlightDiagnostic diagnostic = launch.emitOpError(
      "expected inputs and results to match the kernel's arguments");
  diagnostic.attachNote(kernel.getLoc()) << "the kernel takes " << expected;
  return diagnostic;
}

LogicalResult LaunchOp::verifySymbolUses(SymbolTableCollection &symbols) {
  for (auto symbol : getKernels().getAsRange<FlatSymbolRefAttr>())
    if (failed(verifyLaunched(*this, symbol, symbols)))
      return failure();
  return success();
}

#define GET_OP_CLASSES
#include "dialect/SSMOps.cpp.inc"
