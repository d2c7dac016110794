// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What ssm-overlap-launches leaves on a kernel for the target and the package.

#ifndef LIB_TRANSFORMS_OVERLAPLAUNCHES_H
#define LIB_TRANSFORMS_OVERLAPLAUNCHES_H

#include "dialect/SSM.h"

namespace mlir::ssm {

/// On a kernel that starts before the one before it has ended: the arguments
/// that it may read from the start (`array<i64>`), because nothing writes them
/// during a call.
constexpr llvm::StringLiteral kStartsEarlyAttr = "ssm.starts_early";

inline bool startsEarly(TileKernelOp kernel) {
  return kernel->hasAttr(kStartsEarlyAttr);
}

/// Whether the kernel may read the argument only after what is before it has
/// ended.
inline bool mustWaitFor(TileKernelOp kernel, unsigned argument) {
  auto early = kernel->getAttrOfType<DenseI64ArrayAttr>(kStartsEarlyAttr);
  return early && !llvm::is_contained(early.asArrayRef(),
                                      static_cast<int64_t>(argument));
}

} // namespace mlir::ssm

#endif // LIB_TRANSFORMS_OVERLAPLAUNCHES_H
