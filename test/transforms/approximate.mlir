// RUN: ssm-opt %s --ssm-approximate | FileCheck %s

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// What is stored has 16 bits.
// CHECK-LABEL: @half
// CHECK: math.exp %{{.*}} fastmath<afn> : f32
// CHECK: math.log1p %{{.*}} fastmath<afn> : f32
// CHECK: arith.addf %{{[a-z0-9]+}}, %{{[a-z0-9]+}} : f32
ssm.tile.kernel @half(%x: memref<?x?x32xf32>, %y: memref<?x?x32xbf16>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis time>]} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
  %1 = ssm.tile.map (%0) : (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, bf16> {
  ^bb0(%e: f32):
    %a = math.exp %e : f32
    %b = math.log1p %a : f32
    %c = arith.addf %b, %e : f32
    %d = arith.truncf %c : f32 to bf16
    ssm.yield %d : bf16
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 8, channel: 32, bf16>, memref<?x?x32xbf16>
  ssm.yield
}

// Must not fire: one of the results is f32.
// CHECK-LABEL: @mixed
// CHECK-NOT: afn
// CHECK: ssm.yield
ssm.tile.kernel @mixed(%x: memref<?x?x32xbf16>, %y: memref<?x?x32xbf16>, %z: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis time>]} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x32xbf16> -> !ssm.tile<time: 8, channel: 32, bf16>
  %1 = ssm.tile.map (%0) : (!ssm.tile<time: 8, channel: 32, bf16>) -> !ssm.tile<time: 8, channel: 32, f32> {
  ^bb0(%e: bf16):
    %w = arith.extf %e : bf16 to f32
    %a = math.exp %w : f32
    ssm.yield %a : f32
  }
  ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 8, channel: 32, bf16>, memref<?x?x32xbf16>
  ssm.tile.store %1, %z [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
  ssm.yield
}
