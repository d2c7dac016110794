// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Convolutions as long as the sequence, and what their kernels are made from.

#ifndef SSM_LONG_CONV_TD
#define SSM_LONG_CONV_TD

include "dialect/SSMOps.td"

def SSM_LongConvOp : SSM_Op<"long_conv",
    [Pure, SSM_InfersShapes, SSM_ConvolvedWork]> {
  let summary = "Causal convolution along time, as long as the sequence";
  let description = [{
        y[b, t, c] = sum_{s <= t} k[0, s, c] * x[b, t - s, c]

    With `reverse` a token sees the later ones, and the kernel stands the other way
    round, its last element being that of the token itself:

        y[b, t, c] = sum_{s >= t} k[0, length - 1 - (s - t), c] * x[b, s, c]

    Both are one convolution of x and k, read from its first element or from the
    one at length - 1. Products and sums are in the type of the operands. The order
    of the sum is the target's, the same in every run: a target may sum directly or
    multiply Fourier transforms, and says which by the length.

    | operand | shape | dtype |
    |---|---|---|
    | `x`, result | (batch, length, channel) | f32 or f64 |
    | `k` | (1, length, channel) | that of x |

    Constraints: (long_conv_c1) x and the result have rank 3 and one type;
    (long_conv_c2) k is (1, length, channel) with x's length and channels;
    (long_conv_c3) elements are f32 or f64, those of k as those of x.

    Source: Gu et al., Efficiently Modeling Long Sequences with Structured State
    Spaces (2022), equation 5.

    Example:
    ```mlir
    %y = ssm.long_conv %x, %k
        : (tensor<?x?x64xf32>, tensor<1x?x64xf32>) -> tensor<?x?x64xf32>
    ```
  }];
  let arguments = (ins SSM_Tensor:$x, SSM_Tensor:$k, UnitAttr:$reverse);
  let results = (outs SSM_Tensor:$y);
  let assemblyFormat = [{
    $x `,` $k (`reverse` $reverse^)? attr-dict
    `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def SSM_PadOp : SSM_Op<"pad", [Pure, SSM_AccessWork]> {
  let summary = "A few tokens, and zeros after them";
  let description = [{
    `y[b, t, c] = x[b, t, c]` for t below the number of x's tokens, and 0 for
    others; of a shorter y the first tokens. Nothing is copied where the reader is
    a kernel. A pad of one token of ones is an impulse: a recurrence answers it with
    the kernel of its convolution.

    Constraints: (pad_c1) x and the result have rank 3 and equal batch, channels
    and element type; (pad_c2) x has a number of tokens, 1 to 256.

    Example: `%y = ssm.pad %x : tensor<1x1x64xf32> -> tensor<1x?x64xf32>`
  }];
  let arguments = (ins SSM_Tensor:$x);
  let results = (outs SSM_Tensor:$y);
  let assemblyFormat = "$x attr-dict `:` type($x) `->` type($y)";
  let hasVerifier = 1;
}

#endif // SSM_LONG_CONV_TD
