// RUN: ssm-opt %s --pass-pipeline='builtin.module(ssm.tile.kernel(ssm-factor-products))' | FileCheck %s

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btn = affine_map<(b, t, c, n, k) -> (b, t, n)>
#cn = affine_map<(b, t, c, n, k) -> (c, n)>

// d varies with (time, channel), e with (time, state), f with (channel, state):
// the constant joins f, and d is multiplied by d before e.
// CHECK-LABEL: ssm.tile.kernel @grouped
ssm.tile.kernel @grouped(%x: memref<?x?x8xf32>, %b: memref<?x?x2xf32>, %a: memref<8x2xf32>, %y: memref<?x?x8xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 8, tile = 8>, #ssm.extent<state = 2, tile = 2>],
                grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 8, state: 2, f32>
  %w = ssm.tile.load %a [#cn] : memref<8x2xf32> -> !ssm.tile<channel: 8, state: 2, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 8, state: 2, f32> {
  ^bb0(%hi: !ssm.tile<channel: 8, state: 2, f32>):
    %0 = ssm.tile.load %x [#btc] : memref<?x?x8xf32> -> !ssm.tile<time: 4, channel: 8, f32>
    %1 = ssm.tile.load %b [#btn] : memref<?x?x2xf32> -> !ssm.tile<time: 4, state: 2, f32>
    %r, %hn = ssm.tile.scan state(%hi) ins(%0, %1, %w) : !ssm.tile<channel: 8, state: 2, f32>, (!ssm.tile<time: 4, channel: 8, f32>, !ssm.tile<time: 4, state: 2, f32>, !ssm.tile<channel: 8, state: 2, f32>) -> !ssm.tile<time: 4, channel: 8, f32> {
    ^bb0(%s: f32, %d: f32, %e: f32, %f: f32):
      // CHECK: ^bb0(%[[S:.*]]: f32, %[[D:.*]]: f32, %[[E:.*]]: f32, %[[F:.*]]: f32):
      // CHECK: %[[L:.*]] = arith.constant 1.442695
      // CHECK: %[[FL:.*]] = arith.mulf %[[F]], %[[L]]
      // CHECK: %[[P:.*]] = arith.mulf %[[FL]], %[[D]]
      // CHECK: math.exp2 %[[P]]
      %2 = arith.mulf %d, %f : f32
      %3 = math.exp %2 : f32
      // CHECK-DAG: %[[DD:.*]] = arith.mulf %[[D]], %[[D]]
      // CHECK: arith.mulf {{.*}}%[[DD]]
      %4 = arith.mulf %d, %e : f32
      %5 = arith.mulf %4, %d : f32
      %6 = arith.mulf %3, %s : f32
      %7 = arith.addf %6, %5 : f32
      ssm.yield %7, %7 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 4, channel: 8, f32>, memref<?x?x8xf32>
    ssm.yield %hn : !ssm.tile<channel: 8, state: 2, f32>
  }
  ssm.yield
}

// Must not fire: f64 keeps its products and its exponential.
// CHECK-LABEL: ssm.tile.kernel @double
ssm.tile.kernel @double(%x: memref<?x?x8xf64>, %b: memref<?x?x2xf64>, %a: memref<8x2xf64>, %y: memref<?x?x8xf64>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 8, tile = 8>, #ssm.extent<state = 2, tile = 2>],
                grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 8, state: 2, f64>
  %w = ssm.tile.load %a [#cn] : memref<8x2xf64> -> !ssm.tile<channel: 8, state: 2, f64>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 8, state: 2, f64> {
  ^bb0(%hi: !ssm.tile<channel: 8, state: 2, f64>):
    %0 = ssm.tile.load %x [#btc] : memref<?x?x8xf64> -> !ssm.tile<time: 4, channel: 8, f64>
    %1 = ssm.tile.load %b [#btn] : memref<?x?x2xf64> -> !ssm.tile<time: 4, state: 2, f64>
    %r, %hn = ssm.tile.scan state(%hi) ins(%0, %1, %w) : !ssm.tile<channel: 8, state: 2, f64>, (!ssm.tile<time: 4, channel: 8, f64>, !ssm.tile<time: 4, state: 2, f64>, !ssm.tile<channel: 8, state: 2, f64>) -> !ssm.tile<time: 4, channel: 8, f64> {
    ^bb0(%s: f64, %d: f64, %e: f64, %f: f64):
      // CHECK-NOT: math.exp2
      // CHECK: math.exp
      // CHECK-NOT: math.exp2
      %2 = arith.mulf %d, %f : f64
      %3 = math.exp %2 : f64
      %4 = arith.mulf %3, %s : f64
      ssm.yield %4, %4 : f64, f64
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 4, channel: 8, f64>, memref<?x?x8xf64>
    ssm.yield %hn : !ssm.tile<channel: 8, state: 2, f64>
  }
  ssm.yield
}
