// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Products with the eigenvectors of LegS, and the zero-order hold.
#include "S5.h"

#include "Diagonal.h"

#include <cmath>
#include <complex>

using Complex = std::complex<double>;
using Eigen::Index;
using Eigen::MatrixXd;

namespace ssm::initialise {
namespace {

MatrixXd drawNormal(Index rows, Index columns, double variance,
                    Random &random) {
  MatrixXd drawn(rows, columns);
  for (Index i = 0; i < rows; ++i)
    for (Index j = 0; j < columns; ++j)
      drawn(i, j) = std::sqrt(variance) * random.normal();
  return drawn;
}

/// exp(z) - 1 without cancellation: with z = x + iy it is
/// expm1(x) cos(y) - 2 sin(y/2)^2 + i exp(x) sin(y).
Complex expm1(Complex z) {
  double half = std::sin(z.imag() / 2);
  return {std::expm1(z.real()) * std::cos(z.imag()) - 2 * half * half,
          std::exp(z.real()) * std::sin(z.imag())};
}

} // namespace

DiagonalSystem s5(Index states, Index channels, Random &forB, Random &forC) {
  EigenPairs pairs = eigenPairsOfLegS(states);
  MatrixXd inputs = drawNormal(states, channels, 1 / double(channels), forB);
  MatrixXd outputs = drawNormal(channels, states, 1 / double(states), forC);
  return {pairs.values, pairs.vectors.adjoint() * inputs,
          outputs * pairs.vectors};
}

DiagonalSystem zeroOrderHold(DiagonalSystem system,
                             const Eigen::VectorXd &logSteps) {
  for (Index n = 0; n < system.lambda.size(); ++n) {
    Complex power = std::exp(logSteps(n)) * system.lambda(n);
    system.B.row(n) *= expm1(power) / system.lambda(n);
    system.lambda(n) = std::exp(power);
  }
  return system;
}

} // namespace ssm::initialise
