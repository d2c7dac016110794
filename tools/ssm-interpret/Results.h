// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What happens to the results of a run: printed, written as .npy, compared.
#ifndef TOOLS_SSM_INTERPRET_RESULTS_H
#define TOOLS_SSM_INTERPRET_RESULTS_H

#include "Options.h"
#include "Parameters.h"

namespace ssm::interpret {

/// Refuses names of --output and --expect that no result has.
void checkResultNames(const std::vector<Parameter> &parameters,
                      const Options &options);

/// Throws run::Failure if a file cannot be written or a check fails.
void report(const std::vector<Parameter> &parameters,
            const std::vector<mlir::ssm::reference::Tensor> &results,
            const Options &options);

} // namespace ssm::interpret

#endif // TOOLS_SSM_INTERPRET_RESULTS_H
