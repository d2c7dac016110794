// RUN: ssm-opt %s --ssm-place | FileCheck %s

// A lane owns a part of the states of one channel: with one lane all of them,
// with more, runs of neighbours dealt out in turn. Lanes of a channel are
// neighbours; so are, one stride further, its reads along time.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btn = affine_map<(b, t, c, n, k) -> (b, t, n)>
#cn = affine_map<(b, t, c, n, k) -> (c, n)>

// CHECK-LABEL: ssm.tile.kernel @one_lane
ssm.tile.kernel @one_lane(%u: memref<?x?x32xf32>, %b: memref<?x?x16xf32>, %a: memref<32x16xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>, #ssm.extent<state = 16, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, stages = 2, lanes = 1, owner = warp>} {
  // The state starts in the layout of the recurrence, and stays in lanes.
  // CHECK: ssm.tile.fill
  // CHECK-SAME: ssm.layout = #ssm.layout<channel: 1 x 32 by 1, state: 1 x 1 by 1>
  // CHECK-SAME: ssm.places = [#ssm.place<lane>]
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 32, state: 16, f32>
  // What has no time axis comes to the lanes that want it, not to the chip.
  // CHECK: ssm.tile.load
  // CHECK-SAME: ssm.layout = #ssm.layout<channel: 1 x 32 by 1, state: 1 x 1 by 1>
  // CHECK-SAME: ssm.places = [#ssm.place<lane>]
  %at = ssm.tile.load %a [#cn] : memref<32x16xf32> -> !ssm.tile<channel: 32, state: 16, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 32, state: 16, f32> {
  ^bb0(%hi: !ssm.tile<channel: 32, state: 16, f32>):
    // CHECK: ssm.tile.load {{.*}}#ssm.place<chip
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
    // CHECK: ssm.tile.load {{.*}}#ssm.place<chip
    %bt = ssm.tile.load %b [#btn] : memref<?x?x16xf32> -> !ssm.tile<time: 8, state: 16, f32>
    // The read and the state after.
    // CHECK: ssm.tile.scan
    // CHECK-SAME: ssm.layout = #ssm.layout<channel: 1 x 32 by 1, state: 1 x 1 by 1>
    // CHECK-SAME: ssm.places = [#ssm.place<lane>, #ssm.place<lane>]
    %r, %hn = ssm.tile.scan state(%hi) ins(%ut, %bt, %at) : !ssm.tile<channel: 32, state: 16, f32>, (!ssm.tile<time: 8, channel: 32, f32>, !ssm.tile<time: 8, state: 16, f32>, !ssm.tile<channel: 32, state: 16, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%s: f32, %ue: f32, %be: f32, %ae: f32):
      %0 = arith.mulf %ae, %s : f32
      %1 = arith.mulf %ue, %be : f32
      %2 = arith.addf %0, %1 : f32
      ssm.yield %2, %2 : f32, f32
    }
    // CHECK: ssm.tile.store
    // CHECK-SAME: ssm.layout = #ssm.layout<time: 1 x 1 by 1, channel: 1 x 32 by 1>
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 32, state: 16, f32>
  }
  ssm.yield
}

