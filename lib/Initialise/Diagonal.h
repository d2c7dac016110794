// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Diagonal state matrices: in goes a number of states, out come the eigenvalues
// that S4D, DSS and S5 start from.
//
// Complex ones come in conjugate pairs, of which half is kept, the one with
// the non-negative imaginary part: `states` is the N of the papers, and N/2
// values come out. The output of the whole is twice the real part of the half.
// Eigenvalues are per unit of time: a step size times the real part is a decay
// per token, times the imaginary part an angle in radians.
#ifndef LIB_INITIALISE_DIAGONAL_H
#define LIB_INITIALISE_DIAGONAL_H

#include <Eigen/Core>

namespace ssm::initialise {

struct EigenPairs {
  Eigen::VectorXcd values;  // (kept)
  Eigen::MatrixXcd vectors; // (states, kept): one column a value
};

/// The kept half of the eigenvalues of LegS's normal part A + P P^T, imaginary
/// parts ascending, and their unit eigenvectors, scaled so that the first
/// element is real and positive (it is never zero). The real parts are -1/2
/// exactly; the imaginary parts are the positive eigenvalues of the Hermitian
/// matrix -i (A + P P^T + 1/2).
///
/// Source: Gu, Gupta, Goel, Ré, On the Parameterization and Initialization of
/// Diagonal State Space Models (2022), section 4.
///
/// Throws std::invalid_argument unless states is even and from 2 to kMaxStates.
EigenPairs eigenPairsOfLegS(Eigen::Index states);

/// S4D-LegS: the values of eigenPairsOfLegS; shape (states / 2). Source and
/// errors as there.
Eigen::VectorXcd s4dLegS(Eigen::Index states);

/// S4D-Inv, shape (N / 2) with N = states:
///
///     A[n] = -1/2 + i N/pi (N / (2n + 1) - 1)
///
/// What the eigenvalues of LegS come close to as N grows; the first is the
/// fastest. Source and errors as above.
Eigen::VectorXcd s4dInv(Eigen::Index states);

/// S4D-Lin, shape (states / 2): A[n] = -1/2 + i pi n. The frequencies of a
/// Fourier series of period 2 in units of time. Source and errors as above.
Eigen::VectorXcd s4dLin(Eigen::Index states);

/// S4D-Real, shape (states), real numbers without pairs: A[n] = -(n + 1), the
/// eigenvalues of LegS's A itself. Source as above. Throws
/// std::invalid_argument unless 1 <= states <= kMaxStates.
Eigen::VectorXd s4dReal(Eigen::Index states);

} // namespace ssm::initialise

#endif // LIB_INITIALISE_DIAGONAL_H
