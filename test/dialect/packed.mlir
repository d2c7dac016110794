// RUN: ssm-opt %s --verify-roundtrip | FileCheck %s
// RUN: ssm-opt %s --emit-bytecode | ssm-opt | FileCheck %s
// RUN: ssm-opt %s --mlir-print-op-generic | ssm-opt | FileCheck %s

// Every op that can be told where sequences end, with and without its states.

// CHECK-LABEL: func.func @windows
func.func @windows(%x: tensor<1x?x8xbf16>, %w: tensor<8x4xbf16>, %i: tensor<?x3x8xbf16>,
                   %ends: tensor<?xi32>) {
  // CHECK: ssm.conv1d silu %{{.*}}, %{{.*}} init(%{{.*}}) packed(%{{.*}}) :
  %0 = ssm.conv1d silu %x, %w init(%i) packed(%ends)
      : (tensor<1x?x8xbf16>, tensor<8x4xbf16>, tensor<?x3x8xbf16>, tensor<?xi32>)
      -> tensor<1x?x8xbf16>
  // CHECK: ssm.conv1d silu %{{.*}}, %{{.*}} packed(%{{.*}}) reverse :
  %1 = ssm.conv1d silu %x, %w packed(%ends) reverse
      : (tensor<1x?x8xbf16>, tensor<8x4xbf16>, tensor<?xi32>) -> tensor<1x?x8xbf16>
  // CHECK: ssm.tail %{{.*}} init(%{{.*}}) packed(%{{.*}}) :
  %2 = ssm.tail %x init(%i) packed(%ends)
      : (tensor<1x?x8xbf16>, tensor<?x3x8xbf16>, tensor<?xi32>) -> tensor<?x3x8xbf16>
  // CHECK: ssm.tail %{{.*}} packed(%{{.*}}) :
  %3 = ssm.tail %x packed(%ends) : (tensor<1x?x8xbf16>, tensor<?xi32>) -> tensor<?x3x8xbf16>
  return
}

// The number of sequences may be one of the type's.
// CHECK-LABEL: func.func @recurrences
func.func @recurrences(%u: tensor<1x?x8xf32>, %h: tensor<3x8xf32>, %bias: tensor<3x8xf32>,
                       %ends: tensor<3xi32>) {
  // CHECK: ssm.scan %{{.*}}, %{{.*}}, %{{.*}} init(%{{.*}}) packed(%{{.*}}) :
  %0:2 = ssm.scan %u, %u, %u init(%h) packed(%ends)
      : (tensor<1x?x8xf32>, tensor<1x?x8xf32>, tensor<1x?x8xf32>, tensor<3x8xf32>, tensor<3xi32>)
      -> (tensor<1x?x8xf32>, tensor<3x8xf32>)
  // CHECK: ssm.recurrence ins(%{{.*}} "btc", %{{.*}} "bc") init(%{{.*}}) packed(%{{.*}}) reverse :
  %1:2 = ssm.recurrence ins(%u "btc", %bias "bc") init(%h) packed(%ends) reverse
      : (tensor<1x?x8xf32>, tensor<3x8xf32>, tensor<3x8xf32>, tensor<3xi32>)
      -> (tensor<1x?x8xf32>, tensor<3x8xf32>) {
  ^bb0(%ut: f32, %bc: f32, %s: f32):
    %n = arith.addf %s, %ut : f32
    %r = arith.addf %n, %bc : f32
    ssm.yield %n, %r : f32, f32
  }
  return
}

// CHECK-LABEL: ssm.tile.kernel @packed
// CHECK-SAME: packed = 1 : i64
ssm.tile.kernel @packed(%x: memref<1x?x8xf32>, %ends: memref<?xi32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>,
                           #ssm.extent<channel = 8, tile = 8>],
                grid = [#ssm<axis batch>, #ssm<axis channel>], packed = 1} {
  ssm.yield
}
