// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_90a sizes=1x2048}))' | FileCheck %s
// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_90a sizes=1x1}))' | FileCheck %s --check-prefix=WARPS --implicit-check-not="unit = warpgroup"
// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_80 sizes=1x2048}))' | FileCheck %s --check-prefix=WARPS --implicit-check-not="unit = warpgroup"
// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_100a sizes=1x2048}))' | FileCheck %s --check-prefix=WARPS --implicit-check-not="unit = warpgroup"

// Warpgroups multiply where the target has them, where there are more tokens than
// a few, and where both factors are of 16 bits in rows of whole 16-byte units.
// WARPS-COUNT-6: schedule(

// Many time tiles: 16 of them follow one another, for they share the weights.
// CHECK-LABEL: func.func @wide
// CHECK: schedule(<time = {{64|128}}, channels = {{[0-9]+}}, inner = 64, {{.*}}group = 16, unit = warpgroup>)
func.func @wide(%x: tensor<?x?x768xbf16>, %w: tensor<3072x768xbf16>) -> tensor<?x?x3072xbf16> {
  %y = ssm.kernel "product" ins(%x, %w : tensor<?x?x768xbf16>, tensor<3072x768xbf16>) {
  ^bb0(%a: tensor<?x?x768xbf16>, %b: tensor<3072x768xbf16>):
    %0 = ssm.linear %a, %b : (tensor<?x?x768xbf16>, tensor<3072x768xbf16>) -> tensor<?x?x3072xbf16>
    ssm.yield %0 : tensor<?x?x3072xbf16>
  } -> tensor<?x?x3072xbf16>
  return %y : tensor<?x?x3072xbf16>
}

// Few channels, f16.
// CHECK-LABEL: func.func @narrow
// CHECK: unit = warpgroup>)
func.func @narrow(%x: tensor<?x?x1536xf16>, %w: tensor<80x1536xf16>) -> tensor<?x?x80xf16> {
  %y = ssm.kernel "product" ins(%x, %w : tensor<?x?x1536xf16>, tensor<80x1536xf16>) {
  ^bb0(%a: tensor<?x?x1536xf16>, %b: tensor<80x1536xf16>):
    %0 = ssm.linear %a, %b : (tensor<?x?x1536xf16>, tensor<80x1536xf16>) -> tensor<?x?x80xf16>
    ssm.yield %0 : tensor<?x?x80xf16>
  } -> tensor<?x?x80xf16>
  return %y : tensor<?x?x80xf16>
}

// A part of wider rows that begins with a unit.
// CHECK-LABEL: func.func @part
// CHECK: unit = warpgroup>)
func.func @part(%x: tensor<?x?x768xbf16>, %w: tensor<3072x760xbf16>) -> tensor<?x?x3072xbf16> {
  %y = ssm.kernel "product" ins(%x, %w : tensor<?x?x768xbf16>, tensor<3072x760xbf16>) {
  ^bb0(%a: tensor<?x?x768xbf16>, %b: tensor<3072x760xbf16>):
    %first, %rest = ssm.split %a : tensor<?x?x768xbf16> -> tensor<?x?x8xbf16>, tensor<?x?x760xbf16>
    %0 = ssm.linear %rest, %b : (tensor<?x?x760xbf16>, tensor<3072x760xbf16>) -> tensor<?x?x3072xbf16>
    ssm.yield %0 : tensor<?x?x3072xbf16>
  } -> tensor<?x?x3072xbf16>
  return %y : tensor<?x?x3072xbf16>
}

// Must not: a part that begins between two units, rows of half a unit too many,
// f32.
// CHECK-LABEL: func.func @between
// CHECK: schedule(
// CHECK-NOT: unit = warpgroup
func.func @between(%x: tensor<?x?x768xbf16>, %w: tensor<3072x760xbf16>) -> tensor<?x?x3072xbf16> {
  %y = ssm.kernel "product" ins(%x, %w : tensor<?x?x768xbf16>, tensor<3072x760xbf16>) {
  ^bb0(%a: tensor<?x?x768xbf16>, %b: tensor<3072x760xbf16>):
    %first, %part, %rest = ssm.split %a : tensor<?x?x768xbf16> -> tensor<?x?x4xbf16>, tensor<?x?x760xbf16>, tensor<?x?x4xbf16>
    %0 = ssm.linear %part, %b : (tensor<?x?x760xbf16>, tensor<3072x760xbf16>) -> tensor<?x?x3072xbf16>
    ssm.yield %0 : tensor<?x?x3072xbf16>
  } -> tensor<?x?x3072xbf16>
  return %y : tensor<?x?x3072xbf16>
}

// CHECK-LABEL: func.func @uneven
// CHECK: schedule(
// CHECK-NOT: unit = warpgroup
func.func @uneven(%x: tensor<?x?x772xbf16>, %w: tensor<3072x772xbf16>) -> tensor<?x?x3072xbf16> {
  %y = ssm.kernel "product" ins(%x, %w : tensor<?x?x772xbf16>, tensor<3072x772xbf16>) {
  ^bb0(%a: tensor<?x?x772xbf16>, %b: tensor<3072x772xbf16>):
    %0 = ssm.linear %a, %b : (tensor<?x?x772xbf16>, tensor<3072x772xbf16>) -> tensor<?x?x3072xbf16>
    ssm.yield %0 : tensor<?x?x3072xbf16>
  } -> tensor<?x?x3072xbf16>
  return %y : tensor<?x?x3072xbf16>
}

// CHECK-LABEL: func.func @full
// CHECK: schedule(
// CHECK-NOT: unit = warpgroup
func.func @full(%x: tensor<?x?x768xf32>, %w: tensor<3072x768xf32>) -> tensor<?x?x3072xf32> {
  %y = ssm.kernel "product" ins(%x, %w : tensor<?x?x768xf32>, tensor<3072x768xf32>) {
  ^bb0(%a: tensor<?x?x768xf32>, %b: tensor<3072x768xf32>):
    %0 = ssm.linear %a, %b : (tensor<?x?x768xf32>, tensor<3072x768xf32>) -> tensor<?x?x3072xf32>
    ssm.yield %0 : tensor<?x?x3072xf32>
  } -> tensor<?x?x3072xf32>
  return %y : tensor<?x?x3072xf32>
}
