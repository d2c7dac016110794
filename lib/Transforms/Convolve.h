// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How a recurrence says in which of two ways it is computed.

#ifndef LIB_TRANSFORMS_CONVOLVE_H
#define LIB_TRANSFORMS_CONVOLVE_H

#include "llvm/ADT/StringRef.h"

namespace mlir::ssm {

/// On a recurrence that could be a convolution, and on the convolution that
/// stands for one: which it is, and what decided. A way that stands in the
/// source is kept.
constexpr llvm::StringLiteral kConvolveAttr = "ssm.convolve";
constexpr llvm::StringLiteral kConvolveReasonAttr = "ssm.convolve_reason";
constexpr llvm::StringLiteral kAsConvolution = "convolution";
constexpr llvm::StringLiteral kAsRecurrence = "recurrence";

/// On a kernel that is a convolution: the tokens below which it is expected to
/// be faster than the transforms of a library.
constexpr llvm::StringLiteral kDirectBelowAttr = "ssm.direct_below";

} // namespace mlir::ssm

#endif // LIB_TRANSFORMS_CONVOLVE_H
