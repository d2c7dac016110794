// RUN: ssm-opt %s --ssm-place --ssm-to-gpu | FileCheck %s

// A recurrence walks the tokens of a tile unrolled. The lanes of a channel add up
// their reads by reduce-scatter: of n lanes, n - 1 shuffles for n tokens, after
// which each lane has the sum of one token.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#cn = affine_map<(b, t, c, n, k) -> (c, n)>
#bcn = affine_map<(b, t, c, n, k) -> (b, c, n)>

// Must not shuffle: a channel's states are in one lane.
// CHECK-LABEL: llvm.func @one_lane(
// CHECK-NOT: nvvm.shfl
// CHECK: llvm.return
ssm.tile.kernel @one_lane(%u: memref<?x?x32xf32>, %a: memref<32x4xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>, #ssm.extent<state = 4, tile = 4>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, stages = 2, lanes = 1, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 32, state: 4, f32>
  %at = ssm.tile.load %a [#cn] : memref<32x4xf32> -> !ssm.tile<channel: 32, state: 4, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 32, state: 4, f32> {
  ^bb0(%hi: !ssm.tile<channel: 32, state: 4, f32>):
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
    %r, %hn = ssm.tile.scan state(%hi) ins(%ut, %at) : !ssm.tile<channel: 32, state: 4, f32>, (!ssm.tile<time: 8, channel: 32, f32>, !ssm.tile<channel: 32, state: 4, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%s: f32, %ue: f32, %ae: f32):
      %0 = math.exp2 %ae : f32
      %1 = arith.mulf %0, %s : f32
      %2 = arith.addf %1, %ue : f32
      ssm.yield %2, %2 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 32, state: 4, f32>
  }
  ssm.yield
}

