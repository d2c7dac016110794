// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes f32 arithmetic on a scalar or on every lane of a vector alike; what
// the expansions of this directory are written in.

#ifndef LIB_CONVERSION_MATH_FLOATLANES_H
#define LIB_CONVERSION_MATH_FLOATLANES_H

#include "lib/Conversion/Math/ExpandMath.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/BuiltinTypes.h"

namespace mlir::ssm {

class FloatLanes {
public:
  /// `type` is f32 or a vector of f32.
  FloatLanes(OpBuilder &builder, Location loc, Type type)
      : builder(builder), loc(loc), type(type),
        intType(withElement(builder.getI32Type())) {}

  Value constant(double value) {
    return splat(type, builder.getF32FloatAttr(static_cast<float>(value)));
  }
  Value bits(int64_t value) {
    return splat(intType,
                 builder.getI32IntegerAttr(static_cast<int32_t>(value)));
  }
  /// The bits of a float, as integers.
  Value bitsOf(double value) {
    APFloat single(static_cast<float>(value));
    return bits(single.bitcastToAPInt().getSExtValue());
  }

  Value add(Value x, Value y) { return make<arith::AddFOp>(x, y); }
  Value sub(Value x, Value y) { return make<arith::SubFOp>(x, y); }
  Value mul(Value x, Value y) { return make<arith::MulFOp>(x, y); }
  Value div(Value x, Value y) { return make<arith::DivFOp>(x, y); }
  Value neg(Value x) { return make<arith::NegFOp>(x); }
  Value abs(Value x) { return make<math::AbsFOp>(x); }
  Value sqrt(Value x) { return make<math::SqrtOp>(x); }
  Value exp(Value x) { return make<math::ExpOp>(x); }
  Value exp2(Value x) { return make<math::Exp2Op>(x); }
  Value fma(Value x, Value y, Value z) { return make<math::FmaOp>(x, y, z); }

  Value addBits(Value x, Value y) { return make<arith::AddIOp>(x, y); }
  Value subBits(Value x, Value y) { return make<arith::SubIOp>(x, y); }
  Value maxBits(Value x, Value y) { return make<arith::MaxSIOp>(x, y); }
  Value minBits(Value x, Value y) { return make<arith::MinSIOp>(x, y); }
  Value andBits(Value x, Value y) { return make<arith::AndIOp>(x, y); }
  Value orBits(Value x, Value y) { return make<arith::OrIOp>(x, y); }
  Value shiftLeft(Value x, Value y) { return make<arith::ShLIOp>(x, y); }
  Value shiftRight(Value x, Value y) { return make<arith::ShRSIOp>(x, y); }
  Value toBits(Value x) {
    return arith::BitcastOp::create(builder, loc, intType, x);
  }
  Value fromBits(Value x) {
    return arith::BitcastOp::create(builder, loc, type, x);
  }
  Value toFloat(Value x) {
    return arith::SIToFPOp::create(builder, loc, type, x);
  }

  /// False if x or y is NaN.
  Value less(Value x, Value y) {
    return compare(arith::CmpFPredicate::OLT, x, y);
  }
  Value equal(Value x, Value y) {
    return compare(arith::CmpFPredicate::OEQ, x, y);
  }
  Value select(Value c, Value x, Value y) {
    return make<arith::SelectOp>(c, x, y);
  }
  /// x within [low, high]; NaN stays NaN.
  Value clamp(Value x, double low, double high) {
    return atMost(atLeast(x, low), high);
  }
  Value atLeast(Value x, double low) {
    Value bound = constant(low);
    return select(less(x, bound), bound, x);
  }
  Value atMost(Value x, double high) {
    Value bound = constant(high);
    return select(less(bound, x), bound, x);
  }

  /// Horner's rule, coefficients from the constant upwards.
  Value polynomial(Value x, ArrayRef<float> coefficients) {
    Value sum = constant(coefficients.back());
    for (float c : llvm::reverse(coefficients.drop_back()))
      sum = fma(sum, x, constant(c));
    return sum;
  }

private:
  Type withElement(Type element) {
    if (auto vector = dyn_cast<VectorType>(type))
      return VectorType::get(vector.getShape(), element);
    return element;
  }
  Value splat(Type shape, TypedAttr value) {
    if (auto vector = dyn_cast<VectorType>(shape))
      value = DenseElementsAttr::get(vector, Attribute(value));
    return arith::ConstantOp::create(builder, loc, value);
  }
  Value compare(arith::CmpFPredicate predicate, Value x, Value y) {
    return arith::CmpFOp::create(builder, loc, predicate, x, y);
  }
  template <typename OpTy, typename... Operands>
  Value make(Operands... operands) {
    return OpTy::create(builder, loc, operands...);
  }

  OpBuilder &builder;
  Location loc;
  Type type;
  Type intType;
};

/// e^x with an error of 2 ulp, or by what the target has.
Value expandExp(FloatLanes &lanes, Value x, const MathOptions &options);
Value expandExactExp(FloatLanes &lanes, Value x);
/// 2^x with an error of 2 ulp.
Value expandExp2(FloatLanes &lanes, Value x);
Value expandExpM1(FloatLanes &lanes, Value x);
Value expandTanh(FloatLanes &lanes, Value x);
Value expandErf(FloatLanes &lanes, Value x, const MathOptions &options);

Value expandLog(FloatLanes &lanes, Value x);
Value expandLog2(FloatLanes &lanes, Value x);
Value expandLog1p(FloatLanes &lanes, Value x);
/// log(1 + x) for x in [0, 1] or NaN.
Value expandUnitLog1p(FloatLanes &lanes, Value x);
/// The same within 2^-16, relative, also around 0.
Value approximateUnitLog1p(FloatLanes &lanes, Value x);

} // namespace mlir::ssm

#endif // LIB_CONVERSION_MATH_FLOATLANES_H
