// RUN: ssm-opt %s --ssm-to-gpu --verify-diagnostics --split-input-file

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// expected-error @+1 {{expected a placed kernel (ssm-place)}}
ssm.tile.kernel @unplaced(%x: memref<?x?x32xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis time>],
      schedule = #ssm.schedule<time = 8, channels = 32>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
  ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
  ssm.yield
}

// -----

// A factor of a product in the registers of the lanes: another lane needs it.
ssm.tile.kernel @factors(%y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>, #ssm.extent<inner = 4, tile = 4>],
      grid = [#ssm<axis batch>, #ssm<axis time>],
      schedule = #ssm.schedule<time = 8, channels = 32>, ssm.chip_bytes = 0 : i64} {
  %0 = ssm.tile.fill 0.0 {ssm.layout = #ssm.layout<time: 1 x 2 by 16, channel: 1 x 16 by 1>, ssm.places = [#ssm.place<lane>]} : !ssm.tile<time: 8, channel: 32, f32>
  %1 = ssm.tile.fill 1.0 {ssm.layout = #ssm.layout<time: 1 x 1 by 1, inner: 1 x 1 by 1>, ssm.places = [#ssm.place<lane>]} : !ssm.tile<time: 8, inner: 4, f32>
  %2 = ssm.tile.fill 1.0 {ssm.layout = #ssm.layout<channel: 1 x 1 by 1, inner: 1 x 1 by 1>, ssm.places = [#ssm.place<lane>]} : !ssm.tile<channel: 32, inner: 4, f32>
  // expected-error @+1 {{expected its factors on chip}}
  %3 = ssm.tile.dot %0, %1, %2 {ssm.layout = #ssm.layout<time: 1 x 2 by 16, channel: 1 x 16 by 1>, ssm.places = [#ssm.place<lane>]} : !ssm.tile<time: 8, channel: 32, f32>, !ssm.tile<time: 8, inner: 4, f32>, !ssm.tile<channel: 32, inner: 4, f32>
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// A store that would write what other lanes hold.
ssm.tile.kernel @layouts(%y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis time>],
      schedule = #ssm.schedule<time = 8, channels = 32>, ssm.chip_bytes = 0 : i64} {
  %0 = ssm.tile.fill 0.0 {ssm.layout = #ssm.layout<time: 1 x 2 by 16, channel: 1 x 16 by 1>, ssm.places = [#ssm.place<lane>]} : !ssm.tile<time: 8, channel: 32, f32>
  // expected-error @+1 {{expected operand 0 in the layout of its reader, got another}}
  ssm.tile.store %0, %y [#btc] {ssm.layout = #ssm.layout<time: 1 x 1 by 1, channel: 1 x 32 by 1>} : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
  ssm.yield
}
