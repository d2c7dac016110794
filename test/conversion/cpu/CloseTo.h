// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compares what a kernel wrote with double precision, element by element: one
// wrong element among many right ones must not hide in a norm.

#ifndef TEST_CONVERSION_CPU_CLOSETO_H
#define TEST_CONVERSION_CPU_CLOSETO_H

#include "GuardedBuffer.h"

#include <gtest/gtest.h>

namespace ssm_test {

/// Whether every element is the reference's, rounded to the type of `out` and
/// off by at most `error` times the largest element of the reference; and
/// nothing was written in front of `out`.
testing::AssertionResult isCloseTo(const GuardedBuffer &out,
                                   const std::vector<double> &reference,
                                   double error);

} // namespace ssm_test

#endif // TEST_CONVERSION_CPU_CLOSETO_H
