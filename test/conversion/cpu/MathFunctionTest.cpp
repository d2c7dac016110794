// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Transcendental functions of f32 as kernels compute them, against the C
// library in double precision: the errors that ssm-expand-math and
// ssm-cpu-table-exp state, in units in the last place.

#include "CompiledModule.h"
#include "GuardedBuffer.h"
#include "RowText.h"

#include <cmath>
#include <gtest/gtest.h>
#include <limits>
#include <memory>

using namespace ssm_test;

static constexpr double kInfinity = std::numeric_limits<double>::infinity();
/// Elements of a batch: a multiple of the kernel's channels.
static constexpr int64_t kSamples = 1 << 16;

namespace {

struct Function {
  const char *name;
  double (*exact)(double);
  /// In units in the last place.
  double error;
  /// Where samples lie: evenly in [low, high], and within it also at all
  /// magnitudes.
  double low, high;
  double atInfinity, atMinusInfinity;
};

class MathFunction
    : public testing::TestWithParam<std::tuple<std::string, Function>> {
protected:
  void SetUp() override {
    auto [variant, f] = GetParam();
    if (!canRun(variant))
      GTEST_SKIP() << "this machine lacks " << variant;
    function = f;
    symbol = function.name + ("." + variant);
    module =
        std::make_unique<CompiledModule>(functionText(function.name), variant);
  }
  /// The kernel's results for the elements of `x`.
  std::vector<double> evaluate(const GuardedBuffer &x) {
    GuardedBuffer y("f32", x.size());
    GuardedScratch scratch(module->scratchBytes(symbol));
    void *arguments[] = {x.data(), y.data()};
    int64_t length = x.size() / 16;
    module->symbol<Kernel>(symbol)(arguments, 1, length, 0, (length + 15) / 16,
                                   scratch.data());
    return y.values();
  }

  Function function;
  std::string symbol;
  std::unique_ptr<CompiledModule> module;
};

} // namespace

/// How far apart two neighbours are around `value` in f32.
static double unitOf(double value) {
  int exponent;
  std::frexp(value, &exponent);
  return std::ldexp(1.0, std::max(exponent, -125) - 24);
}

TEST_P(MathFunction, KeepsToItsError) {
  GuardedBuffer x("f32", kSamples);
  std::mt19937 random(1);
  std::uniform_real_distribution<double> even(function.low, function.high);
  std::uniform_real_distribution<double> magnitude(-30.0, 0.0);
  for (int64_t i = 0; i < kSamples; ++i) {
    double sample = even(random);
    x.set(i, i % 2 ? sample : sample * std::exp2(magnitude(random)));
  }
  std::vector<double> y = evaluate(x);
  double worst = 0, worstAt = 0;
  for (int64_t i = 0; i < kSamples; ++i) {
    double exact = function.exact(x.get(i));
    double error = std::fabs(y[i] - exact) / unitOf(exact);
    if (!(error <= worst)) { // also for NaN
      worst = error;
      worstAt = x.get(i);
    }
  }
  RecordProperty("units", std::to_string(worst));
  EXPECT_LE(worst, function.error)
      << function.name << " of " << std::hexfloat << worstAt;
}

TEST_P(MathFunction, GivesTheLimitsAndKeepsNaN) {
  GuardedBuffer x("f32", 16);
  for (int64_t i = 0; i < 16; ++i)
    x.set(i, 1.0);
  x.set(3, kInfinity);
  x.set(4, -kInfinity);
  x.set(5, NAN);
  std::vector<double> y = evaluate(x);
  EXPECT_EQ(y[3], function.atInfinity);
  if (std::isnan(function.atMinusInfinity))
    EXPECT_TRUE(std::isnan(y[4])) << y[4];
  else
    EXPECT_EQ(y[4], function.atMinusInfinity);
  EXPECT_TRUE(std::isnan(y[5])) << y[5];
  EXPECT_NEAR(y[6], function.exact(1.0), 1e-6);
}

namespace {
class Exponential : public MathFunction {};
} // namespace

/// Magnitudes whose powers no f32 holds, up to those that lose all fraction
/// bits; in f32, 393216 + x is 0 for one of them.
TEST_P(Exponential, IsInfiniteOrZeroFarOutside) {
  static const double kMagnitudes[] = {151,    300,    70000, 131072,
                                       393216, 393217, 1e9,   3e38};
  GuardedBuffer x("f32", 16);
  for (int64_t i = 0; i < 8; ++i) {
    x.set(2 * i, kMagnitudes[i]);
    x.set(2 * i + 1, -kMagnitudes[i]);
  }
  std::vector<double> y = evaluate(x);
  for (int64_t i = 0; i < 8; ++i) {
    EXPECT_EQ(y[2 * i], kInfinity) << "of " << kMagnitudes[i];
    EXPECT_LE(std::fabs(y[2 * i + 1]), 0x1p-126) << "of -" << kMagnitudes[i];
  }
}

TEST_P(Exponential, KeepsNaNOfBothSigns) {
  GuardedBuffer x("f32", 16);
  for (int64_t i = 0; i < 16; ++i)
    x.set(i, std::copysign(NAN, i % 2 ? -1.0 : 1.0));
  for (double y : evaluate(x))
    EXPECT_TRUE(std::isnan(y)) << y;
}

static double inverseRoot(double x) { return 1 / std::sqrt(x); }

/// The ranges of exp and exp2 are those of normal results.
static const Function kExponentials[] = {
    {"exp", std::exp, 2, -86.9, 88.7, kInfinity, 0},
    {"exp2", std::exp2, 2, -125.5, 127.98, kInfinity, 0},
};

static const Function kFunctions[] = {
    {"expm1", std::expm1, 2, -20, 88.7, kInfinity, -1},
    {"log", std::log, 2, 0, 10, kInfinity, NAN},
    {"log2", std::log2, 2, 0, 10, kInfinity, NAN},
    {"log1p", std::log1p, 2, -1, 10, kInfinity, NAN},
    {"tanh", std::tanh, 4, -12, 12, 1, -1},
    {"erf", std::erf, 4, -5, 5, 1, -1},
    {"rsqrt", inverseRoot, 1.5, 0, 10, 0, NAN},
};

static std::string
nameOf(const testing::TestParamInfo<std::tuple<std::string, Function>> &info) {
  return std::get<0>(info.param) + "_" + std::get<1>(info.param).name;
}

INSTANTIATE_TEST_SUITE_P(Functions, MathFunction,
                         testing::Combine(testing::ValuesIn(allVariants()),
                                          testing::ValuesIn(kFunctions)),
                         nameOf);
INSTANTIATE_TEST_SUITE_P(Exponentials, MathFunction,
                         testing::Combine(testing::ValuesIn(allVariants()),
                                          testing::ValuesIn(kExponentials)),
                         nameOf);
INSTANTIATE_TEST_SUITE_P(Range, Exponential,
                         testing::Combine(testing::ValuesIn(allVariants()),
                                          testing::ValuesIn(kExponentials)),
                         nameOf);
