// RUN: ssm-opt %s --ssm-place | FileCheck %s --check-prefix=PLACE
// RUN: ssm-opt %s --ssm-place --ssm-to-gpu | FileCheck %s --check-prefix=CODE

// Two lanes of a channel leave their reads on chip side by side; whoever reads
// them adds them up. They share no memory with what the scan reads.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btn = affine_map<(b, t, c, n, k) -> (b, t, n)>

// PLACE-LABEL: @two_lanes
// PLACE-SAME: ssm.chip_bytes = 2304
// CODE-LABEL: llvm.func @two_lanes(
// CODE-NOT: nvvm.shfl
// CODE: llvm.return
ssm.tile.kernel @two_lanes(%u: memref<?x?x32xf32>, %c: memref<?x?x4xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 16>, #ssm.extent<state = 4, tile = 4>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 16, stages = 2, lanes = 2, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 16, state: 4, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 16, state: 4, f32> {
  ^bb0(%hi: !ssm.tile<channel: 16, state: 4, f32>):
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 16, f32>
    %ct = ssm.tile.load %c [#btn] : memref<?x?x4xf32> -> !ssm.tile<time: 8, state: 4, f32>
    // PLACE: ssm.tile.scan
    // PLACE-SAME: ssm.places = [#ssm.place<chip offset {{[0-9]+}} strides [128, 8] parts 2>
    %r, %hn = ssm.tile.scan state(%hi) ins(%ut, %ct) : !ssm.tile<channel: 16, state: 4, f32>, (!ssm.tile<time: 8, channel: 16, f32>, !ssm.tile<time: 8, state: 4, f32>) -> !ssm.tile<time: 8, channel: 16, f32> {
    ^bb0(%s: f32, %ue: f32, %ce: f32):
      %0 = arith.addf %s, %ue : f32
      %1 = arith.mulf %0, %ce : f32
      ssm.yield %0, %1 : f32, f32
    }
    %m = ssm.tile.map (%r, %ut) : (!ssm.tile<time: 8, channel: 16, f32>, !ssm.tile<time: 8, channel: 16, f32>) -> !ssm.tile<time: 8, channel: 16, f32> {
    ^bb0(%a: f32, %b: f32):
      %0 = arith.mulf %a, %b : f32
      ssm.yield %0 : f32
    }
    ssm.tile.store %m, %y [#btc] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 16, state: 4, f32>
  }
  ssm.yield
}

// Must not: the loads of four parts take longer than the shuffles.
// PLACE-LABEL: @four_lanes
// CODE-LABEL: llvm.func @four_lanes(
// CODE: nvvm.shfl
// CODE: llvm.return
ssm.tile.kernel @four_lanes(%u: memref<?x?x32xf32>, %c: memref<?x?x4xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 8>, #ssm.extent<state = 4, tile = 4>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 8, stages = 2, lanes = 4, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 8, state: 4, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 8, state: 4, f32> {
  ^bb0(%hi: !ssm.tile<channel: 8, state: 4, f32>):
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 8, f32>
    %ct = ssm.tile.load %c [#btn] : memref<?x?x4xf32> -> !ssm.tile<time: 8, state: 4, f32>
    // PLACE: ssm.tile.scan
    // PLACE-SAME: ssm.places = [#ssm.place<chip offset {{[0-9]+}} strides [32, 4]>
    %r, %hn = ssm.tile.scan state(%hi) ins(%ut, %ct) : !ssm.tile<channel: 8, state: 4, f32>, (!ssm.tile<time: 8, channel: 8, f32>, !ssm.tile<time: 8, state: 4, f32>) -> !ssm.tile<time: 8, channel: 8, f32> {
    ^bb0(%s: f32, %ue: f32, %ce: f32):
      %0 = arith.addf %s, %ue : f32
      %1 = arith.mulf %0, %ce : f32
      ssm.yield %0, %1 : f32, f32
    }
    %m = ssm.tile.map (%r, %ut) : (!ssm.tile<time: 8, channel: 8, f32>, !ssm.tile<time: 8, channel: 8, f32>) -> !ssm.tile<time: 8, channel: 8, f32> {
    ^bb0(%a: f32, %b: f32):
      %0 = arith.mulf %a, %b : f32
      ssm.yield %0 : f32
    }
    ssm.tile.store %m, %y [#btc] : !ssm.tile<time: 8, channel: 8, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 8, state: 4, f32>
  }
  ssm.yield
}
