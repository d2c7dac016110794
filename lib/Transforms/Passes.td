// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The target-independent passes, in the order in which a pipeline runs them.

#ifndef LIB_TRANSFORMS_PASSES_TD
#define LIB_TRANSFORMS_PASSES_TD

include "mlir/Pass/PassBase.td"

def DeriveFormsPass : Pass<"ssm-derive-forms", "::mlir::ModuleOp"> {
  let summary = "Make the stateful forms of functions";
  let description = [{
    From a function that computes whole sequences from nothing, the functions that
    compute them piece by piece. `forms` lists what is wanted of

    | form | function | |
    |---|---|---|
    | `prefill` | `@f` | as written: every sequence begins with nothing before it |
    | `resume` | `@f_resume` | from states, which it takes as arguments and returns |
    | `step` | `@f_step` | as `resume`, its schedules judged for one token |
    | `varlen` | `@f_varlen` | as `resume`, for sequences of any lengths in one row |
    | `trace` | `@f_trace` | from states, and returns a trace of each |
    | `resume-cached`, `step-cached`, `varlen-cached` | `@f_resume_cached`, ... | as these, states in slots of caches |

    Every op that remembers earlier tokens gets its state as an argument and, after
    the last token, as a result, both named by `ssm.state`: `conv1d_0` is the last
    tokens before the first window, `scan_0` the state of the first recurrence. What
    is computed for a token is the same in every form.

    In `@f_varlen` an activation `?x?xC` is `1x?xC`, the tokens of all sequences one
    after the other, and a last argument, `ends`, says where each of them ends. A
    state has an entry for each sequence: its `?` is their number.

    `@f_trace` returns, instead of each state, that from which it can be taken after
    any number of the call's tokens, named by `ssm.trace`: of a recurrence the states
    after every `every` tokens and after the last, of a window its tokens. With
    `every=1` its schedules are judged for a few tokens.
    In a cached form every state is a cache, an argument with a slot for each of many
    sequences, and an argument `slots` has the slot of each sequence of the batch. The
    state is gathered in front, what follows it scattered behind, into the cache; tokens
    of a sequence without a slot are made zero. The state `scan_0` is called
    `scan_0_cache`, for other forms have it as it was.

    Why it pays: one source for the prefill and the step, which then agree.

    `states` is the type in which states of f32 are handed on; inside of a call
    they are f32 all the same. 16 bits are half the memory and half the traffic of
    a step, and every call rounds what it hands on.

    Limits: an op that runs backwards in time has no such form, which is an error
    unless only `prefill` is asked for. An op that is given its states already keeps
    them. For `varlen` batch and length are both `?`, and ops stand in the function
    itself. For caches the batch is `?`.

    ```mlir
    func.func @f(%x: tensor<?x?x64xf32>) -> tensor<?x?x64xf32> {
      %y = ssm.scan %x, %a, %b : ...
    // ==> forms=resume
    func.func @f_resume(%x: tensor<?x?x64xf32>,
        %h0: tensor<?x64xf32> {ssm.name = "scan_0", ssm.state = "scan_0"})
        -> (tensor<?x?x64xf32>,
            tensor<?x64xf32> {ssm.name = "scan_0_out", ssm.state = "scan_0"}) {
      %y, %h = ssm.scan %x, %a, %b init(%h0) : ...
    ```
  }];
  let options = [
    ListOption<"forms", "forms", "std::string",
               "what to make of each function: prefill, resume, step, varlen, "
               "trace, resume-cached, step-cached, varlen-cached">,
    Option<"states", "states", "std::string", "\"f32\"",
           "type in which states of f32 are handed on: f32, bf16 or f16">,
    Option<"every", "every", "int64_t", "1",
           "tokens from one state of a trace to the next">,
    ListOption<"stepBatches", "step-batches", "int64_t",
               "batches at which the schedules of steps and traces are judged; "
               "64, 8 and 1 if none is given">
  ];
  let dependentDialects = ["::mlir::ssm::SSMDialect"];
}

