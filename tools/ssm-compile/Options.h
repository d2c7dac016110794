// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The command line of ssm-compile.

#ifndef TOOLS_SSM_COMPILE_OPTIONS_H
#define TOOLS_SSM_COMPILE_OPTIONS_H

#include "lib/Driver/Compile.h"

#include <optional>

namespace ssm::compiler {

struct CommandLine {
  std::string input;
  mlir::ssm::CompileOptions options;
};

/// Parses the arguments. Nothing if the program is done (help, version, or a
/// usage error that was printed); `exitCode` says with what.
std::optional<CommandLine> parseCommandLine(int argc, char **argv,
                                            int &exitCode);

} // namespace ssm::compiler

#endif // TOOLS_SSM_COMPILE_OPTIONS_H
