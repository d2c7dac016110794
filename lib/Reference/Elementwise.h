// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The formulas of one element: activations, and the ops of arith and math.

#ifndef LIB_REFERENCE_ELEMENTWISE_H
#define LIB_REFERENCE_ELEMENTWISE_H

#include "dialect/SSM.h"

#include <functional>

namespace mlir::ssm::reference {

/// f(v) as `ssm.activation` documents it.
double activate(Activation function, double v);

/// From the elements of the operands to the element of the result.
using Formula = std::function<double(ArrayRef<double>)>;

/// The formula of an elementwise op of arith or math; null if `op` is none, or
/// has a form that is not supported.
Formula getFormula(Operation *op);

} // namespace mlir::ssm::reference

#endif // LIB_REFERENCE_ELEMENTWISE_H
