// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Attributes that say where a tile lives on a GPU and how lanes share it.

#ifndef SSM_PLACE_ATTRS_TD
#define SSM_PLACE_ATTRS_TD

include "dialect/SSMAttrs.td"

def SSM_PlaceKindEnum : SSM_Enum<"PlaceKind", "where a tile lives", [
    I32EnumAttrCase<"Lane", 0, "lane">,
    I32EnumAttrCase<"Chip", 1, "chip">]>;

def SSM_LayoutAttr : SSM_Attr<"Layout", "layout"> {
  let summary = "How the lanes of an owner share the elements of a tile";
  let description = [{
    For every axis `axis: run x lanes by stride`. Lane l holds, along the axis,
    the elements `(rep * lanes + (l / stride) % lanes) * run + i` for every
    i < run and every rep: runs of neighbours, dealt out to `lanes` lanes in
    turn. Lanes that differ in nothing but what no axis counts hold copies.

    With `near n` the first n of the lanes are neighbours, and the stride is that
    of the others: `l % n + n * ((l / stride) % (lanes / n))` stands for
    `(l / stride) % lanes`.

    Example: `#ssm.layout<time: 1 x 4 by 8, channel: 2 x 8 by 1>`, and
    `#ssm.layout<channel: 1 x 8 by 8 near 2, state: 2 x 4 by 2>`.

    Constraints: (layout_c1) runs are at least 1; (layout_c2) lanes, strides and
    near are powers of two; (layout_c3) near is at most the lanes and at most the
    stride.
  }];
  let parameters = (ins
    ArrayRefParameter<"::mlir::ssm::Axis">:$axes,
    ArrayRefParameter<"int64_t">:$runs,
    ArrayRefParameter<"int64_t">:$lanes,
    ArrayRefParameter<"int64_t">:$strides,
    ArrayRefParameter<"int64_t">:$near);
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

def SSM_PlaceAttr : SSM_Attr<"Place", "place"> {
  let summary = "Where a tile lives";
  let description = [{
    `#ssm.place<lane>`: in the registers of the lanes, in the layout of the op
    that makes it. `#ssm.place<chip offset 1024 strides [64, 4] stages 2 step
    3072>`: in on-chip memory, element (i, j) at byte 1024 + 64 i + 4 j; with
    `stages` above 1 copies for the tiles to come stand `step` bytes apart. With
    `parts` above 1 an element is the sum of so many numbers that stand side by
    side: what the lanes of a channel have added up each for itself.

    With `swizzled w` the tile is a factor that warpgroups multiply: 2-byte
    elements in rows of 128 bytes, 64 along the contracted axis; `strides` are
    these 128 bytes and those to the next 64 elements of a row. Of row p the 16-byte unit c stands where unit
    `c ^ (p % 8)` would. Row r is at `p = 8 (2 (k w + i) + s) + r % 8`, where
    `r / 8 = (2 k + s) w + i`, i < w, s < 2: the order in which w warps take rows;
    `swizzled 1` leaves them as they are. Such a tile begins at a multiple of 1024
    bytes.

    Constraints: (place_c1) `swizzled` is a power of two.
  }];
  let parameters = (ins "::mlir::ssm::PlaceKind":$kind, "int64_t":$offset,
                        ArrayRefParameter<"int64_t">:$strides,
                        "int64_t":$stages, "int64_t":$step, "int64_t":$parts,
                        "int64_t":$swizzled);
  let builders = [AttrBuilder<(ins "::mlir::ssm::PlaceKind":$kind), [{
    return $_get($_ctxt, kind, 0, ::llvm::ArrayRef<int64_t>(), 1, 0, 1, 0);
  }]>];
  let hasCustomAssemblyFormat = 1;
  let genVerifyDecl = 1;
}

#endif // SSM_PLACE_ATTRS_TD
