// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Kernels for which all sequences of a batch are one: no token sees another.

#ifndef LIB_TRANSFORMS_FLATTOKENS_H
#define LIB_TRANSFORMS_FLATTOKENS_H

#include "dialect/SSM.h"

namespace mlir::ssm {

/// On a tile kernel: its time axis walks the tokens of all sequences, batch x
/// length of them, as one sequence.
constexpr llvm::StringLiteral kFlatTokensAttr = "ssm.flat_tokens";

inline bool hasFlatTokens(TileKernelOp kernel) {
  return kernel->hasAttr(kFlatTokensAttr);
}

/// Whether everything in `kernel` is computed at its own batch and token alone,
/// both of symbolic sizes.
bool seesTokensAlone(KernelOp kernel);

} // namespace mlir::ssm

#endif // LIB_TRANSFORMS_FLATTOKENS_H
