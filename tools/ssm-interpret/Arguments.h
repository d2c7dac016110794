// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The values of a function's arguments: read from .npy and safetensors files or
// generated, as the options say.
#ifndef TOOLS_SSM_INTERPRET_ARGUMENTS_H
#define TOOLS_SSM_INTERPRET_ARGUMENTS_H

#include "Options.h"
#include "Parameters.h"

namespace ssm::interpret {

/// One tensor for each parameter, its elements rounded to the parameter's type.
/// Throws run::Failure for what is missing, unknown or of another shape.
std::vector<mlir::ssm::reference::Tensor>
readArguments(const std::vector<Parameter> &parameters, const Options &options);

} // namespace ssm::interpret

#endif // TOOLS_SSM_INTERPRET_ARGUMENTS_H
