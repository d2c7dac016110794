// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From tile kernels to LLVM functions for a CPU.

#ifndef LIB_CONVERSION_CPU_SSMTOCPU_H
#define LIB_CONVERSION_CPU_SSMTOCPU_H

#include "dialect/SSM.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir {
class OpPassManager;
}

namespace mlir::ssm {

struct LowerToCPUOptions {
  /// Instruction sets, best first; all of them if empty.
  SmallVector<std::string> variants;
};

/// Tile kernels in, a module of llvm.func out: `symbol.variant` for every
/// kernel and variant, with `ssm.scratch_bytes` and the features of the
/// variant.
void addLowerToCPUPasses(OpPassManager &pm, const LowerToCPUOptions &options);

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "lib/Conversion/CPU/Passes.h.inc"

} // namespace mlir::ssm

#endif // LIB_CONVERSION_CPU_SSMTOCPU_H
