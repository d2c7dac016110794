// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-tune emit.

#ifndef TOOLS_SSM_TUNE_EMIT_H
#define TOOLS_SSM_TUNE_EMIT_H

#include "tools/ssm-tune/Options.h"

namespace ssm::tune {

/// Writes the packages of a block, candidates.json and measure.sh to the folder
/// of the options, or throws a Failure.
void emitCandidates(const Options &options);

} // namespace ssm::tune

#endif // TOOLS_SSM_TUNE_EMIT_H
