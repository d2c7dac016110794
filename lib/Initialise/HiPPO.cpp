// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// LegS, element by element.
#include "HiPPO.h"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

using Eigen::Index;
using Eigen::MatrixXd;
using Eigen::VectorXd;

namespace ssm::initialise {

LegS legS(Index states) {
  if (states < 1 || states > kMaxStates)
    throw std::invalid_argument(
        fmt::format("expected a number of states from 1 to {}, got {}",
                    kMaxStates, states));
  LegS result{MatrixXd::Zero(states, states), VectorXd(states),
              VectorXd(states)};
  for (Index n = 0; n < states; ++n) {
    for (Index k = 0; k < n; ++k)
      result.A(n, k) = -std::sqrt(double(2 * n + 1) * double(2 * k + 1));
    result.A(n, n) = -double(n + 1);
    result.B(n) = std::sqrt(double(2 * n + 1));
    result.P(n) = std::sqrt(double(n) + 0.5);
  }
  return result;
}

MatrixXd normalPartOfLegS(Index states) {
  LegS system = legS(states);
  return system.A + system.P * system.P.transpose();
}

} // namespace ssm::initialise
