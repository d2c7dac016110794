// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Block ops (whole tensors) and kernels. Constraints are numbered `op_cN` here
// and in docs/spec.md; the verifier cites the number.

#ifndef SSM_OPS_TD
#define SSM_OPS_TD

include "dialect/SSMAttrs.td"
include "dialect/SSMInterfaces.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/IR/RegionKindInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"

class SSM_Op<string mnemonic, list<Trait> traits = []>
    : Op<SSM_Dialect, mnemonic, traits>;

def SSM_Float : AnyTypeOf<[F64, F32, BF16, F16]>;
def SSM_Tensor : RankedTensorOf<[F64, F32, BF16, F16]>;
/// A number for each sequence: where it ends in a row, the slot of its states.
def SSM_Index : 1DTensorOf<[I32]>;
/// Which token each step of a walk takes.
def SSM_Order : 2DTensorOf<[I32]>;
/// What a launch reads.
def SSM_Input : RankedTensorOf<[F64, F32, BF16, F16, I32]>;

class SSM_Work<list<string> methods> : DeclareOpInterfaceMethods<
    SSM_WorkOpInterface, methods>;
/// Shapes of results follow from those of operands.
def SSM_InfersShapes : DeclareOpInterfaceMethods<InferShapedTypeOpInterface,
                                                 ["inferReturnTypeComponents"]>;
def SSM_PointwiseWork : SSM_Work<["getAccesses", "buildBody"]>;
def SSM_AccessWork : SSM_Work<["getResultAccess"]>;
def SSM_SummedWork : SSM_Work<["getAccesses", "getReductionAxes", "buildBody",
                               "buildFinish"]>;
def SSM_MatrixWork : SSM_Work<["getAccesses", "getReductionAxes", "buildBody",
                               "buildFinish", "getMatrixProduct"]>;
def SSM_ConvolvedWork : SSM_Work<["getAccesses", "getReductionAxes",
                                  "buildBody", "getConvolution"]>;
def SSM_RecurrentWork : SSM_Work<["getAccesses", "getReductionAxes",
    "buildBody", "buildFinish", "getInitialStateValues", "getFinalStateValues",
    "getStateElementTypes", "getStatePeriod", "isReverse"]>;

def SSM_Stateful : DeclareOpInterfaceMethods<SSM_StatefulOpInterface,
    ["getStateTypes", "getResumeObstacle", "buildResumed", "buildTraced"]>;

