// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What each block op computes: iteration space, accesses and scalar code.

#include "dialect/VerifyShapes.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mlir::ssm;

using Axes = SmallVector<Axis>;

static const Axes kBTC = {Axis::Batch, Axis::Time, Axis::Channel};
static const Axes kBTCN = {Axis::Batch, Axis::Time, Axis::Channel, Axis::State};

/// (d_0 .. d_{rank-1}) -> the given dimensions.
static AffineMap project(MLIRContext *context, unsigned rank,
                         ArrayRef<unsigned> dims) {
  return AffineMap::getMultiDimMapWithTargets(rank, dims, context);
}

static Type elementType(Value value) {
  return getElementTypeOrSelf(value.getType());
}

/// f64 if one of the values has f64 elements, else f32.
static Type computeTypeOf(ValueRange values, OpBuilder &builder) {
  for (Value value : values)
    if (value && elementType(value).isF64())
      return builder.getF64Type();
  return builder.getF32Type();
}

Type mlir::ssm::getComputeType(Type type) {
  Builder builder(type.getContext());
  return type.isF64() ? builder.getF64Type() : builder.getF32Type();
}

Value mlir::ssm::castFloat(OpBuilder &builder, Location loc, Value value,
                           Type type) {
  auto from = cast<FloatType>(value.getType());
  auto to = cast<FloatType>(type);
  if (from == to)
    return value;
  if (from.getWidth() < to.getWidth())
    return arith::ExtFOp::create(builder, loc, to, value);
  if (from.getWidth() > to.getWidth())
    return arith::TruncFOp::create(builder, loc, to, value);
  Value wide = arith::ExtFOp::create(builder, loc, builder.getF32Type(), value);
  return arith::TruncFOp::create(builder, loc, to, wide);
}

namespace {
/// Writes scalar arithmetic in one type.
struct Scalar {
  OpBuilder &b;
  Location loc;
  Type type;

  Value constant(double value) {
    return arith::ConstantOp::create(b, loc, b.getFloatAttr(type, value));
  }
  Value cast(Value x) { return castFloat(b, loc, x, type); }
  Value add(Value x, Value y) { return arith::AddFOp::create(b, loc, x, y); }
  Value sub(Value x, Value y) { return arith::SubFOp::create(b, loc, x, y); }
  Value mul(Value x, Value y) { return arith::MulFOp::create(b, loc, x, y); }
  Value div(Value x, Value y) { return arith::DivFOp::create(b, loc, x, y); }
  Value neg(Value x) { return arith::NegFOp::create(b, loc, x); }
  Value exp(Value x) { return math::ExpOp::create(b, loc, x); }
  Value select(Value c, Value x, Value y) {
    return arith::SelectOp::create(b, loc, c, x, y);
  }
  Value less(Value x, Value y) {
    return arith::CmpFOp::create(b, loc, arith::CmpFPredicate::OLT, x, y);
  }
};
} // namespace

/// v > 20 ? v : max(v, 0) + log1p(exp(-|v|)); the sum never cancels. In f32 it
/// is v above 17, and nothing need be chosen.
static Value buildSoftplus(Scalar s, Value v) {
  Value magnitude = math::AbsFOp::create(s.b, s.loc, v);
  Value tail = math::Log1pOp::create(s.b, s.loc, s.exp(s.neg(magnitude)));
  Value zero = s.constant(0.0);
  Value positive = s.select(s.less(zero, v), v, zero);
  Value sum = s.add(positive, tail);
  return s.type.isF64() ? s.select(s.less(s.constant(20.0), v), v, sum) : sum;
}

static Value buildSigmoid(Scalar s, Value v) {
  Value one = s.constant(1.0);
  return s.div(one, s.add(one, s.exp(s.neg(v))));
}

