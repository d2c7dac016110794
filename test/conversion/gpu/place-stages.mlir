// RUN: ssm-opt %s --ssm-place | FileCheck %s

// Loads in a time loop are copied ahead: all copies for one tile stand together,
// `stages` times, `step` bytes apart.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btn = affine_map<(b, t, c, n, k) -> (b, t, n)>
#c = affine_map<(b, t, c, n, k) -> (c)>

// 8 x 32 x 4 + 8 x 16 x 2 bytes, three times.
// CHECK-LABEL: ssm.tile.kernel @three
// CHECK-SAME: ssm.chip_bytes = 3840
ssm.tile.kernel @three(%u: memref<?x?x32xf32>, %b: memref<?x?x16xbf16>, %d: memref<32xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>, #ssm.extent<state = 16, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, stages = 3, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 32, state: 16, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 32, state: 16, f32> {
  ^bb0(%hi: !ssm.tile<channel: 32, state: 16, f32>):
    // A lane copies 16 bytes at once.
    // CHECK: ssm.tile.load
    // CHECK-SAME: ssm.layout = #ssm.layout<time: 1 x 4 by 8, channel: 4 x 8 by 1>
    // CHECK-SAME: #ssm.place<chip offset 0 strides [128, 4] stages 3 step 1280>
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
    // CHECK: ssm.tile.load
    // CHECK-SAME: ssm.layout = #ssm.layout<time: 1 x 8 by 2, state: 8 x 2 by 1>
    // CHECK-SAME: #ssm.place<chip offset 1024 strides [32, 2] stages 3 step 1280>
    %bt = ssm.tile.load %b [#btn] : memref<?x?x16xbf16> -> !ssm.tile<time: 8, state: 16, bf16>
    // Without the time axis nothing is gained by a copy ahead.
    // CHECK: ssm.tile.load
    // CHECK-SAME: #ssm.place<lane>
    %dt = ssm.tile.load %d [#c] : memref<32xf32> -> !ssm.tile<channel: 32, f32>
    %r, %hn = ssm.tile.scan state(%hi) ins(%ut, %bt, %dt) : !ssm.tile<channel: 32, state: 16, f32>, (!ssm.tile<time: 8, channel: 32, f32>, !ssm.tile<time: 8, state: 16, bf16>, !ssm.tile<channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%s: f32, %ue: f32, %be: bf16, %de: f32):
      %0 = arith.extf %be : bf16 to f32
      %1 = arith.mulf %ue, %0 : f32
      %2 = arith.mulf %de, %s : f32
      %3 = arith.addf %1, %2 : f32
      ssm.yield %3, %3 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 32, state: 16, f32>
  }
  ssm.yield
}

// One stage: one copy, and the loop waits for it.
// CHECK-LABEL: ssm.tile.kernel @one
// CHECK-SAME: ssm.chip_bytes = 1024
ssm.tile.kernel @one(%u: memref<?x?x32xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, stages = 1, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 32, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 32, f32> {
  ^bb0(%hi: !ssm.tile<channel: 32, f32>):
    // CHECK: ssm.tile.load
    // CHECK-SAME: #ssm.place<chip offset 0 strides [128, 4]>]
    %ut = ssm.tile.load %u [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
    %r, %hn = ssm.tile.scan state(%hi) ins(%ut) : !ssm.tile<channel: 32, f32>, (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%s: f32, %ue: f32):
      %0 = arith.addf %s, %ue : f32
      ssm.yield %0, %0 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 32, f32>
  }
  ssm.yield
}

// Must not fire: a loop over channels is no time loop, and nobody reads from the
// chip.
// CHECK-LABEL: ssm.tile.kernel @channel_loop
// CHECK-SAME: ssm.chip_bytes = 0
// CHECK-NOT: #ssm.place<chip
ssm.tile.kernel @channel_loop(%x: memref<?x?x64xf32>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 64, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis time>],
      schedule = #ssm.schedule<time = 4, channels = 32, stages = 2>} {
  ssm.tile.for channel {
    %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 4, channel: 32, f32>
    ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 4, channel: 32, f32>, memref<?x?x64xf32>
    ssm.yield
  }
  ssm.yield
}

// The factors of a product are copied ahead along the contracted axis. Their
// rows are an odd number of 16-byte units: 64 bytes become 80, 32 become 48.
// CHECK-LABEL: ssm.tile.kernel @factors
ssm.tile.kernel @factors(%x: memref<?x?x64xf32>, %w: memref<32x64xbf16>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>, #ssm.extent<inner = 64, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, inner = 16, stages = 2>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 8, channel: 32, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 8, channel: 32, f32> {
  ^bb0(%acc: !ssm.tile<time: 8, channel: 32, f32>):
    // CHECK: ssm.tile.load
    // CHECK-SAME: #ssm.place<chip offset 0 strides [80, 4] stages 2 step 2176>
    %xt = ssm.tile.load %x [affine_map<(b, t, c, n, k) -> (b, t, k)>] : memref<?x?x64xf32> -> !ssm.tile<time: 8, inner: 16, f32>
    // CHECK: ssm.tile.load
    // CHECK-SAME: #ssm.place<chip offset 640 strides [48, 2] stages 2 step 2176>
    %wt = ssm.tile.load %w [affine_map<(b, t, c, n, k) -> (c, k)>] : memref<32x64xbf16> -> !ssm.tile<channel: 32, inner: 16, bf16>
    // CHECK: ssm.tile.dot
    // CHECK-SAME: ssm.layout = #ssm.layout<time: 1 x 2 by 16, channel: 1 x 16 by 1>
    // CHECK-SAME: ssm.places = [#ssm.place<lane>]
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 8, channel: 32, f32>, !ssm.tile<time: 8, inner: 16, f32>, !ssm.tile<channel: 32, inner: 16, bf16>
    ssm.yield %2 : !ssm.tile<time: 8, channel: 32, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
  ssm.yield
}

// Must not pad: 16 bytes are odd already.
// CHECK-LABEL: ssm.tile.kernel @odd_rows
ssm.tile.kernel @odd_rows(%x: memref<?x?x64xf32>, %w: memref<32x64xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>, #ssm.extent<inner = 64, tile = 4>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, inner = 4, stages = 2>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 8, channel: 32, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 8, channel: 32, f32> {
  ^bb0(%acc: !ssm.tile<time: 8, channel: 32, f32>):
    // CHECK: ssm.tile.load
    // CHECK-SAME: strides [16, 4]
    %xt = ssm.tile.load %x [affine_map<(b, t, c, n, k) -> (b, t, k)>] : memref<?x?x64xf32> -> !ssm.tile<time: 8, inner: 4, f32>
    // CHECK: ssm.tile.load
    // CHECK-SAME: strides [16, 4]
    %wt = ssm.tile.load %w [affine_map<(b, t, c, n, k) -> (c, k)>] : memref<32x64xf32> -> !ssm.tile<channel: 32, inner: 4, f32>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 8, channel: 32, f32>, !ssm.tile<time: 8, inner: 4, f32>, !ssm.tile<channel: 32, inner: 4, f32>
    ssm.yield %2 : !ssm.tile<time: 8, channel: 32, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
  ssm.yield
}
