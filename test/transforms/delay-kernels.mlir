// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-fuse,ssm-delay-kernels))' --split-input-file | FileCheck %s
// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-fuse,ssm-delay-kernels,ssm-delay-kernels))' --split-input-file | FileCheck %s

// The gate is read by the last kernel but one: it is computed right before.
// CHECK-LABEL: func.func @gate
// CHECK: ssm.kernel "gate_linear_0"
// CHECK: ssm.kernel "gate_linear_2"
// CHECK: ssm.kernel "gate_linear_1"
// CHECK: ssm.kernel "gate_gate_3"
func.func @gate(%x: tensor<?x?x4xf32>, %wa: tensor<8x4xf32>, %wz: tensor<8x4xf32>, %wb: tensor<8x8xf32>) -> tensor<?x?x8xf32> {
  %a = ssm.linear %x, %wa : (tensor<?x?x4xf32>, tensor<8x4xf32>) -> tensor<?x?x8xf32>
  %z = ssm.linear %x, %wz : (tensor<?x?x4xf32>, tensor<8x4xf32>) -> tensor<?x?x8xf32>
  %b = ssm.linear %a, %wb : (tensor<?x?x8xf32>, tensor<8x8xf32>) -> tensor<?x?x8xf32>
  %g = ssm.gate silu %b, %z : (tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %g : tensor<?x?x8xf32>
}

// -----

// What only the return reads stays where it is.
// CHECK-LABEL: func.func @returned
// CHECK: ssm.kernel "returned_linear_0"
// CHECK: ssm.kernel "returned_linear_1"
// CHECK: ssm.kernel "returned_linear_2"
func.func @returned(%x: tensor<?x?x4xf32>, %wa: tensor<8x4xf32>, %wz: tensor<8x4xf32>, %wb: tensor<8x8xf32>) -> (tensor<?x?x8xf32>, tensor<?x?x8xf32>) {
  %z = ssm.linear %x, %wz : (tensor<?x?x4xf32>, tensor<8x4xf32>) -> tensor<?x?x8xf32>
  %a = ssm.linear %x, %wa : (tensor<?x?x4xf32>, tensor<8x4xf32>) -> tensor<?x?x8xf32>
  %b = ssm.linear %a, %wb : (tensor<?x?x8xf32>, tensor<8x8xf32>) -> tensor<?x?x8xf32>
  return %z, %b : tensor<?x?x8xf32>, tensor<?x?x8xf32>
}

// -----

// Neither does a kernel that reads what another computes.
// CHECK-LABEL: func.func @depends
// CHECK: ssm.kernel "depends_linear_0"
// CHECK: ssm.kernel "depends_rms_norm_1"
// CHECK: ssm.kernel "depends_linear_2"
// CHECK: ssm.kernel "depends_gate_3"
func.func @depends(%x: tensor<?x?x8xf32>, %w: tensor<8x8xf32>, %n: tensor<8xf32>) -> tensor<?x?x8xf32> {
  %a = ssm.linear %x, %w : (tensor<?x?x8xf32>, tensor<8x8xf32>) -> tensor<?x?x8xf32>
  %c = ssm.rms_norm %a, %n {epsilon = 1.0e-5 : f64} : (tensor<?x?x8xf32>, tensor<8xf32>) -> tensor<?x?x8xf32>
  %b = ssm.linear %a, %w : (tensor<?x?x8xf32>, tensor<8x8xf32>) -> tensor<?x?x8xf32>
  %h = ssm.gate silu %b, %c : (tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %h : tensor<?x?x8xf32>
}

// -----

// Nor one that reads a cache, which a kernel may update.
// CHECK-LABEL: func.func @cached
// CHECK: ssm.kernel "cached_conv1d_0"
// CHECK: ssm.kernel "cached_linear_1"
// CHECK: ssm.kernel "cached_linear_2"
// CHECK: ssm.kernel "cached_linear_3"
// CHECK: ssm.kernel "cached_gate_4"
func.func @cached(%x: tensor<?x?x8xf32>, %f: tensor<8x4xf32>, %w: tensor<8x8xf32>, %t: tensor<?x3x8xf32> {ssm.cache, ssm.name = "t"}, %slots: tensor<?xi32>) -> tensor<?x?x8xf32> {
  %t0 = ssm.gather %t at(%slots) : (tensor<?x3x8xf32>, tensor<?xi32>) -> tensor<?x3x8xf32>
  %u = ssm.conv1d silu %x, %f init(%t0) : (tensor<?x?x8xf32>, tensor<8x4xf32>, tensor<?x3x8xf32>) -> tensor<?x?x8xf32>
  %a = ssm.linear %x, %w : (tensor<?x?x8xf32>, tensor<8x8xf32>) -> tensor<?x?x8xf32>
  %b = ssm.linear %a, %w : (tensor<?x?x8xf32>, tensor<8x8xf32>) -> tensor<?x?x8xf32>
  %c = ssm.linear %u, %w : (tensor<?x?x8xf32>, tensor<8x8xf32>) -> tensor<?x?x8xf32>
  %h = ssm.gate silu %b, %c : (tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %h : tensor<?x?x8xf32>
}
