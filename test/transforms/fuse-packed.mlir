// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-fuse))' --split-input-file --verify-diagnostics | FileCheck %s

// A window joins what reads it at its own token, and brings its ends along.
// CHECK-LABEL: func.func @joins
func.func @joins(%x: tensor<1x?x8xf32>, %w: tensor<8x2xf32>, %e: tensor<?xi32>) -> tensor<1x?x8xf32> {
  // CHECK: ssm.kernel {{.*}}tensor<?xi32>) {
  // CHECK: ssm.conv1d
  // CHECK-NEXT: ssm.scan
  // CHECK-NOT: ssm.kernel
  %u = ssm.conv1d silu %x, %w packed(%e)
      : (tensor<1x?x8xf32>, tensor<8x2xf32>, tensor<?xi32>) -> tensor<1x?x8xf32>
  %y = ssm.scan %u, %x, %x packed(%e)
      : (tensor<1x?x8xf32>, tensor<1x?x8xf32>, tensor<1x?x8xf32>, tensor<?xi32>) -> tensor<1x?x8xf32>
  // CHECK: return
  return %y : tensor<1x?x8xf32>
}

// -----

// Other sequences are another kernel, and so is one row.
// CHECK-LABEL: func.func @differs
func.func @differs(%x: tensor<1x?x8xf32>, %w: tensor<8x2xf32>, %e: tensor<?xi32>, %f: tensor<?xi32>)
    -> (tensor<1x?x8xf32>, tensor<1x?x8xf32>) {
  // CHECK: ssm.kernel
  // CHECK: ssm.conv1d {{.*}} packed
  // CHECK: ssm.kernel
  // CHECK: ssm.scan {{.*}} packed
  // CHECK: ssm.kernel
  // CHECK: ssm.conv1d
  // CHECK-NOT: packed
  // CHECK: ssm.kernel
  // CHECK: ssm.scan {{.*}} packed
  // CHECK: return
  %u = ssm.conv1d silu %x, %w packed(%f)
      : (tensor<1x?x8xf32>, tensor<8x2xf32>, tensor<?xi32>) -> tensor<1x?x8xf32>
  %y = ssm.scan %u, %x, %x packed(%e)
      : (tensor<1x?x8xf32>, tensor<1x?x8xf32>, tensor<1x?x8xf32>, tensor<?xi32>) -> tensor<1x?x8xf32>
  %v = ssm.conv1d silu %x, %w : (tensor<1x?x8xf32>, tensor<8x2xf32>) -> tensor<1x?x8xf32>
  %z = ssm.scan %v, %x, %x packed(%e)
      : (tensor<1x?x8xf32>, tensor<1x?x8xf32>, tensor<1x?x8xf32>, tensor<?xi32>) -> tensor<1x?x8xf32>
  return %y, %z : tensor<1x?x8xf32>, tensor<1x?x8xf32>
}

// -----

func.func @returned(%e: tensor<?xi32>) -> tensor<?xi32> {
  // expected-error@+1 {{expected result 0 to be computed, got an argument of 'tensor<?xi32>'}}
  return %e : tensor<?xi32>
}
