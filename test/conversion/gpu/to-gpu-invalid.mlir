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
  %3 = ssm.tile.dot %0, %1, %2 {ssm.unit = "fma", ssm.layout = #ssm.layout<time: 1 x 2 by 16, channel: 1 x 16 by 1>, ssm.places = [#ssm.place<lane>]} : !ssm.tile<time: 8, channel: 32, f32>, !ssm.tile<time: 8, inner: 4, f32>, !ssm.tile<channel: 32, inner: 4, f32>
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

// -----

#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// Nobody said what multiplies.
ssm.tile.kernel @no_unit(%x: memref<?x?x16xbf16>, %w: memref<8x16xbf16>, %y: memref<?x?x8xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 8, tile = 8>, #ssm.extent<inner = 16, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis time>],
      schedule = #ssm.schedule<time = 16, channels = 8>, ssm.chip_bytes = 1152 : i64} {
  %0 = ssm.tile.fill 0.0 {ssm.layout = #ssm.layout<time: 1 x 8 by 4, channel: 2 x 4 by 1>, ssm.places = [#ssm.place<lane>]} : !ssm.tile<time: 16, channel: 8, f32>
  %1 = ssm.tile.load %x [#btk] {ssm.layout = #ssm.layout<time: 1 x 16 by 2, inner: 8 x 2 by 1>, ssm.places = [#ssm.place<chip offset 0 strides [48, 2]>]} : memref<?x?x16xbf16> -> !ssm.tile<time: 16, inner: 16, bf16>
  %2 = ssm.tile.load %w [#ck] {ssm.layout = #ssm.layout<channel: 1 x 8 by 2, inner: 8 x 2 by 1>, ssm.places = [#ssm.place<chip offset 768 strides [48, 2]>]} : memref<8x16xbf16> -> !ssm.tile<channel: 8, inner: 16, bf16>
  // expected-error @+1 {{expected ssm.unit "mma", "wgmma" or "fma" (ssm-place)}}
  %3 = ssm.tile.dot %0, %1, %2 {ssm.layout = #ssm.layout<time: 1 x 8 by 4, channel: 2 x 4 by 1>, ssm.places = [#ssm.place<lane>]} : !ssm.tile<time: 16, channel: 8, f32>, !ssm.tile<time: 16, inner: 16, bf16>, !ssm.tile<channel: 8, inner: 16, bf16>
  ssm.yield
}

// -----

#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// Lanes own blocks, not fragments.
ssm.tile.kernel @blocks(%x: memref<?x?x16xbf16>, %w: memref<8x16xbf16>, %y: memref<?x?x8xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 8, tile = 8>, #ssm.extent<inner = 16, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis time>],
      schedule = #ssm.schedule<time = 16, channels = 8>, ssm.chip_bytes = 1152 : i64} {
  %0 = ssm.tile.fill 0.0 {ssm.layout = #ssm.layout<time: 1 x 4 by 8, channel: 1 x 8 by 1>, ssm.places = [#ssm.place<lane>]} : !ssm.tile<time: 16, channel: 8, f32>
  %1 = ssm.tile.load %x [#btk] {ssm.layout = #ssm.layout<time: 1 x 16 by 2, inner: 8 x 2 by 1>, ssm.places = [#ssm.place<chip offset 0 strides [48, 2]>]} : memref<?x?x16xbf16> -> !ssm.tile<time: 16, inner: 16, bf16>
  %2 = ssm.tile.load %w [#ck] {ssm.layout = #ssm.layout<channel: 1 x 8 by 2, inner: 8 x 2 by 1>, ssm.places = [#ssm.place<chip offset 768 strides [48, 2]>]} : memref<8x16xbf16> -> !ssm.tile<channel: 8, inner: 16, bf16>
  // expected-error @+1 {{expected a layout of a matrix unit, got #ssm.layout<time: 1 x 4 by 8, channel: 1 x 8 by 1>}}
  %3 = ssm.tile.dot %0, %1, %2 {ssm.layout = #ssm.layout<time: 1 x 4 by 8, channel: 1 x 8 by 1>, ssm.places = [#ssm.place<lane>], ssm.unit = "mma"} : !ssm.tile<time: 16, channel: 8, f32>, !ssm.tile<time: 16, inner: 16, bf16>, !ssm.tile<channel: 8, inner: 16, bf16>
  ssm.yield
}

// -----

#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// Rows that start at 40 bytes: ldmatrix reads 16 from multiples of 16.
ssm.tile.kernel @narrow_rows(%x: memref<?x?x16xbf16>, %w: memref<8x16xbf16>, %y: memref<?x?x8xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 8, tile = 8>, #ssm.extent<inner = 16, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis time>],
      schedule = #ssm.schedule<time = 16, channels = 8>, ssm.chip_bytes = 1152 : i64} {
  %0 = ssm.tile.fill 0.0 {ssm.layout = #ssm.layout<time: 1 x 8 by 4, channel: 2 x 4 by 1>, ssm.places = [#ssm.place<lane>]} : !ssm.tile<time: 16, channel: 8, f32>
  %1 = ssm.tile.load %x [#btk] {ssm.layout = #ssm.layout<time: 1 x 16 by 2, inner: 8 x 2 by 1>, ssm.places = [#ssm.place<chip offset 0 strides [40, 2]>]} : memref<?x?x16xbf16> -> !ssm.tile<time: 16, inner: 16, bf16>
  %2 = ssm.tile.load %w [#ck] {ssm.layout = #ssm.layout<channel: 1 x 8 by 2, inner: 8 x 2 by 1>, ssm.places = [#ssm.place<chip offset 768 strides [48, 2]>]} : memref<8x16xbf16> -> !ssm.tile<channel: 8, inner: 16, bf16>
  // expected-error @+1 {{expected factors of a matrix unit in rows of 16-byte units, got #ssm.place<chip offset 0 strides [40, 2]>}}
  %3 = ssm.tile.dot %0, %1, %2 {ssm.layout = #ssm.layout<time: 1 x 8 by 4, channel: 2 x 4 by 1>, ssm.places = [#ssm.place<lane>], ssm.unit = "mma"} : !ssm.tile<time: 16, channel: 8, f32>, !ssm.tile<time: 16, inner: 16, bf16>, !ssm.tile<channel: 8, inner: 16, bf16>
  ssm.yield
}

// -----

#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// Warpgroups leave fragments, not blocks.
ssm.tile.kernel @warpgroup_blocks(%x: memref<?x?x64xbf16>, %w: memref<8x64xbf16>, %y: memref<?x?x8xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 64>, #ssm.extent<channel = 8, tile = 8>, #ssm.extent<inner = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>],
      schedule = #ssm.schedule<time = 64, channels = 8, inner = 64, warps = 4, unit = warpgroup>, ssm.chip_bytes = 10240 : i64} {
  %0 = ssm.tile.fill 0.0 {ssm.layout = #ssm.layout<time: 1 x 16 by 8, channel: 1 x 8 by 1>, ssm.places = [#ssm.place<lane>]} : !ssm.tile<time: 64, channel: 8, f32>
  %1 = ssm.tile.load %x [#btk] {ssm.layout = #ssm.layout<time: 1 x 16 by 8, inner: 8 x 8 by 1>, ssm.places = [#ssm.place<chip offset 0 strides [128, 8192] swizzled 4>]} : memref<?x?x64xbf16> -> !ssm.tile<time: 64, inner: 64, bf16>
  %2 = ssm.tile.load %w [#ck] {ssm.layout = #ssm.layout<channel: 1 x 8 by 8, inner: 8 x 8 by 1>, ssm.places = [#ssm.place<chip offset 8192 strides [128, 1024] swizzled 1>]} : memref<8x64xbf16> -> !ssm.tile<channel: 8, inner: 64, bf16>
  // expected-error @+1 {{expected a layout of warpgroups, got #ssm.layout<time: 1 x 16 by 8, channel: 1 x 8 by 1>}}
  %3 = ssm.tile.dot %0, %1, %2 {ssm.layout = #ssm.layout<time: 1 x 16 by 8, channel: 1 x 8 by 1>, ssm.places = [#ssm.place<lane>], ssm.unit = "wgmma"} : !ssm.tile<time: 64, channel: 8, f32>, !ssm.tile<time: 64, inner: 64, bf16>, !ssm.tile<channel: 8, inner: 64, bf16>
  ssm.yield
}

// -----

#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// The swizzle is one of addresses: rows begin at its period.
ssm.tile.kernel @warpgroup_offset(%x: memref<?x?x64xbf16>, %w: memref<8x64xbf16>, %y: memref<?x?x8xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 64>, #ssm.extent<channel = 8, tile = 8>, #ssm.extent<inner = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>],
      schedule = #ssm.schedule<time = 64, channels = 8, inner = 64, warps = 4, unit = warpgroup>, ssm.chip_bytes = 10240 : i64} {
  %0 = ssm.tile.fill 0.0 {ssm.layout = #ssm.layout<time: 1 x 32 by 4, channel: 2 x 4 by 1>, ssm.places = [#ssm.place<lane>]} : !ssm.tile<time: 64, channel: 8, f32>
  %1 = ssm.tile.load %x [#btk] {ssm.layout = #ssm.layout<time: 1 x 16 by 8, inner: 8 x 8 by 1>, ssm.places = [#ssm.place<chip offset 512 strides [128, 8192] swizzled 4>]} : memref<?x?x64xbf16> -> !ssm.tile<time: 64, inner: 64, bf16>
  %2 = ssm.tile.load %w [#ck] {ssm.layout = #ssm.layout<channel: 1 x 8 by 8, inner: 8 x 8 by 1>, ssm.places = [#ssm.place<chip offset 8192 strides [128, 1024] swizzled 1>]} : memref<8x64xbf16> -> !ssm.tile<channel: 8, inner: 64, bf16>
  // expected-error @+1 {{expected factors of a warpgroup swizzled, at multiples of 1024 bytes, got #ssm.place<chip offset 512 strides [128, 8192] swizzled 4>}}
  %3 = ssm.tile.dot %0, %1, %2 {ssm.layout = #ssm.layout<time: 1 x 32 by 4, channel: 2 x 4 by 1>, ssm.places = [#ssm.place<lane>], ssm.unit = "wgmma"} : !ssm.tile<time: 64, channel: 8, f32>, !ssm.tile<time: 64, inner: 64, bf16>, !ssm.tile<channel: 8, inner: 64, bf16>
  ssm.yield
}

// -----

#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// Rows as the matrix units of a warp read them.
ssm.tile.kernel @warpgroup_plain(%x: memref<?x?x64xbf16>, %w: memref<8x64xbf16>, %y: memref<?x?x8xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 64>, #ssm.extent<channel = 8, tile = 8>, #ssm.extent<inner = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>],
      schedule = #ssm.schedule<time = 64, channels = 8, inner = 64, warps = 4, unit = warpgroup>, ssm.chip_bytes = 10240 : i64} {
  %0 = ssm.tile.fill 0.0 {ssm.layout = #ssm.layout<time: 1 x 32 by 4, channel: 2 x 4 by 1>, ssm.places = [#ssm.place<lane>]} : !ssm.tile<time: 64, channel: 8, f32>
  %1 = ssm.tile.load %x [#btk] {ssm.layout = #ssm.layout<time: 1 x 16 by 8, inner: 8 x 8 by 1>, ssm.places = [#ssm.place<chip offset 0 strides [128, 2]>]} : memref<?x?x64xbf16> -> !ssm.tile<time: 64, inner: 64, bf16>
  %2 = ssm.tile.load %w [#ck] {ssm.layout = #ssm.layout<channel: 1 x 8 by 8, inner: 8 x 8 by 1>, ssm.places = [#ssm.place<chip offset 8192 strides [128, 1024] swizzled 1>]} : memref<8x64xbf16> -> !ssm.tile<channel: 8, inner: 64, bf16>
  // expected-error @+1 {{expected factors of a warpgroup in rows of 128 bytes, swizzled 4, got #ssm.place<chip offset 0 strides [128, 2]>}}
  %3 = ssm.tile.dot %0, %1, %2 {ssm.layout = #ssm.layout<time: 1 x 32 by 4, channel: 2 x 4 by 1>, ssm.places = [#ssm.place<lane>], ssm.unit = "wgmma"} : !ssm.tile<time: 64, channel: 8, f32>, !ssm.tile<time: 64, inner: 64, bf16>, !ssm.tile<channel: 8, inner: 64, bf16>
  ssm.yield
}

// -----

#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// Columns in the order of four warps.
ssm.tile.kernel @warpgroup_order(%x: memref<?x?x64xbf16>, %w: memref<8x64xbf16>, %y: memref<?x?x8xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 64>, #ssm.extent<channel = 8, tile = 8>, #ssm.extent<inner = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>],
      schedule = #ssm.schedule<time = 64, channels = 8, inner = 64, warps = 4, unit = warpgroup>, ssm.chip_bytes = 10240 : i64} {
  %0 = ssm.tile.fill 0.0 {ssm.layout = #ssm.layout<time: 1 x 32 by 4, channel: 2 x 4 by 1>, ssm.places = [#ssm.place<lane>]} : !ssm.tile<time: 64, channel: 8, f32>
  %1 = ssm.tile.load %x [#btk] {ssm.layout = #ssm.layout<time: 1 x 16 by 8, inner: 8 x 8 by 1>, ssm.places = [#ssm.place<chip offset 0 strides [128, 8192] swizzled 4>]} : memref<?x?x64xbf16> -> !ssm.tile<time: 64, inner: 64, bf16>
  %2 = ssm.tile.load %w [#ck] {ssm.layout = #ssm.layout<channel: 1 x 8 by 8, inner: 8 x 8 by 1>, ssm.places = [#ssm.place<chip offset 8192 strides [128, 1024] swizzled 4>]} : memref<8x64xbf16> -> !ssm.tile<channel: 8, inner: 64, bf16>
  // expected-error @+1 {{expected factors of a warpgroup in rows of 128 bytes, swizzled 1, got #ssm.place<chip offset 8192 strides [128, 1024] swizzled 4>}}
  %3 = ssm.tile.dot %0, %1, %2 {ssm.layout = #ssm.layout<time: 1 x 32 by 4, channel: 2 x 4 by 1>, ssm.places = [#ssm.place<lane>], ssm.unit = "wgmma"} : !ssm.tile<time: 64, channel: 8, f32>, !ssm.tile<time: 64, inner: 64, bf16>, !ssm.tile<channel: 8, inner: 64, bf16>
  ssm.yield
}
