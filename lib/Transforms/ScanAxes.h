// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Along which axes each scalar in the region of a scan varies.

#ifndef LIB_TRANSFORMS_SCANAXES_H
#define LIB_TRANSFORMS_SCANAXES_H

#include "dialect/SSM.h"

namespace mlir::ssm {

/// A set of axes, one bit for each.
using AxisSet = unsigned;

inline AxisSet axisBit(Axis axis) { return 1u << static_cast<unsigned>(axis); }

inline AxisSet axesOf(TileType type) {
  AxisSet set = 0;
  for (Axis axis : type.getAxes())
    set |= axisBit(axis);
  return set;
}

/// Axis sets of the values in the region of `scan`, and of the whole of it.
class ScanAxes {
public:
  explicit ScanAxes(TileScanOp scan);
  AxisSet of(Value value) const { return sets.lookup(value); }
  AxisSet all() const { return everything; }

private:
  DenseMap<Value, AxisSet> sets;
  AxisSet everything;
};

} // namespace mlir::ssm

#endif // LIB_TRANSFORMS_SCANAXES_H
