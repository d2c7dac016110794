// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rounding to the 16-bit types, against every value there is.
#include "files/FloatBits.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace ssm::rt;

namespace {

/// The nearest of all 65536 values, ties to the even pattern: the definition.
template <typename Decode>
uint16_t nearestByDefinition(double value, Decode decode, uint16_t infinity) {
  uint16_t best = 0;
  double bestDistance = INFINITY;
  double magnitude = std::fabs(value);
  for (uint16_t bits = 0; bits < infinity; ++bits) {
    double distance = std::fabs(decode(bits) - magnitude);
    if (distance < bestDistance ||
        (distance == bestDistance && (bits & 1) == 0)) {
      best = bits;
      bestDistance = distance;
    }
  }
  // Infinity begins half a step past the largest finite value.
  double largest = decode(uint16_t(infinity - 1));
  double step = largest - decode(uint16_t(infinity - 2));
  if (magnitude >= largest + step / 2)
    best = infinity;
  return uint16_t(best | (std::signbit(value) ? 0x8000 : 0));
}

const double samples[] = {0.0,
                          -0.0,
                          1.0,
                          1.0 / 3,
                          -2.0 / 3,
                          1e-8,
                          6e-8,
                          2.98e-8,
                          2.9802322387695312e-8,
                          2.98023223876953125e-8 * 1.0000000001,
                          6.097e-5,
                          6.1e-5,
                          65504.0,
                          65519.999,
                          65520.0,
                          1e38,
                          3.39e38,
                          3.4e38,
                          1.00390625,
                          1.001953125,
                          1.00390625000001,
                          1.00390624999999,
                          1.005859375,
                          1e-40,
                          9.2e-41,
                          1e-45};

TEST(FloatBits, F16RoundsToNearestEven) {
  for (double value : samples)
    for (double sign : {1.0, -1.0})
      EXPECT_EQ(f16FromDouble(sign * value),
                nearestByDefinition(sign * value, doubleFromF16, 0x7c00))
          << value;
}

TEST(FloatBits, Bf16RoundsToNearestEven) {
  for (double value : samples)
    for (double sign : {1.0, -1.0})
      EXPECT_EQ(bf16FromDouble(sign * value),
                nearestByDefinition(sign * value, doubleFromBf16, 0x7f80))
          << value;
}

TEST(FloatBits, EveryPatternSurvives) {
  for (uint32_t bits = 0; bits < 0x10000; ++bits) {
    double half = doubleFromF16(uint16_t(bits));
    if (!std::isnan(half))
      EXPECT_EQ(f16FromDouble(half), bits);
    else
      EXPECT_TRUE(std::isnan(doubleFromF16(f16FromDouble(half))));
    double brain = doubleFromBf16(uint16_t(bits));
    if (!std::isnan(brain))
      EXPECT_EQ(bf16FromDouble(brain), bits);
    else
      EXPECT_TRUE(std::isnan(doubleFromBf16(bf16FromDouble(brain))));
  }
}

TEST(FloatBits, RoundsOnce) {
  // Just above the tie between 1 and the next bfloat16: rounding to float
  // first would land on the tie and go down to even.
  double value = 1.00390625 + 1e-12;
  EXPECT_EQ(bf16FromDouble(value), 0x3f81);
  EXPECT_EQ(bf16FromDouble(1.00390625), 0x3f80);
}

TEST(FloatBits, IntegersRoundAndSaturate) {
  int32_t out[4];
  storeElement(SSM_I32, out, 0, 2.5);
  storeElement(SSM_I32, out, 1, 1e20);
  storeElement(SSM_I32, out, 2, -1e20);
  storeElement(SSM_I32, out, 3, NAN);
  EXPECT_EQ(out[0], 2);
  EXPECT_EQ(out[1], INT32_MAX);
  EXPECT_EQ(out[2], INT32_MIN);
  EXPECT_EQ(out[3], 0);
}

} // namespace
