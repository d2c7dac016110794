// RUN: ssm-opt %s --ssm-place --ssm-to-gpu | FileCheck %s

// A kernel without a recurrence is written twice, for cells inside all extents
// and with checks.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// CHECK-LABEL: llvm.func @symbolic(
// CHECK: %[[FULL:.*]] = arith.cmpi sge
// CHECK: scf.if %[[FULL]] {
// CHECK-NOT: scf.if
// CHECK: llvm.load
// CHECK-NOT: scf.if
// CHECK: llvm.store
// CHECK: } else {
// CHECK: scf.if
// CHECK: llvm.load
// CHECK: scf.if
// CHECK: llvm.store
ssm.tile.kernel @symbolic(%x: memref<?x?x64xf32>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 64, warps = 2>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
  ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}

// Must not fire: every cell is full.
// CHECK-LABEL: llvm.func @static(
// CHECK-NOT: scf.if
// CHECK: llvm.load
// CHECK-NOT: scf.if
// CHECK: llvm.return
ssm.tile.kernel @static(%x: memref<?x16x64xf32>, %y: memref<?x16x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = 16, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 64, warps = 2>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x16x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
  ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<?x16x64xf32>
  ssm.yield
}

// A window reaches back: cells at the first tokens are checked as well.
// CHECK-LABEL: llvm.func @window(
// CHECK: %[[REACH:.*]] = arith.constant 3 : i64
// CHECK: %[[BEHIND:.*]] = arith.cmpi sge, %{{.*}}, %[[REACH]]
// CHECK: %[[BOTH:.*]] = arith.andi %{{.*}}, %[[BEHIND]]
// CHECK: %[[ALL:.*]] = arith.andi %[[BOTH]], %{{.*}}
// CHECK: scf.if %[[ALL]] {
// CHECK-NOT: scf.if
// CHECK: } else {
// What does not exist reads as zero.
// CHECK: scf.if %{{.*}} -> (vector<4xf32>) {
// CHECK: llvm.load
// CHECK: } else {
// CHECK: %[[ZERO:.*]] = arith.constant dense<0.0
// CHECK: scf.yield %[[ZERO]]
ssm.tile.kernel @window(%x: memref<?x?x64xf32>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 64, warps = 2>} {
  %0 = ssm.tile.load %x [affine_map<(b, t, c, n, k) -> (b, t - 3, c)>] : memref<?x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
  ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}

// Must not be written twice: a recurrence, whose body is big.
// CHECK-LABEL: llvm.func @recurrent(
// CHECK-COUNT-8: math.exp2
// CHECK-NOT: math.exp2
ssm.tile.kernel @recurrent(%x: memref<?x?x32xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 32, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 32, f32> {
  ^bb0(%hi: !ssm.tile<channel: 32, f32>):
    %ut = ssm.tile.load %x [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
    %r, %hn = ssm.tile.scan state(%hi) ins(%ut) : !ssm.tile<channel: 32, f32>, (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%s: f32, %e: f32):
      %0 = math.exp2 %e : f32
      %1 = arith.addf %s, %0 : f32
      ssm.yield %1, %1 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 32, f32>
  }
  ssm.yield
}
