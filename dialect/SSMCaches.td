// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Ops on caches: states of many sequences in one tensor, of which a call works
// on those that an index for each of its sequences names.

#ifndef SSM_CACHES_TD
#define SSM_CACHES_TD

include "dialect/SSMOps.td"

def SSM_GatherOp : SSM_Op<"gather",
    [Pure, SSM_Work<["getResultAccess", "getReadSlots"]>]> {
  let summary = "The states of some slots of a cache";
  let description = [{
        h[b, ...] = cache[slots[b], ...]    if 0 <= slots[b] < the slots of the cache
                  = 0                       else

    | operand | shape | dtype |
    |---|---|---|
    | `cache` | (slots, channel[, state]) or (slots, tokens, channel) | any |
    | `slots` | (batch) | i32 |
    | result | (batch, as the cache) | that of the cache |

    Nothing is copied where the reader is a kernel: it reads the cache at the slot.

    Constraints: (gather_c1) the cache has rank 2 or 3, and `?` in dimension 0 alone; (gather_c2) the result has an entry for each of `slots`, of the
    cache's sizes and type.

    Source: state-spaces/mamba, `selective_state_update`, its
    `state_batch_indices`.

    Example:
    ```mlir
    %h = ssm.gather %cache at(%slots)
        : (tensor<?x64x16xf32>, tensor<?xi32>) -> tensor<?x64x16xf32>
    ```
  }];
  let arguments = (ins SSM_Tensor:$cache, SSM_Index:$slots);
  let results = (outs SSM_Tensor:$rows);
  let assemblyFormat = [{
    $cache `at` `(` $slots `)` attr-dict `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def SSM_ScatterOp : SSM_Op<"scatter",
    [Pure, SSM_Work<["getResultAccess", "getWrittenSlots", "getUpdatedValue"]>]> {
  let summary = "A cache with new states in some slots";
  let description = [{
        c[slots[b], ...] = rows[b, ...]    for every b with 0 <= slots[b] < the slots
        c[s, ...] = cache[s, ...]          for every other slot s

    | operand | shape | dtype |
    |---|---|---|
    | `rows` | (batch, as the cache) | that of the cache |
    | `cache`, result | (slots, channel[, state]) or (slots, tokens, channel) | any |
    | `slots` | (batch) | i32 |

    No slot is named twice; hosts check it. The result is in the buffer of its cache,
    so that slots which are not named cost nothing.

    Constraints: (scatter_c1) the cache has rank 2 or 3, and `?` in dimension 0
    alone; (scatter_c2) `rows` has an entry for each of `slots`, of the cache's
    sizes and type; (scatter_c3) the result has the cache's type.

    Source: as `ssm.gather`.

    Example:
    ```mlir
    %c1 = ssm.scatter %h into %cache at(%slots)
        : (tensor<?x64x16xf32>, tensor<?x64x16xf32>, tensor<?xi32>)
        -> tensor<?x64x16xf32>
    ```
  }];
  let arguments = (ins SSM_Tensor:$rows, SSM_Tensor:$cache, SSM_Index:$slots);
  let results = (outs SSM_Tensor:$updated);
  let assemblyFormat = [{
    $rows `into` $cache `at` `(` $slots `)` attr-dict
    `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

def SSM_MaskOp : SSM_Op<"mask",
    [Pure, SSM_PointwiseWork, SSM_PackableOpInterface]> {
  let summary = "Zeros for the sequences without a slot";
  let description = [{
        y[b, t, c] = x[b, t, c]    if slots[b] >= 0
                   = 0             else

    A selection: what x holds for a sequence that is skipped has no influence. With
    `packed` x is a row of sequences, and b the sequence of the token.

    | operand | shape | dtype |
    |---|---|---|
    | `x`, result | (batch, length, channel) | any |
    | `slots` | (batch), or (sequences) if packed | i32 |
    | `ends` (`packed`) | (sequences), optional | i32 |

    Constraints: (mask_c1) x has rank 3, and the result its type; (mask_c2) `slots`
    has an element for each batch, or each sequence if packed; (packed_c1) x is (1,
    ?, channel) if packed.

    Source: causal-conv1d (Dao-AILab), `causal_conv1d_update`, its
    `conv_state_indices`.

    Example:
    ```mlir
    %y = ssm.mask %x at(%slots)
        : (tensor<?x?x64xf32>, tensor<?xi32>) -> tensor<?x?x64xf32>
    ```
  }];
  let arguments = (ins SSM_Tensor:$x, SSM_Index:$slots,
                       Optional<SSM_Index>:$ends);
  let results = (outs SSM_Tensor:$y);
  let assemblyFormat = [{
    $x `at` `(` $slots `)` (`packed` `(` $ends^ `)`)? attr-dict
    `:` functional-type(operands, results)
  }];
  let hasVerifier = 1;
}

#endif // SSM_CACHES_TD
