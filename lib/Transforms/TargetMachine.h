// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The machine that a pass is told to judge by.

#ifndef LIB_TRANSFORMS_TARGETMACHINE_H
#define LIB_TRANSFORMS_TARGETMACHINE_H

#include "lib/Schedule/Machine.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::ssm {

/// The machine of `target`; nothing, after an error at `function`, if the name
/// is unknown.
std::optional<::ssm::schedule::Machine> machineOf(func::FuncOp function,
                                                  llvm::StringRef target);

} // namespace mlir::ssm

#endif // LIB_TRANSFORMS_TARGETMACHINE_H
