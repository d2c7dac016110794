// RUN: ssm-opt %s --ssm-place --ssm-to-gpu | FileCheck %s

// Lanes that share the chip wait for each other: those of a warp alone where a
// warp owns the tile, else those of the block.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// In each round: one barrier after the copies of the tile have come, one between
// the stores of the map and the loads of the scan.
// CHECK-LABEL: llvm.func @warp(
// CHECK-NOT: nvvm.barrier
// CHECK: scf.for
// CHECK-NOT: nvvm.barrier
// CHECK: nvvm.cp.async.wait.group
// CHECK: nvvm.bar.warp.sync
// CHECK-NOT: nvvm.bar
// CHECK: llvm.store %{{.*}} !llvm.ptr<3>
// CHECK-NOT: llvm.load {{.*}} !llvm.ptr<3>
// CHECK: nvvm.bar.warp.sync
// CHECK: llvm.load {{.*}} !llvm.ptr<3>
// CHECK-NOT: nvvm.bar
ssm.tile.kernel @warp(%x: memref<?x?x32xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, stages = 2, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 32, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 32, f32> {
  ^bb0(%hi: !ssm.tile<channel: 32, f32>):
    %ut = ssm.tile.load %x [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
    %m = ssm.tile.map (%ut) : (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%e: f32):
      %0 = arith.mulf %e, %e : f32
      ssm.yield %0 : f32
    }
    %r, %hn = ssm.tile.scan state(%hi) ins(%m) : !ssm.tile<channel: 32, f32>, (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%s: f32, %e: f32):
      %0 = arith.addf %s, %e : f32
      ssm.yield %0, %0 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 32, f32>
  }
  ssm.yield
}

// CHECK-LABEL: llvm.func @block(
// CHECK-NOT: nvvm.bar.warp.sync
// CHECK: scf.for
// CHECK: nvvm.cp.async.wait.group
// CHECK: nvvm.barrier
// CHECK-NOT: nvvm.bar
// CHECK: llvm.store %{{.*}} !llvm.ptr<3>
// CHECK: nvvm.barrier
// CHECK: llvm.load {{.*}} !llvm.ptr<3>
// CHECK-NOT: nvvm.bar
ssm.tile.kernel @block(%x: memref<?x?x64xf32>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 64, stages = 2, owner = block, warps = 2>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 64, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 64, f32> {
  ^bb0(%hi: !ssm.tile<channel: 64, f32>):
    %ut = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
    %m = ssm.tile.map (%ut) : (!ssm.tile<time: 8, channel: 64, f32>) -> !ssm.tile<time: 8, channel: 64, f32> {
    ^bb0(%e: f32):
      %0 = arith.mulf %e, %e : f32
      ssm.yield %0 : f32
    }
    %r, %hn = ssm.tile.scan state(%hi) ins(%m) : !ssm.tile<channel: 64, f32>, (!ssm.tile<time: 8, channel: 64, f32>) -> !ssm.tile<time: 8, channel: 64, f32> {
    ^bb0(%s: f32, %e: f32):
      %0 = arith.addf %s, %e : f32
      ssm.yield %0, %0 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<?x?x64xf32>
    ssm.yield %hn : !ssm.tile<channel: 64, f32>
  }
  ssm.yield
}

// Must not wait: nothing is on the chip.
// CHECK-LABEL: llvm.func @lanes(
// CHECK-NOT: nvvm.bar
ssm.tile.kernel @lanes(%x: memref<?x?x64xf32>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 64, warps = 2>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
  ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}
