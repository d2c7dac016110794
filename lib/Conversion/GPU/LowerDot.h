// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What multiplies the factors of a dot, tile by tile: the lanes one product at
// a time, or the matrix units of a warp or of four. lowerDot takes the one that
// `ssm.unit` names.

#ifndef LIB_CONVERSION_GPU_LOWERDOT_H
#define LIB_CONVERSION_GPU_LOWERDOT_H

#include "lib/Conversion/GPU/Emitter.h"

namespace mlir::ssm {

class DotUnit {
public:
  virtual ~DotUnit() = default;
  /// Elements along the contracted axis that a row on chip is read up to.
  virtual int64_t reach() = 0;
  /// Whether factors are zero beyond the contracted extent, so that all of them
  /// can be multiplied always.
  virtual bool readsZerosBeyond() { return false; }
  /// Adds the products of all elements along the contracted axis.
  virtual void multiplyAll(SmallVector<Value> &sums) = 0;
  /// Those of the first `left` (i32) only: what lies beyond may be anything.
  virtual void multiplyPart(SmallVector<Value> &sums, Value left) = 0;
};

/// f32 multiply-adds, factors of any types on chip.
FailureOr<std::unique_ptr<DotUnit>> createLaneDot(Emitter &e, TileDotOp op,
                                                  const Layout &layout);
/// mma.sync, factors on chip or in fragments; fails where the layout or the
/// places are not made for it.
FailureOr<std::unique_ptr<DotUnit>> createMatrixDot(Emitter &e, TileDotOp op,
                                                    const Layout &layout);
/// wgmma, both factors swizzled on chip; fails likewise.
FailureOr<std::unique_ptr<DotUnit>> createWarpgroupDot(Emitter &e, TileDotOp op,
                                                       const Layout &layout);

} // namespace mlir::ssm

#endif // LIB_CONVERSION_GPU_LOWERDOT_H