Value mlir::ssm::buildActivation(OpBuilder &builder, Location loc,
                                 Activation function, Value x) {
  Scalar s{builder, loc, x.getType()};
  switch (function) {
  case Activation::Identity:
    return x;
  case Activation::Softplus:
    return buildSoftplus(s, x);
  case Activation::SiLU:
    return s.div(x, s.add(s.constant(1.0), s.exp(s.neg(x))));
  case Activation::Sigmoid:
    return buildSigmoid(s, x);
  case Activation::Tanh:
    return math::TanhOp::create(builder, loc, x);
  case Activation::ReLU: {
    Value zero = s.constant(0.0);
    return s.select(s.less(x, zero), zero, x);
  }
  case Activation::GELU: {
    Value scaled = s.mul(x, s.constant(0.70710678118654752440));
    Value erf = math::ErfOp::create(builder, loc, scaled);
    return s.mul(s.mul(x, s.constant(0.5)), s.add(s.constant(1.0), erf));
  }
  case Activation::Exp:
    return s.exp(x);
  }
  llvm_unreachable("every activation is handled above");
}

//===----------------------------------------------------------------------===//
// linear
//===----------------------------------------------------------------------===//

WorkKind LinearOp::getWorkKind() { return WorkKind::Contraction; }

Axes LinearOp::getIterationAxes() {
  return {Axis::Batch, Axis::Time, Axis::Channel, Axis::Inner};
}

SmallVector<OperandAccess> LinearOp::getAccesses() {
  MLIRContext *context = getContext();
  SmallVector<OperandAccess> accesses = {{0, project(context, 4, {0, 1, 3})},
                                         {1, project(context, 4, {2, 3})}};
  if (getBias())
    accesses.push_back({2, project(context, 4, {2})});
  return accesses;
}

AffineMap LinearOp::getResultMap(unsigned) {
  return project(getContext(), 4, {0, 1, 2});
}

Axes LinearOp::getReductionAxes() { return {Axis::Inner}; }

std::optional<MatrixProduct> LinearOp::getMatrixProduct() {
  MatrixProduct product{0, 1, std::nullopt};
  if (getBias())
    product.bias = 2;
  return product;
}

SmallVector<Value> LinearOp::buildBody(OpBuilder &builder, Location loc,
                                       ValueRange scalars, ValueRange) {
  Scalar s{builder, loc, computeTypeOf(getOperands(), builder)};
  return {s.mul(s.cast(scalars[0]), s.cast(scalars[1]))};
}

Value LinearOp::buildFinish(OpBuilder &builder, Location loc, Value sum,
                            ArrayRef<Value> scalars) {
  Scalar s{builder, loc, sum.getType()};
  if (getBias())
    sum = s.add(sum, s.cast(scalars[2]));
  return castFloat(builder, loc, sum, elementType(getY()));
}

//===----------------------------------------------------------------------===//
// conv1d
//===----------------------------------------------------------------------===//

WorkKind Conv1dOp::getWorkKind() { return WorkKind::Window; }

Axes Conv1dOp::getIterationAxes() { return kBTC; }

SmallVector<OperandAccess> Conv1dOp::getAccesses() {
  Builder b(getContext());
  AffineExpr batch = b.getAffineDimExpr(0), time = b.getAffineDimExpr(1),
             channel = b.getAffineDimExpr(2);
  int64_t width = getWidth();
  bool depthAxis = cast<RankedTensorType>(getWeight().getType()).getRank() == 3;
  SmallVector<OperandAccess> accesses;
  for (int64_t w = 0; w < width; ++w) {
    int64_t shift = getReverse() ? width - 1 - w : w - (width - 1);
    accesses.push_back({0, AffineMap::get(3, 0, {batch, time + shift, channel},
                                          getContext())});
  }
  for (int64_t w = 0; w < width; ++w) {
    SmallVector<AffineExpr> tap = {channel, b.getAffineConstantExpr(w)};
    if (depthAxis)
      tap.insert(tap.begin() + 1, b.getAffineConstantExpr(0));
    accesses.push_back({1, AffineMap::get(3, 0, tap, getContext())});
  }
  unsigned operand = 2;
  if (getBias())
    accesses.push_back(
        {operand++, AffineMap::get(3, 0, {channel}, getContext())});
  if (getInit())
    for (int64_t w = 0; w + 1 < width; ++w)
      accesses.push_back(
          {operand,
           AffineMap::get(3, 0, {batch, time + w, channel}, getContext())});
  return accesses;
}

