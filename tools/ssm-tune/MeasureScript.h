// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// measure.sh: what a machine with a device and ssm-run, and nothing else of
// this project, needs to measure the candidates.

#ifndef TOOLS_SSM_TUNE_MEASURESCRIPT_H
#define TOOLS_SSM_TUNE_MEASURESCRIPT_H

#include "tools/ssm-tune/Candidates.h"

#include "ssm/ssm.hpp"

namespace ssm::tune {

/// The text of measure.sh. `package` is any of the candidates: all have the
/// same functions.
std::string measureScript(const CandidateSet &set, const Package &package);

} // namespace ssm::tune

#endif // TOOLS_SSM_TUNE_MEASURESCRIPT_H
