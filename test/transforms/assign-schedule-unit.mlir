// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_90a}))' | FileCheck %s
// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=cpu}))' | FileCheck %s
// RUN: not ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_80}))' 2>&1 | FileCheck %s --check-prefix=OLD
// RUN: not ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_100a}))' 2>&1 | FileCheck %s --check-prefix=NEW

// A schedule that is given stays, unless the target has no warpgroups. A CPU does
// not read that part of it.
// CHECK: schedule(<time = 64, channels = 64, inner = 64, warps = 4, group = 2, unit = warpgroup>)
// OLD: error: 'ssm.kernel' op expected warp as the unit for sm_80, got warpgroup
// NEW: error: 'ssm.kernel' op expected warp as the unit for sm_100a, got warpgroup
func.func @f(%x: tensor<?x?x256xbf16>, %w: tensor<64x256xbf16>) -> tensor<?x?x64xbf16> {
  %y = ssm.kernel "product" ins(%x, %w : tensor<?x?x256xbf16>, tensor<64x256xbf16>)
      schedule(<time = 64, channels = 64, inner = 64, warps = 4, group = 2, unit = warpgroup>) {
  ^bb0(%a: tensor<?x?x256xbf16>, %b: tensor<64x256xbf16>):
    %0 = ssm.linear %a, %b : (tensor<?x?x256xbf16>, tensor<64x256xbf16>) -> tensor<?x?x64xbf16>
    ssm.yield %0 : tensor<?x?x64xbf16>
  } -> tensor<?x?x64xbf16>
  return %y : tensor<?x?x64xbf16>
}
