// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// log, log2 and log1p: the argument is 2^k (1 + f) with 1 + f in [sqrt(1/2),
// sqrt(2)), and a polynomial gives log(1 + f). The polynomials were fitted as
// those of the exponentials.

#include "lib/Conversion/Math/FloatLanes.h"

#include <cmath>

using namespace mlir;
using namespace mlir::ssm;

static constexpr float kLn2Hi = 0x1.62e43p-1f;
static constexpr float kLn2Lo = -0x1.05c61p-29f;
static constexpr int64_t kOneBits = 0x3f800000;
static constexpr int64_t kSqrtHalfBits = 0x3f3504f3;

namespace {
struct Logarithm {
  Value k; // as a float
  Value f;
  Value scale; // 2^-k, 0 for k > 126
};
} // namespace

/// For a normal, positive u.
static Logarithm split(FloatLanes &lanes, Value u) {
  Value moved =
      lanes.addBits(lanes.toBits(u), lanes.bits(kOneBits - kSqrtHalfBits));
  Value exponent = lanes.andBits(moved, lanes.bits(0x7f800000));
  Value mantissa = lanes.addBits(lanes.andBits(moved, lanes.bits(0x007fffff)),
                                 lanes.bits(kSqrtHalfBits));
  Value k = lanes.subBits(lanes.shiftRight(exponent, lanes.bits(23)),
                          lanes.bits(127));
  Value scale = lanes.maxBits(lanes.subBits(lanes.bits(0x7f000000), exponent),
                              lanes.bits(0));
  return {lanes.toFloat(k),
          lanes.sub(lanes.fromBits(mantissa), lanes.constant(1.0)),
          lanes.fromBits(scale)};
}

/// log(1 + f) - f.
static Value tail(FloatLanes &lanes, Value f) {
  // (log(1 + f) - f + f^2 / 2) / f^3, relative error of log(1 + f) 5.8e-9.
  static const float coefficients[] = {
      0x1.555554p-2f, -0x1.000226p-2f, 0x1.99a01cp-3f, -0x1.54728ap-3f,
      0x1.22d930p-3f, -0x1.0d8246p-3f, 0x1.055eb0p-3f, -0x1.38c97ep-4f};
  Value square = lanes.mul(f, f);
  Value cubic =
      lanes.mul(lanes.mul(square, f), lanes.polynomial(f, coefficients));
  return lanes.fma(square, lanes.constant(-0.5), cubic);
}

/// k log(2) + log(1 + f).
static Value combine(FloatLanes &lanes, const Logarithm &part) {
  Value low = lanes.fma(part.k, lanes.constant(kLn2Lo), tail(lanes, part.f));
  return lanes.fma(part.k, lanes.constant(kLn2Hi), lanes.add(part.f, low));
}

/// `result` where low < x < infinity, and the limits and NaN elsewhere.
static Value withLimits(FloatLanes &lanes, Value x, double low, Value result) {
  Value bound = lanes.constant(low), infinity = lanes.constant(INFINITY);
  result = lanes.select(lanes.equal(x, infinity), infinity, result);
  Value below = lanes.select(lanes.equal(x, bound), lanes.constant(-INFINITY),
                             lanes.constant(NAN));
  return lanes.select(lanes.less(bound, x), result, below);
}

/// Splits x, which may be subnormal.
static Logarithm splitAny(FloatLanes &lanes, Value x) {
  Value subnormal = lanes.less(x, lanes.constant(0x1p-126));
  Value scaled = lanes.mul(x, lanes.constant(0x1p23));
  Logarithm part = split(lanes, lanes.select(subnormal, scaled, x));
  Value shift =
      lanes.select(subnormal, lanes.constant(-23.0), lanes.constant(0.0));
  part.k = lanes.add(part.k, shift);
  return part;
}

Value mlir::ssm::expandLog(FloatLanes &lanes, Value x) {
  return withLimits(lanes, x, 0.0, combine(lanes, splitAny(lanes, x)));
}

Value mlir::ssm::expandLog2(FloatLanes &lanes, Value x) {
  // log2(e) as the sum of two floats, so that f keeps its leading product.
  Value high = lanes.constant(0x1.715476p+0),
        low = lanes.constant(0x1.4ae0cp-26);
  Logarithm part = splitAny(lanes, x);
  Value rest = tail(lanes, part.f);
  Value sum = lanes.mul(lanes.add(part.f, rest), low);
  sum = lanes.fma(rest, high, sum);
  sum = lanes.fma(part.f, high, sum);
  return withLimits(lanes, x, 0.0, lanes.add(part.k, sum));
}

/// What 1 + x loses to rounding is added to f; for k = 0, f is x itself.
Value mlir::ssm::expandLog1p(FloatLanes &lanes, Value x) {
  Value one = lanes.constant(1.0);
  Value u = lanes.add(x, one);
  Logarithm part = split(lanes, u);
  Value lost = lanes.sub(x, lanes.sub(u, one));
  part.f = lanes.fma(lost, part.scale, part.f);
  return withLimits(lanes, x, -1.0, combine(lanes, part));
}

Value mlir::ssm::expandUnitLog1p(FloatLanes &lanes, Value x) {
  // log(1 + x) / x, relative error 5.3e-9.
  static const float coefficients[] = {
      0x1.000000p+0f, -0x1.ffffd2p-2f, 0x1.554dd0p-2f, -0x1.ff23e8p-3f,
      0x1.934b6ep-3f, -0x1.3a43e0p-3f, 0x1.b4b094p-4f, -0x1.d6b75ep-5f,
      0x1.49211cp-6f, -0x1.af5e20p-9f};
  return lanes.mul(x, lanes.polynomial(x, coefficients));
}

Value mlir::ssm::approximateUnitLog1p(FloatLanes &lanes, Value x) {
  // log(1 + x) / x, relative error 8.5e-6.
  static const float coefficients[] = {0.99999160f, -0.49936135f,
                                       0.32520658f, -0.21004845f,
                                       0.10122201f, -0.02386904f};
  return lanes.mul(x, lanes.polynomial(x, coefficients));
}
