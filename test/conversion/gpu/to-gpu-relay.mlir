// RUN: ssm-opt %s --ssm-place --ssm-to-gpu | FileCheck %s

// Segments along time: an owner takes its turn from a counter, all cells' first
// segments first, waits for the flag of its cell, walks its tiles and passes on
// what the loop carries. What follows the loop is the last owner's to do.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#bc = affine_map<(b, t, c, n, k) -> (b, c)>

// CHECK-LABEL: llvm.func @by_warps(
// CHECK-SAME: %[[BATCH:[a-z0-9]+]]: i64, %{{.*}}: i64, %[[MEMORY:[a-z0-9]+]]: !llvm.ptr<1>)
// CHECK-SAME: ssm.carry_bytes = 128 : i64
// CHECK-SAME: ssm.segments = 4 : i64
// CHECK: llvm.atomicrmw add %[[MEMORY]], %{{.*}} syncscope("device") monotonic
// CHECK: %[[TURN:.*]] = nvvm.shfl.sync idx
// CHECK: %[[BLOCKS:.*]] = nvvm.read.ptx.sreg.nctaid.x
// CHECK: %[[CELLS:.*]] = arith.divui %[[BLOCKS]], %c4_i32
// CHECK: %[[SEGMENT:.*]] = arith.divui %[[TURN]], %[[CELLS]]
// CHECK: %[[CELL:.*]] = arith.remui %[[TURN]], %[[CELLS]]

