// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Norms in double precision over all elements.
#include "Compare.h"

#include "files/FloatBits.h"

#include <cmath>

namespace ssm::run {
namespace {

/// A zero reference allows no error at all.
double ratio(double error, double reference) {
  return error == 0 ? 0 : reference == 0 ? INFINITY : error / reference;
}

} // namespace

Difference compare(const rt::HostTensor &result,
                   const rt::HostTensor &reference) {
  Difference difference;
  double errorSquares = 0, referenceSquares = 0;
  double largestError = 0, largestReference = 0;
  for (uint64_t i = 0, count = result.elements(); i < count; ++i) {
    double value = rt::loadElement(result.dtype, result.data(), i);
    double wanted = rt::loadElement(reference.dtype, reference.data(), i);
    if (!std::isfinite(value) || !std::isfinite(wanted)) {
      bool agree = (std::isnan(value) && std::isnan(wanted)) || value == wanted;
      difference.notFinite += !agree;
      continue;
    }
    double error = std::fabs(value - wanted);
    errorSquares += error * error;
    referenceSquares += wanted * wanted;
    largestReference = std::fmax(largestReference, std::fabs(wanted));
    if (error > largestError) {
      largestError = error;
      difference.worst = i;
      difference.worstValue = value;
      difference.worstReference = wanted;
    }
  }
  difference.normRatio =
      ratio(std::sqrt(errorSquares), std::sqrt(referenceSquares));
  difference.largestRatio = ratio(largestError, largestReference);
  return difference;
}

Summary summarize(const rt::HostTensor &tensor) {
  Summary summary;
  double squares = 0;
  for (uint64_t i = 0, count = tensor.elements(); i < count; ++i) {
    double value = rt::loadElement(tensor.dtype, tensor.data(), i);
    if (!std::isfinite(value)) {
      ++summary.notFinite;
      continue;
    }
    squares += value * value;
    summary.largest = std::fmax(summary.largest, std::fabs(value));
  }
  summary.norm = std::sqrt(squares);
  return summary;
}

double defaultTolerance(ssm_dtype dtype) {
  switch (dtype) {
  case SSM_F64:
    return 1e-12;
  case SSM_F32:
    return 1e-5;
  case SSM_F16:
    return 2e-3;
  case SSM_BF16:
    return 1e-2;
  case SSM_I32:
    break;
  }
  return 0;
}

} // namespace ssm::run
