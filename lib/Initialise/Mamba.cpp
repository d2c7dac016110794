// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A_log and the bias of dt, from S4D-Real and log-uniform step sizes.
#include "Mamba.h"

#include "Diagonal.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <stdexcept>

using Eigen::Index;
using Eigen::VectorXd;

namespace ssm::initialise {

VectorXd mambaALog(Index states) {
  VectorXd logs = -s4dReal(states);
  for (double &log : logs)
    log = std::log(log);
  return logs;
}

VectorXd mambaStepBias(Index count, StepRange range, double floor,
                       Random &random) {
  if (!(floor >= 0 && std::isfinite(floor)))
    throw std::invalid_argument(fmt::format(
        "expected a finite floor of step sizes, at least 0, got {}", floor));
  VectorXd biases = logUniformSteps(count, range, random);
  for (double &bias : biases)
    bias = inverseSoftplus(std::max(std::exp(bias), floor));
  return biases;
}

} // namespace ssm::initialise
