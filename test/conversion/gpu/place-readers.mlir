// RUN: ssm-opt %s --ssm-place | FileCheck %s

// Readers that disagree: a cheap op is copied for each layout, a result with a
// time axis goes to the chip.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#c = affine_map<(b, t, c, n, k) -> (c)>

// The scan of two lanes wants every channel in two lanes; the map before it wants
// two channels a lane.
// CHECK-LABEL: ssm.tile.kernel @disagree
ssm.tile.kernel @disagree(%u: memref<?x?x32xf32>, %d: memref<32xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 16>, #ssm.extent<state = 4, tile = 4>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 16, stages = 1, lanes = 2, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 16, state: 4, f32>
  // CHECK-DAG: %[[A:.*]] = ssm.tile.load {{.*}}ssm.layout = #ssm.layout<channel: 2 x 8 by 1>, ssm.places = [#ssm.place<lane>]
  // CHECK-DAG: %[[B:.*]] = ssm.tile.load {{.*}}ssm.layout = #ssm.layout<channel: 1 x 16 by 4 near 2>, ssm.places = [#ssm.place<lane>]
  %dt = ssm.tile.load %d [#c] : memref<32xf32> -> !ssm.tile<channel: 16, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 16, state: 4, f32> {
  ^bb0(%hi: !ssm.tile<channel: 16, state: 4, f32>):
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 16, f32>
    // CHECK: ssm.tile.map(%{{.*}}, %[[A]])
    // CHECK-SAME: ssm.layout = #ssm.layout<time: 1 x 4 by 8, channel: 2 x 8 by 1>
    %m = ssm.tile.map (%ut, %dt) : (!ssm.tile<time: 8, channel: 16, f32>, !ssm.tile<channel: 16, f32>) -> !ssm.tile<time: 8, channel: 16, f32> {
    ^bb0(%e: f32, %f: f32):
      %0 = arith.mulf %e, %f : f32
      ssm.yield %0 : f32
    }
    // CHECK: ssm.tile.scan state(%{{.*}}) ins(%{{.*}}, %[[B]])
    %r, %hn = ssm.tile.scan state(%hi) ins(%m, %dt) : !ssm.tile<channel: 16, state: 4, f32>, (!ssm.tile<time: 8, channel: 16, f32>, !ssm.tile<channel: 16, f32>) -> !ssm.tile<time: 8, channel: 16, f32> {
    ^bb0(%s: f32, %e: f32, %f: f32):
      %0 = arith.mulf %s, %f : f32
      %1 = arith.addf %0, %e : f32
      ssm.yield %1, %1 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 16, state: 4, f32>
  }
  ssm.yield
}

// Must not copy: two scans agree about their one input.
// CHECK-LABEL: ssm.tile.kernel @agree
ssm.tile.kernel @agree(%u: memref<?x?x32xf32>, %d: memref<32xf32>, %y: memref<?x?x32xf32>, %z: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, stages = 1, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 32, f32>
  // CHECK: %[[D:.*]] = ssm.tile.load %arg1
  // CHECK-NOT: ssm.tile.load %arg1
  %dt = ssm.tile.load %d [#c] : memref<32xf32> -> !ssm.tile<channel: 32, f32>
  // CHECK: ssm.tile.for
  %h:2 = ssm.tile.for time init(%h0, %h0) : !ssm.tile<channel: 32, f32>, !ssm.tile<channel: 32, f32> {
  ^bb0(%gi: !ssm.tile<channel: 32, f32>, %hi: !ssm.tile<channel: 32, f32>):
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
    // CHECK: ssm.tile.scan state(%{{.*}}) ins(%{{.*}}, %[[D]])
    %r, %gn = ssm.tile.scan state(%gi) ins(%ut, %dt) : !ssm.tile<channel: 32, f32>, (!ssm.tile<time: 8, channel: 32, f32>, !ssm.tile<channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%s: f32, %e: f32, %f: f32):
      %0 = arith.mulf %s, %f : f32
      %1 = arith.addf %0, %e : f32
      ssm.yield %1, %1 : f32, f32
    }
    // CHECK: ssm.tile.scan state(%{{.*}}) ins(%{{.*}}, %[[D]])
    %q, %hn = ssm.tile.scan state(%hi) ins(%ut, %dt) : !ssm.tile<channel: 32, f32>, (!ssm.tile<time: 8, channel: 32, f32>, !ssm.tile<channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%s: f32, %e: f32, %f: f32):
      %0 = arith.addf %s, %f : f32
      %1 = arith.mulf %0, %e : f32
      ssm.yield %1, %1 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    ssm.tile.store %q, %z [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    ssm.yield %gn, %hn : !ssm.tile<channel: 32, f32>, !ssm.tile<channel: 32, f32>
  }
  ssm.yield
}

// Reads that a map takes on go through the chip, whence the map reads them as it
// likes; the map's result has one reader, a store, and stays in lanes.
// CHECK-LABEL: ssm.tile.kernel @read_on
ssm.tile.kernel @read_on(%u: memref<?x?x32xf32>, %y: memref<?x?x32xbf16>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, stages = 1, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 32, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 32, f32> {
  ^bb0(%hi: !ssm.tile<channel: 32, f32>):
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
    // CHECK: ssm.tile.scan
    // CHECK-SAME: ssm.places = [#ssm.place<chip {{.*}}>, #ssm.place<lane>]
    %r, %hn = ssm.tile.scan state(%hi) ins(%ut) : !ssm.tile<channel: 32, f32>, (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%s: f32, %e: f32):
      %0 = arith.addf %s, %e : f32
      ssm.yield %0, %0 : f32, f32
    }
    // CHECK: ssm.tile.map
    // CHECK-SAME: ssm.layout = #ssm.layout<time: 1 x 2 by 16, channel: 2 x 16 by 1>
    // CHECK-SAME: ssm.places = [#ssm.place<lane>]
    %o = ssm.tile.map (%r) : (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, bf16> {
    ^bb0(%e: f32):
      %0 = arith.truncf %e : f32 to bf16
      ssm.yield %0 : bf16
    }
    // CHECK: ssm.tile.store
    // CHECK-SAME: ssm.layout = #ssm.layout<time: 1 x 2 by 16, channel: 2 x 16 by 1>
    ssm.tile.store %o, %y [#btc] : !ssm.tile<time: 8, channel: 32, bf16>, memref<?x?x32xbf16>
    ssm.yield %hn : !ssm.tile<channel: 32, f32>
  }
  ssm.yield
}

// A state that the scan starts from, and that a map has made, takes the scan's
// layout; so does the map.
// CHECK-LABEL: ssm.tile.kernel @spread
ssm.tile.kernel @spread(%u: memref<?x?x32xf32>, %g: memref<32xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 16>, #ssm.extent<state = 4, tile = 4>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 16, stages = 1, lanes = 2, owner = warp>} {
  // CHECK: ssm.tile.load
  // CHECK-SAME: ssm.layout = #ssm.layout<channel: 1 x 16 by 4 near 2>
  %gt = ssm.tile.load %g [#c] : memref<32xf32> -> !ssm.tile<channel: 16, f32>
  // CHECK: ssm.tile.map
  // CHECK-SAME: ssm.layout = #ssm.layout<channel: 1 x 16 by 4 near 2, state: 2 x 2 by 2>
  // CHECK-SAME: ssm.places = [#ssm.place<lane>]
  %h0 = ssm.tile.map (%gt) : (!ssm.tile<channel: 16, f32>) -> !ssm.tile<channel: 16, state: 4, f32> {
  ^bb0(%e: f32):
    %0 = arith.mulf %e, %e : f32
    ssm.yield %0 : f32
  }
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 16, state: 4, f32> {
  ^bb0(%hi: !ssm.tile<channel: 16, state: 4, f32>):
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 16, f32>
    %r, %hn = ssm.tile.scan state(%hi) ins(%ut) : !ssm.tile<channel: 16, state: 4, f32>, (!ssm.tile<time: 8, channel: 16, f32>) -> !ssm.tile<time: 8, channel: 16, f32> {
    ^bb0(%s: f32, %e: f32):
      %0 = arith.addf %s, %e : f32
      ssm.yield %0, %0 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 16, state: 4, f32>
  }
  ssm.yield
}
