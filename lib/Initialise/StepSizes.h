// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Step sizes: in go a range and a generator, out come the units of time that
// pass per token, one for each channel.
#ifndef LIB_INITIALISE_STEPSIZES_H
#define LIB_INITIALISE_STEPSIZES_H

#include "Random.h"

#include <Eigen/Core>

namespace ssm::initialise {

/// In units of time per token; a channel with step size d remembers about 1/d
/// tokens. The defaults are those of S4, S5 and Mamba.
struct StepRange {
  double low = 1e-3, high = 1e-1;
};

/// log d for `count` step sizes d, whose logarithms are uniform between those
/// of the range's ends; shape (count), natural logarithms. One draw each.
///
/// Source: Gu, Gupta, Goel, Ré, On the Parameterization and Initialization of
/// Diagonal State Space Models (2022); S4 as its authors published it.
///
/// Throws std::invalid_argument unless 0 < low <= high < infinity.
Eigen::VectorXd logUniformSteps(Eigen::Index count, StepRange range,
                                Random &random);

/// The x with softplus(x) = log(1 + exp(x)) = step: step + log(1 - exp(-step)).
/// Throws std::invalid_argument unless 0 < step < infinity.
double inverseSoftplus(double step);

} // namespace ssm::initialise

#endif // LIB_INITIALISE_STEPSIZES_H
