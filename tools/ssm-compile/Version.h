// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What --version says.

#ifndef TOOLS_SSM_COMPILE_VERSION_H
#define TOOLS_SSM_COMPILE_VERSION_H

#include <string>

namespace ssm::compiler {

/// Lines with the versions of the compiler, LLVM, PTX and CUDA.
std::string versionText();

} // namespace ssm::compiler

#endif // TOOLS_SSM_COMPILE_VERSION_H