AffineMap Conv1dOp::getResultMap(unsigned) {
  return project(getContext(), 3, {0, 1, 2});
}

SmallVector<Value> Conv1dOp::buildBody(OpBuilder &builder, Location loc,
                                       ValueRange scalars, ValueRange) {
  Scalar s{builder, loc, computeTypeOf(getOperands(), builder)};
  int64_t width = getWidth();
  Value sum = getBias() ? s.cast(scalars[2 * width]) : Value();
  ValueRange before =
      scalars.drop_front(2 * width + static_cast<int64_t>(sum != Value()));
  for (int64_t w = 0; w < width; ++w) {
    // One of the two is outside of its tensor, and so 0.
    Value token = s.cast(scalars[w]);
    if (getInit() && w + 1 < width)
      token = s.add(token, s.cast(before[w]));
    Value term = s.mul(s.cast(scalars[width + w]), token);
    sum = sum ? s.add(sum, term) : term;
  }
  Value y = buildActivation(builder, loc, getActivation(), sum);
  return {castFloat(builder, loc, y, elementType(getY()))};
}

//===----------------------------------------------------------------------===//
// tail
//===----------------------------------------------------------------------===//

WorkKind TailOp::getWorkKind() { return WorkKind::Pointwise; }

Axes TailOp::getIterationAxes() {
  return {Axis::Batch, Axis::Channel, Axis::State};
}

/// The length of a (batch, length, ...) tensor: symbol 0, or a number.
static AffineExpr lengthOf(Value value) {
  int64_t length = cast<RankedTensorType>(value.getType()).getShape()[1];
  if (ShapedType::isDynamic(length))
    return getAffineSymbolExpr(0, value.getContext());
  return getAffineConstantExpr(length, value.getContext());
}

SmallVector<OperandAccess> TailOp::getAccesses() {
  Builder b(getContext());
  AffineExpr batch = b.getAffineDimExpr(0), channel = b.getAffineDimExpr(1),
             token = b.getAffineDimExpr(2);
  int64_t tokens = cast<RankedTensorType>(getY().getType()).getShape()[1];
  AffineExpr at = lengthOf(getX()) + token - tokens;
  SmallVector<OperandAccess> accesses = {
      {0, AffineMap::get(3, 1, {batch, at, channel}, getContext())}};
  if (getInit()) {
    AffineExpr before =
        at + cast<RankedTensorType>(getInit().getType()).getShape()[1];
    accesses.push_back(
        {1, AffineMap::get(3, 1, {batch, before, channel}, getContext())});
  }
  return accesses;
}

AffineMap TailOp::getResultMap(unsigned) {
  return project(getContext(), 3, {0, 2, 1});
}

SmallVector<Value> TailOp::buildBody(OpBuilder &builder, Location loc,
                                     ValueRange scalars, ValueRange) {
  Scalar s{builder, loc, computeTypeOf(getOperands(), builder)};
  // One of the two is outside of its tensor, and so 0.
  Value token = s.cast(scalars[0]);
  if (getInit())
    token = s.add(token, s.cast(scalars[1]));
  return {castFloat(builder, loc, token, elementType(getY()))};
}

//===----------------------------------------------------------------------===//
// activation and gate
//===----------------------------------------------------------------------===//

/// The axes of an activation of any rank: the last ones of a token's tensor.
static Axes axesOfRank(int64_t rank) {
  switch (rank) {
  case 0:
    return {};
  case 1:
    return {Axis::Channel};
  case 2:
    return {Axis::Channel, Axis::State};
  case 3:
    return kBTC;
  default:
    return kBTCN;
  }
}

