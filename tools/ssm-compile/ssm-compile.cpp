// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiles a .mlir file to a package.

#include "tools/ssm-compile/Nesting.h"
#include "tools/ssm-compile/Options.h"

#include "llvm/Support/MemoryBuffer.h"

using mlir::ssm::Outcome;

int main(int argc, char **argv) {
  int exitCode = 0;
  auto line = ssm::compiler::parseCommandLine(argc, argv, exitCode);
  if (!line)
    return exitCode;
  auto source = llvm::MemoryBuffer::getFileOrSTDIN(line->input, /*IsText=*/true);
  if (!source) {
    llvm::errs() << "ssm-compile: cannot read " << line->input << ": "
                 << source.getError().message() << "\n";
    return static_cast<int>(Outcome::InputRejected);
  }
  llvm::StringRef text = (*source)->getBuffer();
  std::string problem = ssm::compiler::describeDeepNesting(text, line->input);
  if (!problem.empty()) {
    llvm::errs() << problem << "\n";
    return static_cast<int>(Outcome::InputRejected);
  }
  return static_cast<int>(
      mlir::ssm::compile(text, line->input, line->options, llvm::errs()));
}
