// RUN: ssm-opt %s --pass-pipeline='builtin.module(ssm.tile.kernel(ssm-merge-maps))' | FileCheck %s

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btn = affine_map<(b, t, c, n, k) -> (b, t, n)>

// Two maps over the same axes become one, whose first result is still read
// below.
// CHECK-LABEL: ssm.tile.kernel @chain
ssm.tile.kernel @chain(%x: memref<?x?x8xf32>, %y: memref<?x?x8xf32>, %z: memref<?x?x8xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 8, tile = 8>],
                grid = [#ssm<axis batch>, #ssm<axis time>]} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x8xf32> -> !ssm.tile<time: 4, channel: 8, f32>
  // CHECK: %[[M:.*]]:2 = ssm.tile.map
  // CHECK: %[[E:.*]] = math.exp
  // CHECK: %[[A:.*]] = arith.addf %[[E]], %[[E]]
  // CHECK: ssm.yield %[[A]], %[[E]]
  // CHECK-NOT: ssm.tile.map
  %1 = ssm.tile.map (%0) : (!ssm.tile<time: 4, channel: 8, f32>) -> !ssm.tile<time: 4, channel: 8, f32> {
  ^bb0(%e: f32):
    %3 = math.exp %e : f32
    ssm.yield %3 : f32
  }
  %2 = ssm.tile.map (%1) : (!ssm.tile<time: 4, channel: 8, f32>) -> !ssm.tile<time: 4, channel: 8, f32> {
  ^bb0(%e: f32):
    %3 = arith.addf %e, %e : f32
    ssm.yield %3 : f32
  }
  // CHECK: ssm.tile.store %[[M]]#1
  // CHECK: ssm.tile.store %[[M]]#0
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 4, channel: 8, f32>, memref<?x?x8xf32>
  ssm.tile.store %2, %z [#btc] : !ssm.tile<time: 4, channel: 8, f32>, memref<?x?x8xf32>
  ssm.yield
}

// Must not merge: fewer axes are computed less often.
// CHECK-LABEL: ssm.tile.kernel @fewer_axes
ssm.tile.kernel @fewer_axes(%x: memref<?x?x8xf32>, %b: memref<8xf32>, %y: memref<?x?x8xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 8, tile = 8>],
                grid = [#ssm<axis batch>, #ssm<axis time>]} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x8xf32> -> !ssm.tile<time: 4, channel: 8, f32>
  %1 = ssm.tile.load %b [affine_map<(b, t, c, n, k) -> (c)>] : memref<8xf32> -> !ssm.tile<channel: 8, f32>
  // CHECK: ssm.tile.map{{.*}} -> !ssm.tile<channel: 8, f32>
  // CHECK: math.exp
  %2 = ssm.tile.map (%1) : (!ssm.tile<channel: 8, f32>) -> !ssm.tile<channel: 8, f32> {
  ^bb0(%e: f32):
    %4 = math.exp %e : f32
    ssm.yield %4 : f32
  }
  // CHECK: ssm.tile.map{{.*}} -> !ssm.tile<time: 4, channel: 8, f32>
  // CHECK-NOT: math.exp
  %3 = ssm.tile.map (%0, %2) : (!ssm.tile<time: 4, channel: 8, f32>, !ssm.tile<channel: 8, f32>) -> !ssm.tile<time: 4, channel: 8, f32> {
  ^bb0(%e: f32, %f: f32):
    %4 = arith.mulf %e, %f : f32
    ssm.yield %4 : f32
  }
  ssm.tile.store %3, %y [#btc] : !ssm.tile<time: 4, channel: 8, f32>, memref<?x?x8xf32>
  ssm.yield
}

// A map over (time, channel, state) goes into the scan that sums over states.
// CHECK-LABEL: ssm.tile.kernel @into_scan
ssm.tile.kernel @into_scan(%x: memref<?x?x8xf32>, %b: memref<?x?x2xf32>, %y: memref<?x?x8xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 8, tile = 8>, #ssm.extent<state = 2, tile = 2>],
                grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 8, state: 2, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 8, state: 2, f32> {
  ^bb0(%hi: !ssm.tile<channel: 8, state: 2, f32>):
    %0 = ssm.tile.load %x [#btc] : memref<?x?x8xf32> -> !ssm.tile<time: 4, channel: 8, f32>
    %1 = ssm.tile.load %b [#btn] : memref<?x?x2xf32> -> !ssm.tile<time: 4, state: 2, f32>
    // CHECK-NOT: ssm.tile.map
    %2 = ssm.tile.map (%0, %1) : (!ssm.tile<time: 4, channel: 8, f32>, !ssm.tile<time: 4, state: 2, f32>) -> !ssm.tile<time: 4, channel: 8, state: 2, f32> {
    ^bb0(%e: f32, %f: f32):
      %4 = arith.mulf %e, %f : f32
      ssm.yield %4 : f32
    }
    // CHECK: ssm.tile.scan
    // CHECK: ^bb0(%[[S:.*]]: f32, %[[E:.*]]: f32, %[[F:.*]]: f32):
    // CHECK: %[[P:.*]] = arith.mulf %[[E]], %[[F]]
    // CHECK: arith.addf %[[S]], %[[P]]
    %r, %hn = ssm.tile.scan state(%hi) ins(%2) : !ssm.tile<channel: 8, state: 2, f32>, (!ssm.tile<time: 4, channel: 8, state: 2, f32>) -> !ssm.tile<time: 4, channel: 8, f32> {
    ^bb0(%s: f32, %e: f32):
      %4 = arith.addf %s, %e : f32
      ssm.yield %4, %4 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 4, channel: 8, f32>, memref<?x?x8xf32>
    ssm.yield %hn : !ssm.tile<channel: 8, state: 2, f32>
  }
  ssm.yield
}

// Of two states the second is no input.
// CHECK-LABEL: ssm.tile.kernel @two_states
ssm.tile.kernel @two_states(%x: memref<?x?x8xf32>, %b: memref<?x?x2xf32>, %y: memref<?x?x8xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 8, tile = 8>, #ssm.extent<state = 2, tile = 2>],
                grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 8, state: 2, f32>
  %h:2 = ssm.tile.for time init(%h0, %h0) : !ssm.tile<channel: 8, state: 2, f32>, !ssm.tile<channel: 8, state: 2, f32> {
  ^bb0(%p: !ssm.tile<channel: 8, state: 2, f32>, %q: !ssm.tile<channel: 8, state: 2, f32>):
    %0 = ssm.tile.load %x [#btc] : memref<?x?x8xf32> -> !ssm.tile<time: 4, channel: 8, f32>
    %1 = ssm.tile.load %b [#btn] : memref<?x?x2xf32> -> !ssm.tile<time: 4, state: 2, f32>
    // CHECK-NOT: ssm.tile.map
    %2 = ssm.tile.map (%0, %1) : (!ssm.tile<time: 4, channel: 8, f32>, !ssm.tile<time: 4, state: 2, f32>) -> !ssm.tile<time: 4, channel: 8, state: 2, f32> {
    ^bb0(%e: f32, %f: f32):
      %4 = arith.mulf %e, %f : f32
      ssm.yield %4 : f32
    }
    // CHECK: ssm.tile.scan state(%{{.*}}, %{{.*}}) ins(%{{.*}}, %{{.*}}) :
    // CHECK: ^bb0(%[[S:.*]]: f32, %[[T:.*]]: f32, %[[E:.*]]: f32, %[[F:.*]]: f32):
    // CHECK: %[[P:.*]] = arith.mulf %[[E]], %[[F]]
    // CHECK: %[[N:.*]] = arith.addf %[[T]], %[[P]]
    // CHECK: ssm.yield %[[N]], %[[S]], %[[N]]
    %r:3 = ssm.tile.scan state(%p, %q) ins(%2) : !ssm.tile<channel: 8, state: 2, f32>, !ssm.tile<channel: 8, state: 2, f32>, (!ssm.tile<time: 4, channel: 8, state: 2, f32>) -> !ssm.tile<time: 4, channel: 8, f32> {
    ^bb0(%s: f32, %t: f32, %e: f32):
      %4 = arith.addf %t, %e : f32
      ssm.yield %4, %s, %4 : f32, f32, f32
    }
    ssm.tile.store %r#0, %y [#btc] : !ssm.tile<time: 4, channel: 8, f32>, memref<?x?x8xf32>
    ssm.yield %r#1, %r#2 : !ssm.tile<channel: 8, state: 2, f32>, !ssm.tile<channel: 8, state: 2, f32>
  }
  ssm.yield
}