WorkKind ActivationOp::getWorkKind() { return WorkKind::Pointwise; }

Axes ActivationOp::getIterationAxes() {
  return axesOfRank(cast<RankedTensorType>(getX().getType()).getRank());
}

SmallVector<OperandAccess> ActivationOp::getAccesses() {
  unsigned rank = cast<RankedTensorType>(getX().getType()).getRank();
  SmallVector<OperandAccess> accesses = {
      {0, AffineMap::getMultiDimIdentityMap(rank, getContext())}};
  if (getBias())
    accesses.push_back({1, project(getContext(), rank, {rank - 1})});
  return accesses;
}

AffineMap ActivationOp::getResultMap(unsigned) {
  unsigned rank = cast<RankedTensorType>(getX().getType()).getRank();
  return AffineMap::getMultiDimIdentityMap(rank, getContext());
}

SmallVector<Value> ActivationOp::buildBody(OpBuilder &builder, Location loc,
                                           ValueRange scalars, ValueRange) {
  Scalar s{builder, loc, computeTypeOf(getOperands(), builder)};
  Value x = s.cast(scalars[0]);
  if (getBias())
    x = s.add(x, s.cast(scalars[1]));
  Value y = buildActivation(builder, loc, getFunction(), x);
  return {castFloat(builder, loc, y, elementType(getY()))};
}

WorkKind GateOp::getWorkKind() { return WorkKind::Pointwise; }

Axes GateOp::getIterationAxes() {
  return axesOfRank(cast<RankedTensorType>(getX().getType()).getRank());
}

SmallVector<OperandAccess> GateOp::getAccesses() {
  AffineMap identity = getResultMap(0);
  return {{0, identity}, {1, identity}};
}

AffineMap GateOp::getResultMap(unsigned) {
  unsigned rank = cast<RankedTensorType>(getX().getType()).getRank();
  return AffineMap::getMultiDimIdentityMap(rank, getContext());
}

SmallVector<Value> GateOp::buildBody(OpBuilder &builder, Location loc,
                                     ValueRange scalars, ValueRange) {
  Scalar s{builder, loc, computeTypeOf(getOperands(), builder)};
  Value gate = buildActivation(builder, loc, getFunction(), s.cast(scalars[1]));
  return {castFloat(builder, loc, s.mul(s.cast(scalars[0]), gate),
                    elementType(getY()))};
}

//===----------------------------------------------------------------------===//
// discretize
//===----------------------------------------------------------------------===//

WorkKind DiscretizeOp::getWorkKind() { return WorkKind::Pointwise; }

Axes DiscretizeOp::getIterationAxes() { return kBTCN; }

SmallVector<OperandAccess> DiscretizeOp::getAccesses() {
  MLIRContext *context = getContext();
  bool perToken = cast<RankedTensorType>(getB().getType()).getRank() == 3;
  return {{0, project(context, 4, {0, 1, 2})},
          {1, project(context, 4, {2, 3})},
          {2, perToken ? project(context, 4, {0, 1, 3})
                       : project(context, 4, {2, 3})}};
}

AffineMap DiscretizeOp::getResultMap(unsigned) {
  return AffineMap::getMultiDimIdentityMap(4, getContext());
}

/// phi1(p) = expm1(p) / p with phi1(0) = 1.
static Value buildPhi1(Scalar s, Value p) {
  Value zero = s.constant(0.0), one = s.constant(1.0);
  Value isZero =
      arith::CmpFOp::create(s.b, s.loc, arith::CmpFPredicate::OEQ, p, zero);
  Value ratio =
      s.div(math::ExpM1Op::create(s.b, s.loc, p), s.select(isZero, one, p));
  return s.select(isZero, one, ratio);
}

