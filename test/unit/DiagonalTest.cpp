// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// S4D's eigenvalues: the formulas, and for LegS residuals, another solver and a
// relation that its eigenvalues alone satisfy.
#include "lib/Initialise/Diagonal.h"
#include "lib/Initialise/HiPPO.h"

#include <Eigen/Eigenvalues>
#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <complex>
#include <stdexcept>
#include <vector>

using namespace ssm::initialise;
using Complex = std::complex<double>;
using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXcd;
using Eigen::VectorXd;

namespace {

const double kPi = std::acos(-1.0);

TEST(S4DLegS, OfTwoStatesIsKnown) {
  // [-1/2, sqrt(3)/2; -sqrt(3)/2, -1/2] turns by 120 degrees.
  VectorXcd values = s4dLegS(2);
  ASSERT_EQ(values.size(), 1);
  EXPECT_NEAR(std::abs(values(0) - std::polar(1.0, 2 * kPi / 3)), 0, 1e-15);
}

TEST(S4DLegS, ValuesAndVectorsBelongTogether) {
  for (Index states : {2, 8, 64, 256}) {
    MatrixXd S = normalPartOfLegS(states);
    EigenPairs pairs = eigenPairsOfLegS(states);
    ASSERT_EQ(pairs.values.size(), states / 2);
    for (Index n = 0; n < states / 2; ++n) {
      VectorXcd v = pairs.vectors.col(n);
      double residual = (S * v - pairs.values(n) * v).norm();
      EXPECT_LT(residual, 1e-14 * S.norm()) << states << ", " << n;
      EXPECT_NEAR(v.norm(), 1, 1e-13);
      EXPECT_GT(v(0).real(), 0);
      EXPECT_LT(std::abs(v(0).imag()), 1e-15);
    }
  }
}

TEST(S4DLegS, RealPartsAreOneAndImaginaryPartsAscend) {
  VectorXcd values = s4dLegS(64);
  for (Index n = 0; n < values.size(); ++n) {
    EXPECT_EQ(values(n).real(), -0.5);
    EXPECT_GT(values(n).imag(), n > 0 ? values(n - 1).imag() : 0);
  }
}

TEST(S4DLegS, WithItsConjugatesIsAllThereIs) {
  // Against a solver that knows nothing of the matrix.
  constexpr Index states = 32;
  Eigen::EigenSolver<MatrixXd> solver(normalPartOfLegS(states), false);
  std::vector<double> found, expected;
  for (const Complex &value : VectorXcd(solver.eigenvalues())) {
    EXPECT_NEAR(value.real(), -0.5, 1e-11);
    found.push_back(value.imag());
  }
  for (const Complex &value : s4dLegS(states)) {
    expected.push_back(value.imag());
    expected.push_back(-value.imag());
  }
  std::sort(found.begin(), found.end());
  std::sort(expected.begin(), expected.end());
  ASSERT_EQ(found.size(), expected.size());
  for (size_t i = 0; i < found.size(); ++i)
    EXPECT_NEAR(found[i], expected[i], 1e-10);
}

// With S = -1/2 + K and s_n = sqrt(2n + 1), row n of K v = i m v reads
// (i m + s_n^2 / 2) w_n = (i m - s_n^2 / 2) w_(n-1), where w_n is the sum of
// s_k v_k for k <= n less half of the sum of all. Around, w changes its sign:
// the angles atan(2m / (2n + 1)) add up to an odd multiple of pi / 2, and grow
// with m, so every odd multiple that they can reach belongs to one eigenvalue.
TEST(S4DLegS, SatisfiesTheCharacteristicRelation) {
  for (Index states : {2, 16, 64, 256}) {
    VectorXcd values = s4dLegS(states);
    for (Index k = 0; k < values.size(); ++k) {
      double sum = 0;
      for (Index n = 0; n < states; ++n)
        sum += std::atan(values(k).imag() / (double(n) + 0.5));
      EXPECT_NEAR(sum, (double(k) + 0.5) * kPi, 1e-13 * double(states))
          << states << ", " << k;
    }
  }
}

TEST(S4DInv, IsItsFormula) {
  VectorXcd values = s4dInv(4);
  ASSERT_EQ(values.size(), 2);
  EXPECT_NEAR(std::abs(values(0) - Complex(-0.5, 12 / kPi)), 0, 1e-14);
  EXPECT_NEAR(std::abs(values(1) - Complex(-0.5, 4 / (3 * kPi))), 0, 1e-14);
  values = s4dInv(64);
  for (Index n = 0; n < 32; ++n) {
    double imaginary = 64 / kPi * (64.0 / double(2 * n + 1) - 1);
    EXPECT_NEAR(values(n).imag(), imaginary, 1e-12 * imaginary);
    EXPECT_EQ(values(n).real(), -0.5);
    EXPECT_GT(values(n).imag(), 0);
  }
}

TEST(S4DInv, IsCloseToLegS) {
  for (Index states : {64, 256}) {
    VectorXcd inverse = s4dInv(states), legendre = s4dLegS(states).reverse();
    for (Index n = 0; n < 8; ++n)
      EXPECT_NEAR(inverse(n).imag() / legendre(n).imag(), 1,
                  2 * double(n + 1) / double(states))
          << n;
  }
}

TEST(S4DLin, IsItsFormula) {
  VectorXcd values = s4dLin(6);
  ASSERT_EQ(values.size(), 3);
  for (Index n = 0; n < 3; ++n)
    EXPECT_EQ(values(n), Complex(-0.5, kPi * double(n)));
}

TEST(S4DReal, IsItsFormulaAndLegSsEigenvalues) {
  EXPECT_EQ(s4dReal(3), Eigen::Vector3d(-1, -2, -3));
  // A is triangular.
  EXPECT_EQ(s4dReal(40), VectorXd(legS(40).A.diagonal()));
}

TEST(S4D, RefusesOddSizes) {
  for (auto *make : {s4dLegS, s4dInv, s4dLin})
    for (Index states : {-2, 0, 1, 7, 1026})
      try {
        make(states);
        ADD_FAILURE() << states;
      } catch (const std::invalid_argument &problem) {
        EXPECT_EQ(problem.what(),
                  "expected an even number of states from 2 to 1024, got " +
                      std::to_string(states));
      }
  EXPECT_THROW(s4dReal(0), std::invalid_argument);
}

} // namespace
