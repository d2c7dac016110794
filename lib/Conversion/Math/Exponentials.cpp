// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// exp, exp2, expm1 and what is made of them: tanh and erf.
//
// Each reduces x to n log(2) + r with a small r, evaluates a polynomial of r
// and multiplies by 2^n, built as the exponent of a float. The polynomials
// minimise the largest relative error over the range of r (Lawson's iteration
// of weighted least squares, in 40 digits); their coefficients were rounded to
// f32 one after the other, the rest fitted again each time.

#include "lib/Conversion/Math/FloatLanes.h"

#include <cmath>

using namespace mlir;
using namespace mlir::ssm;

static constexpr double kLog2e = 1.44269504088896340736;
/// log(2) as the sum of two floats.
static constexpr float kLn2Hi = 0x1.62e43p-1f;
static constexpr float kLn2Lo = -0x1.05c61p-29f;

namespace {
/// n = round(t) as a float, and 2^(n-1).
struct Power {
  Value n, half;
};
} // namespace

/// For -126 <= t <= 128. Adding 1.5 * 2^23 leaves round(t) in the low bits of
/// the sum; 126 more makes these bits the exponent of 2^(n-1). That reaches
/// 2^127 where 2^n would not, and is 0 for n = -126.
static Power splitPower(FloatLanes &lanes, Value t) {
  Value shift = lanes.constant(12582912.0 + 126.0);
  Value sum = lanes.add(t, shift);
  Value half = lanes.shiftLeft(lanes.toBits(sum), lanes.bits(23));
  return {lanes.sub(sum, shift), lanes.fromBits(half)};
}

/// x - n log(2), n being round(x log2 e).
static Value reduce(FloatLanes &lanes, Value x, Value n) {
  Value r = lanes.fma(n, lanes.constant(-kLn2Hi), x);
  return lanes.fma(n, lanes.constant(-kLn2Lo), r);
}

Value mlir::ssm::expandExp2(FloatLanes &lanes, Value x) {
  // 2 * 2^r on [-1/2, 1/2], relative error 3.0e-9.
  static const float coefficients[] = {
      0x1.000000p+1f, 0x1.62e430p+0f, 0x1.ebfbdcp-2f, 0x1.c6af7cp-4f,
      0x1.3b2de0p-6f, 0x1.5f082ep-9f, 0x1.416b54p-12f};
  x = lanes.clamp(x, -126.0, 128.0);
  Power power = splitPower(lanes, x);
  Value r = lanes.sub(x, power.n);
  return lanes.mul(lanes.polynomial(r, coefficients), power.half);
}

/// exp2(x log2 e) with the rounding error of the product put back: the relative
/// error does not grow with x. Infinities and NaN keep what exp2 gives.
Value mlir::ssm::expandExactExp(FloatLanes &lanes, Value x) {
  constexpr float kHigh = 0x1.715476p+0f, kLow = 0x1.4ae0cp-26f;
  Value t = lanes.mul(x, lanes.constant(kHigh));
  Value power = lanes.exp2(t);
  Value negative = lanes.neg(t);
  Value error = lanes.fma(x, lanes.constant(kHigh), negative);
  error = lanes.fma(x, lanes.constant(kLow), error);
  Value scaled = lanes.mul(error, lanes.constant(0.69314718055994531));
  Value corrected = lanes.fma(power, scaled, power);
  Value isFinite = lanes.less(lanes.abs(t), lanes.constant(127.0));
  return lanes.select(isFinite, corrected, power);
}

Value mlir::ssm::expandExp(FloatLanes &lanes, Value x,
                           const MathOptions &options) {
  if (options.nativeExp)
    return lanes.exp(x);
  if (options.nativeExp2)
    return lanes.exp2(lanes.mul(x, lanes.constant(kLog2e)));
  // 2 * e^r on [-log(2)/2, log(2)/2], relative error 3.1e-9.
  static const float coefficients[] = {
      0x1.000000p+1f, 0x1.000000p+1f, 0x1.fffffcp-1f, 0x1.555492p-2f,
      0x1.5558aap-4f, 0x1.12396ep-6f, 0x1.6a524ep-9f};
  x = lanes.clamp(x, -87.2, 88.8);
  Power power = splitPower(lanes, lanes.mul(x, lanes.constant(kLog2e)));
  Value r = reduce(lanes, x, power.n);
  return lanes.mul(lanes.polynomial(r, coefficients), power.half);
}

Value mlir::ssm::expandExpM1(FloatLanes &lanes, Value x) {
  // (e^r - 1 - r) / r^2, relative error of e^r - 1 1.4e-8.
  static const float coefficients[] = {0x1.fffffep-2f, 0x1.5554b4p-3f,
                                       0x1.5556f6p-5f, 0x1.122538p-7f,
                                       0x1.6b97a6p-10f};
  x = lanes.clamp(x, -30.0, 89.0);
  Power power = splitPower(lanes, lanes.mul(x, lanes.constant(kLog2e)));
  Value r = reduce(lanes, x, power.n);
  Value q = lanes.fma(lanes.mul(r, r), lanes.polynomial(r, coefficients), r);
  // 2 (2^(n-1) q + (2^(n-1) - 1/2)): exactly q for n = 0.
  Value rest = lanes.sub(power.half, lanes.constant(0.5));
  Value result = lanes.fma(power.half, q, rest);
  return lanes.add(result, result);
}

/// `magnitude`, which is not negative, with the sign of x.
static Value withSign(FloatLanes &lanes, Value magnitude, Value x) {
  Value sign = lanes.andBits(lanes.toBits(x), lanes.bits(0x80000000));
  return lanes.fromBits(lanes.orBits(lanes.toBits(magnitude), sign));
}

/// With t = e^(2|x|) - 1: t / (t + 2), which does not cancel.
Value mlir::ssm::expandTanh(FloatLanes &lanes, Value x) {
  Value magnitude = lanes.atMost(lanes.abs(x), 10.0);
  Value t = expandExpM1(lanes, lanes.add(magnitude, magnitude));
  Value y = lanes.div(t, lanes.add(t, lanes.constant(2.0)));
  return withSign(lanes, y, x);
}

/// x + x P(x^2) up to 1, and 1 - exp(-Q(|x|)) above.
Value mlir::ssm::expandErf(FloatLanes &lanes, Value x,
                           const MathOptions &options) {
  // Relative errors of erf 1.4e-9 (P) and 1.1e-9 (Q, on [1, 4]).
  static const float p[] = {0x1.06eba8p-3f,  -0x1.81273ep-2f, 0x1.ce2ce6p-4f,
                            -0x1.b7f71ap-6f, 0x1.53f224p-8f,  -0x1.a3515ep-11f,
                            0x1.4771fep-14f};
  static const float q[] = {0x1.661c00p-12f, 0x1.2088ecp+0f,  0x1.46bae4p-1f,
                            0x1.a65390p-4f,  -0x1.65cc38p-6f, 0x1.825cd2p-9f,
                            -0x1.86e116p-13f};
  Value magnitude = lanes.atMost(lanes.abs(x), 4.0);
  Value small =
      lanes.fma(magnitude, lanes.polynomial(lanes.mul(magnitude, magnitude), p),
                magnitude);
  Value exponent = lanes.neg(lanes.polynomial(magnitude, q));
  Value large =
      lanes.sub(lanes.constant(1.0), expandExp(lanes, exponent, options));
  Value isSmall = lanes.less(magnitude, lanes.constant(1.0));
  return withSign(lanes, lanes.select(isSmall, small, large), x);
}
