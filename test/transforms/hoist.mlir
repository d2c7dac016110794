// RUN: ssm-opt %s --pass-pipeline='builtin.module(ssm.tile.kernel(ssm-hoist))' | FileCheck %s

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btn = affine_map<(b, t, c, n, k) -> (b, t, n)>
#cn = affine_map<(b, t, c, n, k) -> (c, n)>

// A scaling of weights goes before the time loop, a widening per (token, state)
// and a product per (token, channel) before the scan.
// CHECK-LABEL: ssm.tile.kernel @hoisted
ssm.tile.kernel @hoisted(%x: memref<?x?x8xf32>, %b: memref<?x?x2xf32>, %a: memref<8x2xf32>, %y: memref<?x?x8xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 8, tile = 8>, #ssm.extent<state = 2, tile = 2>],
                grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 8, state: 2, f32>
  %w = ssm.tile.load %a [#cn] : memref<8x2xf32> -> !ssm.tile<channel: 8, state: 2, f32>
  // CHECK: ssm.tile.map{{.*}} -> !ssm.tile<channel: 8, state: 2, f32>
  // CHECK: ssm.tile.for time
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 8, state: 2, f32> {
  ^bb0(%hi: !ssm.tile<channel: 8, state: 2, f32>):
    %0 = ssm.tile.load %x [#btc] : memref<?x?x8xf32> -> !ssm.tile<time: 4, channel: 8, f32>
    %1 = ssm.tile.load %b [#btn] : memref<?x?x2xf32> -> !ssm.tile<time: 4, state: 2, f32>
    // CHECK-DAG: ssm.tile.map{{.*}} -> !ssm.tile<time: 4, channel: 8, f32>
    // CHECK-DAG: ssm.tile.map{{.*}} -> !ssm.tile<time: 4, state: 2, f32>
    // CHECK: ssm.tile.scan
    %r, %hn = ssm.tile.scan state(%hi) ins(%0, %1, %w) : !ssm.tile<channel: 8, state: 2, f32>, (!ssm.tile<time: 4, channel: 8, f32>, !ssm.tile<time: 4, state: 2, f32>, !ssm.tile<channel: 8, state: 2, f32>) -> !ssm.tile<time: 4, channel: 8, f32> {
    ^bb0(%s: f32, %d: f32, %e: f32, %f: f32):
      %two = arith.constant 2.0 : f32
      %2 = arith.mulf %f, %two : f32
      %3 = math.exp %e : f32
      %4 = arith.mulf %d, %d : f32
      // CHECK: ^bb0
      // CHECK-NOT: math.exp
      // CHECK: arith.mulf
      // CHECK-NEXT: arith.mulf
      // CHECK-NEXT: arith.addf
      // CHECK-NEXT: ssm.yield
      %5 = arith.mulf %2, %s : f32
      %6 = arith.mulf %3, %4 : f32
      %7 = arith.addf %5, %6 : f32
      ssm.yield %7, %7 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 4, channel: 8, f32>, memref<?x?x8xf32>
    ssm.yield %hn : !ssm.tile<channel: 8, state: 2, f32>
  }
  ssm.yield
}

// Must not fire: everything varies with all axes; a comparison has no tile to
// live in.
// CHECK-LABEL: ssm.tile.kernel @stays
ssm.tile.kernel @stays(%x: memref<?x?x8xf32>, %b: memref<?x?x2xf32>, %a: memref<8x2xf32>, %y: memref<?x?x8xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 8, tile = 8>, #ssm.extent<state = 2, tile = 2>],
                grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 8, state: 2, f32>
  %w = ssm.tile.load %a [#cn] : memref<8x2xf32> -> !ssm.tile<channel: 8, state: 2, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 8, state: 2, f32> {
  ^bb0(%hi: !ssm.tile<channel: 8, state: 2, f32>):
    %0 = ssm.tile.load %x [#btc] : memref<?x?x8xf32> -> !ssm.tile<time: 4, channel: 8, f32>
    %1 = ssm.tile.load %b [#btn] : memref<?x?x2xf32> -> !ssm.tile<time: 4, state: 2, f32>
    // CHECK-NOT: ssm.tile.map
    // CHECK: ssm.tile.scan
    %r, %hn = ssm.tile.scan state(%hi) ins(%0, %1, %w) : !ssm.tile<channel: 8, state: 2, f32>, (!ssm.tile<time: 4, channel: 8, f32>, !ssm.tile<time: 4, state: 2, f32>, !ssm.tile<channel: 8, state: 2, f32>) -> !ssm.tile<time: 4, channel: 8, f32> {
    ^bb0(%s: f32, %d: f32, %e: f32, %f: f32):
      // CHECK: arith.cmpf
      %2 = arith.cmpf olt, %d, %d : f32
      %3 = arith.mulf %e, %d : f32
      %4 = arith.mulf %f, %3 : f32
      %5 = arith.select %2, %s, %4 : f32
      ssm.yield %5, %5 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 4, channel: 8, f32>, memref<?x?x8xf32>
    ssm.yield %hn : !ssm.tile<channel: 8, state: 2, f32>
  }
  ssm.yield
}

// Of two states neither is moved, and what does not depend on them is.
// CHECK-LABEL: ssm.tile.kernel @two_states
ssm.tile.kernel @two_states(%x: memref<?x?x8xf32>, %a: memref<8x2xf32>, %y: memref<?x?x8xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 8, tile = 8>, #ssm.extent<state = 2, tile = 2>],
                grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 8, state: 2, f32>
  %w = ssm.tile.load %a [#cn] : memref<8x2xf32> -> !ssm.tile<channel: 8, state: 2, f32>
  // CHECK: %[[E:.*]] = ssm.tile.map{{.*}} -> !ssm.tile<channel: 8, state: 2, f32>
  // CHECK: math.exp
  // CHECK: ssm.tile.for time
  %h:2 = ssm.tile.for time init(%h0, %h0) : !ssm.tile<channel: 8, state: 2, f32>, !ssm.tile<channel: 8, state: 2, f32> {
  ^bb0(%p: !ssm.tile<channel: 8, state: 2, f32>, %q: !ssm.tile<channel: 8, state: 2, f32>):
    // CHECK: ^bb0(%[[P:.*]]: !ssm.tile<{{.*}}>, %[[Q:.*]]: !ssm.tile<{{.*}}>):
    %0 = ssm.tile.load %x [#btc] : memref<?x?x8xf32> -> !ssm.tile<time: 4, channel: 8, f32>
    // CHECK: ssm.tile.scan state(%[[P]], %[[Q]]) ins(%{{.*}}, %[[E]])
    // CHECK-NEXT: ^bb0(%[[p:.*]]: f32, %[[q:.*]]: f32, %{{.*}}: f32, %[[e:.*]]: f32):
    // CHECK-NEXT: arith.mulf %[[p]], %[[p]]
    // CHECK-NEXT: arith.mulf %[[q]], %[[q]]
    // CHECK-NEXT: arith.mulf %[[e]]
    %r, %hn:2 = ssm.tile.scan state(%p, %q) ins(%0, %w) : !ssm.tile<channel: 8, state: 2, f32>, !ssm.tile<channel: 8, state: 2, f32>, (!ssm.tile<time: 4, channel: 8, f32>, !ssm.tile<channel: 8, state: 2, f32>) -> !ssm.tile<time: 4, channel: 8, f32> {
    ^bb0(%s: f32, %t: f32, %d: f32, %f: f32):
      %1 = math.exp %f : f32
      %2 = arith.mulf %s, %s : f32
      %3 = arith.mulf %t, %t : f32
      %4 = arith.mulf %1, %d : f32
      ssm.yield %2, %3, %4 : f32, f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 4, channel: 8, f32>, memref<?x?x8xf32>
    ssm.yield %hn#0, %hn#1 : !ssm.tile<channel: 8, state: 2, f32>, !ssm.tile<channel: 8, state: 2, f32>
  }
  ssm.yield
}
