// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What one launch of a tile kernel moves and computes, counted in the IR.

#ifndef LIB_DRIVER_WORKCOUNT_H
#define LIB_DRIVER_WORKCOUNT_H

#include "dialect/SSM.h"

#include <map>

namespace mlir::ssm {

/// A sum of monomials in batch and length: exponents to coefficient.
class Polynomial {
public:
  static Polynomial constant(int64_t value);
  /// `extent`, or the symbol if it is dynamic.
  static Polynomial extent(Axis axis, int64_t extent);

  Polynomial &operator+=(const Polynomial &other);
  Polynomial operator*(const Polynomial &other) const;
  /// Every coefficient divided and rounded up.
  Polynomial dividedBy(int64_t divisor) const;
  double evaluate(int64_t batch, int64_t length) const;
  const std::map<std::pair<int, int>, int64_t> &terms() const {
    return monomials;
  }

private:
  std::map<std::pair<int, int>, int64_t> monomials;
};

/// Work of one launch. Bytes count every element of an argument that the kernel
/// reads or writes once; operations count what is computed, copies of a value
/// per grid cell included. `matrixFlops` are those of `flops` in products whose
/// factors have 16 bits.
struct Work {
  Polynomial bytesRead, bytesWritten, flops, matrixFlops, transcendentals;
};

Work countWork(TileKernelOp kernel);

/// Whether matrix units multiply such factors.
bool hasHalfFactors(TileDotOp dot);

} // namespace mlir::ssm

#endif // LIB_DRIVER_WORKCOUNT_H
