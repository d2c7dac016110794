// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The matrix product of a library that can stand for a kernel.

#ifndef LIB_TRANSFORMS_LIBRARYSTEP_H
#define LIB_TRANSFORMS_LIBRARYSTEP_H

#include "dialect/SSM.h"

namespace mlir::ssm {

/// The library's matrix product, if `kernel`, whose tile program is `program`,
/// is the one of `product` and nothing more: rows of a and c by batch and
/// token, plain columns. Null otherwise.
MatmulAttr findLibraryStep(KernelOp kernel, WorkOpInterface product,
                           TileKernelOp program);

} // namespace mlir::ssm

#endif // LIB_TRANSFORMS_LIBRARYSTEP_H
