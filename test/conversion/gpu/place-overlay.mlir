// RUN: ssm-opt %s --ssm-place | FileCheck %s

// Ranges of on-chip memory are shared by what is never alive at the same time; a
// result may lie where its own op reads for the last time.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// %m is dead once %p is computed from it: both lie at the same place. 2048 bytes
// are the tile copied ahead and this place.
// CHECK-LABEL: ssm.tile.kernel @dead
// CHECK-SAME: ssm.chip_bytes = 2048
ssm.tile.kernel @dead(%u: memref<?x?x32xf32>, %y: memref<?x?x32xf32>, %z: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, stages = 1, owner = warp>} {
  %g0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 32, f32>
  %g:2 = ssm.tile.for time init(%g0, %g0) : !ssm.tile<channel: 32, f32>, !ssm.tile<channel: 32, f32> {
  ^bb0(%gi: !ssm.tile<channel: 32, f32>, %hi: !ssm.tile<channel: 32, f32>):
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
    // CHECK: ssm.tile.map
    // CHECK-SAME: #ssm.place<chip offset [[#O:]] strides [128, 4]>
    %m = ssm.tile.map (%ut) : (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%e: f32):
      %0 = arith.mulf %e, %e : f32
      ssm.yield %0 : f32
    }
    %r, %gn = ssm.tile.scan state(%gi) ins(%m) : !ssm.tile<channel: 32, f32>, (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%s: f32, %e: f32):
      %0 = arith.addf %s, %e : f32
      ssm.yield %0, %0 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    // CHECK: ssm.tile.map
    // CHECK-SAME: #ssm.place<chip offset [[#O]] strides [128, 4]>
    %p = ssm.tile.map (%m) : (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%e: f32):
      %0 = arith.addf %e, %e : f32
      ssm.yield %0 : f32
    }
    %q, %hn = ssm.tile.scan state(%hi) ins(%p) : !ssm.tile<channel: 32, f32>, (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%s: f32, %e: f32):
      %0 = arith.addf %s, %e : f32
      ssm.yield %0, %0 : f32, f32
    }
    ssm.tile.store %q, %z [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    ssm.yield %gn, %hn : !ssm.tile<channel: 32, f32>, !ssm.tile<channel: 32, f32>
  }
  ssm.yield
}

// Must not overlay: the second scan reads both.
// CHECK-LABEL: ssm.tile.kernel @alive
// CHECK-SAME: ssm.chip_bytes = 3072
ssm.tile.kernel @alive(%u: memref<?x?x32xf32>, %y: memref<?x?x32xf32>, %z: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, stages = 1, owner = warp>} {
  %g0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 32, f32>
  %g:2 = ssm.tile.for time init(%g0, %g0) : !ssm.tile<channel: 32, f32>, !ssm.tile<channel: 32, f32> {
  ^bb0(%gi: !ssm.tile<channel: 32, f32>, %hi: !ssm.tile<channel: 32, f32>):
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
    // CHECK: ssm.tile.map
    // CHECK-SAME: #ssm.place<chip offset [[#O:]] strides
    %m = ssm.tile.map (%ut) : (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%e: f32):
      %0 = arith.mulf %e, %e : f32
      ssm.yield %0 : f32
    }
    %r, %gn = ssm.tile.scan state(%gi) ins(%m) : !ssm.tile<channel: 32, f32>, (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%s: f32, %e: f32):
      %0 = arith.addf %s, %e : f32
      ssm.yield %0, %0 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    // CHECK: ssm.tile.map
    // CHECK-NOT: #ssm.place<chip offset [[#O]] strides
    // CHECK: ssm.tile.scan
    %p = ssm.tile.map (%m) : (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%e: f32):
      %0 = arith.addf %e, %e : f32
      ssm.yield %0 : f32
    }
    %q, %hn = ssm.tile.scan state(%hi) ins(%p, %m) : !ssm.tile<channel: 32, f32>, (!ssm.tile<time: 8, channel: 32, f32>, !ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%s: f32, %e: f32, %f: f32):
      %0 = arith.addf %s, %e : f32
      %1 = arith.addf %0, %f : f32
      ssm.yield %1, %1 : f32, f32
    }
    ssm.tile.store %q, %z [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    ssm.yield %gn, %hn : !ssm.tile<channel: 32, f32>, !ssm.tile<channel: 32, f32>
  }
  ssm.yield
}
