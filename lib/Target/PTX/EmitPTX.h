// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From a gpu.module in the LLVM and NVVM dialects to PTX text.

#ifndef LIB_TARGET_PTX_EMITPTX_H
#define LIB_TARGET_PTX_EMITPTX_H

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

#include <string>

namespace mlir::ssm {

/// What a GPU target asks of LLVM.
struct PTXOptions {
  /// `sm_80`, `sm_90a`, `sm_100a`, `sm_120a`.
  std::string chip = "sm_80";
  /// 0 to 3.
  unsigned optimization = 3;
};

/// The lowest PTX version that knows `chip`, as an LLVM feature (`+ptx80`).
/// Drivers accept every version up to their own.
std::string ptxFeatureFor(llvm::StringRef chip);

/// The PTX of `module`; emits an error if LLVM cannot translate it.
FailureOr<std::string> emitPTX(gpu::GPUModuleOp module,
                               const PTXOptions &options);

} // namespace mlir::ssm

#endif // LIB_TARGET_PTX_EMITPTX_H
