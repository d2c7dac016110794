// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The eigenvalues by formula, and those of LegS by Eigen's Hermitian solver.
#include "Diagonal.h"

#include "HiPPO.h"

#include <Eigen/Eigenvalues>
#include <fmt/format.h>

#include <cmath>
#include <complex>
#include <stdexcept>

using Complex = std::complex<double>;
using Eigen::Index;
using Eigen::MatrixXcd;
using Eigen::VectorXcd;
using Eigen::VectorXd;

namespace ssm::initialise {
namespace {

const double kPi = std::acos(-1.0);

/// The number of pairs.
Index halfOf(Index states) {
  if (states < 2 || states > kMaxStates || states % 2 != 0)
    throw std::invalid_argument(
        fmt::format("expected an even number of states from 2 to {}, got {}",
                    kMaxStates, states));
  return states / 2;
}

} // namespace

EigenPairs eigenPairsOfLegS(Index states) {
  Index kept = halfOf(states);
  MatrixXcd hermitian = Complex(0, -1) * normalPartOfLegS(states);
  hermitian.diagonal().setZero(); // what is left is skew-symmetric
  // Ascending: the second half is the positive one.
  Eigen::SelfAdjointEigenSolver<MatrixXcd> solver(hermitian);
  if (solver.info() != Eigen::Success)
    throw std::runtime_error("the eigenvalues of LegS do not converge");
  EigenPairs pairs{VectorXcd(kept), solver.eigenvectors().rightCols(kept)};
  for (Index n = 0; n < kept; ++n) {
    pairs.values(n) = Complex(-0.5, solver.eigenvalues()(kept + n));
    Complex first = pairs.vectors(0, n);
    pairs.vectors.col(n) *= std::conj(first) / std::abs(first);
  }
  return pairs;
}

VectorXcd s4dLegS(Index states) { return eigenPairsOfLegS(states).values; }

VectorXcd s4dInv(Index states) {
  VectorXcd values(halfOf(states));
  double count = double(states);
  for (Index n = 0; n < values.size(); ++n)
    values(n) = Complex(-0.5, count / kPi * (count / double(2 * n + 1) - 1));
  return values;
}

VectorXcd s4dLin(Index states) {
  VectorXcd values(halfOf(states));
  for (Index n = 0; n < values.size(); ++n)
    values(n) = Complex(-0.5, kPi * double(n));
  return values;
}

VectorXd s4dReal(Index states) { return legS(states).A.diagonal(); }

} // namespace ssm::initialise
