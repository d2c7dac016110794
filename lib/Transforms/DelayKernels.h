// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which kernels wait for no other.

#ifndef LIB_TRANSFORMS_DELAYKERNELS_H
#define LIB_TRANSFORMS_DELAYKERNELS_H

#include "dialect/SSM.h"

namespace mlir::ssm {

/// Whether `kernel` could run at any time in its function: it reads arguments
/// alone, and no rows of a cache, which a kernel may update.
bool canRunAnyTime(KernelOp kernel);

} // namespace mlir::ssm

#endif // LIB_TRANSFORMS_DELAYKERNELS_H
