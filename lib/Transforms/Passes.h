// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The target-independent passes, from block ops to tile programs.

#ifndef LIB_TRANSFORMS_PASSES_H
#define LIB_TRANSFORMS_PASSES_H

#include "dialect/SSM.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Pass/Pass.h"

namespace mlir::ssm {

#define GEN_PASS_DECL
#include "lib/Transforms/Passes.h.inc"

#define GEN_PASS_REGISTRATION
#include "lib/Transforms/Passes.h.inc"

} // namespace mlir::ssm

#endif // LIB_TRANSFORMS_PASSES_H
