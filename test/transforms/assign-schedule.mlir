// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-fuse,ssm-assign-schedule{target=sm_90a}))' | FileCheck %s --check-prefixes=CHECK,SM90
// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-fuse,ssm-assign-schedule{target=cpu}))' | FileCheck %s --check-prefixes=CHECK,CPU
// RUN: not ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_1}))' 2>&1 | FileCheck %s --check-prefix=UNKNOWN

// UNKNOWN: expected target cpu, sm_80, sm_90a, sm_100a or sm_120a, got 'sm_1'

// CHECK-LABEL: func.func @wide
func.func @wide(%u: tensor<?x?x5120xbf16>, %delta: tensor<?x?x5120xf32>, %B: tensor<?x?x16xbf16>,
    %A: tensor<5120x16xf32>) -> tensor<?x?x5120xbf16> {
  %a, %b = ssm.discretize mamba %delta, %A, %B
      : (tensor<?x?x5120xf32>, tensor<5120x16xf32>, tensor<?x?x16xbf16>)
      -> (tensor<?x?x5120x16xf32>, tensor<?x?x5120x16xf32>)
  // Many channels: few lanes share one.
  // SM90: schedule(<time = {{[0-9]+}}, channels = {{[0-9]+}}, stages = 2, lanes = {{[24]}}, {{.*}}blocks = {{[0-9]+}}>)
  // A CPU walks short tiles of equal parts of the channels, as many for each core.
  // CPU: schedule(<time = 16, channels = 640>)
  %y = ssm.scan %u, %a, %b read(%B)
      : (tensor<?x?x5120xbf16>, tensor<?x?x5120x16xf32>, tensor<?x?x5120x16xf32>, tensor<?x?x16xbf16>)
      -> tensor<?x?x5120xbf16>
  return %y : tensor<?x?x5120xbf16>
}

// A schedule that is there stays.
// CHECK-LABEL: func.func @given
func.func @given(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  // CHECK: schedule(<time = 7, channels = 3>)
  %y = ssm.kernel "k" ins(%x : tensor<?x?x8xf32>) schedule(<time = 7, channels = 3>) {
  ^bb0(%a: tensor<?x?x8xf32>):
    %0 = ssm.activation silu %a : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
    ssm.yield %0 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// Decays that are a part of a wider weight are as many as they are alone.
// CHECK-LABEL: func.func @alone
// SM90: schedule(<[[$ALONE:.*]]>)
func.func @alone(%u: tensor<?x?x64xf32>, %B: tensor<?x?x8xf32>, %A: tensor<64x8xf32>) -> tensor<?x?x64xf32> {
  %e = math.exp %A : tensor<64x8xf32>
  %a, %b = ssm.discretize mamba %u, %e, %B
      : (tensor<?x?x64xf32>, tensor<64x8xf32>, tensor<?x?x8xf32>) -> (tensor<?x?x64x8xf32>, tensor<?x?x64x8xf32>)
  %y = ssm.scan %u, %a, %b read(%B)
      : (tensor<?x?x64xf32>, tensor<?x?x64x8xf32>, tensor<?x?x64x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x64xf32>
  return %y : tensor<?x?x64xf32>
}

// CHECK-LABEL: func.func @part
// SM90: schedule(<[[$ALONE]]>)
func.func @part(%u: tensor<?x?x64xf32>, %B: tensor<?x?x8xf32>, %A: tensor<64x128xf32>) -> tensor<?x?x64xf32> {
  %e = math.exp %A : tensor<64x128xf32>
  %first, %rest = ssm.split %e : tensor<64x128xf32> -> tensor<64x8xf32>, tensor<64x120xf32>
  %a, %b = ssm.discretize mamba %u, %first, %B
      : (tensor<?x?x64xf32>, tensor<64x8xf32>, tensor<?x?x8xf32>) -> (tensor<?x?x64x8xf32>, tensor<?x?x64x8xf32>)
  %y = ssm.scan %u, %a, %b read(%B)
      : (tensor<?x?x64xf32>, tensor<?x?x64x8xf32>, tensor<?x?x64x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x64xf32>
  return %y : tensor<?x?x64xf32>
}
