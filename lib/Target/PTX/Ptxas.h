// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// NVIDIA's assembler, where it is installed: what it says of a module, and the
// machine code it makes.

#ifndef LIB_TARGET_PTX_PTXAS_H
#define LIB_TARGET_PTX_PTXAS_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <map>
#include <optional>
#include <string>

namespace mlir::ssm {

/// What `ptxas -v` says of one entry.
struct EntryUsage {
  int64_t registers = 0;
  int64_t spillStoreBytes = 0, spillLoadBytes = 0;
  int64_t stackBytes = 0;
  int64_t sharedBytes = 0;
};

struct AssembledModule {
  std::map<std::string, EntryUsage> entries;
  /// The cubin.
  std::string code;
};

/// The assembler on the PATH, or under CUDA_HOME or /usr/local/cuda.
std::optional<std::string> findPtxas();

/// Assembles `ptx` for `chip`. On failure the error holds what ptxas printed
/// and a command that repeats it.
llvm::Expected<AssembledModule>
assemble(llvm::StringRef ptxas, llvm::StringRef ptx, llvm::StringRef chip);

} // namespace mlir::ssm

#endif // LIB_TARGET_PTX_PTXAS_H
