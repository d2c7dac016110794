// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// HiPPO-LegS: in goes a number of states, out come the matrices of the system
// whose state holds the past as Legendre coefficients.
#ifndef LIB_INITIALISE_HIPPO_H
#define LIB_INITIALISE_HIPPO_H

#include <Eigen/Core>

namespace ssm::initialise {

/// The most states of a matrix: its eigenvalues take cubic time.
constexpr Eigen::Index kMaxStates = 1024;

struct LegS {
  Eigen::MatrixXd A; // (states, states), lower triangular
  Eigen::VectorXd B; // (states)
  Eigen::VectorXd P; // (states)
};

/// With n the row and k the column, both from zero:
///
///     A[n, k] = -sqrt((2n + 1)(2k + 1))   for n > k
///     A[n, n] = -(n + 1)
///     A[n, k] = 0                         for n < k
///     B[n] = sqrt(2n + 1)
///     P[n] = sqrt(n + 1/2)
///
/// The state of x'(t) = (A x(t) + B u(t)) / t holds the coefficients of u on
/// [0, t] in the polynomials sqrt(2n + 1) L_n(2s/t - 1), orthonormal for the
/// mean over [0, t]; L_n is Legendre's. Without 1/t, as S4 has it, A and B are
/// per unit of time and the past fades exponentially. A + P P^T is normal.
///
/// Sources: Gu, Dao, Ermon, Rudra, Ré, HiPPO: Recurrent Memory with Optimal
/// Polynomial Projections (2020), theorem 2, which writes A with the other
/// sign; P: Gu, Goel, Ré, Efficiently Modeling Long Sequences with Structured
/// State Spaces (2022), theorem 1 and its proof.
///
/// Throws std::invalid_argument unless 1 <= states <= kMaxStates.
LegS legS(Eigen::Index states);

/// A + P P^T of legS(states): -1/2 on the diagonal, and elsewhere
/// sqrt((2n + 1)(2k + 1)) / 2, negative below and positive above it. Hence
/// -1/2 plus a skew-symmetric matrix: every eigenvalue has the real part -1/2.
/// Throws as legS.
Eigen::MatrixXd normalPartOfLegS(Eigen::Index states);

} // namespace ssm::initialise

#endif // LIB_INITIALISE_HIPPO_H
