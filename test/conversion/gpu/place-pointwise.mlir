// RUN: ssm-opt %s --ssm-place | FileCheck %s

// Kernels without a recurrence: tiles stay in lanes, a lane owning as much of a
// row as memory moves at once and `rows` tokens.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// CHECK-LABEL: ssm.tile.kernel @wide
// CHECK-SAME: ssm.chip_bytes = 0
ssm.tile.kernel @wide(%x: memref<?x?x64xf32>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 64, warps = 2, rows = 4>} {
  // One layout for all of them: nothing is copied.
  // CHECK: ssm.tile.load
  // CHECK-SAME: ssm.layout = #[[L:ssm.layout<time: 4 x 4 by 16, channel: 4 x 16 by 1>]], ssm.places = [#ssm.place<lane>]
  %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 16, channel: 64, f32>
  // CHECK-NOT: ssm.tile.load
  // CHECK: ssm.tile.map
  // CHECK-SAME: ssm.layout = #[[L]], ssm.places = [#ssm.place<lane>]
  %1 = ssm.tile.map (%0) : (!ssm.tile<time: 16, channel: 64, f32>) -> !ssm.tile<time: 16, channel: 64, f32> {
  ^bb0(%e: f32):
    %2 = arith.mulf %e, %e : f32
    ssm.yield %2 : f32
  }
  // CHECK: ssm.tile.store
  // CHECK-SAME: ssm.layout = #[[L]]
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 16, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}

// Half as wide in memory: twice as many elements at once.
// CHECK-LABEL: ssm.tile.kernel @half
ssm.tile.kernel @half(%x: memref<?x?x64xbf16>, %y: memref<?x?x64xbf16>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 64, warps = 2, rows = 2>} {
  // CHECK: ssm.tile.load
  // CHECK-SAME: ssm.layout = #ssm.layout<time: 2 x 8 by 8, channel: 8 x 8 by 1>
  %0 = ssm.tile.load %x [#btc] : memref<?x?x64xbf16> -> !ssm.tile<time: 16, channel: 64, bf16>
  ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 16, channel: 64, bf16>, memref<?x?x64xbf16>
  ssm.yield
}

// A sum over lanes of several warps needs one f32 for each lane on the chip.
// CHECK-LABEL: ssm.tile.kernel @across_warps
// CHECK-SAME: ssm.chip_bytes = 512
ssm.tile.kernel @across_warps(%x: memref<?x?x128xf32>, %y: memref<?x?x1xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 1>, #ssm.extent<channel = 128, tile = 128>],
      grid = [#ssm<axis batch>, #ssm<axis time>],
      schedule = #ssm.schedule<time = 1, channels = 128, warps = 4>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x128xf32> -> !ssm.tile<time: 1, channel: 128, f32>
  // CHECK: ssm.tile.reduce
  // CHECK-SAME: ssm.layout = #ssm.layout<time: 1 x 1 by 1, channel: 1 x 128 by 1>
  // CHECK-SAME: ssm.scratch = 0
  %1 = ssm.tile.reduce channel %0 : !ssm.tile<time: 1, channel: 128, f32> -> !ssm.tile<time: 1, f32>
  ssm.tile.store %1, %y [affine_map<(b, t, c, n, k) -> (b, t, 0)>] : !ssm.tile<time: 1, f32>, memref<?x?x1xf32>
  ssm.yield
}

// Must not: each row has a warp of its own, whose lanes shuffle.
// CHECK-LABEL: ssm.tile.kernel @within_warps
// CHECK-SAME: ssm.chip_bytes = 0
ssm.tile.kernel @within_warps(%x: memref<?x?x128xf32>, %y: memref<?x?x1xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 128, tile = 128>],
      grid = [#ssm<axis batch>, #ssm<axis time>],
      schedule = #ssm.schedule<time = 4, channels = 128, warps = 4>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x128xf32> -> !ssm.tile<time: 4, channel: 128, f32>
  // CHECK: ssm.tile.reduce
  // CHECK-SAME: ssm.layout = #ssm.layout<time: 1 x 4 by 32, channel: 4 x 32 by 1>
  // CHECK-NOT: ssm.scratch
  %1 = ssm.tile.reduce channel %0 : !ssm.tile<time: 4, channel: 128, f32> -> !ssm.tile<time: 4, f32>
  ssm.tile.store %1, %y [affine_map<(b, t, c, n, k) -> (b, t, 0)>] : !ssm.tile<time: 4, f32>, memref<?x?x1xf32>
  ssm.yield
}
