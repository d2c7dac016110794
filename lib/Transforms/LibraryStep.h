// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The matrix product or the convolution of a library that can stand for a
// kernel.

#ifndef LIB_TRANSFORMS_LIBRARYSTEP_H
#define LIB_TRANSFORMS_LIBRARYSTEP_H

#include "dialect/SSM.h"

namespace mlir::ssm {

/// Of a kernel that is a product: rows from which the library is expected to be
/// faster.
constexpr llvm::StringLiteral kLibraryFromAttr = "ssm.library_from";

/// The library's matrix product, if `kernel`, whose tile program is `program`,
/// is the one of `product` and nothing more: rows of a and c by batch and
/// token, plain columns. Null otherwise.
MatmulAttr findLibraryStep(KernelOp kernel, WorkOpInterface product,
                           TileKernelOp program);

/// The library's convolution, if `kernel` is the one of `work` and nothing
/// more, in f32. Null otherwise.
ConvolutionAttr findConvolutionStep(KernelOp kernel, WorkOpInterface work);

} // namespace mlir::ssm

#endif // LIB_TRANSFORMS_LIBRARYSTEP_H
