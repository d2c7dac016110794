// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the cost model is told of a kernel.

#ifndef LIB_TRANSFORMS_KERNELFACTS_H
#define LIB_TRANSFORMS_KERNELFACTS_H

#include "dialect/SSM.h"
#include "lib/Schedule/CostModel.h"

namespace mlir::ssm {

/// Counts of `kernel`, per batch and token.
::ssm::schedule::KernelFacts collectFacts(KernelOp kernel);

} // namespace mlir::ssm

#endif // LIB_TRANSFORMS_KERNELFACTS_H