def ConvolvePass : Pass<"ssm-convolve", "::mlir::func::FuncOp"> {
  let summary = "Compute recurrences that do not change with time as convolutions";
  let description = [{
    Results may change in their last bits. Replaces a recurrence that is linear and
    the same for every token by `ssm.long_conv` of its input with its answer to an
    impulse: a copy of the recurrence, batch 1, that reads one token of ones and
    zeros after it (`ssm.pad`). It is such a recurrence if

    * exactly one of its inputs, (batch, length, channel), differs between batches
      or tokens; the others are made of parameters, through pointwise ops and
      broadcasts (`ssm.discretize` of a broadcast step size);
    * its scalar code is linear in the states and this input, without a constant
      part; it may have several states, which may read each other;
    * it begins from zeros, nobody reads its final states, and its sequences are
      not packed; states are f32.

    Why it pays: a transform needs time in n log n, spread over all tokens, where a
    recurrence takes them one after the other for each state. A form with states
    keeps its recurrence (ssm-derive-forms): one source gives the convolution for
    whole sequences and the recurrence for steps.

    `mode` is `auto`, `always` or `never`. With `auto` the two are judged by their
    expected times at the size classes of the function, or else `sizes`: the
    convolution has to be faster in each. Where no sizes are stated the recurrence
    stays.

    The choice is `ssm.convolve = "convolution"` or `"recurrence"` on the op that
    stands there, what decided it `ssm.convolve_reason`; a choice that stands in the
    source is kept, and is an error at an op that is no convolution. With `always` a
    remark says why a recurrence stays.

    Limits: f32 inside of the convolution, whatever the types of input and result.

    ```mlir
    %y = ssm.scan %x, %a, %b read(%C) ...
    // ==> mode=always
    %p = ssm.pad %ones : tensor<1x1x64xf32> -> tensor<1x?x64xf32>
    %k = ssm.scan %p, %a1, %b1 read(%C) ... -> tensor<1x?x64xf32>
    %y = ssm.long_conv %x, %k
        {ssm.convolve = "convolution", ssm.convolve_reason = "asked for"} : ...
    ```
  }];
  let options = [
    Option<"mode", "mode", "std::string", "\"auto\"",
           "which recurrences to replace: auto, always or never">,
    Option<"target", "target", "std::string", "\"sm_80\"",
           "cpu, sm_80, sm_90a, sm_100a or sm_120a">,
    ListOption<"sizes", "sizes", "std::string",
               "size classes the choice is judged at, like 8x2048,1x2048">
  ];
  let dependentDialects = ["::mlir::ssm::SSMDialect",
                           "::mlir::arith::ArithDialect"];
}

def MarkTransitionsPass : Pass<"ssm-mark-transitions", "::mlir::func::FuncOp"> {
  let summary = "Say how the states of a recurrence follow from those before";
  let description = [{
    Gives every recurrence `ssm.transition`: how its new states h' depend on the
    states h before, as its scalar code proves.

    | value | h' |
    |---|---|
    | `diagonal` | a h + b for each state on its own, a and b free of h |
    | `coupled` | A h + b, where a new state reads other states too |
    | `nonlinear` | anything else |

    Why it pays: affine maps can be joined, so that time can be cut into parts
    that are worked on at once. A recurrence that is not linear still compiles,
    into a loop over its tokens; a remark at it says so, with a note at the op of
    its region that is not affine.

    The proof is a walk over the region: a sum, a difference, a negation, a
    widening or a narrowing is affine in what it reads, a product if one factor is
    free of states, a quotient if the divisor is, a choice if the condition is.
    Rounding counts for nothing, and the read may be anything.

    Limits: no algebra. `h * h - h * h` is not affine, a maximum of states
    neither.

    ```mlir
    %y = ssm.scan %u, %a, %b ...
    // ==>
    %y = ssm.scan %u, %a, %b {ssm.transition = "diagonal"} ...
    ```
  }];
}

def FusePass : Pass<"ssm-fuse", "::mlir::func::FuncOp"> {
  let summary = "Group block ops into kernels";
  let description = [{
    Puts every block op into an `ssm.kernel`, a producer into the kernel of its
    readers where all intermediate values can stay on chip. A producer joins if

    * it is pointwise or a window, or a recurrence whose kernel has none yet;
    * all its readers stand in one kernel, or return from the function;
    * that kernel is pointwise or a recurrence, and reads the result at the
      token where it is computed (no shift, no reversal);
    * it sees each token alone, or walks the sequences and the order that the
      others there walk.

    Splits, reversals, broadcasts, constants, pointwise ops on weights alone and
    pointwise ops with a result for every state are copied into every kernel that
    reads them: the last are too large to store, and a read of a cache at slots is
    one of the first. A contraction or a reduction is a kernel of its own; a
    contraction is marked `library`.

    An update of a cache joins the recurrence whose final state it writes, if that
    reads the cache at the same slots as its initial state and nobody else does: an
    element is then read by the lane that writes it, before the walk and after it. Any
    other update is a kernel behind all others, for one that reads the cache may stand
    anywhere: the tail of a window moves tokens, and would overwrite what it has not
    read. How caches are used is checked before anything is grouped.

    Why it pays: a value inside a kernel costs no memory traffic; discretised A
    and B, (batch, length, channel, state) big, never exist in memory.

    Limits: two recurrences do not share a kernel; a window does not read a value
    that its own kernel computes.

    ```mlir
    %d = ssm.activation softplus %dt ...
    %a, %b = ssm.discretize mamba %d, %A, %B ...
    %y = ssm.scan %u, %a, %b read(%C) ...
    // ==>
    %y = ssm.kernel "scan_0" ins(%dt, %A, %B, %u, %C : ...) { ... } -> ...
    ```
  }];
  let dependentDialects = ["::mlir::ssm::SSMDialect"];
}

