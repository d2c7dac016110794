// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiles a .mlir file to a package.

#include "tools/ssm-compile/Nesting.h"
#include "tools/ssm-compile/Options.h"

#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"

using mlir::ssm::Outcome;

/// A shared object is linked in a file; standard output gets its bytes.
static Outcome compileToStandardOutput(llvm::StringRef text,
                                       ssm::compiler::CommandLine line) {
  llvm::SmallString<128> path;
  if (std::error_code error =
          llvm::sys::fs::createTemporaryFile("ssm-compile", "so", path)) {
    llvm::errs() << "ssm-compile: cannot make a temporary file: "
                 << error.message() << "\n";
    return Outcome::CompileFailed;
  }
  llvm::FileRemover remover(path);
  line.options.output = path.str().str();
  Outcome outcome =
      mlir::ssm::compile(text, line.input, line.options, llvm::errs());
  if (outcome != Outcome::Success)
    return outcome;
  if (auto bytes = llvm::MemoryBuffer::getFile(path))
    llvm::outs() << (*bytes)->getBuffer();
  return outcome;
}

int main(int argc, char **argv) {
  int exitCode = 0;
  auto line = ssm::compiler::parseCommandLine(argc, argv, exitCode);
  if (!line)
    return exitCode;
  auto source =
      llvm::MemoryBuffer::getFileOrSTDIN(line->input, /*IsText=*/true);
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
  const mlir::ssm::CompileOptions &options = line->options;
  bool isLinked = options.target == "cpu" && options.stopAfter.empty();
  return static_cast<int>(
      isLinked && options.output == "-"
          ? compileToStandardOutput(text, *line)
          : mlir::ssm::compile(text, line->input, options, llvm::errs()));
}
