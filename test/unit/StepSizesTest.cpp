// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random numbers that are the same everywhere, step sizes, and Mamba's bias.
#include "lib/Initialise/Mamba.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

using namespace ssm::initialise;
using Eigen::Index;
using Eigen::VectorXd;

namespace {

constexpr double kInfinity = std::numeric_limits<double>::infinity();
constexpr double kNaN = std::numeric_limits<double>::quiet_NaN();

double softplus(double x) { return std::log1p(std::exp(x)); }

TEST(Random, IsTheSameEverywhere) {
  // Computed with another implementation of the two algorithms.
  Random random(1, "log_dt");
  EXPECT_EQ(random.uniform(), 0.4490730553579949);
  EXPECT_EQ(random.uniform(), 0.3465964440823003);
  EXPECT_EQ(random.uniform(), 0.834885184052036);
  Random late((uint64_t(1) << 40) + 5, "C");
  for (int i = 0; i < 1000; ++i)
    late.uniform();
  EXPECT_EQ(late.uniform(), 0.44478108834922614);
}

TEST(Random, DependsOnSeedAndName) {
  double first = Random(1, "B").uniform();
  EXPECT_EQ(Random(1, "B").uniform(), first);
  EXPECT_NE(Random(2, "B").uniform(), first);
  EXPECT_NE(Random(1, "C").uniform(), first);
  EXPECT_NE(Random(1 + (uint64_t(1) << 32), "B").uniform(), first);
}

TEST(Random, HasItsMoments) {
  constexpr int count = 100000;
  Random random(7, "moments");
  double sum = 0, squares = 0, uniforms = 0;
  for (int i = 0; i < count; ++i) {
    double x = random.normal();
    ASSERT_TRUE(std::isfinite(x));
    sum += x;
    squares += x * x;
    double u = random.uniform(-1, 3);
    ASSERT_TRUE(u >= -1 && u < 3);
    uniforms += u;
  }
  // Five standard deviations.
  EXPECT_NEAR(sum / count, 0, 5 / std::sqrt(count));
  EXPECT_NEAR(squares / count, 1, 5 * std::sqrt(2.0 / count));
  EXPECT_NEAR(uniforms / count, 1, 5 * std::sqrt(4.0 / 3 / count));
}

TEST(StepSizes, AreLogUniform) {
  constexpr Index count = 20000;
  Random random(3, "log_dt");
  VectorXd logs = logUniformSteps(count, {1e-3, 1e-1}, random);
  EXPECT_GE(logs.minCoeff(), std::log(1e-3));
  EXPECT_LE(logs.maxCoeff(), std::log(1e-1));
  // Kolmogorov and Smirnov's distance, at a significance of about 1e-6.
  std::sort(logs.begin(), logs.end());
  double distance = 0;
  for (Index i = 0; i < count; ++i) {
    double share = (logs(i) - std::log(1e-3)) / std::log(100.0);
    distance = std::max(distance, std::abs(share - double(i) / count));
  }
  EXPECT_LT(distance, 2.7 / std::sqrt(double(count)));
}

TEST(StepSizes, OfAPointAreThatPoint) {
  Random random(3, "log_dt");
  for (double log : logUniformSteps(4, {0.5, 0.5}, random))
    EXPECT_EQ(log, std::log(0.5));
}

TEST(StepSizes, RefuseRanges) {
  Random random(3, "log_dt");
  for (StepRange range :
       {StepRange{0, 1}, StepRange{-1, 1}, StepRange{2, 1},
        StepRange{1, kInfinity}, StepRange{kNaN, 1}, StepRange{1, kNaN}})
    EXPECT_THROW(logUniformSteps(4, range, random), std::invalid_argument);
  try {
    logUniformSteps(4, {0.1, 0.001}, random);
    FAIL();
  } catch (const std::invalid_argument &problem) {
    EXPECT_STREQ(problem.what(), "expected finite step sizes 0 < low <= high, "
                                 "got 0.1 and 0.001");
  }
}

TEST(InverseSoftplus, InvertsSoftplus) {
  for (double step : {1e-12, 1e-4, 1e-3, 0.1, 1.0, 20.0})
    EXPECT_NEAR(softplus(inverseSoftplus(step)) / step, 1, 1e-14) << step;
  EXPECT_EQ(inverseSoftplus(800), 800); // where exp overflows
  for (double step : {0.0, -1.0, kInfinity, kNaN})
    EXPECT_THROW(inverseSoftplus(step), std::invalid_argument);
}

TEST(MambaStepBias, GivesStepsInRange) {
  constexpr Index count = 4096;
  Random random(5, "dt_proj.bias"), again(5, "dt_proj.bias");
  VectorXd biases = mambaStepBias(count, {1e-3, 1e-1}, 1e-4, random);
  VectorXd logs = logUniformSteps(count, {1e-3, 1e-1}, again);
  for (Index i = 0; i < count; ++i) {
    double dt = std::exp(logs(i));
    EXPECT_NEAR(softplus(biases(i)) / dt, 1, 1e-13);
    // As float32, in which it is stored.
    double stored = softplus(double(float(biases(i))));
    EXPECT_NEAR(stored / dt, 1, 1e-6);
    EXPECT_GE(stored, 1e-3 * (1 - 1e-6));
    EXPECT_LE(stored, 1e-1 * (1 + 1e-6));
  }
}

TEST(MambaStepBias, HasAFloor) {
  Random random(5, "dt_proj.bias");
  VectorXd biases = mambaStepBias(512, {1e-6, 1e-2}, 1e-4, random);
  EXPECT_NEAR(softplus(biases.minCoeff()) / 1e-4, 1, 1e-13);
  Index clamped = (biases.array() == biases.minCoeff()).count();
  EXPECT_NEAR(double(clamped) / 512, 0.5, 0.12);
  for (double floor : {-1.0, kInfinity, kNaN})
    EXPECT_THROW(mambaStepBias(1, {1e-3, 1e-1}, floor, random),
                 std::invalid_argument);
}

TEST(MambaALog, IsTheLogarithmOfOneToN) {
  VectorXd logs = mambaALog(16);
  ASSERT_EQ(logs.size(), 16);
  for (Index n = 0; n < 16; ++n)
    EXPECT_EQ(logs(n), std::log(double(n + 1)));
}

} // namespace