def SplitProductsPass : Pass<"ssm-split-products", "::mlir::func::FuncOp"> {
  let summary = "Compute the parts of a product apart";
  let description = [{
    Replaces a product (`ssm.linear`) whose one reader cuts its channels into parts
    by one product for each part, over the rows of the weight that belong to it.

    Why it pays: a step reads weights for a few tokens. Of the two halves that an
    `in_proj` computes, one is needed at once and the other, the gate, last of all:
    its weights can be read while the small kernels between them run.

    It is done if kernels are launched before the one before has ended, the product
    reads arguments of the function alone, most size classes have no more tokens
    than a generated product of few tokens takes (8), and the weights of each part
    take longer to read than a few launches. The sizes are those of the function's
    size classes, or else the options. One block of kernels serves all classes:
    those with more tokens pay one launch more.

    The choice is `ssm.parts = "apart"` or `"together"` on the product, what decided
    it `ssm.parts_reason`; a choice that stands in the source is kept.

    Limits: a product with a bias stays whole, since a library takes a bias whole.

    ```mlir
    %xz = ssm.linear %x, %w : ...
    %a, %z = ssm.split %xz : ...
    // ==>
    %wa, %wz = ssm.split %w along(0) : ...
    %a = ssm.linear %x, %wa {ssm.parts = "apart", ssm.parts_reason = "..."} : ...
    %z = ssm.linear %x, %wz {ssm.parts = "apart", ssm.parts_reason = "..."} : ...
    ```
  }];
  let options = [
    Option<"target", "target", "std::string", "\"sm_80\"",
           "cpu, sm_80, sm_90a, sm_100a or sm_120a">,
    Option<"batch", "batch", "int64_t", "8", "batch the choice is judged at">,
    Option<"length", "length", "int64_t", "2048",
           "length the choice is judged at, in tokens">,
    Option<"overlap", "overlap", "bool", "true",
           "kernels start before the one before them, where the target can">
  ];
  let dependentDialects = ["::mlir::ssm::SSMDialect"];
}

def DelayKernelsPass : Pass<"ssm-delay-kernels", "::mlir::func::FuncOp"> {
  let summary = "Put kernels that depend on no other right before their reader";
  let description = [{
    Moves every `ssm.kernel` that reads arguments of the function alone down to the
    first kernel that reads one of its results; one that is read by the return alone
    stays.

    Why it pays: it does not stand before kernels that others wait for, and where
    launches overlap it runs beside them (ssm-overlap-launches); its result is held
    in memory for less time, and still in the cache when it is read.

    Assumptions: ssm-fuse has run. Limits: a kernel that reads a cache stays, for
    one that updates the cache may follow it.

    ```mlir
    %z = ssm.kernel "gate" ins(%x, ...) { ... }
    %u = ssm.kernel "conv" ins(%a, ...) { ... }
    %y = ssm.kernel "scan" ins(%u, %z, ...) { ... }
    // ==>
    %u = ssm.kernel "conv" ins(%a, ...) { ... }
    %z = ssm.kernel "gate" ins(%x, ...) { ... }
    %y = ssm.kernel "scan" ins(%u, %z, ...) { ... }
    ```
  }];
}

