// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Why a manifest is refused, for tests that break one rule at a time.
#ifndef SSM_TEST_UNIT_MANIFESTPROBLEM_H
#define SSM_TEST_UNIT_MANIFESTPROBLEM_H

#include <string>

namespace ssm::test {

/// The message that reading or checking this JSON text ends with; empty if it
/// is a good manifest.
std::string manifestProblem(const std::string &json);

} // namespace ssm::test

#endif