def SSM_LinearOp : SSM_Op<"linear", [Pure, SSM_InfersShapes, SSM_MatrixWork]> {
  let summary = "y = x W^T + bias";
  let description = [{
        y[b, t, o] = sum_i x[b, t, i] * weight[o, i] + bias[o]

    | operand | shape | dtype |
    |---|---|---|
    | `x` | (batch, length, in) | any |
    | `weight` | (out, in), as checkpoints store it | any |
    | `bias` | (out), optional | any |
    | result | (batch, length, out) | any |

    Products and sums are in f32 (f64 if any operand is f64), rounded once to the
    result's type. The order of the sum over `i` is up to the target and the same
    in every run.

    Constraints: (linear_c1) x and the result have rank 3, weight rank 2;
    (linear_c2) batch and length of x and the result agree;
    (linear_c3) weight is (out, in); (linear_c4) bias is (out).

    Example:
    ```mlir
    %y = ssm.linear %x, %w bias(%b)
        : (tensor<?x?x64xbf16>, tensor<128x64xbf16>, tensor<128xf32>)
        -> tensor<?x?x128xbf16>
    ```
  }];
  let arguments = (ins SSM_Tensor:$x, SSM_Tensor:$weight,
                       Optional<SSM_Tensor>:$bias);
  let results = (outs SSM_Tensor:$y);
  let assemblyFormat = [{
    $x `,` $weight (`bias` `(` $bias^ `)`)? attr-dict
    `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def SSM_Conv1dOp : SSM_Op<"conv1d", [Pure, SSM_InfersShapes,
    AttrSizedOperandSegments, SSM_PointwiseWork, SSM_Stateful,
    SSM_PackableOpInterface, SSM_OrderableOpInterface]> {
  let summary = "Causal depthwise convolution along time";
  let description = [{
        y[b, t, c] = act(bias[c] + sum_{w < W} weight[c, w] * x[b, t-(W-1)+w, c])

    with x = 0 before the first token, or `init` there: x[b, t, c] is
    init[b, t+(W-1), c] for -(W-1) <= t < 0. Summed in f32 (f64), w ascending
    after the bias. With `reverse` time runs backwards: x[b, t+(W-1)-w, c], zero
    after the last token. `ssm.tail` gives the `init` of the tokens that follow.
    With `packed` x is a row of sequences, and t counts in the token's own. With
    `ordered` t counts steps: x and the result at t are those of token order[t].

    | operand | shape | dtype |
    |---|---|---|
    | `x`, result | (batch, length, channel) | any |
    | `weight` | (channel, W) or (channel, 1, W) as checkpoints store it | any |
    | `bias` | (channel), optional | any |
    | `init` | (batch, W-1, channel), optional | any |
    | `ends` (`packed`) | (sequences), optional | i32 |
    | `order` (`ordered`) | (1, length), optional | i32 |

    Constraints: (conv1d_c1) x and the result have rank 3 and equal shapes;
    (conv1d_c2) weight is (channel, W) or (channel, 1, W), W a number;
    (conv1d_c3) bias is (channel); (conv1d_c4) W is at most 256; (conv1d_c5) init
    is (batch, W-1, channel), or (sequences, W-1, channel) if packed, where W is
    at least 2; (conv1d_c6) init stands without reverse; (packed_c1) x is (1, ?,
    channel) if packed; (order_c1) order is (1, ?), and the length of x ?;
    (order_c2) order stands without ends.

    Source: causal-conv1d (Dao-AILab), `causal_conv1d_fn`, its `initial_states`
    with the channel last.

    Example:
    ```mlir
    %y = ssm.conv1d silu %x, %w bias(%b)
        : (tensor<?x?x64xbf16>, tensor<64x4xbf16>, tensor<64xbf16>)
        -> tensor<?x?x64xbf16>
    ```
  }];
  let arguments = (ins SSM_ActivationAttr:$activation, SSM_Tensor:$x,
                       SSM_Tensor:$weight, Optional<SSM_Tensor>:$bias,
                       Optional<SSM_Tensor>:$init, Optional<SSM_Index>:$ends,
                       Optional<SSM_Order>:$order, UnitAttr:$reverse);
  let results = (outs SSM_Tensor:$y);
  let assemblyFormat = [{
    $activation $x `,` $weight (`bias` `(` $bias^ `)`)?
    (`init` `(` $init^ `)`)? (`packed` `(` $ends^ `)`)?
    (`ordered` `(` $order^ `)`)? (`reverse` $reverse^)? attr-dict
    `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = [{
    /// Number of taps W.
    int64_t getWidth();
  }];
  let hasVerifier = 1;
}

def SSM_TailOp : SSM_Op<"tail", [Pure, AttrSizedOperandSegments,
    SSM_PointwiseWork, SSM_PackableOpInterface]> {
  let summary = "The last tokens of a sequence";
  let description = [{
    The last R tokens of `init` followed by x, in order:

        y[b, j, c] = x[b, length - R + j, c]          if length - R + j >= 0
                   = init[b, P + length - R + j, c]   before, P its tokens
                   = 0                                before that

    What a window of R+1 tokens must know to go on after x. R and P are numbers of
    any size beside the length. With `packed` x is a row of sequences, and y has
    the last tokens of each.

    | operand | shape | dtype |
    |---|---|---|
    | `x` | (batch, length, channel) | any |
    | `init` | (batch, P, channel), optional | any |
    | `ends` (`packed`) | (sequences), optional | i32 |
    | result | (batch, R, channel) | any |

    Constraints: (tail_c1) x and the result have rank 3, equal channels and equal
    batch, or sequences in the result if packed; (tail_c2) the result has a number
    of tokens, 1 to 256; (tail_c3) init is (batch, P, channel), or (sequences, P,
    channel) if packed, P a number of 1 to 256; (packed_c1) x is (1, ?, channel)
    if packed.

    Source: causal-conv1d (Dao-AILab), `final_states`, with the channel last.

    Example:
    ```mlir
    %t = ssm.tail %x init(%t0)
        : (tensor<?x?x64xbf16>, tensor<?x3x64xbf16>) -> tensor<?x3x64xbf16>
    ```
  }];
  let arguments = (ins SSM_Tensor:$x, Optional<SSM_Tensor>:$init,
                       Optional<SSM_Index>:$ends);
  let results = (outs SSM_Tensor:$y);
  let assemblyFormat = [{
    $x (`init` `(` $init^ `)`)? (`packed` `(` $ends^ `)`)? attr-dict
    `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def SSM_ActivationOp : SSM_Op<"activation", [Pure, SSM_InfersShapes, SSM_PointwiseWork]> {
  let summary = "A pointwise nonlinearity, after an optional bias";
  let description = [{
        y[b, t, c] = f(x[b, t, c] + bias[c])

    computed in f32 (f64 if x or bias is f64).

    | f | formula |
    |---|---|
    | `identity` | v |
    | `softplus` | v if v > 20, else log(1 + exp(v)) without loss for small exp(v) |
    | `silu` | v / (1 + exp(-v)) |
    | `sigmoid` | 1 / (1 + exp(-v)) |
    | `tanh` | tanh(v) |
    | `relu` | max(v, 0); NaN stays NaN |
    | `gelu` | v / 2 (1 + erf(v / sqrt(2))) |
    | `exp` | exp(v) |

    x may have rank 0 to 4; its last dimension is the channel, and below rank 3
    there is no batch and no length.

    Constraints: (activation_c1) x and the result have equal shapes;
    (activation_c2) bias is (channel); (activation_c3) x has rank 0 (1 beside a
    bias) to 4, and static sizes below rank 3.

    Source: softplus with its threshold is PyTorch's and selective_scan's.

    Example:
    ```mlir
    %delta = ssm.activation softplus %dt bias(%dt_bias)
        : (tensor<?x?x64xbf16>, tensor<64xf32>) -> tensor<?x?x64xf32>
    ```
  }];
  let arguments = (ins SSM_ActivationAttr:$function, SSM_Tensor:$x,
                       Optional<SSM_Tensor>:$bias);
  let results = (outs SSM_Tensor:$y);
  let assemblyFormat = [{
    $function $x (`bias` `(` $bias^ `)`)? attr-dict
    `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
  let hasFolder = 1;
}

def SSM_GateOp : SSM_Op<"gate", [Pure, SSM_InfersShapes, SSM_PointwiseWork]> {
  let summary = "x times an activation of z";
  let description = [{
        y[b, t, c] = x[b, t, c] * f(z[b, t, c])

    computed in f32 (f64); f as in `ssm.activation`.

    Constraints: (gate_c1) x, z and the result have equal shapes; (gate_c2) x has
    rank 0 to 4, and static sizes below rank 3.

    Example:
    ```mlir
    %o = ssm.gate silu %y, %z
        : (tensor<?x?x64xf32>, tensor<?x?x64xbf16>) -> tensor<?x?x64xbf16>
    ```
  }];
  let arguments = (ins SSM_ActivationAttr:$function, SSM_Tensor:$x,
                       SSM_Tensor:$z);
  let results = (outs SSM_Tensor:$y);
  let assemblyFormat = [{
    $function $x `,` $z attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def SSM_DiscretizeOp : SSM_Op<"discretize", [Pure, SSM_InfersShapes, SSM_PointwiseWork]> {
  let summary = "From a continuous diagonal system to a recurrence";
  let description = [{
    With p = delta[b, t, c] * A[c, n] and B[n] standing for B[b, t, n]
    (or B[c, n] if B has rank 2):

    | kind | a_bar[b, t, c, n] | b_bar[b, t, c, n] |
    |---|---|---|
    | `zoh` | exp(p) | phi1(p) delta B[n], phi1(p) = (exp(p) - 1) / p, phi1(0) = 1 |
    | `mamba` | exp(p) | delta B[n] |
    | `bilinear` | (1 + p/2) / (1 - p/2) | delta / (1 - p/2) B[n] |

    `mamba` is exact in A and Euler in B, as the public Mamba implementations
    code it. phi1 is evaluated without cancellation at small p.

    | operand | shape | dtype |
    |---|---|---|
    | `delta` | (batch, length, channel) | f32 or f64 |
    | `A` | (channel, state), real diagonal | f32 or f64 |
    | `B` | (batch, length, state) or (channel, state) | any |
    | results | (batch, length, channel, state) | f32 or f64 |

    The results never reach memory: a kernel that holds this op also holds the
    scan that reads it.

    Constraints: (discretize_c1) delta has rank 3, A rank 2 with delta's channels;
    (discretize_c2) B is (batch, length, state) or (channel, state);
    (discretize_c3) both results are (batch, length, channel, state);
    (discretize_c4) delta, A and the results are f32 or f64.

    Source: Gu and Dao, Mamba (2023), equation 4; Gu et al., S4D (2022).

    Example:
    ```mlir
    %a, %b = ssm.discretize mamba %delta, %A, %B
        : (tensor<?x?x64xf32>, tensor<64x16xf32>, tensor<?x?x16xbf16>)
        -> (tensor<?x?x64x16xf32>, tensor<?x?x64x16xf32>)
    ```
  }];
  let arguments = (ins SSM_DiscretizationAttr:$kind, SSM_Tensor:$delta,
                       SSM_Tensor:$A, SSM_Tensor:$B);
  let results = (outs SSM_Tensor:$a_bar, SSM_Tensor:$b_bar);
  let assemblyFormat = [{
    $kind $delta `,` $A `,` $B attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def SSM_ScanOp : SSM_Op<"scan",
    [Pure, SSM_InfersShapes, AttrSizedOperandSegments, SSM_RecurrentWork,
     SSM_Stateful, SSM_PackableOpInterface, SSM_OrderableOpInterface]> {
  let summary = "The diagonal linear recurrence along time";
  let description = [{
    For every batch, channel c and state n, with h_{-1} = init or 0:

        h_t[c, n] = a[t, c, n] * h_{t-1}[c, n] + b[t, c, n] * u[t, c]
        y[t, c]   = sum_n c[t, n] * h_t[c, n] + d[c] * u[t, c]

    `y` is the sum over states; without `read` there must be no state axis and
    y[t, c] = h_t[c] + d[c] * u[t, c]. With `reverse` t runs from the last token
    to the first and the final state is that after token 0. With `packed` the
    tokens are those of several sequences, in a row, each with states of its own.
    With `ordered` t counts steps, and everything that has a length is read and
    written at token order[t]: y at a token pairs with u there. `reverse` walks the
    order from its end.
    With `every k` there is a trace for the final state: the states after each k
    tokens and after the last, states[b, j] = h_t with t = min((j+1) k, length) - 1.

    | operand | shape | dtype |
    |---|---|---|
    | `u` | (batch, length, channel) | any |
    | `a`, `b` | (batch, length, channel, state) or (batch, length, channel) | any |
    | `c` (`read`) | (batch, length, state) or (channel, state) | any |
    | `d` (`skip`) | (channel) | any |
    | `init` | (batch, channel, state) or (batch, channel) | any |
    | `ends` (`packed`) | (sequences), optional | i32 |
    | `order` (`ordered`) | (1, length), optional | i32 |
    | `y` | (batch, length, channel) | any |
    | `final_state` | as `init`; with `every` (batch, ceil(length / k), channel[, state]) | any |

    An operand a or b of rank 3 beside one of rank 4 holds for every state.
    The state is f32 (f64 if any operand is f64): `init` is widened to it, and
    `final_state` rounded once. Order: time ascending
    (descending with `reverse`); the sum over states is the target's, the same in
    every run.

    Constraints: (scan_c1) u and y have rank 3 and equal shapes; (scan_c2) a and
    b have rank 3 or 4, begin with u's shape, and agree on the state;
    (scan_c3) read is given exactly if there is a state axis, and is (batch,
    length, state) or (channel, state); (scan_c4) skip is (channel);
    (scan_c5) init and final_state are (batch, channel[, state]), or (sequences,
    channel[, state]) if packed; (scan_c6) 1 <= state <= 256; (packed_c1) u is
    (1, ?, channel) if packed; (order_c1) order is (1, ?), and the length of u ?;
    (order_c2) order stands without ends; (every_c1) every is at least 1 and
    stands with a final state, without packed, ordered and reverse; (every_c2)
    the final state is then (batch, ceil(length / every), channel[, state]), `?`
    for a `?`.

    Source: Gu and Dao, Mamba (2023), equation 2; `selective_scan_fn` of
    state-spaces/mamba.

    Example:
    ```mlir
    %y, %last = ssm.scan %u, %a, %b read(%c) skip(%d) init(%h0)
        : (tensor<?x?x64xbf16>, tensor<?x?x64x16xf32>, tensor<?x?x64x16xf32>,
           tensor<?x?x16xbf16>, tensor<64xf32>, tensor<?x64x16xf32>)
        -> (tensor<?x?x64xf32>, tensor<?x64x16xf32>)
    ```
  }];
  let arguments = (ins SSM_Tensor:$u, SSM_Tensor:$a, SSM_Tensor:$b,
                       Optional<SSM_Tensor>:$c, Optional<SSM_Tensor>:$d,
                       Optional<SSM_Tensor>:$init, Optional<SSM_Index>:$ends,
                       Optional<SSM_Order>:$order, UnitAttr:$reverse,
                       OptionalAttr<I64Attr>:$every);
  let results = (outs SSM_Tensor:$y, Optional<SSM_Tensor>:$final_state);
  let assemblyFormat = [{
    $u `,` $a `,` $b (`read` `(` $c^ `)`)? (`skip` `(` $d^ `)`)?
    (`init` `(` $init^ `)`)? (`packed` `(` $ends^ `)`)?
    (`ordered` `(` $order^ `)`)? (`reverse` $reverse^)?
    (`every` $every^)? attr-dict
    `:` functional-type(operands, results)
  }];
  let extraClassDeclaration = [{
    /// Number of states, or std::nullopt if the state is one per channel.
    std::optional<int64_t> getNumStates();
  }];
  let hasVerifier = 1;
}

def SSM_RMSNormOp : SSM_Op<"rms_norm", [Pure, SSM_InfersShapes, SSM_SummedWork]> {
  let summary = "Root-mean-square normalisation over the channels";
  let description = [{
        y[b, t, c] = x[b, t, c] / sqrt(mean_c(x[b, t, c]^2) + epsilon) * weight[c]

    in f32 (f64). The order of the mean's sum is the target's, the same in every
    run.

    Constraints: (rms_norm_c1) x and the result have rank 3 and equal shapes;
    (rms_norm_c2) weight is (channel); (rms_norm_c3) epsilon is not negative.

    Source: Zhang and Sennrich, Root Mean Square Layer Normalization (2019).

    Example:
    ```mlir
    %y = ssm.rms_norm %x, %w {epsilon = 1.0e-5 : f64}
        : (tensor<?x?x64xbf16>, tensor<64xf32>) -> tensor<?x?x64xbf16>
    ```
  }];
  let arguments = (ins SSM_Tensor:$x, SSM_Tensor:$weight,
                       DefaultValuedAttr<F64Attr, "1.0e-5">:$epsilon);
  let results = (outs SSM_Tensor:$y);
  let assemblyFormat = [{
    $x `,` $weight attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def SSM_SplitOp : SSM_Op<"split", [Pure, SSM_AccessWork]> {
  let summary = "Cuts the channels, or another dimension, into consecutive parts";
  let description = [{
    Result k holds the channels after those of the results before it:
    `r_k[b, t, c] = x[b, t, c + sum_{j<k} channels(r_j)]`. Nothing is copied
    where the reader is a kernel. `along` says which dimension is cut, counted from
    0; the last one by default.

    Constraints: (split_c1) x and the results have equal rank, element type and
    shapes but for the dimension that is cut; (split_c2) the sizes of the results
    there add up to that of x; (split_c3) x has rank 1 to 4, and static sizes
    below rank 3; (split_c4) `along` is a dimension of x of static size.

    Example:
    ```mlir
    %x, %z = ssm.split %xz : tensor<?x?x128xf32>
        -> tensor<?x?x64xf32>, tensor<?x?x64xf32>
    %wx, %wz = ssm.split %w along(0) : tensor<128x32xf32>
        -> tensor<64x32xf32>, tensor<64x32xf32>
    ```
  }];
  let arguments = (ins SSM_Tensor:$x, OptionalAttr<I64Attr>:$along);
  let results = (outs Variadic<SSM_Tensor>:$parts);
  let assemblyFormat = [{
    $x (`along` `(` $along^ `)`)? attr-dict `:` type($x) `->` type($parts)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// The dimension that is cut.
    unsigned getCutDim();
    /// Where the results begin in it.
    ::llvm::SmallVector<int64_t> getOffsets();
  }];
}

def SSM_ReverseOp : SSM_Op<"reverse",
    [Pure, SameOperandsAndResultType, SSM_AccessWork]> {
  let summary = "Reverses time";
  let description = [{
    `y[b, t, c] = x[b, length - 1 - t, c]`. Nothing is copied where the reader is
    a kernel.

    Constraints: (reverse_c1) x and the result have the same type, of rank 3.

    Example: `%y = ssm.reverse %x : tensor<?x?x64xf32>`
  }];
  let arguments = (ins SSM_Tensor:$x);
  let results = (outs SSM_Tensor:$y);
  let assemblyFormat = "$x attr-dict `:` type($x)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def SSM_BroadcastOp : SSM_Op<"broadcast", [Pure, SSM_InfersShapes, SSM_AccessWork]> {
  let summary = "Repeats a value per channel for every batch and token";
  let description = [{
    `y[b, t, c] = x[c]`, batch and length those of `like`, which is not read.

    Constraints: (broadcast_c1) x is (channel), the result has the shape of
    `like`, (batch, length, channel); (broadcast_c2) the result has x's element
    type.

    Example:
    ```mlir
    %y = ssm.broadcast %v like %x
        : (tensor<64xf32>, tensor<?x?x64xbf16>) -> tensor<?x?x64xf32>
    ```
  }];
  let arguments = (ins SSM_Tensor:$x, SSM_Tensor:$like);
  let results = (outs SSM_Tensor:$y);
  let assemblyFormat = [{
    $x `like` $like attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def SSM_KernelOp : SSM_Op<"kernel", [Pure, IsolatedFromAbove, SingleBlock]> {
  let summary = "Block ops that one launch executes";
  let description = [{
    The region holds block ops between its arguments (the inputs) and an
    `ssm.yield` of the results. No value inside reaches memory. `schedule` says
    how the kernel is cut into tiles; `alternatives` says it for each size class
    of the function, where they differ; `library` says that a matrix product or a
    convolution of a library may stand for the launch.

    Constraints: (kernel_c1) the region's arguments have the inputs' types;
    (kernel_c2) the yielded values have the results' types; (kernel_c3) there are
    at most 2048 ops; (kernel_c4) alternatives stand without a schedule, are two
    or more, and none has a size class of another.

    Example:
    ```mlir
    %o = ssm.kernel "gate_0" ins(%y, %z : tensor<?x?x64xf32>, tensor<?x?x64xf32>)
        schedule(<time = 8, channels = 64>) {
    ^bb0(%a: tensor<?x?x64xf32>, %b: tensor<?x?x64xf32>):
      %g = ssm.gate silu %a, %b : (tensor<?x?x64xf32>, tensor<?x?x64xf32>)
          -> tensor<?x?x64xf32>
      ssm.yield %g : tensor<?x?x64xf32>
    } -> tensor<?x?x64xf32>
    ```
  }];
  let arguments = (ins StrAttr:$name, Variadic<SSM_Input>:$inputs,
                       OptionalAttr<SSM_ScheduleAttr>:$schedule,
                       OptionalAttr<TypedArrayAttrBase<SSM_AlternativeAttr,
                           "alternatives">>:$alternatives,
                       UnitAttr:$library);
  let results = (outs Variadic<SSM_Tensor>:$outputs);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $name (`ins` `(` $inputs^ `:` type($inputs) `)`)?
    (`schedule` `(` $schedule^ `)`)? (`alternatives` $alternatives^)?
    (`library` $library^)?
    attr-dict-with-keyword $body `->` type($outputs)
  }];
  let hasVerifier = 1;
}

def SSM_YieldOp : SSM_Op<"yield", [Pure, Terminator, ReturnLike,
    ParentOneOf<["KernelOp", "RecurrenceOp", "TileKernelOp", "TileMapOp",
                 "TileScanOp", "TileForOp"]>]> {
  let summary = "Ends the region of an ssm op";
  let description = [{
    Passes its operands to the op around it.

    Constraints: (yield_c1) the op around it is an ssm op.
  }];
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "($values^ `:` type($values))? attr-dict";
}

def SSM_LaunchOp : SSM_Op<"launch",
    [DeclareOpInterfaceMethods<SymbolUserOpInterface>, Pure]> {
  let summary = "Executes a tile kernel";
  let description = [{
    The kernel's arguments are the inputs, in order, and then the results, which
    the plan of the package allocates. With several kernels the runtime takes the
    one of the size class that is nearest to the sizes of the call. With `library`
    it may call the matrix product of a library instead.

    Constraints: (launch_c1) each symbol is an `ssm.tile.kernel` whose arguments
    have the shapes and element types of inputs and results; (launch_c2) the
    library's a, b and bias are numbers of inputs, its c that of a result;
    (launch_c3) there is one kernel, or one for each size class of the function,
    in their order; (launch_c4) the convolution's x and k are numbers of inputs,
    its y that of a result.

    Example:
    ```mlir
    %o = ssm.launch @gate_0(%y, %z)
        : (tensor<?x?x64xf32>, tensor<?x?x64xf32>) -> tensor<?x?x64xf32>
    %p = ssm.launch @scan_1_8x2048, @scan_1_1x2048(%o)
        : (tensor<?x?x64xf32>) -> tensor<?x?x64xf32>
    ```
  }];
  let arguments = (ins FlatSymbolRefArrayAttr:$kernels,
                       Variadic<SSM_Input>:$inputs,
                       OptionalAttr<SSM_MatmulAttr>:$library,
                       OptionalAttr<SSM_ConvolutionAttr>:$convolution);
  let results = (outs Variadic<SSM_Tensor>:$outputs);
  let assemblyFormat = [{
    custom<Symbols>($kernels) `(` $inputs `)` (`library` `(` $library^ `)`)?
    (`convolution` `(` $convolution^ `)`)? attr-dict
    `:` functional-type($inputs, $outputs)
  }];
  let hasVerifier = 1;
}

#endif // SSM_OPS_TD