def JoinProductsPass : Pass<"ssm-join-products", "::mlir::func::FuncOp"> {
  let summary = "Compute thin products in the kernels beside them";
  let description = [{
    Moves a product out of its own kernel where the cost model expects one launch to
    be faster than two:

    * into the kernel of a recurrence that alone reads it, at its own token and
      channel: it is then summed on chip, tile by tile of time;
    * or into the kernel that computes its first factor, point by point or from
      windows: each tile of the factor is multiplied where it was computed, and
      stored for those who read it besides.

    It is then no longer a library's.

    Why it pays: the result of a product of small rank is many times as large as
    its inputs, and is neither written nor read; a factor with few outputs is read
    for nothing but the product. Results are the same up to the order of the sums:
    what the block op rounds is rounded in the kernel too.

    The choice is `ssm.fuse = "reader"`, `"factor"` or `"alone"` on the product,
    what decided it `ssm.fuse_reason`; a choice that stands in the source is kept.
    On a CPU products stay alone unless the source says otherwise.

    The sizes it is judged at are those of the function's first size class, or
    else the options.

    Assumptions: ssm-fuse has run. Kernels that have a schedule are left as they
    are. Limits: one product in a kernel; beside a recurrence all of its contracted
    axis lies in a tile, beside its factor all of its outputs.

    ```mlir
    %d = ssm.kernel "linear_0" ins(%low, %w : ...) library { ... ssm.linear ... }
    %y = ssm.kernel "scan_1" ins(%d, ... : ...) { ... }
    // ==>
    %y = ssm.kernel "scan_1" ins(%low, %w, ... : ...) {
      %d = ssm.linear %a, %b {ssm.fuse = "reader", ssm.fuse_reason = "..."} : ...
      ...
    }
    ```
  }];
  let options = [
    Option<"target", "target", "std::string", "\"sm_80\"",
           "cpu, sm_80, sm_90a, sm_100a or sm_120a">,
    Option<"batch", "batch", "int64_t", "8", "batch the choice is judged at">,
    Option<"length", "length", "int64_t", "2048",
           "length the choice is judged at, in tokens">
  ];
  let dependentDialects = ["::mlir::ssm::SSMDialect"];
}

def AssignSchedulePass : Pass<"ssm-assign-schedule", "::mlir::func::FuncOp"> {
  let summary = "Choose how each kernel is cut into tiles";
  let description = [{
    Gives every `ssm.kernel` without a schedule the `#ssm.schedule` that was the
    fastest when kernels like it were measured, or else the one that the cost
    model expects to be fastest on the target. A schedule that is already there
    stays: that is how a person overrides the choice. One with clusters is refused
    where the target has none.

    Symbolic sizes are judged at each of the size classes in `sizes`, or those
    that the function has already; the function gets them as `ssm.size_classes`.
    Where the choices differ, the kernel gets `alternatives`, one for each distinct
    schedule with the size classes it is for.

    An entry of the table `tuning` counts if it has the target and the counts of
    the kernel and was measured at half to twice the batch and the length; the
    closest is taken, and the kernel marked `ssm.schedule_source = "tuning"`, an
    alternative `source = "tuning"`.

    A product that a library may compute gets `ssm.library_from`, the rows from
    which the library is expected to be faster on a GPU; none means always. One
    that is there already stays.

    ```mlir
    func.func @f(...) {
      %y = ssm.kernel "scan_0" ins(...) { ... } -> ...
    // ==>
    func.func @f(...) attributes {ssm.size_classes =
        [#ssm.size_class<8x2048>, #ssm.size_class<1x2048>]} {
      %y = ssm.kernel "scan_0" ins(...) alternatives
          [#ssm.alternative<at = [<8x2048>], schedule = <time = 16, ...>>,
           #ssm.alternative<at = [<1x2048>], schedule = <time = 64, ...>>] { ... }
          -> ...
    ```
  }];
  let options = [
    Option<"target", "target", "std::string", "\"sm_80\"",
           "cpu, sm_80, sm_90a, sm_100a or sm_120a">,
    ListOption<"sizes", "sizes", "std::string",
               "size classes the choice is judged at, like 8x2048,1x2048; "
               "8x2048 if none is given">,
    Option<"cores", "cores", "int64_t", "0",
           "cores of a CPU among which work is shared out; 0: those that the "
           "cost model knows">,
    Option<"tuning", "tuning", "std::string", "\"none\"",
           "table of measured schedules: none, shipped or a file">
  ];
  let dependentDialects = ["::mlir::ssm::SSMDialect"];
}

