// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-convolve{target=sm_80 sizes=64x4096}))' | FileCheck %s --check-prefixes=CHECK,LONG
// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-convolve{target=sm_80 sizes=1x64}))' | FileCheck %s --check-prefixes=CHECK,SHORT
// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-convolve{target=sm_80 sizes=64x4096,1x64}))' | FileCheck %s --check-prefixes=CHECK,BOTH
// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-convolve{target=sm_80}))' | FileCheck %s --check-prefixes=CHECK,OPEN
// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-convolve{target=sm_80 sizes=64x4096 mode=never}))' | FileCheck %s --check-prefixes=CHECK,NEVER
// RUN: not ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-convolve{mode=sometimes}))' 2>&1 | FileCheck %s --check-prefix=MODE

// MODE: expected mode auto, always or never, got 'sometimes'

// The faster way at every stated length; none is stated: the recurrence.
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
    %0 = arith.mulf %d, %h : f32
    %1 = arith.mulf %e, %u : f32
    %2 = arith.addf %0, %1 : f32
    %3 = arith.mulf %f, %2 : f32
    ssm.yield %2, %3 : f32, f32
  }
  return %0 : tensor<?x?x64xf32>
}
