// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tile ops: how a kernel walks its tensors, with every intermediate on chip.
// A target is one short lowering for each of them.

#ifndef SSM_TILE_OPS_TD
#define SSM_TILE_OPS_TD

include "dialect/SSMOps.td"
include "mlir/Interfaces/FunctionInterfaces.td"
include "mlir/Interfaces/CallInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/IR/BuiltinAttributes.td"

class SSM_TileOp<string mnemonic, list<Trait> traits = []>
    : SSM_Op<"tile." # mnemonic, traits>;

/// Works in whatever layout its readers want.
def SSM_AnyLayout : NativeOpTrait<"AnyLayout"> {
  let cppNamespace = "::mlir::ssm";
}
/// Walks elements itself, whatever becomes of its results.
def SSM_WalksElements : NativeOpTrait<"WalksElements"> {
  let cppNamespace = "::mlir::ssm";
}

def SSM_View : MemRefOf<[F64, F32, BF16, F16, I32]>;
/// A slot for each batch.
def SSM_SlotsView : MemRefRankOf<[I32], [1]>;

def SSM_TileKernelOp : SSM_TileOp<"kernel", [IsolatedFromAbove, SingleBlock,
    AutomaticAllocationScope, FunctionOpInterface]> {
  let summary = "A tile program";
  let description = [{
    Arguments are dense row-major memrefs in memory: inputs, then outputs.
    Dimension 0 of extent `?` is the batch, dimension 1 of extent `?` the length.

    `extents` lists every axis of the kernel with its extent and its tile. The
    axes named in `grid` are shared out: each cell of the grid runs the body
    once, on one tile of every grid axis, cells being independent. An axis that
    is neither in the grid nor walked by an `ssm.tile.for` lies whole in every
    tile.

    With `packed`, the number of an argument that says where sequences end, each
    cell of the batch works on one sequence: the length is that of the sequence in
    the cell, and a view of (1, ?, ...) begins at its first token, whatever the
    batch. Ends that do not ascend, or lie beyond the length, are taken as the
    nearest that do not.

    With `ordered`, the number of an argument that holds an order of tokens, the row
    of time index t of every view with a length stands in memory at order[t]: an
    index is computed, and held against the length, as without. What is no token is
    taken as the nearest that is.

    An argument with `ssm.cache` holds states of many sequences: its dimension 0
    is neither batch nor length but the number of slots, and is read and written at
    slots. One with `ssm.in_place = N` is the memory of argument N, which the kernel
    updates: an element is read, if it is, by the cell and at the map that writes
    it, and before it is written.

    Constraints: (tile_kernel_c1) arguments are dense row-major memrefs, `?` in
    dimensions 0 and 1 only, of at most 2^48 elements for each of these, and there
    are no results; (tile_kernel_c2) an axis has at most one extent;
    (tile_kernel_c3) the axes of the grid have an extent, each occurs once;
    (tile_kernel_c4) the body ends with an `ssm.yield` without operands;
    (tile_kernel_c5) `packed` is the number of an argument memref<Sxi32>, S the
    extent of the batch; (tile_kernel_c6) with `packed` the batch is in the grid,
    the time is not; (tile_kernel_c7) `ordered` is the number of an argument
    memref<1x?xi32>, the extent of the time being ?; (tile_kernel_c8) `ordered`
    stands without `packed`; (tile_kernel_c9) an argument with `ssm.cache` has rank 2
    or more, and `?` in dimension 0 alone; (tile_kernel_c10) `ssm.in_place` stands
    on a cache and is the number of one before it, of its type, that no other
    names; (tile_kernel_c11) a kernel with caches has the batch in its grid.

    Example:
    ```mlir
    ssm.tile.kernel @double(%x: memref<?x?x64xf32>, %y: memref<?x?x64xf32>)
        attributes {extents = [#ssm.extent<batch = ?, tile = 1>,
                               #ssm.extent<time = ?, tile = 8>,
                               #ssm.extent<channel = 64, tile = 64>],
                    grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>]} {
      %0 = ssm.tile.load %x [affine_map<(b, t, c, n, k) -> (b, t, c)>]
          : memref<?x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
      %1 = ssm.tile.map (%0) : (!ssm.tile<time: 8, channel: 64, f32>)
          -> !ssm.tile<time: 8, channel: 64, f32> {
      ^bb0(%e: f32):
        %s = arith.addf %e, %e : f32
        ssm.yield %s : f32
      }
      ssm.tile.store %1, %y [affine_map<(b, t, c, n, k) -> (b, t, c)>]
          : !ssm.tile<time: 8, channel: 64, f32>, memref<?x?x64xf32>
      ssm.yield
    }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name,
                       TypeAttrOf<FunctionType>:$function_type,
                       TypedArrayAttrBase<SSM_ExtentAttr, "extents">:$extents,
                       TypedArrayAttrBase<SSM_AxisAttr, "axes">:$grid,
                       OptionalAttr<SSM_ScheduleAttr>:$schedule,
                       OptionalAttr<StrArrayAttr>:$fused,
                       OptionalAttr<ConfinedAttr<I64Attr, [IntNonNegative]>>:$packed,
                       OptionalAttr<ConfinedAttr<I64Attr, [IntNonNegative]>>:$ordered,
                       OptionalAttr<DictArrayAttr>:$arg_attrs,
                       OptionalAttr<DictArrayAttr>:$res_attrs);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    ::llvm::ArrayRef<::mlir::Type> getArgumentTypes() {
      return getFunctionType().getInputs();
    }
    ::llvm::ArrayRef<::mlir::Type> getResultTypes() {
      return getFunctionType().getResults();
    }
    ::mlir::Region *getCallableRegion() { return &getBody(); }
    /// Extent of an axis: a number, or ShapedType::kDynamic for the symbolic
    /// batch or length; std::nullopt if the kernel lacks the axis.
    std::optional<int64_t> getExtent(Axis axis);
    /// Tile of an axis; 0 if the kernel lacks the axis.
    int64_t getTile(Axis axis);
    /// The axes shared out to cells, outermost first.
    ::llvm::SmallVector<Axis> getGridAxes();
    /// The argument that says where sequences end; null if the kernel does not
    /// work on packed ones.
    ::mlir::BlockArgument getEnds();
    /// Whether `view` is a row of the tokens of packed sequences.
    bool isPacked(::mlir::MemRefType view);
    /// The argument that holds the order of tokens; null if they are taken as
    /// they stand.
    ::mlir::BlockArgument getOrder();
    /// Whether the rows of `view` are looked up in the order.
    bool isOrdered(::mlir::MemRefType view);
    /// Whether dimension 0 of an argument is the number of slots.
    bool isCache(unsigned argument);
    /// The argument whose memory this one is; std::nullopt for its own.
    std::optional<unsigned> getInPlaceOf(unsigned argument);
    /// Whether another argument is the same memory.
    bool isShared(unsigned argument);
    /// Whether some argument is a cache: the kernel is told the number of slots.
    bool hasCaches();
    /// The arguments that hold slots, in their order.
    ::llvm::SmallVector<::mlir::BlockArgument> getSlotViews();
  }];
}

def SSM_TileLoadOp : SSM_TileOp<"load", [Pure, SSM_AnyLayout]> {
  let summary = "Reads a tile from memory";
  let description = [{
    Element (i_axis) of the result is `source[map(position + i)]`, position being
    where the cell and the loops stand. The map takes all five axes in the order
    (batch, time, channel, state, inner) and symbol 0, the length; each of its
    results is an axis plus a constant, a constant, `length - 1 - time` plus a
    constant, or the length plus an axis other than time and a constant. An element outside of the source reads as zero if its axes are
    inside their extents. A cache is read with `at(%slots)`: dimension 0 at
    `slots[batch]`, and outside of it, at a negative or too large slot, is zero.

    Constraints: (tile_load_c1) the map has 5 dimensions, at most 1 symbol and one
    result for each dimension of the source, of the forms above; (tile_load_c2)
    the element types agree; (tile_load_c3) every axis of the tile occurs;
    (tile_load_c4) there are slots exactly if the source is a cache of the kernel,
    and the map is the batch in dimension 0.
  }];
  let arguments = (ins SSM_View:$source, Optional<SSM_SlotsView>:$slots,
                       AffineMapAttr:$map);
  let results = (outs SSM_TileType:$tile);
  let assemblyFormat = [{
    $source `[` $map `]` (`at` `(` $slots^ `:` type($slots) `)`)? attr-dict
    `:` type($source) `->` type($tile)
  }];
  let hasVerifier = 1;
}

def SSM_TileStoreOp : SSM_TileOp<"store", [SSM_WalksElements]> {
  let summary = "Writes a tile to memory";
  let description = [{
    The counterpart of `ssm.tile.load`; elements whose axes are beyond their
    extents or that fall outside of the target are not written, and so nothing at a
    slot that is none.

    An index may also be `time floordiv k`, in a loop over time: the target has one
    entry for every k tokens, ceil(length / k) where its size is `?`, and what is
    written there is the tile at the last token of the k, or of the sequence.

    Constraints, as for `ssm.tile.load`: (tile_store_c1) the map has 5 dimensions,
    at most 1 symbol and one result for each dimension of the target, of the forms
    above, or `time floordiv k` if the tile has no time and that of the kernel
    divides k; (tile_store_c2) the element types agree; (tile_store_c3) every axis of
    the tile occurs; (tile_store_c4) there are slots exactly if the target is a
    cache of the kernel, and the map is the batch in dimension 0.
  }];
  let arguments = (ins SSM_TileType:$tile, SSM_View:$target,
                       Optional<SSM_SlotsView>:$slots, AffineMapAttr:$map);
  let assemblyFormat = [{
    $tile `,` $target `[` $map `]` (`at` `(` $slots^ `:` type($slots) `)`)?
    attr-dict `:` type($tile) `,` type($target)
  }];
  let hasVerifier = 1;
}

def SSM_TileFillOp : SSM_TileOp<"fill", [Pure, SSM_AnyLayout]> {
  let summary = "A tile with the same value everywhere";
  let description = "Example: `%0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 16, f32>`.";
  let arguments = (ins F64Attr:$value);
  let results = (outs SSM_TileType:$tile);
  let assemblyFormat = "$value attr-dict `:` type($tile)";
}

def SSM_TileMapOp : SSM_TileOp<"map",
    [RecursiveMemoryEffects, SingleBlock, IsolatedFromAbove, SSM_AnyLayout]> {
  let summary = "Scalar code for every element";
  let description = [{
    Runs the region for every element of the results; an input that lacks an axis
    of the results is the same for all of its elements. All results have the same
    axes and sizes.

    Constraints: (tile_map_c1) there is a result, and results have equal axes;
    (tile_map_c2) the axes of an input are among the results' and of equal size;
    (tile_map_c3) the region's arguments and yielded values have the element types
    of inputs and results; (tile_map_c4) the region reads nothing but its arguments
    and constants, and its ops have no effects.
  }];
  let arguments = (ins Variadic<SSM_TileType>:$inputs);
  let results = (outs Variadic<SSM_TileType>:$outputs);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    `(` $inputs `)` attr-dict `:` functional-type($inputs, $outputs) $body
  }];
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
}

def SSM_TileScanOp : SSM_TileOp<"scan",
    [RecursiveMemoryEffects, SingleBlock, IsolatedFromAbove,
     SSM_WalksElements]> {
  let summary = "A recurrence along the tokens of a tile";
  let description = [{
    For every token of the time tile, in order, and every element of the states:
    the region takes the states before and the inputs at (token, element), and
    yields the states after and the read. The result `read` holds, for each token,
    the sum of the reads over the axes of the states that it lacks (the axis
    `state`). Tokens beyond the extent leave the states as they are.

    Constraints: (tile_scan_c1) there is a state; states have the same axes,
    without time, and each the type of its final state; (tile_scan_c2) read has
    the time axis and axes of the states; (tile_scan_c3) the axes of an input are
    time or the states'; (tile_scan_c4) the region takes the states' elements and
    the inputs' elements, and yields the states' elements and the read's;
    (tile_scan_c5) the region reads nothing but its arguments and constants, and
    its ops have no effects.

    Example:
    ```mlir
    %y, %h1 = ssm.tile.scan state(%h) ins(%a, %b)
        : !ssm.tile<channel: 16, f32>, (!ssm.tile<time: 8, channel: 16, f32>,
          !ssm.tile<time: 8, channel: 16, f32>) -> !ssm.tile<time: 8, channel: 16, f32> {
    ^bb0(%s: f32, %ae: f32, %be: f32):
      %m = arith.mulf %ae, %s : f32
      %n = arith.addf %m, %be : f32
      ssm.yield %n, %n : f32, f32
    }
    ```
  }];
  let arguments = (ins Variadic<SSM_TileType>:$tiles);
  let results = (outs SSM_TileType:$read, Variadic<SSM_TileType>:$final_states);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let hasVerifier = 1;
  let hasCanonicalizer = 1;
  let extraClassDeclaration = [{
    unsigned getNumStates() { return getFinalStates().size(); }
    /// The states before the first token; operands 0 to getNumStates() - 1.
    ::mlir::OperandRange getStates() {
      return getTiles().take_front(getNumStates());
    }
    ::mlir::OperandRange getInputs() {
      return getTiles().drop_front(getNumStates());
    }
    /// The type of the first state: the axes are those of all.
    TileType getStateType() {
      return ::llvm::cast<TileType>(getFinalStates().front().getType());
    }
  }];
}

def SSM_TileReduceOp : SSM_TileOp<"reduce", [Pure, SSM_WalksElements]> {
  let summary = "Sums a tile along one axis";
  let description = [{
    Elements beyond the axis' extent do not count. The order is the target's and
    the same in every run.

    Constraints: (tile_reduce_c1) the result has the axes of the input but the
    reduced one; (tile_reduce_c2) the element types agree.

    Example:
    ```mlir
    %1 = ssm.tile.reduce channel %0 : !ssm.tile<time: 4, channel: 64, f32>
        -> !ssm.tile<time: 4, f32>
    ```
  }];
  let arguments = (ins SSM_AxisAttr:$axis, SSM_TileType:$input);
  let results = (outs SSM_TileType:$output);
  let assemblyFormat = [{
    $axis $input attr-dict `:` type($input) `->` type($output)
  }];
  let hasVerifier = 1;
}

def SSM_TileDotOp : SSM_TileOp<"dot",
    [Pure, AllTypesMatch<["acc", "out"]>, SSM_WalksElements]> {
  let summary = "Adds a matrix product of tiles to an accumulator";
  let description = [{
        acc'[p, q] = acc[p, q] + sum_k lhs[p, k] * rhs[q, k]

    k being the axis `inner`; elements beyond its extent do not count. Products
    are in the accumulator's type.

    Constraints: (tile_dot_c1) lhs and rhs have one axis each, not the same, and
    `inner`, of equal size; (tile_dot_c2) the accumulator has the other axis of lhs
    and that of rhs; (tile_dot_c3) the accumulator is f32 or f64.

    Example:
    ```mlir
    %1 = ssm.tile.dot %0, %x, %w : !ssm.tile<time: 64, channel: 64, f32>,
        !ssm.tile<time: 64, inner: 16, bf16>, !ssm.tile<channel: 64, inner: 16, bf16>
    ```
  }];
  let arguments = (ins SSM_TileType:$acc, SSM_TileType:$lhs, SSM_TileType:$rhs);
  let results = (outs SSM_TileType:$out);
  let assemblyFormat = [{
    $acc `,` $lhs `,` $rhs attr-dict `:` type($acc) `,` type($lhs) `,` type($rhs)
  }];
  let hasVerifier = 1;
}

def SSM_TileForOp : SSM_TileOp<"for", [RecursiveMemoryEffects, SingleBlock,
    SSM_WalksElements, DeclareOpInterfaceMethods<InferTypeOpInterface>]> {
  let summary = "Walks an axis tile by tile";
  let description = [{
    Runs the region once for each tile of the axis, in ascending order, passing
    tiles from one run to the next. The step is the axis' tile.

    Constraints: (tile_for_c1) init, region arguments, yielded values and results
    have equal types; (tile_for_c2) the axis is one of the kernel, not in its
    grid and not walked by a loop around.

    Example:
    ```mlir
    %h1 = ssm.tile.for time init(%h0) : !ssm.tile<channel: 16, f32> {
    ^bb0(%h: !ssm.tile<channel: 16, f32>):
      ...
      ssm.yield %h2 : !ssm.tile<channel: 16, f32>
    }
    ```
  }];
  let arguments = (ins SSM_AxisAttr:$axis, Variadic<SSM_TileType>:$init);
  let results = (outs Variadic<SSM_TileType>:$outputs);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $axis (`init` `(` $init^ `)` `:` type($init))? attr-dict-with-keyword $body
  }];
  let hasVerifier = 1;
}

#endif // SSM_TILE_OPS_TD