SmallVector<Value> DiscretizeOp::buildBody(OpBuilder &builder, Location loc,
                                           ValueRange scalars, ValueRange) {
  Scalar s{builder, loc,
           computeTypeOf({getDelta(), getA(), getABar()}, builder)};
  Value delta = s.cast(scalars[0]), a = s.cast(scalars[1]),
        b = s.cast(scalars[2]);
  Value p = s.mul(delta, a), aBar, bBar;
  switch (getKind()) {
  case Discretization::Mamba:
    aBar = s.exp(p);
    bBar = s.mul(delta, b);
    break;
  case Discretization::ZOH:
    aBar = s.exp(p);
    bBar = s.mul(s.mul(buildPhi1(s, p), delta), b);
    break;
  case Discretization::Bilinear: {
    Value half = s.mul(p, s.constant(0.5)), one = s.constant(1.0);
    Value inverse = s.div(one, s.sub(one, half));
    aBar = s.mul(s.add(one, half), inverse);
    bBar = s.mul(s.mul(delta, inverse), b);
    break;
  }
  }
  return {castFloat(builder, loc, aBar, elementType(getABar())),
          castFloat(builder, loc, bBar, elementType(getBBar()))};
}

//===----------------------------------------------------------------------===//
// scan
//===----------------------------------------------------------------------===//

WorkKind ScanOp::getWorkKind() { return WorkKind::Recurrence; }

Axes ScanOp::getIterationAxes() { return getNumStates() ? kBTCN : kBTC; }

SmallVector<OperandAccess> ScanOp::getAccesses() {
  MLIRContext *context = getContext();
  unsigned rank = getNumStates() ? 4 : 3;
  auto leading = [&](Value operand) {
    return cast<RankedTensorType>(operand.getType()).getRank() == 4
               ? project(context, rank, {0, 1, 2, 3})
               : project(context, rank, {0, 1, 2});
  };
  SmallVector<OperandAccess> accesses = {
      {0, leading(getU())}, {1, leading(getA())}, {2, leading(getB())}};
  unsigned operand = 3;
  if (getC()) {
    bool perToken = cast<RankedTensorType>(getC().getType()).getRank() == 3;
    accesses.push_back({operand++, perToken ? project(context, rank, {0, 1, 3})
                                            : project(context, rank, {2, 3})});
  }
  if (getD())
    accesses.push_back({operand, project(context, rank, {2})});
  return accesses;
}

AffineMap ScanOp::getResultMap(unsigned result) {
  unsigned rank = getNumStates() ? 4 : 3;
  if (result == 0)
    return project(getContext(), rank, {0, 1, 2});
  return finalStateMap(getContext(), rank == 4, getEvery());
}

Axes ScanOp::getReductionAxes() {
  return getNumStates() ? Axes{Axis::State} : Axes{};
}

SmallVector<Type> ScanOp::getStateElementTypes() {
  OpBuilder builder(getContext());
  return {computeTypeOf(getOperands(), builder)};
}

/// `value` alone, or nothing if there is none.
static SmallVector<Value> listOf(Value value) {
  return value ? SmallVector<Value>{value} : SmallVector<Value>();
}

SmallVector<Value> ScanOp::getInitialStateValues() { return listOf(getInit()); }
SmallVector<Value> ScanOp::getFinalStateValues() {
  return listOf(getFinalState());
}
std::optional<int64_t> ScanOp::getStatePeriod() { return getEvery(); }
bool ScanOp::isReverse() { return getReverse(); }

SmallVector<Value> ScanOp::buildBody(OpBuilder &builder, Location loc,
                                     ValueRange scalars, ValueRange states) {
  Scalar s{builder, loc, getStateElementTypes()[0]};
  Value input = s.mul(s.cast(scalars[2]), s.cast(scalars[0]));
  Value next = s.add(s.mul(s.cast(scalars[1]), states[0]), input);
  Value read = getC() ? s.mul(s.cast(scalars[3]), next) : next;
  return {next, read};
}

