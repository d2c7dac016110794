// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How lanes share the elements of a tile: arithmetic on #ssm.layout. An element
// that a lane holds is numbered by its slot, the same number in every lane.

#ifndef LIB_CONVERSION_GPU_LAYOUT_H
#define LIB_CONVERSION_GPU_LAYOUT_H

#include "dialect/SSM.h"

namespace mlir::ssm {

/// One axis of a layout: lane l holds the elements
/// `(rep * lanes + index(l)) * run + i`, its index being
/// `l % near + near * ((l / stride) % (lanes / near))`.
struct AxisShare {
  Axis axis;
  int64_t size;
  int64_t run = 1;
  int64_t lanes = 1;
  int64_t stride = 1;
  int64_t near = 1;

  /// The place of a lane among those that share the axis.
  int64_t indexOf(int64_t lane) const {
    return lane % near + near * (lane / stride % (lanes / near));
  }
  /// The distance of two lanes whose indices differ in the bit `bit`.
  int64_t distance(int64_t bit) const {
    return bit < near ? bit : bit / near * stride;
  }
  /// Lanes after which the indices repeat.
  int64_t period() const { return lanes / near * stride; }

  int64_t reps() const { return llvm::divideCeil(size, run * lanes); }
  /// Elements that the layout reaches, at least `size`.
  int64_t coverage() const { return reps() * run * lanes; }
  /// Slots of a lane; slots that no lane needs are left out.
  int64_t slots() const {
    return (reps() - 1) * run +
           std::min(run, size - (reps() - 1) * run * lanes);
  }
  /// The element that lane 0 holds in a slot.
  int64_t index(int64_t slot) const {
    return slot / run * run * lanes + slot % run;
  }
  /// Whether the slot of some lane lies beyond `size`.
  bool mayOverrun(int64_t slot) const {
    return index(slot) + (lanes - 1) * run >= size;
  }
  bool operator==(const AxisShare &other) const {
    return axis == other.axis && size == other.size && run == other.run &&
           lanes == other.lanes && stride == other.stride && near == other.near;
  }
};

struct Layout {
  SmallVector<AxisShare, 4> shares;

  /// The layout that `attr` describes for tiles of `type`.
  static Layout get(LayoutAttr attr, TileType type);
  LayoutAttr toAttr(MLIRContext *context) const;

  /// Deals `type` out to `threads` lanes, the last axis fastest; `runs` has
  /// one entry for each axis.
  static Layout blocked(TileType type, int64_t threads, ArrayRef<int64_t> runs);

  int64_t slots() const;
  /// For each axis the slot along it.
  SmallVector<int64_t> split(int64_t slot) const;
  /// For each axis the element that lane 0 holds.
  SmallVector<int64_t> indices(int64_t slot) const;
  /// The slot of `part`, whose axes are some of these, that `slot` reads.
  int64_t project(int64_t slot, const Layout &part) const;
  /// This layout without the axes that are not in `axes`.
  Layout slice(ArrayRef<Axis> axes) const;
  Layout without(Axis axis) const;
  const AxisShare *find(Axis axis) const;
  bool operator==(const Layout &other) const { return shares == other.shares; }
  bool operator!=(const Layout &other) const { return !(*this == other); }
};

/// Size of an axis rounded up so that lanes can share it evenly.
int64_t paddedSize(int64_t size);

/// The largest power of two that divides `value`.
int64_t powerOfTwoIn(int64_t value);

} // namespace mlir::ssm

#endif // LIB_CONVERSION_GPU_LAYOUT_H
