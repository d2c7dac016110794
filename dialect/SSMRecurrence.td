// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The recurrence whose scalar code the user writes.

#ifndef SSM_RECURRENCE_TD
#define SSM_RECURRENCE_TD

include "dialect/SSMOps.td"

def SSM_RecurrenceOp : SSM_Op<"recurrence",
    [Pure, IsolatedFromAbove, SingleBlock, AttrSizedOperandSegments,
     SSM_RecurrentWork, SSM_Stateful, SSM_PackableOpInterface,
     SSM_OrderableOpInterface]> {
  let summary = "A recurrence along time, written as scalar code";
  let description = [{
    For every batch, token, channel c and state n the region takes one element of
    each input and the states before, and yields the states after and then what
    the point contributes to the read:

        h_t[c, n], r[t, c, n] = region(inputs at (t, c, n), h_{t-1}[c, n])
        y[t, c]               = sum_n r[t, c, n]

    h stands for one state or several; h_{-1} is `init`, or 0. Each input is
    followed by its axes, one letter for each dimension: b is the batch, t the
    time, c the channel, n the state. An input that lacks an axis holds for all of
    it. There is a state axis if an input has one; otherwise there is one element
    for each channel, and y[t, c] = r[t, c]. What is added once for each channel,
    a skip D u, is added outside of the op. With `reverse` t runs from the last
    token to the first, and the final states are those after token 0. With
    `packed` the tokens are those of several sequences, in a row, each with states
    of its own; an input with the axis b and no t has one entry for each. With
    `every k` there is a trace for each final state, as of `ssm.scan`. With
    `ordered` t counts steps: inputs with the axis t are read, and y is written, at
    token order[t]; `reverse` walks the order from its end.

    | operand | shape | dtype |
    |---|---|---|
    | `inputs` | as the axes say, each size that of y or of the other inputs | any |
    | `init` | (batch, channel[, state]), none or one for each state | that of the state, bf16 or f16 |
    | `ends` (`packed`) | (sequences), optional | i32 |
    | `order` (`ordered`) | (1, length), optional | i32 |
    | `y` | (batch, length, channel) | any |
    | `final_states` | as `init`; with `every` (batch, ceil(length / k), channel[, state]) | that of the state, bf16 or f16 |

    An argument of the region for an input has its element type, or f32 or f64, to
    which the element is widened. An argument for a state is f32 or f64, which is
    the type of the state. The read is f64 if a state is, else f32, and is rounded
    once to y's type. Nothing else is rounded but where the region says so.

    Order: time ascending (descending with `reverse`); the sum over n is the
    target's, the same in every run. The states need not depend on those before
    by a linear map: `ssm-mark-transitions` says whether they do.

    Constraints: (recurrence_c1) y has rank 3; (recurrence_c2) each input has
    axes, letters of `btcn`, each once, as many as it has dimensions, b first and t
    second if there are any; (recurrence_c3) the sizes along an axis agree, and
    some input has the axes b and t; (recurrence_c4) 1 <= state <= 256;
    (recurrence_c5) the region takes an element of each input, in its type or
    widened to f32 or f64, and then one state or more, each f32 or f64;
    (recurrence_c6) the region yields the states and then the read, f64 if a state
    is, else f32; (recurrence_c7) the region reads nothing but its arguments;
    (recurrence_c8) its ops are those of arith and math that are block ops, on
    scalars; (recurrence_c9) init and the final states, none or one for each
    state, are (batch, channel[, state]), or (sequences, channel[, state]) if
    packed, in the type of their state or of 16 bits; (packed_c1) y is (1, ?,
    channel) if packed; (order_c1) order is (1, ?), and the length of y ?;
    (order_c2) order stands without ends; (every_c1) and (every_c2) as for
    `ssm.scan`.

    Source: Gu et al., Efficiently Modeling Long Sequences with Structured State
    Spaces (2022), equation 3, for the recurrence; the region is ours.

    Example, a rotation that decays: a complex state as its two parts.
    ```mlir
    %y, %re, %im = ssm.recurrence
        ins(%u "btc", %a_re "cn", %a_im "cn", %c_re "cn", %c_im "cn")
        init(%re0, %im0)
        : (tensor<?x?x64xbf16>, tensor<64x16xf32>, tensor<64x16xf32>,
           tensor<64x16xf32>, tensor<64x16xf32>, tensor<?x64x16xf32>,
           tensor<?x64x16xf32>)
        -> (tensor<?x?x64xbf16>, tensor<?x64x16xf32>, tensor<?x64x16xf32>) {
    ^bb0(%ut: f32, %ar: f32, %ai: f32, %cr: f32, %ci: f32, %hr: f32, %hi: f32):
      %0 = arith.mulf %ar, %hr : f32
      %1 = arith.mulf %ai, %hi : f32
      %2 = arith.subf %0, %1 : f32
      %re_t = arith.addf %2, %ut : f32
      %3 = arith.mulf %ar, %hi : f32
      %4 = arith.mulf %ai, %hr : f32
      %im_t = arith.addf %3, %4 : f32
      %5 = arith.mulf %cr, %re_t : f32
      %6 = arith.mulf %ci, %im_t : f32
      %read = arith.subf %5, %6 : f32
      ssm.yield %re_t, %im_t, %read : f32, f32, f32
    }
    ```
  }];
  let arguments = (ins Variadic<SSM_Tensor>:$inputs, Variadic<SSM_Tensor>:$init,
                       Optional<SSM_Index>:$ends, Optional<SSM_Order>:$order,
                       StrArrayAttr:$axes, UnitAttr:$reverse,
                       OptionalAttr<I64Attr>:$every);
  let results = (outs SSM_Tensor:$y, Variadic<SSM_Tensor>:$final_states);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `ins` `(` custom<InputsWithAxes>($inputs, $axes) `)`
    (`init` `(` $init^ `)`)? (`packed` `(` $ends^ `)`)?
    (`ordered` `(` $order^ `)`)? (`reverse` $reverse^)?
    (`every` $every^)? attr-dict
    `:` functional-type(operands, results) $body
  }];
  let extraClassDeclaration = [{
    /// The axes of an input, one letter for each dimension.
    ::llvm::StringRef getAxesOf(unsigned input);
    /// Whether the states have an axis of their own beside the channel.
    bool hasStateAxis();
    /// The arguments of the region that stand for the states before.
    ::llvm::ArrayRef<::mlir::BlockArgument> getStateArguments();
  }];
  let hasVerifier = 1;
  let hasRegionVerifier = 1;
}

#endif // SSM_RECURRENCE_TD