// Two lanes: runs of four states; the lanes hold every other token's read.
// CHECK-LABEL: ssm.tile.kernel @two_lanes
ssm.tile.kernel @two_lanes(%u: memref<?x?x32xf32>, %b: memref<?x?x16xf32>, %a: memref<32x16xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 16>, #ssm.extent<state = 16, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 16, stages = 2, lanes = 2, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 16, state: 16, f32>
  %at = ssm.tile.load %a [#cn] : memref<32x16xf32> -> !ssm.tile<channel: 16, state: 16, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 16, state: 16, f32> {
  ^bb0(%hi: !ssm.tile<channel: 16, state: 16, f32>):
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 16, f32>
    %bt = ssm.tile.load %b [#btn] : memref<?x?x16xf32> -> !ssm.tile<time: 8, state: 16, f32>
    // CHECK: ssm.tile.scan
    // CHECK-SAME: ssm.layout = #ssm.layout<channel: 1 x 16 by 4 near 2, state: 4 x 2 by 2>
    %r, %hn = ssm.tile.scan state(%hi) ins(%ut, %bt, %at) : !ssm.tile<channel: 16, state: 16, f32>, (!ssm.tile<time: 8, channel: 16, f32>, !ssm.tile<time: 8, state: 16, f32>, !ssm.tile<channel: 16, state: 16, f32>) -> !ssm.tile<time: 8, channel: 16, f32> {
    ^bb0(%s: f32, %ue: f32, %be: f32, %ae: f32):
      %0 = arith.mulf %ae, %s : f32
      %1 = arith.mulf %ue, %be : f32
      %2 = arith.addf %0, %1 : f32
      ssm.yield %2, %2 : f32, f32
    }
    // CHECK: ssm.tile.store
    // CHECK-SAME: ssm.layout = #ssm.layout<time: 1 x 2 by 2, channel: 1 x 16 by 4 near 2>
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 16, state: 16, f32>
  }
  ssm.yield
}

// Eight lanes and a block of two warps: runs of two states, for runs of four
// would leave half of the lanes without one.
// CHECK-LABEL: ssm.tile.kernel @eight_lanes
ssm.tile.kernel @eight_lanes(%u: memref<?x?x32xf32>, %b: memref<?x?x16xf32>, %a: memref<32x16xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 16>, #ssm.extent<state = 16, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 16, stages = 2, lanes = 8, owner = block, warps = 2>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 16, state: 16, f32>
  %at = ssm.tile.load %a [#cn] : memref<32x16xf32> -> !ssm.tile<channel: 16, state: 16, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 16, state: 16, f32> {
  ^bb0(%hi: !ssm.tile<channel: 16, state: 16, f32>):
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 16, f32>
    %bt = ssm.tile.load %b [#btn] : memref<?x?x16xf32> -> !ssm.tile<time: 8, state: 16, f32>
    // CHECK: ssm.tile.scan
    // CHECK-SAME: ssm.layout = #ssm.layout<channel: 1 x 8 by 16 near 2, state: 2 x 8 by 2>
    %r, %hn = ssm.tile.scan state(%hi) ins(%ut, %bt, %at) : !ssm.tile<channel: 16, state: 16, f32>, (!ssm.tile<time: 8, channel: 16, f32>, !ssm.tile<time: 8, state: 16, f32>, !ssm.tile<channel: 16, state: 16, f32>) -> !ssm.tile<time: 8, channel: 16, f32> {
    ^bb0(%s: f32, %ue: f32, %be: f32, %ae: f32):
      %0 = arith.mulf %ae, %s : f32
      %1 = arith.mulf %ue, %be : f32
      %2 = arith.addf %0, %1 : f32
      ssm.yield %2, %2 : f32, f32
    }
    // CHECK: ssm.tile.store
    // CHECK-SAME: ssm.layout = #ssm.layout<time: 1 x 8 by 2, channel: 1 x 8 by 16 near 2>
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 16, state: 16, f32>
  }
  ssm.yield
}

// A recurrence without a state axis: every lane its own channel, and the reads
// where the states are.
// CHECK-LABEL: ssm.tile.kernel @no_state_axis
ssm.tile.kernel @no_state_axis(%u: memref<?x?x32xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, stages = 2, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 32, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 32, f32> {
  ^bb0(%hi: !ssm.tile<channel: 32, f32>):
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
    // CHECK: ssm.tile.scan
    // CHECK-SAME: ssm.layout = #ssm.layout<channel: 1 x 32 by 1>
    %r, %hn = ssm.tile.scan state(%hi) ins(%ut) : !ssm.tile<channel: 32, f32>, (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%s: f32, %ue: f32):
      %0 = arith.addf %s, %ue : f32
      ssm.yield %0, %0 : f32, f32
    }
    // CHECK: ssm.tile.store
    // CHECK-SAME: ssm.layout = #ssm.layout<time: 1 x 1 by 1, channel: 1 x 32 by 1>
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 32, f32>
  }
  ssm.yield
}

// Two states lie in the same lanes; the second is no input, so that it does not
// come from the chip.
// CHECK-LABEL: ssm.tile.kernel @two_states
ssm.tile.kernel @two_states(%u: memref<?x?x32xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 16>, #ssm.extent<state = 4, tile = 4>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 16, stages = 2, lanes = 2, owner = warp>} {
  // CHECK: ssm.tile.fill
  // CHECK-SAME: ssm.layout = #ssm.layout<channel: 1 x 16 by 4 near 2, state: 2 x 2 by 2>
  // CHECK-SAME: ssm.places = [#ssm.place<lane>]
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 16, state: 4, f32>
  %h:2 = ssm.tile.for time init(%h0, %h0) : !ssm.tile<channel: 16, state: 4, f32>, !ssm.tile<channel: 16, state: 4, f32> {
  ^bb0(%p: !ssm.tile<channel: 16, state: 4, f32>, %q: !ssm.tile<channel: 16, state: 4, f32>):
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 16, f32>
    // CHECK: ssm.tile.scan
    // CHECK-SAME: ssm.places = [#ssm.place<lane>, #ssm.place<lane>, #ssm.place<lane>]
    %r:3 = ssm.tile.scan state(%p, %q) ins(%ut) : !ssm.tile<channel: 16, state: 4, f32>, !ssm.tile<channel: 16, state: 4, f32>, (!ssm.tile<time: 8, channel: 16, f32>) -> !ssm.tile<time: 8, channel: 16, f32> {
    ^bb0(%s: f32, %t: f32, %ue: f32):
      %0 = arith.addf %t, %ue : f32
      ssm.yield %0, %s, %0 : f32, f32, f32
    }
    ssm.tile.store %r#0, %y [#btc] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x32xf32>
    ssm.yield %r#1, %r#2 : !ssm.tile<channel: 16, state: 4, f32>, !ssm.tile<channel: 16, state: 4, f32>
  }
  ssm.yield
}
