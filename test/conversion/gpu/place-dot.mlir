// RUN: ssm-opt %s --ssm-place | FileCheck %s

// What multiplies in a dot, and how the accumulator is shared: matrix units
// take fragments, lanes take blocks.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#c = affine_map<(b, t, c, n, k) -> (c)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// 16 rows in each warp, eight lanes and two slots, and pairs of columns. Rows on
// chip are an odd number of 16-byte units. What reads the sum does so in the
// same layout, the bias per channel; the store has 16 bytes of a row in each lane.
// CHECK-LABEL: ssm.tile.kernel @time_rows
ssm.tile.kernel @time_rows(%x: memref<?x?x64xbf16>, %w: memref<32x64xbf16>, %bias: memref<32xf32>, %y: memref<?x?x32xbf16>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 64>, #ssm.extent<channel = 32, tile = 32>, #ssm.extent<inner = 64, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 64, channels = 32, inner = 32, stages = 2, warps = 4>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 64, channel: 32, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 64, channel: 32, f32> {
  ^bb0(%acc: !ssm.tile<time: 64, channel: 32, f32>):
    // CHECK: ssm.tile.load
    // CHECK-SAME: strides [80, 2]
    %xt = ssm.tile.load %x [#btk] : memref<?x?x64xbf16> -> !ssm.tile<time: 64, inner: 32, bf16>
    // CHECK: ssm.tile.load
    // CHECK-SAME: strides [80, 2]
    %wt = ssm.tile.load %w [#ck] : memref<32x64xbf16> -> !ssm.tile<channel: 32, inner: 32, bf16>
    // CHECK: ssm.tile.dot
    // CHECK-SAME: ssm.layout = #ssm.layout<time: 1 x 32 by 4, channel: 2 x 4 by 1>
    // CHECK-SAME: ssm.unit = "mma"
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 64, channel: 32, f32>, !ssm.tile<time: 64, inner: 32, bf16>, !ssm.tile<channel: 32, inner: 32, bf16>
    ssm.yield %2 : !ssm.tile<time: 64, channel: 32, f32>
  }
  // CHECK: ssm.tile.load
  // CHECK-SAME: ssm.layout = #ssm.layout<channel: 2 x 4 by 1>
  %b = ssm.tile.load %bias [#c] : memref<32xf32> -> !ssm.tile<channel: 32, f32>
  // CHECK: ssm.tile.map
  // CHECK-SAME: ssm.layout = #ssm.layout<time: 1 x 32 by 4, channel: 2 x 4 by 1>
  // CHECK-SAME: [#ssm.place<lane>]
  %3 = ssm.tile.map (%1, %b) : (!ssm.tile<time: 64, channel: 32, f32>, !ssm.tile<channel: 32, f32>) -> !ssm.tile<time: 64, channel: 32, bf16> {
  ^bb0(%e: f32, %be: f32):
    %4 = arith.addf %e, %be : f32
    %5 = arith.truncf %4 : f32 to bf16
    ssm.yield %5 : bf16
  }
  // CHECK: ssm.tile.store
  // CHECK-SAME: ssm.layout = #ssm.layout<time: 1 x 32 by 4, channel: 8 x 4 by 1>
  ssm.tile.store %3, %y [#btc] : !ssm.tile<time: 64, channel: 32, bf16>, memref<?x?x32xbf16>
  ssm.yield
}

// Few tokens: the channels are the rows, so that all warps have some.
// CHECK-LABEL: ssm.tile.kernel @channel_rows
ssm.tile.kernel @channel_rows(%x: memref<?x?x64xf16>, %w: memref<64x64xf16>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<inner = 64, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 64, inner = 32, stages = 2, warps = 4>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 8, channel: 64, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 8, channel: 64, f32> {
  ^bb0(%acc: !ssm.tile<time: 8, channel: 64, f32>):
    // CHECK: ssm.tile.load
    // CHECK-SAME: strides [80, 2]
    %xt = ssm.tile.load %x [#btk] : memref<?x?x64xf16> -> !ssm.tile<time: 8, inner: 32, f16>
    // CHECK: ssm.tile.load
    // CHECK-SAME: strides [80, 2]
    %wt = ssm.tile.load %w [#ck] : memref<64x64xf16> -> !ssm.tile<channel: 64, inner: 32, f16>
    // CHECK: ssm.tile.dot
    // CHECK-SAME: ssm.layout = #ssm.layout<time: 2 x 4 by 1, channel: 1 x 32 by 4>
    // CHECK-SAME: ssm.unit = "mma"
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 8, channel: 64, f32>, !ssm.tile<time: 8, inner: 32, f16>, !ssm.tile<channel: 64, inner: 32, f16>
    ssm.yield %2 : !ssm.tile<time: 8, channel: 64, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}

// Fewer rows than lanes for them: pairs of warps share the contracted elements,
// of which an instruction takes 16, and the other two warps hold copies.
// CHECK-LABEL: ssm.tile.kernel @copies
ssm.tile.kernel @copies(%x: memref<?x?x64xbf16>, %w: memref<16x64xbf16>, %y: memref<?x?x16xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<inner = 64, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 16, inner = 32, stages = 2, warps = 4>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 16, channel: 16, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 16, channel: 16, f32> {
  ^bb0(%acc: !ssm.tile<time: 16, channel: 16, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x64xbf16> -> !ssm.tile<time: 16, inner: 32, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<16x64xbf16> -> !ssm.tile<channel: 16, inner: 32, bf16>
    // CHECK: ssm.tile.dot
    // CHECK-SAME: ssm.groups = 2 : i64, ssm.layout = #ssm.layout<time: 1 x 8 by 4, channel: 2 x 4 by 1>
    // CHECK-SAME: ssm.unit = "mma"
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 16, channel: 16, f32>, !ssm.tile<time: 16, inner: 32, bf16>, !ssm.tile<channel: 16, inner: 32, bf16>
    ssm.yield %2 : !ssm.tile<time: 16, channel: 16, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 16, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}

// Rows of 16 bytes become 48, for an instruction takes 32 of them.
// CHECK-LABEL: ssm.tile.kernel @short_rows
// CHECK-SAME: ssm.chip_bytes = 3072
ssm.tile.kernel @short_rows(%x: memref<?x?x64xbf16>, %w: memref<16x64xbf16>, %y: memref<?x?x16xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<inner = 64, tile = 8>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 16, inner = 8, stages = 2, warps = 1>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 16, channel: 16, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 16, channel: 16, f32> {
  ^bb0(%acc: !ssm.tile<time: 16, channel: 16, f32>):
    // CHECK: ssm.tile.load
    // CHECK-SAME: offset 0 strides [48, 2]
    %xt = ssm.tile.load %x [#btk] : memref<?x?x64xbf16> -> !ssm.tile<time: 16, inner: 8, bf16>
    // CHECK: ssm.tile.load
    // CHECK-SAME: offset 768 strides [48, 2]
    %wt = ssm.tile.load %w [#ck] : memref<16x64xbf16> -> !ssm.tile<channel: 16, inner: 8, bf16>
    // CHECK: ssm.tile.dot
    // CHECK-SAME: ssm.layout = #ssm.layout<time: 1 x 8 by 4, channel: 2 x 4 by 1>
    // CHECK-SAME: ssm.unit = "mma"
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 16, channel: 16, f32>, !ssm.tile<time: 16, inner: 8, bf16>, !ssm.tile<channel: 16, inner: 8, bf16>
    ssm.yield %2 : !ssm.tile<time: 16, channel: 16, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 16, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}

// Must not use matrix units: f32, one wide factor, two kinds of 16 bits.
// CHECK-LABEL: ssm.tile.kernel @wide
ssm.tile.kernel @wide(%x: memref<?x?x64xf32>, %w: memref<32x64xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 32, tile = 32>, #ssm.extent<inner = 64, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 32, inner = 16, stages = 2, warps = 2>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 16, channel: 32, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 16, channel: 32, f32> {
  ^bb0(%acc: !ssm.tile<time: 16, channel: 32, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x64xf32> -> !ssm.tile<time: 16, inner: 16, f32>
    %wt = ssm.tile.load %w [#ck] : memref<32x64xf32> -> !ssm.tile<channel: 32, inner: 16, f32>
    // CHECK: ssm.tile.dot
    // CHECK-SAME: ssm.unit = "fma"
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 16, channel: 32, f32>, !ssm.tile<time: 16, inner: 16, f32>, !ssm.tile<channel: 32, inner: 16, f32>
    ssm.yield %2 : !ssm.tile<time: 16, channel: 32, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 16, channel: 32, f32>, memref<?x?x32xf32>
  ssm.yield
}

// CHECK-LABEL: ssm.tile.kernel @mixed
ssm.tile.kernel @mixed(%x: memref<?x?x64xbf16>, %w: memref<32x64xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 32, tile = 32>, #ssm.extent<inner = 64, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 32, inner = 16, stages = 2, warps = 2>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 16, channel: 32, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 16, channel: 32, f32> {
  ^bb0(%acc: !ssm.tile<time: 16, channel: 32, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x64xbf16> -> !ssm.tile<time: 16, inner: 16, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<32x64xf32> -> !ssm.tile<channel: 32, inner: 16, f32>
    // CHECK: ssm.tile.dot
    // CHECK-SAME: ssm.unit = "fma"
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 16, channel: 32, f32>, !ssm.tile<time: 16, inner: 16, bf16>, !ssm.tile<channel: 32, inner: 16, f32>
    ssm.yield %2 : !ssm.tile<time: 16, channel: 32, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 16, channel: 32, f32>, memref<?x?x32xf32>
  ssm.yield
}

// CHECK-LABEL: ssm.tile.kernel @two_halves
ssm.tile.kernel @two_halves(%x: memref<?x?x64xbf16>, %w: memref<32x64xf16>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 32, tile = 32>, #ssm.extent<inner = 64, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 32, inner = 16, stages = 2, warps = 2>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 16, channel: 32, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 16, channel: 32, f32> {
  ^bb0(%acc: !ssm.tile<time: 16, channel: 32, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x64xbf16> -> !ssm.tile<time: 16, inner: 16, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<32x64xf16> -> !ssm.tile<channel: 32, inner: 16, f16>
    // CHECK: ssm.tile.dot
    // CHECK-SAME: ssm.unit = "fma"
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 16, channel: 32, f32>, !ssm.tile<time: 16, inner: 16, bf16>, !ssm.tile<channel: 32, inner: 16, f16>
    ssm.yield %2 : !ssm.tile<time: 16, channel: 32, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 16, channel: 32, f32>, memref<?x?x32xf32>
  ssm.yield
}
