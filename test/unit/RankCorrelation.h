// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How far two orders of the same things agree.

#ifndef TEST_UNIT_RANKCORRELATION_H
#define TEST_UNIT_RANKCORRELATION_H

#include <vector>

namespace ssm::test {

/// Spearman's coefficient: 1 where both order alike, -1 where they reverse.
double rankCorrelation(const std::vector<double> &a,
                       const std::vector<double> &b);

} // namespace ssm::test

#endif // TEST_UNIT_RANKCORRELATION_H
