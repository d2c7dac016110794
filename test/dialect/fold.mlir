// RUN: ssm-opt %s --canonicalize | FileCheck %s

// An identity without a bias is its operand.
// CHECK-LABEL: func.func @activation_identity
// CHECK-SAME: (%[[X:.*]]: tensor<?x?x8xf32>)
func.func @activation_identity(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  %0 = ssm.activation identity %x : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  // CHECK-NEXT: return %[[X]]
  return %0 : tensor<?x?x8xf32>
}

// One that rounds, adds a bias or computes something stays.
// CHECK-LABEL: func.func @activation_kept
func.func @activation_kept(%x: tensor<?x?x8xf32>, %b: tensor<8xf32>)
    -> (tensor<?x?x8xbf16>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) {
  // CHECK-NEXT: %[[ROUNDED:.*]] = ssm.activation identity
  %0 = ssm.activation identity %x : (tensor<?x?x8xf32>) -> tensor<?x?x8xbf16>
  // CHECK-NEXT: %[[BIASED:.*]] = ssm.activation identity
  %1 = ssm.activation identity %x bias(%b)
      : (tensor<?x?x8xf32>, tensor<8xf32>) -> tensor<?x?x8xf32>
  // CHECK-NEXT: %[[RELU:.*]] = ssm.activation relu
  %2 = ssm.activation relu %x : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  // CHECK-NEXT: return %[[ROUNDED]], %[[BIASED]], %[[RELU]]
  return %0, %1, %2 : tensor<?x?x8xbf16>, tensor<?x?x8xf32>, tensor<?x?x8xf32>
}

// CHECK-LABEL: func.func @reverse_twice
// CHECK-SAME: (%[[X:.*]]: tensor<?x?x8xf32>)
func.func @reverse_twice(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  %0 = ssm.reverse %x : tensor<?x?x8xf32>
  %1 = ssm.reverse %0 : tensor<?x?x8xf32>
  // CHECK-NEXT: return %[[X]]
  return %1 : tensor<?x?x8xf32>
}

// CHECK-LABEL: func.func @reverse_once
func.func @reverse_once(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  // CHECK-NEXT: %[[Y:.*]] = ssm.reverse
  %0 = ssm.reverse %x : tensor<?x?x8xf32>
  // CHECK-NEXT: return %[[Y]]
  return %0 : tensor<?x?x8xf32>
}

// Without a reader every block op goes.
// CHECK-LABEL: func.func @dead
func.func @dead(%x: tensor<?x?x8xf32>, %h: tensor<?x8xf32>) {
  %0:2 = ssm.scan %x, %x, %x init(%h)
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x8xf32>)
      -> (tensor<?x?x8xf32>, tensor<?x8xf32>)
  %1 = ssm.gate silu %0#0, %x : (tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  // CHECK-NEXT: return
  return
}

// A store keeps what it needs; a tile nobody reads goes.
// CHECK-LABEL: ssm.tile.kernel @store
ssm.tile.kernel @store(%y: memref<8xf32>)
    attributes {extents = [#ssm.extent<channel = 8, tile = 8>], grid = []} {
  // CHECK-NEXT: %[[ONE:.*]] = ssm.tile.fill 1.0
  %0 = ssm.tile.fill 1.0 : !ssm.tile<channel: 8, f32>
  %1 = ssm.tile.fill 2.0 : !ssm.tile<channel: 8, f32>
  // CHECK-NEXT: ssm.tile.store %[[ONE]]
  ssm.tile.store %0, %y [affine_map<(b, t, c, n, k) -> (c)>] : !ssm.tile<channel: 8, f32>, memref<8xf32>
  // CHECK-NEXT: ssm.yield
  ssm.yield
}
