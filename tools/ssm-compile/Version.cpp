// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The versions that decide what a package holds. That of CUDA is its
// assembler's, asked for when it is there.

#include "tools/ssm-compile/Version.h"

#include "lib/Target/PTX/EmitPTX.h"
#include "lib/Target/PTX/Ptxas.h"

#include "llvm/Config/llvm-config.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

#include <cstdio>
#include <fmt/format.h>

/// What `program --version` prints; empty if it does not start.
static std::string askVersion(const std::string &program) {
  std::string command;
  llvm::raw_string_ostream stream(command);
  llvm::sys::printArg(stream, program, /*Quote=*/true);
  stream << " --version 2>&1";
  std::FILE *pipe = ::popen(command.c_str(), "r");
  if (!pipe)
    return "";
  std::string text;
  char part[256];
  while (size_t got = std::fread(part, 1, sizeof part, pipe))
    text.append(part, got);
  ::pclose(pipe);
  return text;
}

static std::string describeCUDA() {
  std::optional<std::string> ptxas = mlir::ssm::findPtxas();
  if (!ptxas)
    return "none (no ptxas on the PATH or under CUDA_HOME)";
  std::string answer = askVersion(*ptxas);
  llvm::StringRef release =
      llvm::StringRef(answer).split("release ").second.split(',').first;
  return fmt::format("{} ({})", release.empty() ? "unknown" : release.str(),
                     *ptxas);
}

static std::string describePTX() {
  std::string text;
  for (llvm::StringRef chip : {"sm_80", "sm_90a", "sm_100a", "sm_120a"}) {
    std::string feature = mlir::ssm::ptxFeatureFor(chip); // "+ptx87"
    llvm::StringRef digits = llvm::StringRef(feature).take_back(2);
    text += fmt::format("{}{}.{} ({})", text.empty() ? "" : ", ", digits[0],
                        digits[1], chip.str());
  }
  return text;
}

std::string ssm::compiler::versionText() {
  return fmt::format("ssm-compile {}\nLLVM {}\nPTX {}\nCUDA {}\n", SSM_VERSION,
                     LLVM_VERSION_STRING, describePTX(), describeCUDA());
}
