// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Recurrences that are linear and do not change with time: which they are, and
// the kernel of the convolution that each of them is.

#ifndef LIB_TRANSFORMS_IMPULSERESPONSE_H
#define LIB_TRANSFORMS_IMPULSERESPONSE_H

#include "dialect/SSM.h"

#include <string>

namespace mlir::ssm {

/// The operand of `recurrence` that it convolves: the one that differs from
/// token to token, in which all it reads out is linear, from states of zero on.
/// Failure with a `reason` if there is none.
FailureOr<unsigned> findConvolvedSignal(WorkOpInterface recurrence,
                                        std::string &reason);

/// What `recurrence` answers to one token of ones in its operand `signal` and
/// zeros after it, (1, length, channel): a copy of it, with what its other
/// operands are made of. One that runs backwards is given the last token.
Value buildImpulseResponse(OpBuilder &builder, WorkOpInterface recurrence,
                           unsigned signal);

/// A kernel of `recurrence` alone, with what its constant operands are made of;
/// in no block. It is the caller's to erase.
KernelOp buildKernelAlone(WorkOpInterface recurrence);

} // namespace mlir::ssm

#endif // LIB_TRANSFORMS_IMPULSERESPONSE_H
