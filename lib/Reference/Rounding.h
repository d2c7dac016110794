// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rounding of a double to the values of a narrower floating-point type.

#ifndef LIB_REFERENCE_ROUNDING_H
#define LIB_REFERENCE_ROUNDING_H

#include "lib/Reference/Tensor.h"

#include "mlir/IR/Types.h"

namespace mlir::ssm::reference {

/// True for the element types a Tensor can stand for: f64, f32, bf16, f16, i1.
bool isSupportedElement(Type type);

/// The value of `type` nearest to `value`, ties to even; beyond the largest
/// finite value infinity. i1 and f64 leave the value as it is.
double roundTo(Type type, double value);

/// Every element rounded; stays a function if it is one.
Tensor roundTo(Type type, const Tensor &tensor);

} // namespace mlir::ssm::reference

#endif // LIB_REFERENCE_ROUNDING_H
