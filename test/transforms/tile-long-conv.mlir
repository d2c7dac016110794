// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-fuse),func.func(ssm-assign-schedule{target=cpu}),ssm-tile,canonicalize)' --split-input-file | FileCheck %s

// A lag is a position of the loop, not an axis of tiles; the library's step knows
// below which length the kernel is to run.
// CHECK-DAG: #[[$LAG:.*]] = affine_map<(d0, d1, d2, d3, d4)[s0] -> (d0, d1 - d4, d2)>
// CHECK-DAG: #[[$K:.*]] = affine_map<(d0, d1, d2, d3, d4)[s0] -> (0, d4, d2)>
// CHECK-LABEL: ssm.tile.kernel @filter_long_conv_0
// CHECK-SAME: #ssm.extent<inner = ?, tile = 1>
// CHECK-SAME: grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>]
// CHECK: %[[SUM:.*]] = ssm.tile.for inner init(
// CHECK-DAG: ssm.tile.load %{{.*}}[#[[$LAG]]] : memref<?x?x8xf32> -> <time: {{.*}}, channel: {{.*}}, f32>
// CHECK-DAG: ssm.tile.load %{{.*}}[#[[$K]]] : memref<1x?x8xf32> -> <channel: {{.*}}, f32>
// CHECK: ssm.tile.store
// CHECK-LABEL: func.func @filter
// CHECK: ssm.launch @filter_long_conv_0(%{{.*}}, %{{.*}}) convolution(<x = 0, k = 1, y = 2, reverse = 0, directBelow = {{[0-9]+}}>)
func.func @filter(%x: tensor<?x?x8xf32>, %k: tensor<1x?x8xf32>) -> tensor<?x?x8xf32> {
  %y = ssm.long_conv %x, %k : (tensor<?x?x8xf32>, tensor<1x?x8xf32>) -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

// Backwards the same, read one length further on. In f64 it is no library's.
// CHECK: #[[$LAG:.*]] = affine_map<(d0, d1, d2, d3, d4)[s0] -> (d0, {{.*}}s0{{.*}}, d2)>
// CHECK-LABEL: func.func @backwards
// CHECK: ssm.launch @backwards_long_conv_0(%{{.*}}, %{{.*}}) :
func.func @backwards(%x: tensor<?x?x8xf64>, %k: tensor<1x?x8xf64>) -> tensor<?x?x8xf64> {
  %y = ssm.long_conv %x, %k reverse : (tensor<?x?x8xf64>, tensor<1x?x8xf64>) -> tensor<?x?x8xf64>
  return %y : tensor<?x?x8xf64>
}

// -----

// The ones of an impulse are stored: beyond their edge there is nothing.
// CHECK-LABEL: ssm.tile.kernel @impulse_constant_0
// CHECK: ssm.tile.store
// CHECK-LABEL: ssm.tile.kernel @impulse_scan_1
// CHECK: ssm.tile.load %{{.*}} : memref<1x1x8xf32>
func.func @impulse(%x: tensor<1x?x8xf32>) -> tensor<1x?x8xf32> {
  %one = arith.constant dense<1.0> : tensor<1x1x8xf32>
  %p = ssm.pad %one : tensor<1x1x8xf32> -> tensor<1x?x8xf32>
  %y = ssm.scan %p, %x, %x : (tensor<1x?x8xf32>, tensor<1x?x8xf32>, tensor<1x?x8xf32>) -> tensor<1x?x8xf32>
  return %y : tensor<1x?x8xf32>
}
