// RUN: ssm-opt %s --ssm-place | FileCheck %s

// Products of warpgroups: both factors on chip, in rows of 128 bytes that are
// swizzled, at multiples of 1024 bytes. The sums are fragments, as those of a
// warp's matrix units are.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// Tokens are the rows, which stand in the order in which four warps take them;
// the columns stand as they are. What leaves as bf16 does so in units of 16 bytes.
// CHECK-LABEL: ssm.tile.kernel @time_rows
// CHECK-SAME: ssm.chip_bytes = 49152 : i64
ssm.tile.kernel @time_rows(%x: memref<?x?x256xbf16>, %w: memref<64x256xbf16>, %y: memref<?x?x64xbf16>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 64>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<inner = 256, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 64, channels = 64, inner = 64, stages = 3, warps = 4, unit = warpgroup>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 64, channel: 64, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 64, channel: 64, f32> {
  ^bb0(%acc: !ssm.tile<time: 64, channel: 64, f32>):
    // CHECK: ssm.tile.load
    // CHECK-SAME: #ssm.place<chip offset 0 strides [128, 8192] stages 3 step 16384 swizzled 4>
    %xt = ssm.tile.load %x [#btk] : memref<?x?x256xbf16> -> !ssm.tile<time: 64, inner: 64, bf16>
    // CHECK: ssm.tile.load
    // CHECK-SAME: #ssm.place<chip offset 8192 strides [128, 8192] stages 3 step 16384 swizzled 1>
    %wt = ssm.tile.load %w [#ck] : memref<64x256xbf16> -> !ssm.tile<channel: 64, inner: 64, bf16>
    // CHECK: ssm.tile.dot
    // CHECK-SAME: ssm.layout = #ssm.layout<time: 1 x 32 by 4, channel: 2 x 4 by 1>, ssm.places = [#ssm.place<lane>], ssm.unit = "wgmma"
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 64, channel: 64, f32>, !ssm.tile<time: 64, inner: 64, bf16>, !ssm.tile<channel: 64, inner: 64, bf16>
    ssm.yield %2 : !ssm.tile<time: 64, channel: 64, f32>
  }
  // CHECK: ssm.tile.map
  // CHECK-SAME: ssm.layout = #ssm.layout<time: 1 x 32 by 4, channel: 2 x 4 by 1>
  %3 = ssm.tile.map (%1) : (!ssm.tile<time: 64, channel: 64, f32>) -> !ssm.tile<time: 64, channel: 64, bf16> {
  ^bb0(%e: f32):
    %4 = arith.truncf %e : f32 to bf16
    ssm.yield %4 : bf16
  }
  // CHECK: ssm.tile.store
  // CHECK-SAME: ssm.layout = #ssm.layout<time: 1 x 32 by 4, channel: 8 x 4 by 1>
  ssm.tile.store %3, %y [#btc] : !ssm.tile<time: 64, channel: 64, bf16>, memref<?x?x64xbf16>
  ssm.yield
}

// A row of 256 elements would be a warp's; eight rows at least are copied at
// once, for the swizzle is the lane's.
// CHECK-LABEL: ssm.tile.kernel @wide_rows
ssm.tile.kernel @wide_rows(%x: memref<?x?x256xbf16>, %w: memref<64x256xbf16>, %y: memref<?x?x64xbf16>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 64>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<inner = 256, tile = 256>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 64, channels = 64, inner = 256, stages = 2, warps = 4, unit = warpgroup>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 64, channel: 64, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 64, channel: 64, f32> {
  ^bb0(%acc: !ssm.tile<time: 64, channel: 64, f32>):
    // CHECK: ssm.tile.load
    // CHECK-SAME: ssm.layout = #ssm.layout<time: 1 x 8 by 16, inner: 8 x 16 by 1>
    // CHECK-SAME: strides [128, 8192] stages 2 step 65536 swizzled 4>
    %xt = ssm.tile.load %x [#btk] : memref<?x?x256xbf16> -> !ssm.tile<time: 64, inner: 256, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<64x256xbf16> -> !ssm.tile<channel: 64, inner: 256, bf16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 64, channel: 64, f32>, !ssm.tile<time: 64, inner: 256, bf16>, !ssm.tile<channel: 64, inner: 256, bf16>
    ssm.yield %2 : !ssm.tile<time: 64, channel: 64, f32>
  }
  %3 = ssm.tile.map (%1) : (!ssm.tile<time: 64, channel: 64, f32>) -> !ssm.tile<time: 64, channel: 64, bf16> {
  ^bb0(%e: f32):
    %4 = arith.truncf %e : f32 to bf16
    ssm.yield %4 : bf16
  }
  ssm.tile.store %3, %y [#btc] : !ssm.tile<time: 64, channel: 64, bf16>, memref<?x?x64xbf16>
  ssm.yield
}

// Few tokens: the channels are the rows. Of 128 contracted elements the second
// 64 stand behind all rows of the first. Neighbours of a row are in different
// lanes then, so that the store is as the sums are.
// CHECK-LABEL: ssm.tile.kernel @channel_rows
// CHECK-SAME: ssm.chip_bytes = 36864 : i64
ssm.tile.kernel @channel_rows(%x: memref<?x?x256xf16>, %w: memref<64x256xf16>, %y: memref<?x?x64xf16>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<inner = 256, tile = 128>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 64, inner = 128, stages = 2, warps = 4, unit = warpgroup>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 8, channel: 64, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 8, channel: 64, f32> {
  ^bb0(%acc: !ssm.tile<time: 8, channel: 64, f32>):
    // CHECK: ssm.tile.load
    // CHECK-SAME: #ssm.place<chip offset 0 strides [128, 1024] stages 2 step 18432 swizzled 1>
    %xt = ssm.tile.load %x [#btk] : memref<?x?x256xf16> -> !ssm.tile<time: 8, inner: 128, f16>
    // CHECK: ssm.tile.load
    // CHECK-SAME: #ssm.place<chip offset 2048 strides [128, 8192] stages 2 step 18432 swizzled 4>
    %wt = ssm.tile.load %w [#ck] : memref<64x256xf16> -> !ssm.tile<channel: 64, inner: 128, f16>
    // CHECK: ssm.tile.dot
    // CHECK-SAME: ssm.layout = #ssm.layout<time: 2 x 4 by 1, channel: 1 x 32 by 4>, ssm.places = [#ssm.place<lane>], ssm.unit = "wgmma"
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 8, channel: 64, f32>, !ssm.tile<time: 8, inner: 128, f16>, !ssm.tile<channel: 64, inner: 128, f16>
    ssm.yield %2 : !ssm.tile<time: 8, channel: 64, f32>
  }
  %3 = ssm.tile.map (%1) : (!ssm.tile<time: 8, channel: 64, f32>) -> !ssm.tile<time: 8, channel: 64, f16> {
  ^bb0(%e: f32):
    %4 = arith.truncf %e : f32 to f16
    ssm.yield %4 : f16
  }
  // CHECK: ssm.tile.store
  // CHECK-SAME: ssm.layout = #ssm.layout<time: 2 x 4 by 1, channel: 1 x 32 by 4>
  ssm.tile.store %3, %y [#btc] : !ssm.tile<time: 8, channel: 64, f16>, memref<?x?x64xf16>
  ssm.yield
}

// Two warpgroups share the rows. On chip there may be more than the 99 KB that
// every GPU offers to a block.
// CHECK-LABEL: ssm.tile.kernel @two_groups
// CHECK-SAME: ssm.chip_bytes = 114688 : i64
ssm.tile.kernel @two_groups(%x: memref<?x?x256xbf16>, %w: memref<96x256xbf16>, %y: memref<?x?x96xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 128>, #ssm.extent<channel = 96, tile = 96>, #ssm.extent<inner = 256, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 128, channels = 96, inner = 64, stages = 4, warps = 8, unit = warpgroup>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 128, channel: 96, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 128, channel: 96, f32> {
  ^bb0(%acc: !ssm.tile<time: 128, channel: 96, f32>):
    // CHECK: ssm.tile.load
    // CHECK-SAME: #ssm.place<chip offset 0 strides [128, 16384] stages 4 step 28672 swizzled 8>
    %xt = ssm.tile.load %x [#btk] : memref<?x?x256xbf16> -> !ssm.tile<time: 128, inner: 64, bf16>
    // CHECK: ssm.tile.load
    // CHECK-SAME: #ssm.place<chip offset 16384 strides [128, 12288] stages 4 step 28672 swizzled 1>
    %wt = ssm.tile.load %w [#ck] : memref<96x256xbf16> -> !ssm.tile<channel: 96, inner: 64, bf16>
    // CHECK: ssm.tile.dot
    // CHECK-SAME: ssm.layout = #ssm.layout<time: 1 x 64 by 4, channel: 2 x 4 by 1>, ssm.places = [#ssm.place<lane>], ssm.unit = "wgmma"
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 128, channel: 96, f32>, !ssm.tile<time: 128, inner: 64, bf16>, !ssm.tile<channel: 96, inner: 64, bf16>
    ssm.yield %2 : !ssm.tile<time: 128, channel: 96, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 128, channel: 96, f32>, memref<?x?x96xf32>
  ssm.yield
}

// Must not use warpgroups: f32, whatever the schedule says.
// CHECK-LABEL: ssm.tile.kernel @wide
// CHECK-NOT: swizzled
ssm.tile.kernel @wide(%x: memref<?x?x256xf32>, %w: memref<64x256xf32>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 64>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<inner = 256, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 64, channels = 64, inner = 64, stages = 2, warps = 4, unit = warpgroup>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 64, channel: 64, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 64, channel: 64, f32> {
  ^bb0(%acc: !ssm.tile<time: 64, channel: 64, f32>):
    // CHECK: ssm.tile.load
    // CHECK-SAME: #ssm.place<chip offset 0 strides [272, 4] stages 2 step 34816>
    %xt = ssm.tile.load %x [#btk] : memref<?x?x256xf32> -> !ssm.tile<time: 64, inner: 64, f32>
    // CHECK: ssm.tile.load
    // CHECK-SAME: #ssm.place<chip offset 17408 strides [272, 4] stages 2 step 34816>
    %wt = ssm.tile.load %w [#ck] : memref<64x256xf32> -> !ssm.tile<channel: 64, inner: 64, f32>
    // CHECK: ssm.tile.dot
    // CHECK-SAME: ssm.unit = "fma"
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 64, channel: 64, f32>, !ssm.tile<time: 64, inner: 64, f32>, !ssm.tile<channel: 64, inner: 64, f32>
    ssm.yield %2 : !ssm.tile<time: 64, channel: 64, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 64, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}
