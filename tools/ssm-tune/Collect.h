// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-tune collect.

#ifndef TOOLS_SSM_TUNE_COLLECT_H
#define TOOLS_SSM_TUNE_COLLECT_H

#include "tools/ssm-tune/Options.h"

namespace ssm::tune {

/// Reads the times of a folder, prints them beside the predictions and writes
/// the table of the winners, or throws a Failure.
void collectTimes(const Options &options);

} // namespace ssm::tune

#endif // TOOLS_SSM_TUNE_COLLECT_H
