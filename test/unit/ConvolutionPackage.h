// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A small package with a long convolution, written by hand as ssm-compile would
// write it.
#ifndef SSM_TEST_UNIT_CONVOLUTIONPACKAGE_H
#define SSM_TEST_UNIT_CONVOLUTIONPACKAGE_H

#include <string>

namespace ssm::test {

/// A function "filter" of one step: x (batch, length, 3) with k (1, length, 3),
/// forwards. Below 4 tokens, and without a library, the kernel "direct" runs.
std::string convolutionManifest(const std::string &target);

/// The C source and PTX of "direct", which computes twice the convolution: who
/// ran is seen by the result.
std::string convolutionSource();
std::string convolutionPtx();

} // namespace ssm::test

#endif // SSM_TEST_UNIT_CONVOLUTIONPACKAGE_H
