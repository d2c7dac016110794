// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_90a}))' | FileCheck %s
// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=cpu}))' | FileCheck %s
// RUN: not ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_80}))' 2>&1 | FileCheck %s --check-prefix=OLD

// A schedule that is given stays, unless the target has no clusters. A CPU does
// not read that part of it.
// CHECK: schedule(<time = 8, channels = 16, inner = 64, cluster = 2, stagger = true, warps = 4>)
// OLD: error: 'ssm.kernel' op expected clusters of at most 1 blocks for sm_80, got 2
func.func @f(%x: tensor<?x?x256xbf16>, %w: tensor<16x256xbf16>) -> tensor<?x?x16xbf16> {
  %y = ssm.kernel "product" ins(%x, %w : tensor<?x?x256xbf16>, tensor<16x256xbf16>)
      schedule(<time = 8, channels = 16, inner = 64, cluster = 2, stagger = true, warps = 4>) {
  ^bb0(%a: tensor<?x?x256xbf16>, %b: tensor<16x256xbf16>):
    %0 = ssm.linear %a, %b : (tensor<?x?x256xbf16>, tensor<16x256xbf16>) -> tensor<?x?x16xbf16>
    ssm.yield %0 : tensor<?x?x16xbf16>
  } -> tensor<?x?x16xbf16>
  return %y : tensor<?x?x16xbf16>
}
