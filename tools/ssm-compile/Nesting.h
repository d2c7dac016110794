// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The parser of MLIR recurses once for each bracket and each operator of an
// affine expression: what would exhaust the stack is refused before.

#ifndef TOOLS_SSM_COMPILE_NESTING_H
#define TOOLS_SSM_COMPILE_NESTING_H

#include "llvm/ADT/StringRef.h"

#include <string>

namespace ssm::compiler {

/// The first place of `text` that is too deep as a diagnostic of file `name`,
/// or nothing.
std::string describeDeepNesting(llvm::StringRef text, llvm::StringRef name);

} // namespace ssm::compiler

#endif // TOOLS_SSM_COMPILE_NESTING_H
