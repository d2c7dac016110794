// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which arguments of a tile kernel are written.

#ifndef DIALECT_STOREDVIEWS_H
#define DIALECT_STOREDVIEWS_H

#include "dialect/SSM.h"

namespace mlir::ssm {

/// Whether a store writes `view`; one that reads its slots there does not.
inline bool isStored(Value view) {
  return llvm::any_of(view.getUsers(), [&](Operation *user) {
    auto store = dyn_cast<TileStoreOp>(user);
    return store && store.getTarget() == view;
  });
}

} // namespace mlir::ssm

#endif // DIALECT_STOREDVIEWS_H
