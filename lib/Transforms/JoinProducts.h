// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How a block op says in whose kernel it is computed.

#ifndef LIB_TRANSFORMS_JOINPRODUCTS_H
#define LIB_TRANSFORMS_JOINPRODUCTS_H

#include "llvm/ADT/StringRef.h"

namespace mlir::ssm {

/// On a product that could share the kernel of its reader, or of the op that
/// computes one of its factors: where it is, and what decided. A place that stands in the source is kept.
constexpr llvm::StringLiteral kFuseAttr = "ssm.fuse";
constexpr llvm::StringLiteral kFuseReasonAttr = "ssm.fuse_reason";
constexpr llvm::StringLiteral kFuseWithReader = "reader";
constexpr llvm::StringLiteral kFuseWithFactor = "factor";
constexpr llvm::StringLiteral kFuseAlone = "alone";

} // namespace mlir::ssm

#endif // LIB_TRANSFORMS_JOINPRODUCTS_H
