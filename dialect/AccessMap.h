// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The access map of ssm.tile.load and ssm.tile.store, dimension by dimension.

#ifndef DIALECT_ACCESSMAP_H
#define DIALECT_ACCESSMAP_H

#include "dialect/SSM.h"

namespace mlir::ssm {

/// What index one dimension of a view is read at: `axis + offset`, a constant
/// `offset` if there is no axis, `length - 1 - time + offset` if reversed,
/// `length + axis + offset` if counted from the end, or `time floordiv every`.
/// A time that is lagged stands `inner` tokens further back.
struct AccessDim {
  std::optional<Axis> axis;
  bool reversed = false;
  bool fromEnd = false;
  bool lagged = false;
  int64_t offset = 0;
  /// One entry for every so many tokens, written with the last of them.
  int64_t every = 1;
};

/// One entry for each result of the map, or std::nullopt if a result is of
/// another form.
std::optional<SmallVector<AccessDim>> decomposeAccessMap(AffineMap map);

} // namespace mlir::ssm

#endif // DIALECT_ACCESSMAP_H
