// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The pass that spells transcendental functions out.

#ifndef SSM_CONVERSION_MATH_PASSES_TD
#define SSM_CONVERSION_MATH_PASSES_TD

include "mlir/Pass/PassBase.td"

def ExpandMathPass : Pass<"ssm-expand-math"> {
  let summary = "Replace transcendental functions of f32 by arithmetic";
  let description = [{
    Rewrites `math.exp`, `exp2`, `expm1`, `log`, `log2`, `log1p`, `tanh`, `erf`
    and `rsqrt` on f32 scalars and vectors into `arith` and `math.fma`, so that
    a target needs no library for them; on bf16 and f16 they are computed in
    f32. f64 is left alone: there the C library is as fast.

    Errors, in units in the last place of the exact result:

    | function | error | note |
    |---|---|---|
    | exp2, exp | 2 | results below 2^-125.5 are 0 |
    | expm1, log, log2, log1p | 2 | relative, also around 0 |
    | tanh, erf | 4 | relative, also around 0 |
    | rsqrt | 1.5 | |

    log1p(exp(-|x|)) with the flag `afn` has a relative error of 2^-16.

    NaN gives NaN, infinities give the limits, exp and exp2 overflow to infinity
    and underflow to 0. With `native-exp2` the target's own 2^x is used: exp(x)
    is then 2^(x log2 e) with the product rounded once, which adds |x| / 2 units
    to the error.
  }];
  let options = [
    Option<"nativeExp", "native-exp", "bool", "false",
           "keep math.exp and math.exp2">,
    Option<"nativeExp2", "native-exp2", "bool", "false",
           "keep math.exp2, and use it for exp">,
    Option<"nativeRsqrt", "native-rsqrt", "bool", "false", "keep math.rsqrt">
  ];
  let dependentDialects = ["arith::ArithDialect", "math::MathDialect"];
}

#endif // SSM_CONVERSION_MATH_PASSES_TD
