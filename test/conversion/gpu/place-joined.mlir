// RUN: ssm-opt %s --ssm-place | FileCheck %s

// A product in the loop over time of a recurrence. What does not change with
// time lies with the lanes, as fragments of the matrix units, where registers are
// left beside those of the recurrence, else on chip.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// One block: a lane may have 255 registers. The rows of the matrix units are the
// channels, 32 lanes and two slots of them; the lanes hold the same rows of the
// weights, in pairs along the contracted axis.
// CHECK-LABEL: ssm.tile.kernel @fragments
// CHECK: ssm.tile.load {{.*}}ssm.layout = #ssm.layout<channel: 1 x 32 by 4, inner: 2 x 4 by 1>, ssm.places = [#ssm.place<lane>]{{.*}}memref<64x48xbf16>
ssm.tile.kernel @fragments(%low: memref<?x?x48xbf16>, %w: memref<64x48xbf16>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<inner = 48, tile = 48>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 64, stages = 2, lanes = 2, warps = 4, blocks = 1>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 16, channel: 64, f32>
  %1 = ssm.tile.load %w [#ck] : memref<64x48xbf16> -> !ssm.tile<channel: 64, inner: 48, bf16>
  ssm.tile.for time {
    // CHECK: ssm.tile.load {{.*}}#ssm.place<chip offset 0 strides [144, 2] stages 2 step 2304>
    %2 = ssm.tile.load %low [#btk] : memref<?x?x48xbf16> -> !ssm.tile<time: 16, inner: 48, bf16>
    // CHECK: ssm.tile.dot {{.*}}ssm.layout = #ssm.layout<time: 2 x 4 by 1, channel: 1 x 32 by 4>{{.*}}ssm.unit = "mma"
    %3 = ssm.tile.dot %0, %2, %1 : !ssm.tile<time: 16, channel: 64, f32>, !ssm.tile<time: 16, inner: 48, bf16>, !ssm.tile<channel: 64, inner: 48, bf16>
    ssm.tile.store %3, %y [#btc] : !ssm.tile<time: 16, channel: 64, f32>, memref<?x?x64xf32>
    ssm.yield
  }
  ssm.yield
}

// Four blocks leave a lane 128 registers, which the recurrence needs.
// CHECK-LABEL: ssm.tile.kernel @chip
// CHECK: ssm.tile.load {{.*}}#ssm.place<chip offset {{[0-9]+}} strides [144, 2]>{{.*}}memref<64x48xbf16>
ssm.tile.kernel @chip(%low: memref<?x?x48xbf16>, %w: memref<64x48xbf16>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<state = 16, tile = 16>, #ssm.extent<inner = 48, tile = 48>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 64, stages = 2, lanes = 2, warps = 4, blocks = 4>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 16, channel: 64, f32>
  %1 = ssm.tile.load %w [#ck] : memref<64x48xbf16> -> !ssm.tile<channel: 64, inner: 48, bf16>
  ssm.tile.for time {
    %2 = ssm.tile.load %low [#btk] : memref<?x?x48xbf16> -> !ssm.tile<time: 16, inner: 48, bf16>
    // CHECK: ssm.tile.dot {{.*}}ssm.unit = "mma"
    %3 = ssm.tile.dot %0, %2, %1 : !ssm.tile<time: 16, channel: 64, f32>, !ssm.tile<time: 16, inner: 48, bf16>, !ssm.tile<channel: 64, inner: 48, bf16>
    ssm.tile.store %3, %y [#btc] : !ssm.tile<time: 16, channel: 64, f32>, memref<?x?x64xf32>
    ssm.yield
  }
  ssm.yield
}

// Lanes that multiply f32 read both factors from the chip.
// CHECK-LABEL: ssm.tile.kernel @wide
// CHECK: ssm.tile.load {{.*}}#ssm.place<chip{{.*}}memref<64x48xf32>
ssm.tile.kernel @wide(%low: memref<?x?x48xf32>, %w: memref<64x48xf32>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<inner = 48, tile = 48>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 64, stages = 2, lanes = 2, warps = 4, blocks = 1>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 16, channel: 64, f32>
  %1 = ssm.tile.load %w [#ck] : memref<64x48xf32> -> !ssm.tile<channel: 64, inner: 48, f32>
  ssm.tile.for time {
    %2 = ssm.tile.load %low [#btk] : memref<?x?x48xf32> -> !ssm.tile<time: 16, inner: 48, f32>
    // CHECK: ssm.tile.dot {{.*}}ssm.unit = "fma"
    %3 = ssm.tile.dot %0, %2, %1 : !ssm.tile<time: 16, channel: 64, f32>, !ssm.tile<time: 16, inner: 48, f32>, !ssm.tile<channel: 64, inner: 48, f32>
    ssm.tile.store %3, %y [#btc] : !ssm.tile<time: 16, channel: 64, f32>, memref<?x?x64xf32>
    ssm.yield
  }
  ssm.yield
}

// What the product's reader takes from the chip and puts there it does in the
// product's layout, four tokens of eight channels at once: rows of 128 and of 256
// bytes are 16 bytes longer, so that no two tokens meet in a bank.
// CHECK-LABEL: ssm.tile.kernel @padded
ssm.tile.kernel @padded(%low: memref<?x?x48xbf16>, %w: memref<64x48xbf16>, %u: memref<?x?x64xbf16>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<inner = 48, tile = 48>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 64, stages = 2, lanes = 1, warps = 2, blocks = 1>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 64, f32>
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 16, channel: 64, f32>
  %1 = ssm.tile.load %w [#ck] : memref<64x48xbf16> -> !ssm.tile<channel: 64, inner: 48, bf16>
  ssm.tile.for time init(%h0) : !ssm.tile<channel: 64, f32> {
  ^bb0(%h: !ssm.tile<channel: 64, f32>):
    %2 = ssm.tile.load %low [#btk] : memref<?x?x48xbf16> -> !ssm.tile<time: 16, inner: 48, bf16>
    // CHECK: ssm.tile.load {{.*}}strides [144, 2]{{.*}}memref<?x?x64xbf16>
    %3 = ssm.tile.load %u [#btc] : memref<?x?x64xbf16> -> !ssm.tile<time: 16, channel: 64, bf16>
    %4 = ssm.tile.dot %0, %2, %1 : !ssm.tile<time: 16, channel: 64, f32>, !ssm.tile<time: 16, inner: 48, bf16>, !ssm.tile<channel: 64, inner: 48, bf16>
    // CHECK: ssm.tile.map
    // CHECK-SAME: strides [272, 4]
    %5 = ssm.tile.map (%4, %3) : (!ssm.tile<time: 16, channel: 64, f32>, !ssm.tile<time: 16, channel: 64, bf16>) -> !ssm.tile<time: 16, channel: 64, f32> {
    ^bb0(%a: f32, %b: bf16):
      %6 = arith.extf %b : bf16 to f32
      %7 = arith.mulf %a, %6 : f32
      ssm.yield %7 : f32
    }
    %r, %h1 = ssm.tile.scan state(%h) ins(%5) : !ssm.tile<channel: 64, f32>, (!ssm.tile<time: 16, channel: 64, f32>) -> !ssm.tile<time: 16, channel: 64, f32> {
    ^bb0(%s: f32, %x: f32):
      %n = arith.addf %s, %x : f32
      ssm.yield %n, %n : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 16, channel: 64, f32>, memref<?x?x64xf32>
    ssm.yield %h1 : !ssm.tile<channel: 64, f32>
  }
  ssm.yield
}
