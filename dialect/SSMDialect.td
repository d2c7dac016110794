// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The ssm dialect and its one type, the tile.

#ifndef SSM_DIALECT_TD
#define SSM_DIALECT_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"

def SSM_Dialect : Dialect {
  let name = "ssm";
  let cppNamespace = "::mlir::ssm";
  let summary = "State-space models: blocks, kernels and tile programs";
  let description = [{
    One recurrence, walked along time, stands at the centre of every model of
    this family:

        h_t = a_t * h_{t-1} + b_t        y_t = read(h_t, c_t)

    The dialect describes it on three levels. *Block* ops work on whole tensors
    `(batch, length, channel)` and have value semantics. `ssm.kernel` groups
    block ops into what one launch executes. *Tile* ops (`ssm.tile.*`) say how
    a kernel walks its tensors tile by tile, with every intermediate on chip
    and without knowledge of threads; a target lowers them one by one.

    Passes ask ops for their iteration space, access maps and scalar bodies
    through `WorkOpInterface`, never for their names.

    Shapes: `?` stands for the batch (dimension 0) and the length (dimension 1)
    of an activation; every other dimension is static. Arrays are dense,
    row-major, the channel innermost.

    Constraints of every block op: (sizes_c1) only dimensions 0 and 1 may be `?`;
    (sizes_c2) sizes are at least 1; (sizes_c3) the sizes that are numbers multiply
    to at most 2^48.

    Arguments and results of a function have the names of their tensors as
    attributes: `ssm.weight` for an argument that is read once from a checkpoint,
    `ssm.name` for any other.

    Constraints: (names_c1) but for `ssm.state`, `ssm.trace`, `ssm.every`, `ssm.cache`
    and `ssm.in_place` no other attribute of an argument or a result begins with
    `ssm.`, an argument has at most one, a result no `ssm.weight`; (names_c2) its
    value is a string, UTF-8 without control
    characters, not empty and not beginning with `%`.

    `ssm.state = "NAME"` on an argument says that it is what an earlier call left
    in the state of that name, on a result that it is what this call leaves in it.

    Constraints: (states_c1) an argument with `ssm.state` has no `ssm.weight`, and
    the name is one as of names_c2; (states_c2) a function has each state at most
    once among its arguments and once among its results; (states_c3) a state is a
    tensor whose dimension 1 is no `?`; (states_c4) the argument and the result of
    one state have the same type.

    `ssm.trace = "NAME"` on a result says that from it the state of that name after
    any number of the call's tokens can be taken, or after a multiple of `ssm.every
    = k`: it is the states after every k tokens and after the last, or the tokens
    that a state is the last of.

    Constraints: (traces_c1) a result with `ssm.trace` has no `ssm.state`, and an
    argument has the state; (traces_c2) the trace has the elements of the state,
    (batch, ...), and is (batch, `?`, ...), or of a state (batch, tokens, channel)
    (batch, `?`, channel); (traces_c3) a state has at most one trace; (traces_c4)
    `ssm.every` is an integer of at least 1 on a result of rank 2 or more: its
    dimension 1, where it is `?`, is ceil(length / k).

    `ssm.cache` on an argument says that it holds the states of many sequences, a
    slot for each: its dimension 0 is the number of slots. `ssm.in_place = "NAME"` on
    a result says that it is in the buffer of the argument of that name, a cache.

    Constraints: (caches_c1) an argument with `ssm.cache` is no weight, and a float
    tensor of rank 2 or 3 with `?` in dimension 0 alone;
    (caches_c2) `ssm.in_place` is the name of a cache, of the result's type, that no
    result before names; (caches_c3) the state that a cache is before a call is
    after it in its place; (caches_c4) a cache is read by ops that take slots, and
    what updates it is read by the return alone, as the result in its place;
    (caches_c5) one op updates a cache, after all others that read it.

    A function may say at which sizes its schedules are judged, `ssm.size_classes
    = [#ssm.size_class<8x2048>, #ssm.size_class<1x2048>]`.

    Constraints: (size_classes_c1) the op is a function; (size_classes_c2) there
    are 1 to 16 size classes, each once.
  }];
  let useDefaultAttributePrinterParser = 1;
  let useDefaultTypePrinterParser = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let hasOperationAttrVerify = 1;
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect"
  ];
}

def SSM_TileType : TypeDef<SSM_Dialect, "Tile"> {
  let mnemonic = "tile";
  let summary = "A piece of a tensor that is held on chip";
  let description = [{
    An SSA value that holds, for the current position of the surrounding grid
    cell and loops, `sizes[i]` elements along each of its `axes`. A tile without
    axes is one scalar. Where it lives (lanes' registers or on-chip memory) is
    decided when a target is lowered.

    Elements whose index lies beyond the extent of an axis are unspecified.

    Constraints: (tile_c1) the axes stand in the order batch, time, channel,
    state, inner, each at most once; (tile_c2) sizes are 1 to 65536; (tile_c3) the
    elements are f64, f32, bf16, f16, i32 or i1 (the result of a comparison).

    Example: `!ssm.tile<time: 16, channel: 32, bf16>`.
  }];
  let parameters = (ins
    ArrayRefParameter<"::mlir::ssm::Axis">:$axes,
    ArrayRefParameter<"int64_t">:$sizes,
    "::mlir::Type":$elementType
  );
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// Size along `axis`, or std::nullopt if the tile does not have it.
    std::optional<int64_t> getSize(Axis axis) const;
    bool hasAxis(Axis axis) const { return getSize(axis).has_value(); }
    int64_t getNumElements() const;
    unsigned getRank() const { return getAxes().size(); }
    /// The same axes with another element type.
    TileType withElementType(::mlir::Type type) const;
  }];
}

#endif // SSM_DIALECT_TD
