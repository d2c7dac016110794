// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names the first element that is off, with what was expected.

#include "CloseTo.h"

#include <algorithm>
#include <cmath>

using namespace ssm_test;

/// What rounding a number to `type` may change, relative to the number.
static double roundingOf(const std::string &type) {
  if (type == "f64")
    return std::ldexp(1.0, -53);
  return std::ldexp(1.0, type == "f32" ? -24 : type == "f16" ? -11 : -8);
}

testing::AssertionResult
ssm_test::isCloseTo(const GuardedBuffer &out,
                    const std::vector<double> &reference, double error) {
  if (out.size() != reference.size())
    return testing::AssertionFailure() << "expected " << reference.size()
                                       << " elements, got " << out.size();
  if (!out.isFrameIntact())
    return testing::AssertionFailure()
           << "expected nothing to be written in front of the array";
  double largest = 0;
  for (double value : reference)
    largest = std::max(largest, std::fabs(value));
  double rounding = roundingOf(out.elementType());
  for (size_t i = 0; i < reference.size(); ++i) {
    double bound = rounding * std::fabs(reference[i]) + error * largest;
    // False for NaN, so that an element nobody wrote fails.
    bool isClose = std::fabs(out.get(i) - reference[i]) <= bound;
    if (!isClose)
      return testing::AssertionFailure()
             << "expected " << reference[i] << " within " << bound
             << " at element " << i << " of " << reference.size() << ", got "
             << out.get(i);
  }
  return testing::AssertionSuccess();
}
