// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The function of block ops for a layer: in go its sizes and choices, out comes
// verified IR.
#ifndef TOOLS_SSM_IMPORT_BLOCK_H
#define TOOLS_SSM_IMPORT_BLOCK_H

#include "Config.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/BuiltinOps.h"

namespace ssm::import {

/// Builds the function at the end of `module`. Weights are arguments with the
/// attribute ssm.weight, in the order in which they are used.
mlir::func::FuncOp buildBlock(mlir::ModuleOp module, const Config &config,
                              const Options &options);

} // namespace ssm::import

#endif // TOOLS_SSM_IMPORT_BLOCK_H
