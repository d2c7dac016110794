// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Logarithms of step sizes, and the way back through softplus.
#include "StepSizes.h"

#include <fmt/format.h>

#include <cmath>
#include <stdexcept>

namespace ssm::initialise {

Eigen::VectorXd logUniformSteps(Eigen::Index count, StepRange range,
                                Random &random) {
  if (!(range.low > 0 && range.low <= range.high && std::isfinite(range.high)))
    throw std::invalid_argument(
        fmt::format("expected finite step sizes 0 < low <= high, got {} and {}",
                    range.low, range.high));
  Eigen::VectorXd logs(count);
  for (double &log : logs)
    log = random.uniform(std::log(range.low), std::log(range.high));
  return logs;
}

double inverseSoftplus(double step) {
  if (!(step > 0 && std::isfinite(step)))
    throw std::invalid_argument(
        fmt::format("expected a finite step size above 0, got {}", step));
  return step + std::log(-std::expm1(-step));
}

} // namespace ssm::initialise
