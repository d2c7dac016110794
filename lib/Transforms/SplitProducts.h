// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How a product says whether the parts of its result are products of their own.

#ifndef LIB_TRANSFORMS_SPLITPRODUCTS_H
#define LIB_TRANSFORMS_SPLITPRODUCTS_H

#include "llvm/ADT/StringRef.h"

namespace mlir::ssm {

/// On a product whose result is read in parts: whether each part is computed
/// apart, and what decided. A choice that stands in the source is kept.
constexpr llvm::StringLiteral kPartsAttr = "ssm.parts";
constexpr llvm::StringLiteral kPartsReasonAttr = "ssm.parts_reason";
constexpr llvm::StringLiteral kPartsApart = "apart";
constexpr llvm::StringLiteral kPartsTogether = "together";

} // namespace mlir::ssm

#endif // LIB_TRANSFORMS_SPLITPRODUCTS_H
