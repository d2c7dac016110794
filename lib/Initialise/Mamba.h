// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What Mamba's scan starts from: in go sizes and a generator, out come A_log
// and the bias of the projection that makes dt.
#ifndef LIB_INITIALISE_MAMBA_H
#define LIB_INITIALISE_MAMBA_H

#include "StepSizes.h"

namespace ssm::initialise {

/// A_log[n] = log(n + 1), n from zero; shape (states), one row of Mamba's
/// (channels, states), whose rows are equal. A = -exp(A_log) is S4D-Real.
///
/// Source: Gu, Dao, Mamba: Linear-Time Sequence Modeling with Selective State
/// Spaces (2023), section 3.6. Throws std::invalid_argument unless 1 <= states
/// <= kMaxStates (HiPPO.h).
Eigen::VectorXd mambaALog(Eigen::Index states);

/// The b with softplus(b) = max(d, floor) for `count` log-uniform step sizes d:
/// what dt is where its projection gives zero. Shape (count), in the unit of
/// softplus's argument. One draw each.
///
/// Source: Gu, Dao (2023), section 3.6; the floor is in their code, 1e-4.
///
/// Throws std::invalid_argument as logUniformSteps, and unless 0 <= floor <
/// infinity.
Eigen::VectorXd mambaStepBias(Eigen::Index count, StepRange range, double floor,
                              Random &random);

} // namespace ssm::initialise

#endif // LIB_INITIALISE_MAMBA_H
