// RUN: ssm-opt %s --verify-roundtrip | FileCheck %s
// RUN: ssm-opt %s --emit-bytecode | ssm-opt | FileCheck %s
// RUN: ssm-opt %s --mlir-print-op-generic | ssm-opt | FileCheck %s

// Every op that can walk an order, from states and backwards too.

// CHECK-LABEL: func.func @windows
func.func @windows(%x: tensor<?x?x8xbf16>, %w: tensor<8x4xbf16>, %i: tensor<?x3x8xbf16>,
                   %order: tensor<1x?xi32>) {
  // CHECK: ssm.conv1d silu %{{.*}}, %{{.*}} init(%{{.*}}) ordered(%{{.*}}) :
  %0 = ssm.conv1d silu %x, %w init(%i) ordered(%order)
      : (tensor<?x?x8xbf16>, tensor<8x4xbf16>, tensor<?x3x8xbf16>, tensor<1x?xi32>)
      -> tensor<?x?x8xbf16>
  // CHECK: ssm.conv1d silu %{{.*}}, %{{.*}} ordered(%{{.*}}) reverse :
  %1 = ssm.conv1d silu %x, %w ordered(%order) reverse
      : (tensor<?x?x8xbf16>, tensor<8x4xbf16>, tensor<1x?xi32>) -> tensor<?x?x8xbf16>
  return
}

// CHECK-LABEL: func.func @recurrences
func.func @recurrences(%u: tensor<2x?x8xf32>, %h: tensor<2x8xf32>, %order: tensor<1x?xi32>) {
  // CHECK: ssm.scan %{{.*}}, %{{.*}}, %{{.*}} init(%{{.*}}) ordered(%{{.*}}) reverse :
  %0:2 = ssm.scan %u, %u, %u init(%h) ordered(%order) reverse
      : (tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x8xf32>, tensor<1x?xi32>)
      -> (tensor<2x?x8xf32>, tensor<2x8xf32>)
  // CHECK: ssm.recurrence ins(%{{.*}} "btc") ordered(%{{.*}}) :
  %1 = ssm.recurrence ins(%u "btc") ordered(%order)
      : (tensor<2x?x8xf32>, tensor<1x?xi32>) -> tensor<2x?x8xf32> {
  ^bb0(%ut: f32, %s: f32):
    %n = arith.addf %s, %ut : f32
    ssm.yield %n, %n : f32, f32
  }
  return
}

// CHECK-LABEL: ssm.tile.kernel @ordered
// CHECK-SAME: ordered = 1 : i64
ssm.tile.kernel @ordered(%x: memref<?x?x8xf32>, %order: memref<1x?xi32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>,
                           #ssm.extent<channel = 8, tile = 8>],
                grid = [#ssm<axis batch>, #ssm<axis channel>], ordered = 1} {
  ssm.yield
}
