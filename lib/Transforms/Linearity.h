// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whether the scalar code of a recurrence takes its states by an affine map:
// h' = A h + b, where A and b do not depend on h, or its states and its signal
// by a linear one. It is proved, not tested: what a walk does not know counts
// as neither.

#ifndef LIB_TRANSFORMS_LINEARITY_H
#define LIB_TRANSFORMS_LINEARITY_H

#include "dialect/SSM.h"

#include "llvm/ADT/BitVector.h"

namespace mlir::ssm {

/// How the new states of a recurrence follow from those before.
struct Transition {
  /// For each new state the states that its row of A may read; empty where the
  /// map is not affine.
  SmallVector<llvm::BitVector> rows;
  /// The first op that is not affine in a state it reads; null if none is.
  Operation *cause = nullptr;

  bool isAffine() const { return cause == nullptr; }
  /// Whether each new state is affine in itself and reads no other one.
  bool isDiagonal() const;
};

/// The first value of `results` that is not linear in `variables` without a
/// constant part, rounding included, or null. Other values that no op of
/// `block` makes are constants.
Value findNonlinear(Block &block, ValueRange variables, ValueRange results);

/// Walks scalar code forwards, from `states`, the values before, to `next`, the
/// values after. Other values that no op of `block` makes are free of states.
Transition findTransition(Block &block, ValueRange states, ValueRange next);

} // namespace mlir::ssm

#endif // LIB_TRANSFORMS_LINEARITY_H
