// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// S5: the diagonal system is the real one in other coordinates, and the
// zero-order hold is exact for inputs that are constant during a token.
#include "lib/Initialise/S5.h"
#include "lib/Initialise/Diagonal.h"
#include "lib/Initialise/HiPPO.h"

#include <gtest/gtest.h>

#include <cmath>
#include <complex>

using namespace ssm::initialise;
using Complex = std::complex<double>;
using Eigen::Index;
using Eigen::MatrixXcd;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

DiagonalSystem systemOf(Index states, Index channels) {
  Random forB(9, "B"), forC(9, "C");
  return s5(states, channels, forB, forC);
}

TEST(S5, HalfOfTheVectorsSpansAll) {
  MatrixXcd V = eigenPairsOfLegS(64).vectors;
  MatrixXd twice = 2 * (V * V.adjoint()).real();
  EXPECT_LT((twice - MatrixXd::Identity(64, 64)).norm(), 1e-12);
}

/// C0 S^k B0, the response of the real system, from the same numbers.
TEST(S5, IsTheRealSystemInOtherCoordinates) {
  constexpr Index states = 12, channels = 5;
  DiagonalSystem system = systemOf(states, channels);
  Random forB(9, "B"), forC(9, "C");
  MatrixXd B0(states, channels), C0(channels, states);
  for (Index i = 0; i < states * channels; ++i)
    B0(i / channels, i % channels) = forB.normal() / std::sqrt(5.0);
  for (Index i = 0; i < states * channels; ++i)
    C0(i / states, i % states) = forC.normal() / std::sqrt(12.0);
  MatrixXd S = normalPartOfLegS(states), power = B0;
  MatrixXcd diagonal = system.B;
  for (int k = 0; k < 5; ++k) {
    MatrixXd expected = C0 * power;
    MatrixXd found = 2 * (system.C * diagonal).real();
    EXPECT_LT((found - expected).norm(), 1e-12 * expected.norm()) << k;
    power = (S * power).eval();
    diagonal = (system.lambda.asDiagonal() * diagonal).eval();
  }
}

TEST(S5, HoldIsExactForConstantInputs) {
  constexpr Index states = 8, channels = 3;
  DiagonalSystem system = systemOf(states, channels);
  VectorXd logSteps(states / 2);
  logSteps << std::log(1e-3), std::log(0.02), std::log(0.1), std::log(1e-9);
  DiagonalSystem held = zeroOrderHold(system, logSteps);
  EXPECT_EQ(held.C, system.C);
  for (Index n = 0; n < states / 2; ++n) {
    // The integral of exp(lambda s) over a token, by its series.
    double step = std::exp(logSteps(n));
    Complex power = step * system.lambda(n), term = step, integral = 0;
    for (int k = 1; k < 40; ++k) {
      integral += term;
      term *= power / double(k + 1);
    }
    EXPECT_LT(std::abs(held.lambda(n) - std::exp(power)), 1e-15);
    for (Index j = 0; j < channels; ++j) {
      Complex expected = integral * system.B(n, j);
      EXPECT_LT(std::abs(held.B(n, j) - expected), 1e-14 * std::abs(expected));
    }
    EXPECT_LT(std::abs(held.lambda(n)), 1); // a state fades
  }
}

} // namespace
