// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// S5: in go sizes and generators, out comes a diagonal system with many inputs
// and outputs, in continuous time and, by the zero-order hold, per token.
#ifndef LIB_INITIALISE_S5_H
#define LIB_INITIALISE_S5_H

#include "Random.h"

#include <Eigen/Core>

namespace ssm::initialise {

/// x' = diag(lambda) x + B u, y = 2 Re(C x): one state of each conjugate pair.
struct DiagonalSystem {
  Eigen::VectorXcd lambda; // (kept), per unit of time
  Eigen::MatrixXcd B;      // (kept, channels)
  Eigen::MatrixXcd C;      // (channels, kept)
};

/// With V the kept eigenvectors of LegS's normal part S: lambda are its
/// eigenvalues, B = V^H B0 and C = C0 V. B0 (states, channels) and C0
/// (channels, states) are real and normal with the variances 1 / channels and 1
/// / states, one over the number of terms in a sum. As V goes with its
/// conjugate, the system is x' = S x + B0 u, y = C0 x in other coordinates.
///
/// Source: Smith, Warrington, Linderman, Simplified State Space Layers for
/// Sequence Modeling (2023), section 3 and appendix B, with one block of
/// states.
///
/// Throws std::invalid_argument unless states is even and from 2 to kMaxStates
/// (HiPPO.h).
DiagonalSystem s5(Eigen::Index states, Eigen::Index channels, Random &forB,
                  Random &forC);

/// The system per token, for inputs that are constant during a token: with the
/// step size d[n] = exp(logSteps[n]) of state n, lambda[n] becomes
/// exp(d[n] lambda[n]) and row n of B is multiplied by
/// (exp(d[n] lambda[n]) - 1) / lambda[n]; C stays. No lambda may be zero.
DiagonalSystem zeroOrderHold(DiagonalSystem system,
                             const Eigen::VectorXd &logSteps);

} // namespace ssm::initialise

#endif // LIB_INITIALISE_S5_H
