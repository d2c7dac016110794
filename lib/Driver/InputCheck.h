// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a package has a place for, asked of a module before the first stage.

#ifndef LIB_DRIVER_INPUTCHECK_H
#define LIB_DRIVER_INPUTCHECK_H

#include "mlir/IR/BuiltinOps.h"

namespace mlir::ssm {

/// Whether `module` holds functions with bodies and tile kernels only, and
/// arguments that a package can describe. Emits what is wrong otherwise.
LogicalResult checkInput(ModuleOp module);

} // namespace mlir::ssm

#endif // LIB_DRIVER_INPUTCHECK_H
