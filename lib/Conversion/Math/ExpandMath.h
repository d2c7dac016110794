// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Transcendental functions of f32 as arithmetic, for targets without a library.
// In: math ops on f32, bf16 or f16, scalars or vectors. Out: arith ops,
// math.fma and what the target has (MathOptions).

#ifndef LIB_CONVERSION_MATH_EXPANDMATH_H
#define LIB_CONVERSION_MATH_EXPANDMATH_H

#include "mlir/Pass/Pass.h"

namespace mlir {
class RewritePatternSet;
}

namespace mlir::ssm {

/// What a target has of its own.
struct MathOptions {
  /// math.exp and math.exp2 stay, to be expanded in another way.
  bool nativeExp = false;
  /// math.exp2 is one fast instruction; math.exp becomes exp2(x log2 e).
  bool nativeExp2 = false;
  /// math.rsqrt stays.
  bool nativeRsqrt = false;
};

/// For the greedy driver: log1p(exp(-|x|)), the tail of a softplus, is
/// recognised before its exp is expanded.
void populateExpandMathPatterns(RewritePatternSet &patterns,
                                const MathOptions &options);

#define GEN_PASS_DECL
#define GEN_PASS_REGISTRATION
#include "lib/Conversion/Math/Passes.h.inc"

} // namespace mlir::ssm

#endif // LIB_CONVERSION_MATH_EXPANDMATH_H