// The first owner starts with the tile that the loop starts with.
// CHECK: %[[LATER:.*]] = arith.cmpi ne, %[[SEGMENT]], %c0_i32
// CHECK: %[[INITIAL:.*]] = scf.if %[[LATER]] -> (f32) {
// CHECK: scf.while
// CHECK: llvm.load %[[FLAG:.*]] atomic syncscope("device") acquire
// CHECK: arith.cmpi ne, %{{.*}}, %[[SEGMENT]]
// CHECK: nvvm.nanosleep
// CHECK: nvvm.bar.warp.sync
// CHECK: llvm.load %{{.*}} : !llvm.ptr<1> -> f32
// CHECK: %[[FINAL:.*]] = scf.for {{.*}} iter_args(%{{.*}} = %[[INITIAL]])
// CHECK: arith.cmpi slt, %[[SEGMENT]], %c3_i32
// CHECK: llvm.store %[[FINAL]], %{{.*}} : f32, !llvm.ptr<1>
// CHECK: nvvm.bar.warp.sync
// CHECK: llvm.store %{{.*}}, %[[FLAG]] atomic syncscope("device") release
// CHECK: %[[LAST:.*]] = arith.cmpi eq, %[[SEGMENT]], %c3_i32
// CHECK: scf.if %[[LAST]]
// CHECK: llvm.store %{{.*}}, %{{.*}} : f32, !llvm.ptr<1>
ssm.tile.kernel @by_warps(%u: memref<?x?x32xf32>, %h0: memref<?x32xf32>, %y: memref<?x?x32xf32>, %h1: memref<?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, stages = 2, segments = 4, owner = warp>} {
  %s0 = ssm.tile.load %h0 [#bc] : memref<?x32xf32> -> !ssm.tile<channel: 32, f32>
  %s1 = ssm.tile.for time init(%s0) : !ssm.tile<channel: 32, f32> {
  ^bb0(%s: !ssm.tile<channel: 32, f32>):
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
    %r, %sn = ssm.tile.scan state(%s) ins(%ut) : !ssm.tile<channel: 32, f32>, (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%e: f32, %ue: f32):
      %0 = arith.addf %e, %ue : f32
      ssm.yield %0, %0 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    ssm.yield %sn : !ssm.tile<channel: 32, f32>
  }
  ssm.tile.store %s1, %h1 [#bc] : !ssm.tile<channel: 32, f32>, memref<?x32xf32>
  ssm.yield
}

// A block's warps read the number of their turn on chip.
// CHECK-LABEL: llvm.func @by_blocks(
// CHECK: %[[OWN:.*]] = llvm.atomicrmw add
// CHECK: llvm.store %[[OWN]], %{{.*}} : i32, !llvm.ptr<3>
// CHECK: nvvm.barrier
// CHECK: llvm.load %{{.*}} : !llvm.ptr<3> -> i32
ssm.tile.kernel @by_blocks(%u: memref<?x?x64xf32>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 64, stages = 2, segments = 2, warps = 2>} {
  %s0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 64, f32>
  %s1 = ssm.tile.for time init(%s0) : !ssm.tile<channel: 64, f32> {
  ^bb0(%s: !ssm.tile<channel: 64, f32>):
    %ut = ssm.tile.load %u [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
    %r, %sn = ssm.tile.scan state(%s) ins(%ut) : !ssm.tile<channel: 64, f32>, (!ssm.tile<time: 8, channel: 64, f32>) -> !ssm.tile<time: 8, channel: 64, f32> {
    ^bb0(%e: f32, %ue: f32):
      %0 = arith.addf %e, %ue : f32
      ssm.yield %0, %0 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<?x?x64xf32>
    ssm.yield %sn : !ssm.tile<channel: 64, f32>
  }
  ssm.yield
}

// Must not take turns: one segment is the whole of time.
// CHECK-LABEL: llvm.func @one_segment(
// CHECK-NOT: llvm.atomicrmw
// CHECK: llvm.return
ssm.tile.kernel @one_segment(%u: memref<?x?x32xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, stages = 2, owner = warp>} {
  %s0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 32, f32>
  %s1 = ssm.tile.for time init(%s0) : !ssm.tile<channel: 32, f32> {
  ^bb0(%s: !ssm.tile<channel: 32, f32>):
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
    %r, %sn = ssm.tile.scan state(%s) ins(%ut) : !ssm.tile<channel: 32, f32>, (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%e: f32, %ue: f32):
      %0 = arith.addf %e, %ue : f32
      ssm.yield %0, %0 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    ssm.yield %sn : !ssm.tile<channel: 32, f32>
  }
  ssm.yield
}

// Two states are passed on, a slot of each lane for each.
// CHECK-LABEL: llvm.func @two_states(
// CHECK-SAME: ssm.carry_bytes = 256 : i64
// CHECK: %[[INITIAL:.*]]:2 = scf.if %{{.*}} -> (f32, f32) {
// CHECK: %[[FINAL:.*]]:2 = scf.for {{.*}} iter_args(%{{.*}} = %[[INITIAL]]#0, %{{.*}} = %[[INITIAL]]#1)
// CHECK: llvm.store %[[FINAL]]#0, %{{.*}} : f32, !llvm.ptr<1>
// CHECK: llvm.store %[[FINAL]]#1, %{{.*}} : f32, !llvm.ptr<1>
ssm.tile.kernel @two_states(%u: memref<?x?x32xf32>, %y: memref<?x?x32xf32>, %h1: memref<?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, stages = 2, segments = 4, owner = warp>} {
  %s0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 32, f32>
  %s1:2 = ssm.tile.for time init(%s0, %s0) : !ssm.tile<channel: 32, f32>, !ssm.tile<channel: 32, f32> {
  ^bb0(%s: !ssm.tile<channel: 32, f32>, %t: !ssm.tile<channel: 32, f32>):
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
    %r:3 = ssm.tile.scan state(%s, %t) ins(%ut) : !ssm.tile<channel: 32, f32>, !ssm.tile<channel: 32, f32>, (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%e: f32, %f: f32, %ue: f32):
      %0 = arith.addf %e, %ue : f32
      ssm.yield %f, %0, %0 : f32, f32, f32
    }
    ssm.tile.store %r#0, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    ssm.yield %r#1, %r#2 : !ssm.tile<channel: 32, f32>, !ssm.tile<channel: 32, f32>
  }
  ssm.tile.store %s1#1, %h1 [#bc] : !ssm.tile<channel: 32, f32>, memref<?x32xf32>
  ssm.yield
}
