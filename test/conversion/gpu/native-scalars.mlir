// RUN: ssm-opt %s --ssm-native-scalars --split-input-file --verify-diagnostics | FileCheck %s

gpu.module @functions {
  // CHECK-LABEL: llvm.func @exp2(
  // CHECK-SAME: %[[X:.*]]: f32)
  // CHECK-NEXT: %[[Y:.*]] = llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz.f32"(%[[X]])
  // CHECK-NEXT: llvm.return %[[Y]]
  llvm.func @exp2(%x: f32) -> f32 {
    %0 = math.exp2 %x : f32
    llvm.return %0 : f32
  }

  // Where exp is the result, the rounding of x log2 e is put back.
  // CHECK-LABEL: llvm.func @exp(
  // CHECK-SAME: %[[X:.*]]: f32)
  // CHECK: %[[T:.*]] = arith.mulf %[[X]], %[[HIGH:.*]] : f32
  // CHECK: %[[P:.*]] = llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz.f32"(%[[T]])
  // CHECK: %[[N:.*]] = arith.negf %[[T]]
  // CHECK: math.fma %[[X]], %{{.*}}, %[[N]]
  // CHECK: math.fma %[[P]], %{{.*}}, %[[P]]
  // CHECK-NOT: math.exp
  llvm.func @exp(%x: f32) -> f32 {
    %0 = math.exp %x : f32
    llvm.return %0 : f32
  }

  // Where it is added to one, that would be lost; 1 + 2^t has a reciprocal that
  // cannot overflow.
  // CHECK-LABEL: llvm.func @sigmoid(
  // CHECK-SAME: %[[X:.*]]: f32)
  // CHECK: %[[P:.*]] = llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz.f32"
  // CHECK-NOT: math.fma
  // CHECK: %[[SUM:.*]] = arith.addf %[[P]],
  // CHECK: %[[R:.*]] = llvm.call_intrinsic "llvm.nvvm.rcp.approx.ftz.f"(%[[SUM]])
  // CHECK: arith.mulf %[[X]], %[[R]]
  // CHECK-NOT: div
  llvm.func @sigmoid(%x: f32) -> f32 {
    %one = arith.constant 1.0 : f32
    %0 = math.exp %x : f32
    %1 = arith.addf %0, %one : f32
    %2 = arith.divf %x, %1 : f32
    llvm.return %2 : f32
  }

  // Must not take the reciprocal: of a small divisor it overflows.
  // CHECK-LABEL: llvm.func @div(
  // CHECK-SAME: %[[X:.*]]: f32, %[[Y:.*]]: f32)
  // CHECK-NEXT: llvm.call_intrinsic "llvm.nvvm.div.full.ftz"(%[[X]], %[[Y]])
  llvm.func @div(%x: f32, %y: f32) -> f32 {
    %0 = arith.divf %x, %y : f32
    llvm.return %0 : f32
  }

  // CHECK-LABEL: llvm.func @rsqrt(
  // CHECK-SAME: %[[X:.*]]: f32)
  // CHECK-NEXT: llvm.call_intrinsic "llvm.nvvm.rsqrt.approx.ftz.f"(%[[X]])
  llvm.func @rsqrt(%x: f32) -> f32 {
    %0 = math.rsqrt %x : f32
    llvm.return %0 : f32
  }

  // Exponent and mantissa by integer arithmetic, a polynomial, the limits.
  // CHECK-LABEL: llvm.func @log(
  // CHECK-SAME: %[[X:.*]]: f32)
  // CHECK-NOT: math.log
  // CHECK: arith.bitcast %{{.*}} : f32 to i32
  // CHECK: arith.sitofp %{{.*}} : i32 to f32
  // CHECK: math.fma
  // CHECK: arith.cmpf oeq, %[[X]],
  // CHECK: arith.cmpf olt, %{{.*}}, %[[X]]
  // CHECK-NOT: math.log
  llvm.func @log(%x: f32) -> f32 {
    %0 = math.log %x : f32
    llvm.return %0 : f32
  }

  // log1p of exp(-|x|), within [0, 1]: a polynomial of it, no logarithm.
  // CHECK-LABEL: llvm.func @softplus_tail(
  // CHECK: %[[P:.*]] = llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz.f32"
  // CHECK-NOT: arith.bitcast
  // CHECK: math.fma %{{.*}}, %[[P]],
  // CHECK-NOT: arith.bitcast
  // CHECK: arith.mulf %[[P]],
  // CHECK-NEXT: llvm.return
  llvm.func @softplus_tail(%x: f32) -> f32 {
    %0 = math.absf %x : f32
    %1 = arith.negf %0 : f32
    %2 = math.exp %1 : f32
    %3 = math.log1p %2 : f32
    llvm.return %3 : f32
  }

  // Any other log1p adds what 1 + x loses.
  // CHECK-LABEL: llvm.func @log1p(
  // CHECK-SAME: %[[X:.*]]: f32)
  // CHECK: %[[U:.*]] = arith.addf %[[X]], %[[ONE:.*]] : f32
  // CHECK: %[[BACK:.*]] = arith.subf %[[U]], %[[ONE]]
  // CHECK: arith.subf %[[X]], %[[BACK]]
  // CHECK-NOT: math.log1p
  llvm.func @log1p(%x: f32) -> f32 {
    %0 = math.log1p %x : f32
    llvm.return %0 : f32
  }

  // t / (t + 2) of |x|, with the sign of x.
  // CHECK-LABEL: llvm.func @tanh(
  // CHECK-SAME: %[[X:.*]]: f32)
  // CHECK-NOT: math.tanh
  // CHECK: math.absf %[[X]]
  // CHECK: llvm.call_intrinsic "llvm.nvvm.div.full.ftz"
  // CHECK: arith.ori
  // CHECK-NOT: math.tanh
  llvm.func @tanh(%x: f32) -> f32 {
    %0 = math.tanh %x : f32
    llvm.return %0 : f32
  }

  // CHECK-LABEL: llvm.func @others(
  // CHECK-NOT: {{math\.(log2|expm1|erf)}}
  // CHECK: llvm.return
  llvm.func @others(%x: f32) -> f32 {
    %0 = math.log2 %x : f32
    %1 = math.expm1 %0 : f32
    %2 = math.erf %1 : f32
    llvm.return %2 : f32
  }

  // Functions of bf16 are computed in f32 and rounded once.
  // CHECK-LABEL: llvm.func @bf16(
  // CHECK: %[[Y:.*]] = llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz.f32"
  // CHECK: arith.truncf %[[Y]] : f32 to bf16
  llvm.func @bf16(%x: bf16) -> bf16 {
    %0 = math.exp2 %x : bf16
    llvm.return %0 : bf16
  }

  // Must not fire: the GPU has these.
  // CHECK-LABEL: llvm.func @kept(
  // CHECK-NEXT: math.sqrt
  // CHECK-NEXT: math.absf
  // CHECK-NEXT: math.fma
  // CHECK-NEXT: math.floor
  // CHECK-NEXT: llvm.return
  llvm.func @kept(%x: f32) -> f32 {
    %0 = math.sqrt %x : f32
    %1 = math.absf %0 : f32
    %2 = math.fma %1, %1, %x : f32
    %3 = math.floor %2 : f32
    llvm.return %3 : f32
  }

  // Must not approximate f64.
  // CHECK-LABEL: llvm.func @f64(
  // CHECK-NEXT: arith.divf %{{.*}} : f64
  // CHECK-NEXT: math.sqrt %{{.*}} : f64
  // CHECK-NEXT: llvm.return
  llvm.func @f64(%x: f64) -> f64 {
    %0 = arith.divf %x, %x : f64
    %1 = math.sqrt %0 : f64
    llvm.return %1 : f64
  }
}

