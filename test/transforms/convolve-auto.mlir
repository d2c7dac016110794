// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-convolve{target=sm_80 sizes=64x4096}))' | FileCheck %s --check-prefixes=CHECK,LONG
// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-convolve{target=sm_80 sizes=1x64}))' | FileCheck %s --check-prefixes=CHECK,SHORT
// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-convolve{target=sm_80 sizes=64x4096,1x64}))' | FileCheck %s --check-prefixes=CHECK,BOTH
// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-convolve{target=sm_80}))' | FileCheck %s --check-prefixes=CHECK,OPEN
// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-convolve{target=sm_80 sizes=64x4096 mode=never}))' | FileCheck %s --check-prefixes=CHECK,NEVER
// RUN: not ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-convolve{mode=sometimes}))' 2>&1 | FileCheck %s --check-prefix=MODE

// MODE: expected mode auto, always or never, got 'sometimes'

// The faster way at every stated length; none is stated: the recurrence. A step
// that multiplies often takes longer than the transforms.
// CHECK-LABEL: func.func @s4d
func.func @s4d(%x: tensor<?x?x64xf32>, %a: tensor<64x256xf32>, %b: tensor<64x256xf32>, %c: tensor<64x256xf32>) -> tensor<?x?x64xf32> {
  // LONG: ssm.long_conv
  // LONG-SAME: ssm.convolve = "convolution", ssm.convolve_reason = "{{.*}} us expected as a convolution, {{.*}} us as a recurrence at 64x4096"
  // SHORT-NOT: ssm.long_conv
  // SHORT: ssm.convolve = "recurrence", ssm.convolve_reason = "{{.*}} us expected as a convolution, {{.*}} us as a recurrence at 1x64"
  // BOTH-NOT: ssm.long_conv
  // BOTH: ssm.convolve = "recurrence"
  // OPEN-NOT: ssm.long_conv
  // OPEN: ssm.convolve = "recurrence", ssm.convolve_reason = "no length was stated"
  // NEVER-NOT: ssm.long_conv
  // NEVER: ssm.convolve = "recurrence", ssm.convolve_reason = "asked for"
  %0 = ssm.recurrence ins(%x "btc", %a "cn", %b "cn", %c "cn")
      : (tensor<?x?x64xf32>, tensor<64x256xf32>, tensor<64x256xf32>, tensor<64x256xf32>) -> tensor<?x?x64xf32> {
  ^bb0(%u: f32, %d: f32, %e: f32, %f: f32, %h: f32):
    %p0 = arith.mulf %d, %h : f32
    %p1 = arith.mulf %d, %p0 : f32
    %p2 = arith.mulf %d, %p1 : f32
    %p3 = arith.mulf %d, %p2 : f32
    %p4 = arith.mulf %d, %p3 : f32
    %p5 = arith.mulf %d, %p4 : f32
    %p6 = arith.mulf %d, %p5 : f32
    %p7 = arith.mulf %d, %p6 : f32
    %p8 = arith.mulf %d, %p7 : f32
    %p9 = arith.mulf %d, %p8 : f32
    %p10 = arith.mulf %d, %p9 : f32
    %p11 = arith.mulf %d, %p10 : f32
    %p12 = arith.mulf %d, %p11 : f32
    %p13 = arith.mulf %d, %p12 : f32
    %p14 = arith.mulf %d, %p13 : f32
    %p15 = arith.mulf %d, %p14 : f32
    %0 = arith.mulf %e, %u : f32
    %1 = arith.addf %p15, %0 : f32
    %2 = arith.mulf %f, %1 : f32
    ssm.yield %1, %2 : f32, f32
  }
  return %0 : tensor<?x?x64xf32>
}
