// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LegS: its entries, its normal part, and that its state is what HiPPO says:
// the coefficients of the past in Legendre polynomials.
#include "lib/Initialise/HiPPO.h"

#include <gtest/gtest.h>

#include <cmath>
#include <stdexcept>

using namespace ssm::initialise;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace {

TEST(LegS, HasTheEntriesOfThePaper) {
  LegS system = legS(3);
  MatrixXd A(3, 3);
  A << -1, 0, 0,            //
      -std::sqrt(3), -2, 0, //
      -std::sqrt(5), -std::sqrt(15), -3;
  EXPECT_LT((system.A - A).cwiseAbs().maxCoeff(), 1e-15);
  EXPECT_TRUE(
      system.B.isApprox(Eigen::Vector3d(1, std::sqrt(3), std::sqrt(5)), 1e-15));
  EXPECT_TRUE(system.P.isApprox(
      Eigen::Vector3d(std::sqrt(0.5), std::sqrt(1.5), std::sqrt(2.5)), 1e-15));
}

TEST(LegS, OneStateIsAMean) {
  LegS system = legS(1);
  EXPECT_EQ(system.A(0, 0), -1);
  EXPECT_EQ(system.B(0), 1);
}

TEST(LegS, PlusItsLowRankPartIsNormal) {
  for (Index states : {1, 2, 7, 64, 256}) {
    MatrixXd S = normalPartOfLegS(states);
    MatrixXd commutator = S * S.transpose() - S.transpose() * S;
    EXPECT_LT(commutator.norm(), 1e-12 * (S * S.transpose()).norm()) << states;
    // Skew-symmetric but for its diagonal, so real parts are the diagonal's.
    MatrixXd symmetric = (S + S.transpose()) / 2;
    MatrixXd expected = -0.5 * MatrixXd::Identity(states, states);
    EXPECT_LT((symmetric - expected).cwiseAbs().maxCoeff(), 1e-12) << states;
  }
}

TEST(LegS, RefusesSizes) {
  EXPECT_THROW(legS(0), std::invalid_argument);
  EXPECT_THROW(legS(-3), std::invalid_argument);
  EXPECT_NO_THROW(legS(kMaxStates));
  try {
    legS(kMaxStates + 1);
    FAIL();
  } catch (const std::invalid_argument &problem) {
    EXPECT_STREQ(problem.what(),
                 "expected a number of states from 1 to 1024, got 1025");
  }
}

double cubic(double s) { return 2 - 3 * s + 0.5 * s * s + 0.25 * s * s * s; }
double wave(double s) { return std::sin(3 * s) + 0.3 * s; }

/// sqrt(2n + 1) L_n on [0, t].
double basis(Index n, double s, double t) {
  return std::sqrt(double(2 * n + 1)) *
         std::legendre(unsigned(n), 2 * s / t - 1);
}

/// The state at `end` of x' = (A x + B u) / t from `start`, by Runge and
/// Kutta's rule of order 4 in log t, where x' = A x + B u. The state before
/// `start` is zero, which is wrong and fades like start / t.
VectorXd stateOf(const LegS &system, double (*u)(double), double start,
                 double end) {
  constexpr int steps = 20000;
  double first = std::log(start);
  double step = (std::log(end) - first) / steps;
  auto slope = [&](double logTime, const VectorXd &x) -> VectorXd {
    return system.A * x + system.B * u(std::exp(logTime));
  };
  VectorXd x = VectorXd::Zero(system.B.size());
  for (int i = 0; i < steps; ++i) {
    double now = first + i * step;
    VectorXd k1 = slope(now, x);
    VectorXd k2 = slope(now + step / 2, x + step / 2 * k1);
    VectorXd k3 = slope(now + step / 2, x + step / 2 * k2);
    VectorXd k4 = slope(now + step, x + step * k3);
    x += step / 6 * (k1 + 2 * k2 + 2 * k3 + k4);
  }
  return x;
}

/// The mean over [0, t] of u times each polynomial, by Simpson's rule.
VectorXd coefficientsOf(double (*u)(double), double t, Index states) {
  constexpr int intervals = 4000;
  VectorXd sums = VectorXd::Zero(states);
  for (int i = 0; i <= intervals; ++i) {
    double weight = i == 0 || i == intervals ? 1 : i % 2 ? 4 : 2;
    double s = t * i / intervals;
    for (Index n = 0; n < states; ++n)
      sums(n) += weight / (3.0 * intervals) * u(s) * basis(n, s, t);
  }
  return sums;
}

TEST(LegS, StateHoldsLegendreCoefficients) {
  constexpr Index states = 8;
  for (auto *u : {cubic, wave})
    for (double t : {0.5, 3.0}) {
      VectorXd x = stateOf(legS(states), u, 1e-9, t);
      VectorXd expected = coefficientsOf(u, t, states);
      EXPECT_LT((x - expected).cwiseAbs().maxCoeff(), 1e-7)
          << "t = " << t << "\n"
          << x.transpose() << "\n"
          << expected.transpose();
    }
}

TEST(LegS, StateGivesAPolynomialBack) {
  constexpr Index states = 6;
  constexpr double t = 2.5;
  VectorXd x = stateOf(legS(states), cubic, 1e-9, t);
  for (double s = 0; s <= t; s += 0.125) {
    double u = 0;
    for (Index n = 0; n < states; ++n)
      u += x(n) * basis(n, s, t);
    EXPECT_NEAR(u, cubic(s), 1e-6) << s;
  }
  EXPECT_LT(x.tail(2).cwiseAbs().maxCoeff(), 1e-7); // above the third degree
}

} // namespace
