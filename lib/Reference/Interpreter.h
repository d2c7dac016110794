// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The reference interpreter: a function of block ops and its arguments go in,
// its results come out, computed one element after the other in double. It
// shares no code with any lowering; every other result is compared with it.

#ifndef LIB_REFERENCE_INTERPRETER_H
#define LIB_REFERENCE_INTERPRETER_H

#include "lib/Reference/Tensor.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"

namespace mlir::ssm::reference {

enum class Rounding {
  /// Every value stays a double, whatever type the IR declares.
  None,
  /// The result of every op is rounded to the type the IR declares for it.
  Declared,
};

/// Runs `function`. Batch and length, the sizes `?` of dimensions 0 and 1, are
/// those of the arguments. Results are in arrays. Anything that is not
/// supported, and arguments that do not fit, are reported at the op.
FailureOr<SmallVector<Tensor>> interpret(func::FuncOp function,
                                         ArrayRef<Tensor> arguments,
                                         Rounding rounding = Rounding::None);

/// How messages call an argument or a result: its `ssm.name`, or else its
/// `ssm.weight` (arguments only), or else arg<i>, y or result<i>.
std::string getArgumentName(func::FuncOp function, unsigned index);
std::string getResultName(func::FuncOp function, unsigned index);

} // namespace mlir::ssm::reference

#endif // LIB_REFERENCE_INTERPRETER_H