def TilePass : Pass<"ssm-tile", "::mlir::ModuleOp"> {
  let summary = "Turn kernels into tile programs";
  let description = [{
    Replaces each `ssm.kernel` by an `ssm.launch` of a new `ssm.tile.kernel`, or
    of one for each alternative, named after its first size class. The tile
    program is built from the results backwards: a value is materialised at the
    access map its reader asks for, a block argument as a load, a pointwise op as
    a map, a recurrence as a scan inside a loop over time, a contraction as dots
    inside a loop over the contracted axis, a reduction as sums in one loop and
    its finish in a second. On packed sequences a cell has one of them, and walks
    its tokens in a loop whatever it computes. An order of tokens is named by the
    kernel (`ordered`); its maps are those of the row.

    Where no token sees another, the tile program takes the sequences of a batch
    as one (`ssm.flat_tokens`): its time axis walks batch x length tokens, tiles
    hold tokens of several sequences, and the batch is no axis of its grid.

    A product beside a recurrence is a dot in the loop over time, its contracted
    axis whole in every tile. A factor of a contraction that the kernel computes
    and yields is stored in the loop over the contracted axis, for which one cell
    has all channels.

    A read of a cache at slots is a load with them; an update stores the rows with
    them, into an argument that is the memory of the cache (`ssm.in_place`).

    Assumptions: every kernel has a schedule, or an alternative for each size
    class of its function and no other. Limits: one recurrence, contraction or
    reduction in a kernel, or a recurrence and a product; a computed value is not
    read at shifted tokens.
  }];
  let dependentDialects = ["::mlir::ssm::SSMDialect"];
}

def MergeMapsPass : Pass<"ssm-merge-maps", "::mlir::ssm::TileKernelOp"> {
  let summary = "Inline maps into the tile ops that read them";
  let description = [{
    A map is inlined into a later map over the same axes that reads it, and into
    a scan if its own axes are all of the scan's and one of them is summed: such
    a tile (time, channel, state) is too large to hold.
  }];
}

def FactorProductsPass : Pass<"ssm-factor-products",
                              "::mlir::ssm::TileKernelOp"> {
  let summary = "Regroup products in scans by the axes of their factors";
  let description = [{
    Results may change in their last bits. The factors of an f32 product inside a
    scan are multiplied in the order of the axes they vary along, fewest first,
    constants with weights: (delta * B) * u becomes (delta * u) * B, one product
    per (token, channel) that can be hoisted and one per state. An exponential of
    a product becomes exp2 of the product with log2 e, which joins the weight:
    exp(delta * A) is exp2(delta * (A * log2 e)).

    Limits: f32 only; an intermediate product that is read twice stays.
  }];
}

def HoistPass : Pass<"ssm-hoist", "::mlir::ssm::TileKernelOp"> {
  let summary = "Move out of a scan what depends on fewer axes than it has";
  let description = [{
    A scalar op in the region of `ssm.tile.scan` whose operands vary along fewer
    axes than the scan runs over is computed once per element of those axes, in an
    `ssm.tile.map` before the scan, or before the time loop if it does not depend
    on time. A widening of B runs once per (token, state), delta * u once per
    (token, channel), a scaling of A once per (channel, state).
  }];
}

def ApproximatePass : Pass<"ssm-approximate", "::mlir::ssm::TileKernelOp"> {
  let summary = "Mark functions that need no more than 16-bit results show";
  let description = [{
    Results may change below the last bit of what is stored. Gives transcendental
    functions the flag `afn` (approximate functions) in a kernel that writes bf16
    or f16 and nothing wider: a relative error of 2^-16 is far below the rounding
    of its results, 2^-9 or 2^-11. `ssm-expand-math` has shorter forms for such
    functions where they save instructions.

    Limits: a kernel that also writes a state in f32 keeps the exact forms.
  }];
}

def OverlapLaunchesPass : Pass<"ssm-overlap-launches", "::mlir::ModuleOp"> {
  let summary = "Let kernels start before the one before them has ended";
  let description = [{
    Gives every kernel of a function with several launches the attribute
    `ssm.starts_early`, and puts what it may read from the start first. On a GPU
    such a kernel is launched while the one before it still runs: it takes the place
    that the last blocks leave, and the time from one launch to the next is hidden.
    Before it touches what another kernel may have written it waits for the end of
    the kernel before it. The attribute lists the arguments that it need not wait
    for: those that are a weight (`ssm.weight`) or an input of the function, no
    cache, in every launch.

    Assumptions: weights are not written while the package is used, inputs not from
    the first launch of a call to the last, which begins when all that is before the
    call has ended; the target has such launches (sm_90 and newer). Limits: not
    where time is cut into segments, for a memset goes before such a launch; not
    where a recurrence walks more than two tiles of the shortest size class, for
    its blocks would take the places that happen to be free to the end.

    Example:
    ```mlir
    ssm.tile.kernel @linear(%x: ..., %w: ..., %y: ...)
    ==>
    ssm.tile.kernel @linear(%x: ..., %w: ..., %y: ...)
        attributes {..., ssm.starts_early = array<i64: 1>}
    ```
  }];
}

#endif // LIB_TRANSFORMS_PASSES_TD
