// RUN: ssm-opt %s --ssm-expand-math | FileCheck %s --check-prefixes=CHECK,NONE
// RUN: ssm-opt %s --ssm-expand-math=native-exp | FileCheck %s --check-prefixes=CHECK,EXP
// RUN: ssm-opt %s --ssm-expand-math=native-exp2 | FileCheck %s --check-prefixes=CHECK,EXP2
// RUN: ssm-opt %s --ssm-expand-math=native-rsqrt | FileCheck %s --check-prefixes=CHECK,RSQRT

// Nothing is left that needs a library; how exact it is, the kernels that are
// executed tell.
// CHECK-LABEL: func.func @all
func.func @all(%x: f32, %v: vector<4xf32>) -> (f32, f32, vector<4xf32>, vector<4xf32>, f32, f32) {
  // CHECK-NOT: math.{{exp|log|tanh|erf|rsqrt}}
  // CHECK: math.fma
  // CHECK-NOT: math.{{exp|log|tanh|erf|rsqrt}}
  // CHECK: return
  %0 = math.expm1 %x : f32
  %1 = math.log %x : f32
  %2 = math.log2 %v : vector<4xf32>
  %3 = math.log1p %v : vector<4xf32>
  %4 = math.tanh %x : f32
  %5 = arith.addf %0, %1 : f32
  return %5, %0, %2, %3, %4, %1 : f32, f32, vector<4xf32>, vector<4xf32>, f32, f32
}

// What the target has stays; exp is made of exp2 where that is what it has.
// CHECK-LABEL: func.func @exponentials
func.func @exponentials(%x: f32) -> (f32, f32) {
  // NONE-NOT: math.exp
  // EXP: math.exp %
  // EXP: math.exp2 %
  // EXP2-NOT: math.exp %
  // EXP2-COUNT-2: math.exp2 %
  // EXP2-NOT: math.exp
  // RSQRT-NOT: math.exp
  // CHECK: return
  %0 = math.exp %x : f32
  %1 = math.exp2 %x : f32
  return %0, %1 : f32, f32
}

// The exponential that erf needs is the target's, too.
// CHECK-LABEL: func.func @erf
func.func @erf(%x: f32) -> f32 {
  // CHECK-NOT: math.erf
  // NONE-NOT: math.exp
  // EXP: math.exp %
  // EXP2: math.exp2 %
  // CHECK: return
  %0 = math.erf %x : f32
  return %0 : f32
}

// CHECK-LABEL: func.func @rsqrt(
// CHECK-SAME: %[[X:.*]]: f32)
func.func @rsqrt(%x: f32) -> f32 {
  // NONE: %[[S:.*]] = math.sqrt %[[X]]
  // NONE: arith.divf %{{.*}}, %[[S]]
  // RSQRT-NEXT: math.rsqrt %[[X]]
  %0 = math.rsqrt %x : f32
  return %0 : f32
}

// With the target's exp2, exp(x) = 2^t (1 + e log 2), e being what rounding
// t = x log2 e lost.
// CHECK-LABEL: func.func @exact(
// CHECK-SAME: %[[X:.*]]: f32)
func.func @exact(%x: f32) -> f32 {
  // EXP2: %[[T:.*]] = arith.mulf %[[X]], %[[L:.*]] : f32
  // EXP2: %[[P:.*]] = math.exp2 %[[T]]
  // EXP2: %[[N:.*]] = arith.negf %[[T]]
  // EXP2: %[[E:.*]] = math.fma %[[X]], %[[L]], %[[N]]
  // EXP2: math.fma %[[P]], %{{.*}}, %[[P]]
  %0 = math.exp %x : f32
  return %0 : f32
}

// Must not fire: beside a one, as in a sigmoid, the lost bits do not matter.
// CHECK-LABEL: func.func @sigmoid
func.func @sigmoid(%x: f32) -> f32 {
  // EXP2-NOT: math.fma
  // EXP2: math.exp2
  // EXP2-NOT: math.fma
  // CHECK: return
  %one = arith.constant 1.0 : f32
  %0 = math.exp %x : f32
  %1 = arith.addf %0, %one : f32
  return %1 : f32
}

// The tail of a softplus: exp(-|x|) lies in [0, 1], where log1p is a polynomial
// and needs no exponent.
// CHECK-LABEL: func.func @softplus
func.func @softplus(%x: f32) -> f32 {
  // CHECK-NOT: arith.sitofp
  // CHECK-NOT: math.log1p
  // CHECK: return
  %0 = math.absf %x : f32
  %1 = arith.negf %0 : f32
  %2 = math.exp %1 : f32
  %3 = math.log1p %2 : f32
  return %3 : f32
}

// Must not fire: any other argument may be large.
// CHECK-LABEL: func.func @any_log1p
func.func @any_log1p(%x: f32) -> f32 {
  // CHECK: arith.sitofp
  // CHECK-NOT: math.log1p
  // CHECK: return
  %0 = arith.negf %x : f32
  %1 = math.exp %0 : f32
  %2 = math.log1p %1 : f32
  return %2 : f32
}

// bf16 and f16 are computed in f32.
// CHECK-LABEL: func.func @brain(
// CHECK-SAME: %[[X:.*]]: bf16)
func.func @brain(%x: bf16) -> bf16 {
  // CHECK: arith.extf %[[X]] : bf16 to f32
  // CHECK-NOT: math.tanh
  // CHECK: %[[Y:.*]] = arith.truncf %{{.*}} : f32 to bf16
  // CHECK-NEXT: return %[[Y]]
  %0 = math.tanh %x : bf16
  return %0 : bf16
}

// CHECK-LABEL: func.func @half(
// CHECK-SAME: %[[X:.*]]: vector<8xf16>)
func.func @half(%x: vector<8xf16>) -> vector<8xf16> {
  // CHECK: %[[W:.*]] = arith.extf %[[X]] : vector<8xf16> to vector<8xf32>
  // CHECK: %[[Y:.*]] = math.sqrt %[[W]]
  // CHECK: arith.truncf %[[Y]] : vector<8xf32> to vector<8xf16>
  %0 = math.sqrt %x : vector<8xf16>
  return %0 : vector<8xf16>
}

// Must not fire: f64 has the C library, and a square root every target.
// CHECK-LABEL: func.func @kept
func.func @kept(%x: f64, %y: f32) -> (f64, f64, f32) {
  // CHECK-NEXT: math.exp %
  // CHECK-NEXT: math.log1p %
  // CHECK-NEXT: math.sqrt %
  // CHECK-NEXT: return
  %0 = math.exp %x : f64
  %1 = math.log1p %x : f64
  %2 = math.sqrt %y : f32
  return %0, %1, %2 : f64, f64, f32
}