// -----

// bf16 is the upper half of f32.
gpu.module @widening {
  // CHECK-LABEL: llvm.func @one(
  // CHECK-SAME: %[[X:.*]]: bf16)
  // CHECK-NOT: arith.extf
  // CHECK: %[[BITS:.*]] = arith.bitcast %[[X]] : bf16 to i16
  // CHECK: %[[WORD:.*]] = arith.extui %[[BITS]] : i16 to i32
  // CHECK: %[[UPPER:.*]] = arith.shli %[[WORD]], %{{.*}} : i32
  // CHECK: arith.bitcast %[[UPPER]] : i32 to f32
  llvm.func @one(%x: bf16) -> f32 {
    %0 = arith.extf %x : bf16 to f32
    llvm.return %0 : f32
  }

  // Of a loaded pair the lower takes a shift, the upper a mask.
  // CHECK-LABEL: llvm.func @pair(
  // CHECK-SAME: %[[X:.*]]: i32)
  // CHECK-NOT: arith.extui
  // CHECK-DAG: %[[C16:.*]] = arith.constant 16 : i32
  // CHECK-DAG: %[[MASK:.*]] = arith.constant -65536 : i32
  // CHECK-DAG: %[[LOW:.*]] = arith.shli %[[X]], %[[C16]]
  // CHECK-DAG: %[[HIGH:.*]] = arith.andi %[[X]], %[[MASK]]
  // CHECK-DAG: %[[A:.*]] = arith.bitcast %[[LOW]] : i32 to f32
  // CHECK-DAG: %[[B:.*]] = arith.bitcast %[[HIGH]] : i32 to f32
  // CHECK: arith.subf %[[A]], %[[B]]
  llvm.func @pair(%x: i32) -> f32 {
    %c16 = arith.constant 16 : i32
    %low = arith.trunci %x : i32 to i16
    %0 = arith.bitcast %low : i16 to bf16
    %1 = arith.extf %0 : bf16 to f32
    %moved = arith.shrui %x, %c16 : i32
    %high = arith.trunci %moved : i32 to i16
    %2 = arith.bitcast %high : i16 to bf16
    %3 = arith.extf %2 : bf16 to f32
    %4 = arith.subf %1, %3 : f32
    llvm.return %4 : f32
  }

  // Rounded to bf16 and widened again: the pair with zero is the f32.
  // CHECK-LABEL: llvm.func @rounded(
  // CHECK: %[[PAIR:.*]] = llvm.call_intrinsic "llvm.nvvm.ff2bf16x2.rn"(%{{.*}}, %{{.*}}) : (f32, f32) -> vector<2xbf16>
  // CHECK-NEXT: %[[F:.*]] = llvm.bitcast %[[PAIR]] : vector<2xbf16> to f32
  // CHECK-NEXT: llvm.return %[[F]]
  llvm.func @rounded(%x: f32) -> f32 {
    %0 = arith.truncf %x : f32 to bf16
    %1 = arith.extf %0 : bf16 to f32
    llvm.return %1 : f32
  }

  // Must not fire: a number that stays bf16, and f16.
  // CHECK-LABEL: llvm.func @stored(
  // CHECK-NOT: ff2bf16x2
  llvm.func @stored(%x: f32, %y: f32) -> bf16 {
    %0 = arith.truncf %x : f32 to bf16
    %1 = arith.truncf %y : f32 to f16
    %2 = arith.extf %1 : f16 to f32
    %3 = arith.truncf %2 : f32 to bf16
    %4 = arith.addf %0, %3 : bf16
    llvm.return %4 : bf16
  }

  // Must not fire: f16 has another exponent.
  // CHECK-LABEL: llvm.func @f16(
  // CHECK-NEXT: arith.extf %{{.*}} : f16 to f32
  llvm.func @f16(%x: f16) -> f32 {
    %0 = arith.extf %x : f16 to f32
    llvm.return %0 : f32
  }
}

// -----

gpu.module @no_form {
  llvm.func @sin(%x: f32) -> f32 {
    // expected-error @+1 {{expected a function that has a form on the GPU}}
    %0 = math.sin %x : f32
    llvm.return %0 : f32
  }
}

// -----

gpu.module @no_form_in_f64 {
  llvm.func @exp2(%x: f64) -> f64 {
    // expected-error @+1 {{expected a function that has a form on the GPU}}
    %0 = math.exp2 %x : f64
    llvm.return %0 : f64
  }
}
