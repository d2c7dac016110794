// RUN: ssm-opt %s --verify-roundtrip | FileCheck %s
// RUN: ssm-opt %s --emit-bytecode | ssm-opt | FileCheck %s
// RUN: ssm-opt %s --mlir-print-op-generic | ssm-opt | FileCheck %s

// States after every so many tokens, with a length that is not known or is.

// CHECK-LABEL: func.func @symbolic
// CHECK-SAME: ssm.every = 4 : i64, ssm.trace = "h"
func.func @symbolic(%u: tensor<?x?x8xf32>, %h: tensor<?x8xf32> {ssm.state = "h"})
    -> (tensor<?x?x8xf32> {ssm.trace = "h", ssm.every = 4}) {
  // CHECK: ssm.scan %{{.*}}, %{{.*}}, %{{.*}} init(%{{.*}}) every 4 :
  %0:2 = ssm.scan %u, %u, %u init(%h) every 4
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x8xf32>)
      -> (tensor<?x?x8xf32>, tensor<?x?x8xf32>)
  return %0#1 : tensor<?x?x8xf32>
}

// Nine tokens: after the fourth, the eighth and the last.
// CHECK-LABEL: func.func @numbers
func.func @numbers(%u: tensor<2x9x8xf32>, %a: tensor<8x3xf32>) -> tensor<2x3x8x3xbf16> {
  // CHECK: ssm.recurrence ins(%{{.*}} "btc", %{{.*}} "cn") every 4 :
  %0:2 = ssm.recurrence ins(%u "btc", %a "cn") every 4
      : (tensor<2x9x8xf32>, tensor<8x3xf32>) -> (tensor<2x9x8xf32>, tensor<2x3x8x3xbf16>) {
  ^bb0(%ut: f32, %ac: f32, %s: f32):
    %m = arith.mulf %ac, %s : f32
    %n = arith.addf %m, %ut : f32
    ssm.yield %n, %n : f32, f32
  }
  return %0#1 : tensor<2x3x8x3xbf16>
}

// The tokens of which a window's state is the last.
// CHECK-LABEL: func.func @tokens
func.func @tokens(%x: tensor<?x?x8xbf16>, %t: tensor<?x3x8xbf16> {ssm.state = "t"})
    -> (tensor<?x?x8xbf16> {ssm.trace = "t"}) {
  return %x : tensor<?x?x8xbf16>
}

// CHECK-LABEL: ssm.tile.kernel @store
ssm.tile.kernel @store(%h: memref<?x8xf32>, %y: memref<?x?x8xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>,
                           #ssm.extent<channel = 8, tile = 8>],
                grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  %0 = ssm.tile.load %h [affine_map<(b, t, c, n, k) -> (b, c)>]
      : memref<?x8xf32> -> !ssm.tile<channel: 8, f32>
  ssm.tile.for time {
    // CHECK: ssm.tile.store
    ssm.tile.store %0, %y [affine_map<(b, t, c, n, k) -> (b, t floordiv 48, c)>]
        : !ssm.tile<channel: 8, f32>, memref<?x?x8xf32>
    ssm.yield
  }
  ssm.yield
}