Value ScanOp::buildFinish(OpBuilder &builder, Location loc, Value sum,
                          ArrayRef<Value> scalars) {
  Scalar s{builder, loc, sum.getType()};
  if (getD())
    sum = s.add(sum, s.mul(s.cast(scalars.back()), s.cast(scalars[0])));
  return castFloat(builder, loc, sum, elementType(getY()));
}

//===----------------------------------------------------------------------===//
// rms_norm
//===----------------------------------------------------------------------===//

WorkKind RMSNormOp::getWorkKind() { return WorkKind::Reduction; }

Axes RMSNormOp::getIterationAxes() { return kBTC; }

SmallVector<OperandAccess> RMSNormOp::getAccesses() {
  return {{0, project(getContext(), 3, {0, 1, 2})},
          {1, project(getContext(), 3, {2})}};
}

AffineMap RMSNormOp::getResultMap(unsigned) {
  return project(getContext(), 3, {0, 1, 2});
}

Axes RMSNormOp::getReductionAxes() { return {Axis::Channel}; }

SmallVector<Value> RMSNormOp::buildBody(OpBuilder &builder, Location loc,
                                        ValueRange scalars, ValueRange) {
  Scalar s{builder, loc, computeTypeOf(getOperands(), builder)};
  Value x = s.cast(scalars[0]);
  return {s.mul(x, x)};
}

Value RMSNormOp::buildFinish(OpBuilder &builder, Location loc, Value sum,
                             ArrayRef<Value> scalars) {
  Scalar s{builder, loc, sum.getType()};
  double channels = cast<RankedTensorType>(getX().getType()).getShape().back();
  Value mean = s.div(sum, s.constant(channels));
  Value shifted = s.add(mean, s.constant(getEpsilon().convertToDouble()));
  Value root = math::SqrtOp::create(builder, loc, shifted);
  Value y = s.mul(s.div(s.cast(scalars[0]), root), s.cast(scalars[1]));
  return castFloat(builder, loc, y, elementType(getY()));
}

//===----------------------------------------------------------------------===//
// access ops
//===----------------------------------------------------------------------===//

WorkKind SplitOp::getWorkKind() { return WorkKind::Access; }

Axes SplitOp::getIterationAxes() {
  return axesOfRank(cast<RankedTensorType>(getX().getType()).getRank());
}

AffineMap SplitOp::getResultMap(unsigned) {
  unsigned rank = cast<RankedTensorType>(getX().getType()).getRank();
  return AffineMap::getMultiDimIdentityMap(rank, getContext());
}

AffineMap SplitOp::getResultAccess(unsigned result) {
  unsigned rank = cast<RankedTensorType>(getX().getType()).getRank();
  SmallVector<AffineExpr> exprs;
  for (unsigned i = 0; i < rank; ++i)
    exprs.push_back(getAffineDimExpr(i, getContext()));
  exprs[getCutDim()] = exprs[getCutDim()] + getOffsets()[result];
  return AffineMap::get(rank, 1, exprs, getContext());
}

WorkKind ReverseOp::getWorkKind() { return WorkKind::Access; }
Axes ReverseOp::getIterationAxes() { return kBTC; }
AffineMap ReverseOp::getResultMap(unsigned) {
  return project(getContext(), 3, {0, 1, 2});
}

AffineMap ReverseOp::getResultAccess(unsigned) {
  Builder b(getContext());
  return AffineMap::get(3, 1,
                        {b.getAffineDimExpr(0),
                         b.getAffineSymbolExpr(0) - 1 - b.getAffineDimExpr(1),
                         b.getAffineDimExpr(2)},
                        getContext());
}

WorkKind BroadcastOp::getWorkKind() { return WorkKind::Access; }
Axes BroadcastOp::getIterationAxes() { return kBTC; }
AffineMap BroadcastOp::getResultMap(unsigned) {
  return project(getContext(), 3, {0, 1, 2});
}

AffineMap BroadcastOp::getResultAccess(unsigned) {
  return AffineMap::get(3, 1, {getAffineDimExpr(2, getContext())},
                        getContext());
}
