// RUN: ssm-opt %s --ssm-place | FileCheck %s

// What a scan reads per token lies on the chip. Results of maps at (time,
// channel) in f32 stand side by side, element by element: pairs, or fours.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btn = affine_map<(b, t, c, n, k) -> (b, t, n)>

// Two neighbours: twice the strides, 4 bytes apart.
// CHECK-LABEL: ssm.tile.kernel @pair
ssm.tile.kernel @pair(%u: memref<?x?x32xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, stages = 2, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 32, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 32, f32> {
  ^bb0(%hi: !ssm.tile<channel: 32, f32>):
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
    // CHECK: ssm.tile.map
    // CHECK-SAME: #ssm.place<chip offset [[#O:]] strides [256, 8]>
    // CHECK-SAME: #ssm.place<chip offset [[#O+4]] strides [256, 8]>
    %a, %b = ssm.tile.map (%ut) : (!ssm.tile<time: 8, channel: 32, f32>) -> (!ssm.tile<time: 8, channel: 32, f32>, !ssm.tile<time: 8, channel: 32, f32>) {
    ^bb0(%e: f32):
      %0 = arith.mulf %e, %e : f32
      %1 = arith.addf %e, %e : f32
      ssm.yield %0, %1 : f32, f32
    }
    %r, %hn = ssm.tile.scan state(%hi) ins(%a, %b) : !ssm.tile<channel: 32, f32>, (!ssm.tile<time: 8, channel: 32, f32>, !ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%s: f32, %ae: f32, %be: f32):
      %0 = arith.mulf %s, %ae : f32
      %1 = arith.addf %0, %be : f32
      ssm.yield %1, %1 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 32, f32>
  }
  ssm.yield
}

// CHECK-LABEL: ssm.tile.kernel @four
ssm.tile.kernel @four(%u: memref<?x?x32xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, stages = 2, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 32, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 32, f32> {
  ^bb0(%hi: !ssm.tile<channel: 32, f32>):
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
    // CHECK: ssm.tile.map
    // CHECK-SAME: #ssm.place<chip offset [[#O:]] strides [512, 16]>
    // CHECK-SAME: #ssm.place<chip offset [[#O+4]] strides [512, 16]>
    // CHECK-SAME: #ssm.place<chip offset [[#O+8]] strides [512, 16]>
    // CHECK-SAME: #ssm.place<chip offset [[#O+12]] strides [512, 16]>
    %a:4 = ssm.tile.map (%ut) : (!ssm.tile<time: 8, channel: 32, f32>) -> (!ssm.tile<time: 8, channel: 32, f32>, !ssm.tile<time: 8, channel: 32, f32>, !ssm.tile<time: 8, channel: 32, f32>, !ssm.tile<time: 8, channel: 32, f32>) {
    ^bb0(%e: f32):
      %0 = arith.mulf %e, %e : f32
      %1 = arith.addf %e, %e : f32
      %2 = arith.mulf %e, %1 : f32
      %3 = arith.addf %e, %0 : f32
      ssm.yield %0, %1, %2, %3 : f32, f32, f32, f32
    }
    %r, %hn = ssm.tile.scan state(%hi) ins(%a#0, %a#1, %a#2, %a#3) : !ssm.tile<channel: 32, f32>, (!ssm.tile<time: 8, channel: 32, f32>, !ssm.tile<time: 8, channel: 32, f32>, !ssm.tile<time: 8, channel: 32, f32>, !ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%s: f32, %ae: f32, %be: f32, %ce: f32, %de: f32):
      %0 = arith.mulf %s, %ae : f32
      %1 = arith.addf %0, %be : f32
      %2 = arith.mulf %1, %ce : f32
      %3 = arith.addf %2, %de : f32
      ssm.yield %1, %3 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 32, f32>
  }
  ssm.yield
}

// Must not interleave: a single one, what is bf16, what has no channel, and
// what comes from memory without a map.
// CHECK-LABEL: ssm.tile.kernel @apart
ssm.tile.kernel @apart(%u: memref<?x?x32xf32>, %v: memref<?x?x4xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>, #ssm.extent<state = 4, tile = 4>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, stages = 1, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 32, state: 4, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 32, state: 4, f32> {
  ^bb0(%hi: !ssm.tile<channel: 32, state: 4, f32>):
    // CHECK: ssm.tile.load
    // CHECK-SAME: strides [128, 4]>]
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
    // CHECK: ssm.tile.load
    // CHECK-SAME: strides [16, 4]>]
    %vt = ssm.tile.load %v [#btn] : memref<?x?x4xf32> -> !ssm.tile<time: 8, state: 4, f32>
    // CHECK: ssm.tile.map
    // CHECK-SAME: strides [128, 4]>, #ssm.place<chip offset {{[0-9]+}} strides [64, 2]>]
    %a, %b = ssm.tile.map (%ut) : (!ssm.tile<time: 8, channel: 32, f32>) -> (!ssm.tile<time: 8, channel: 32, f32>, !ssm.tile<time: 8, channel: 32, bf16>) {
    ^bb0(%e: f32):
      %0 = arith.mulf %e, %e : f32
      %1 = arith.truncf %e : f32 to bf16
      ssm.yield %0, %1 : f32, bf16
    }
    // CHECK: ssm.tile.map
    // CHECK-SAME: strides [16, 4]>]
    %c = ssm.tile.map (%vt) : (!ssm.tile<time: 8, state: 4, f32>) -> !ssm.tile<time: 8, state: 4, f32> {
    ^bb0(%e: f32):
      %0 = arith.mulf %e, %e : f32
      ssm.yield %0 : f32
    }
    %r, %hn = ssm.tile.scan state(%hi) ins(%a, %b, %c, %ut) : !ssm.tile<channel: 32, state: 4, f32>, (!ssm.tile<time: 8, channel: 32, f32>, !ssm.tile<time: 8, channel: 32, bf16>, !ssm.tile<time: 8, state: 4, f32>, !ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%s: f32, %ae: f32, %be: bf16, %ce: f32, %ue: f32):
      %0 = arith.mulf %s, %ae : f32
      %1 = arith.extf %be : bf16 to f32
      %2 = arith.mulf %1, %ce : f32
      %3 = arith.addf %0, %2 : f32
      %4 = arith.addf %3, %ue : f32
      ssm.yield %4, %4 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 32, state: 4, f32>
  }
  ssm.yield
}