// CHECK-LABEL: llvm.func @two_lanes(
// CHECK-COUNT-4: nvvm.shfl.sync bfly
// CHECK-NOT: nvvm.shfl
ssm.tile.kernel @two_lanes(%u: memref<?x?x32xf32>, %a: memref<32x4xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 16>, #ssm.extent<state = 4, tile = 4>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 16, stages = 2, lanes = 2, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 16, state: 4, f32>
  %at = ssm.tile.load %a [#cn] : memref<32x4xf32> -> !ssm.tile<channel: 16, state: 4, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 16, state: 4, f32> {
  ^bb0(%hi: !ssm.tile<channel: 16, state: 4, f32>):
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 16, f32>
    %r, %hn = ssm.tile.scan state(%hi) ins(%ut, %at) : !ssm.tile<channel: 16, state: 4, f32>, (!ssm.tile<time: 8, channel: 16, f32>, !ssm.tile<channel: 16, state: 4, f32>) -> !ssm.tile<time: 8, channel: 16, f32> {
    ^bb0(%s: f32, %ue: f32, %ae: f32):
      %0 = math.exp2 %ae : f32
      %1 = arith.mulf %0, %s : f32
      %2 = arith.addf %1, %ue : f32
      ssm.yield %2, %2 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 16, state: 4, f32>
  }
  ssm.yield
}

// The lane sends the half it does not keep: four values to the lane four on, two
// to the one two on, one to its neighbour.
// CHECK-LABEL: llvm.func @eight_lanes(
// CHECK: %[[UPPER:.*]] = arith.cmpi ne
// CHECK: %[[SENT:.*]] = arith.select %[[UPPER]], %[[X:.*]], %[[Y:.*]] : f32
// CHECK: %[[OWN:.*]] = arith.select %[[UPPER]], %[[Y]], %[[X]] : f32
// CHECK: %[[EIGHT:.*]] = arith.constant 8 : i32
// CHECK: %[[GOT:.*]] = nvvm.shfl.sync bfly %{{.*}}, %[[SENT]], %[[EIGHT]]
// CHECK: arith.addf %[[OWN]], %[[GOT]]
// CHECK-COUNT-6: nvvm.shfl.sync bfly
// CHECK-NOT: nvvm.shfl
ssm.tile.kernel @eight_lanes(%u: memref<?x?x32xf32>, %a: memref<32x16xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 4>, #ssm.extent<state = 16, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 4, stages = 2, lanes = 8, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 4, state: 16, f32>
  %at = ssm.tile.load %a [#cn] : memref<32x16xf32> -> !ssm.tile<channel: 4, state: 16, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 4, state: 16, f32> {
  ^bb0(%hi: !ssm.tile<channel: 4, state: 16, f32>):
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 4, f32>
    %r, %hn = ssm.tile.scan state(%hi) ins(%ut, %at) : !ssm.tile<channel: 4, state: 16, f32>, (!ssm.tile<time: 8, channel: 4, f32>, !ssm.tile<channel: 4, state: 16, f32>) -> !ssm.tile<time: 8, channel: 4, f32> {
    ^bb0(%s: f32, %ue: f32, %ae: f32):
      %0 = math.exp2 %ae : f32
      %1 = arith.mulf %0, %s : f32
      %2 = arith.addf %1, %ue : f32
      ssm.yield %2, %2 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 4, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 4, state: 16, f32>
  }
  ssm.yield
}

// The last lanes have no third state: what they read does not count.
// CHECK-LABEL: llvm.func @odd_states(
// CHECK: math.exp2
// CHECK: %[[VALID:.*]] = arith.cmpi slt
// CHECK: %[[ZERO:.*]] = arith.constant 0.0
// CHECK: arith.select %[[VALID]], %{{.*}}, %[[ZERO]] : f32
ssm.tile.kernel @odd_states(%u: memref<?x?x32xf32>, %a: memref<32x3xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 16>, #ssm.extent<state = 3, tile = 3>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 16, stages = 2, lanes = 2, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 16, state: 3, f32>
  %at = ssm.tile.load %a [#cn] : memref<32x3xf32> -> !ssm.tile<channel: 16, state: 3, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 16, state: 3, f32> {
  ^bb0(%hi: !ssm.tile<channel: 16, state: 3, f32>):
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 16, f32>
    %r, %hn = ssm.tile.scan state(%hi) ins(%ut, %at) : !ssm.tile<channel: 16, state: 3, f32>, (!ssm.tile<time: 8, channel: 16, f32>, !ssm.tile<channel: 16, state: 3, f32>) -> !ssm.tile<time: 8, channel: 16, f32> {
    ^bb0(%s: f32, %ue: f32, %ae: f32):
      %0 = math.exp2 %ae : f32
      %1 = arith.mulf %0, %s : f32
      %2 = arith.addf %1, %ue : f32
      ssm.yield %2, %2 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 16, state: 3, f32>
  }
  ssm.yield
}

// The state is stored after the loop: tokens beyond the length must leave it
// alone. A tile is walked in two ways, without guards where it is full.
// CHECK-LABEL: llvm.func @final_state(
// CHECK: scf.for
// CHECK: nvvm.cp.async.commit.group
// CHECK: %[[FULL:.*]] = arith.cmpi sge
// CHECK: scf.if %[[FULL]] -> (f32, f32, f32, f32)
// CHECK-NOT: scf.if
// CHECK-COUNT-8: math.exp2
// CHECK-NOT: math.exp2
// CHECK: } else {
// CHECK: %[[TOKEN:.*]] = arith.constant 0 : i32
// CHECK: %[[EXISTS:.*]] = arith.cmpi slt, %[[TOKEN]], %{{.*}}
// CHECK: scf.if %[[EXISTS]]
// CHECK: math.exp2
ssm.tile.kernel @final_state(%u: memref<?x?x32xf32>, %a: memref<32x4xf32>, %y: memref<?x?x32xf32>, %last: memref<?x32x4xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 32, tile = 16>, #ssm.extent<state = 4, tile = 4>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 4, channels = 16, stages = 2, lanes = 2, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 16, state: 4, f32>
  %at = ssm.tile.load %a [#cn] : memref<32x4xf32> -> !ssm.tile<channel: 16, state: 4, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 16, state: 4, f32> {
  ^bb0(%hi: !ssm.tile<channel: 16, state: 4, f32>):
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 4, channel: 16, f32>
    %r, %hn = ssm.tile.scan state(%hi) ins(%ut, %at) : !ssm.tile<channel: 16, state: 4, f32>, (!ssm.tile<time: 4, channel: 16, f32>, !ssm.tile<channel: 16, state: 4, f32>) -> !ssm.tile<time: 4, channel: 16, f32> {
    ^bb0(%s: f32, %ue: f32, %ae: f32):
      %0 = math.exp2 %ae : f32
      %1 = arith.mulf %0, %s : f32
      %2 = arith.addf %1, %ue : f32
      ssm.yield %2, %2 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 4, channel: 16, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 16, state: 4, f32>
  }
  ssm.tile.store %h, %last [#bcn] : !ssm.tile<channel: 16, state: 4, f32>, memref<?x32x4xf32>
  ssm.yield
}

// Must not guard: nobody reads the state after the last token.
// CHECK-LABEL: llvm.func @no_final_state(
// CHECK: scf.for
// CHECK: nvvm.cp.async.commit.group
// CHECK-NOT: scf.if
// CHECK-COUNT-8: math.exp2
// CHECK-NOT: math.exp2
ssm.tile.kernel @no_final_state(%u: memref<?x?x32xf32>, %a: memref<32x4xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 32, tile = 16>, #ssm.extent<state = 4, tile = 4>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 4, channels = 16, stages = 2, lanes = 2, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 16, state: 4, f32>
  %at = ssm.tile.load %a [#cn] : memref<32x4xf32> -> !ssm.tile<channel: 16, state: 4, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 16, state: 4, f32> {
  ^bb0(%hi: !ssm.tile<channel: 16, state: 4, f32>):
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 4, channel: 16, f32>
    %r, %hn = ssm.tile.scan state(%hi) ins(%ut, %at) : !ssm.tile<channel: 16, state: 4, f32>, (!ssm.tile<time: 4, channel: 16, f32>, !ssm.tile<channel: 16, state: 4, f32>) -> !ssm.tile<time: 4, channel: 16, f32> {
    ^bb0(%s: f32, %ue: f32, %ae: f32):
      %0 = math.exp2 %ae : f32
      %1 = arith.mulf %0, %s : f32
      %2 = arith.addf %1, %ue : f32
      ssm.yield %2, %2 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 4, channel: 16, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 16, state: 4, f32>
  }
  ssm.yield
}
