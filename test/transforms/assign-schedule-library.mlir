// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_90a sizes=1x64}))' | FileCheck %s
// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_90a sizes=8x2048,1x8}))' | FileCheck %s --check-prefix=MANY
// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_90a sizes=1x2048}))' | FileCheck %s --check-prefix=LONG
// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_80 sizes=1x64}))' | FileCheck %s --check-prefix=WARPS
// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=cpu sizes=1x64}))' | FileCheck %s --check-prefix=CPU

// 80 sums of 1536 products each are faster by the kernel where warpgroups
// multiply, of 64 tokens as of 2048; what else takes more than eight is the
// library's.
// CHECK-LABEL: func.func @narrow
// CHECK: unit = warpgroup>) library attributes {ssm.library_from = 65 : i64}
// LONG-LABEL: func.func @narrow
// LONG: unit = warpgroup>) library attributes {ssm.library_from = 2049 : i64}
// WARPS-LABEL: func.func @narrow
// WARPS: time = 8, {{.*}}ssm.library_from = 9 : i64
// MANY-LABEL: func.func @narrow
// MANY: ssm.library_from = 9 : i64
// CPU-LABEL: func.func @narrow
// CPU-NOT: ssm.library_from
// CPU: func.func @wide
func.func @narrow(%x: tensor<?x?x1536xbf16>, %w: tensor<80x1536xbf16>) -> tensor<?x?x80xbf16> {
  %y = ssm.kernel "product" ins(%x, %w : tensor<?x?x1536xbf16>, tensor<80x1536xbf16>) library {
  ^bb0(%a: tensor<?x?x1536xbf16>, %b: tensor<80x1536xbf16>):
    %0 = ssm.linear %a, %b : (tensor<?x?x1536xbf16>, tensor<80x1536xbf16>) -> tensor<?x?x80xbf16>
    ssm.yield %0 : tensor<?x?x80xbf16>
  } -> tensor<?x?x80xbf16>
  return %y : tensor<?x?x80xbf16>
}

// 3072 of 768 are the kernel's with 64 tokens, the library's with 2048.
// CHECK-LABEL: func.func @wide
// CHECK: ssm.library_from = 65 : i64
// LONG-LABEL: func.func @wide
// LONG-NOT: ssm.library_from
// LONG: func.func @given
// WARPS-LABEL: func.func @wide
// WARPS-NOT: ssm.library_from
// WARPS: func.func @given
func.func @wide(%x: tensor<?x?x768xbf16>, %w: tensor<3072x768xbf16>) -> tensor<?x?x3072xbf16> {
  %y = ssm.kernel "product" ins(%x, %w : tensor<?x?x768xbf16>, tensor<3072x768xbf16>) library {
  ^bb0(%a: tensor<?x?x768xbf16>, %b: tensor<3072x768xbf16>):
    %0 = ssm.linear %a, %b : (tensor<?x?x768xbf16>, tensor<3072x768xbf16>) -> tensor<?x?x3072xbf16>
    ssm.yield %0 : tensor<?x?x3072xbf16>
  } -> tensor<?x?x3072xbf16>
  return %y : tensor<?x?x3072xbf16>
}

// What is given stays, and what no library may compute has none.
// CHECK-LABEL: func.func @given
// CHECK: ssm.library_from = 3 : i64
func.func @given(%x: tensor<?x?x1536xbf16>, %w: tensor<80x1536xbf16>) -> tensor<?x?x80xbf16> {
  %y = ssm.kernel "product" ins(%x, %w : tensor<?x?x1536xbf16>, tensor<80x1536xbf16>) library attributes {ssm.library_from = 3 : i64} {
  ^bb0(%a: tensor<?x?x1536xbf16>, %b: tensor<80x1536xbf16>):
    %0 = ssm.linear %a, %b : (tensor<?x?x1536xbf16>, tensor<80x1536xbf16>) -> tensor<?x?x80xbf16>
    ssm.yield %0 : tensor<?x?x80xbf16>
  } -> tensor<?x?x80xbf16>
  return %y : tensor<?x?x80xbf16>
}

// CHECK-LABEL: func.func @own
// CHECK-NOT: ssm.library_from
func.func @own(%x: tensor<?x?x1536xbf16>, %w: tensor<80x1536xbf16>) -> tensor<?x?x80xbf16> {
  %y = ssm.kernel "product" ins(%x, %w : tensor<?x?x1536xbf16>, tensor<80x1536xbf16>) {
  ^bb0(%a: tensor<?x?x1536xbf16>, %b: tensor<80x1536xbf16>):
    %0 = ssm.linear %a, %b : (tensor<?x?x1536xbf16>, tensor<80x1536xbf16>) -> tensor<?x?x80xbf16>
    ssm.yield %0 : tensor<?x?x80xbf16>
  } -> tensor<?x?x80xbf16>
  return %y : tensor<?x?x80xbf16>
}
