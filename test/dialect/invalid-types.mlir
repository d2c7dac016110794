// RUN: ssm-opt %s --split-input-file --verify-diagnostics

// One case for each constraint of the tile type and of the attributes.

// expected-error@+1 {{expected axes in the order batch, time, channel, state, inner, each once, got channel before time}}
func.func private @tile_c1(!ssm.tile<channel: 16, time: 8, f32>)

// -----

// expected-error@+1 {{expected axes in the order batch, time, channel, state, inner, each once, got time before time}}
func.func private @tile_c1_twice(!ssm.tile<time: 8, time: 8, f32>)

// -----

// expected-error@+1 {{expected sizes of 1 to 65536, got 0}}
func.func private @tile_c2(!ssm.tile<channel: 0, f32>)

// -----

// expected-error@+1 {{expected sizes of 1 to 65536, got 65537}}
func.func private @tile_c2_large(!ssm.tile<channel: 65537, f32>)

// -----

// expected-error@+1 {{expected elements of f64, f32, bf16, f16, i32 or i1, got 'i64'}}
func.func private @tile_c3(!ssm.tile<channel: 8, i64>)

// -----

// expected-error@+1 {{expected batch, time, channel, state or inner, got 'tokens'}}
func.func private @tile_axis(!ssm.tile<tokens: 8, f32>)

// -----

// expected-error@+1 {{expected a number as the extent of channel, got '?'}}
func.func private @extent_c1() attributes {a = #ssm.extent<channel = ?, tile = 8>}

// -----

// expected-error@+1 {{expected an extent of 1 to 281474976710656, got 0}}
func.func private @extent_c1_zero() attributes {a = #ssm.extent<time = 0, tile = 8>}

// -----

// expected-error@+1 {{expected an extent of 1 to 281474976710656, got 281474976710657}}
func.func private @extent_c1_large() attributes {a = #ssm.extent<channel = 281474976710657, tile = 8>}

// -----

// expected-error@+1 {{expected a tile of 1 to 65536, got -1}}
func.func private @extent_c2() attributes {a = #ssm.extent<channel = 8, tile = -1>}

// -----

// expected-error@+1 {{expected a tile of 1 to 65536, got 65537}}
func.func private @extent_c2_large() attributes {a = #ssm.extent<channel = 8, tile = 65537>}

// -----

// expected-error@+1 {{expected a tile of 1 for batch, got 2}}
func.func private @extent_c2_batch() attributes {a = #ssm.extent<batch = ?, tile = 2>}

// -----

// expected-error@+1 {{expected channels of 1 to 65536, got 0}}
func.func private @schedule_c1() attributes {a = #ssm.schedule<channels = 0>}

// -----

// expected-error@+1 {{expected blocks of 0 to 65536, got -1}}
func.func private @schedule_c1_blocks() attributes {a = #ssm.schedule<blocks = -1>}

// -----

// expected-error@+1 {{expected channels of 1 to 65536, got 2147483648}}
func.func private @schedule_c1_large() attributes {a = #ssm.schedule<time = 7, channels = 2147483648>}

// -----

// expected-error@+1 {{expected lanes to be a power of two up to 32, got 3}}
func.func private @schedule_c2() attributes {a = #ssm.schedule<lanes = 3>}

// -----

// expected-error@+1 {{expected lanes to be a power of two up to 32, got 64}}
func.func private @schedule_c2_many() attributes {a = #ssm.schedule<lanes = 64>}

// -----

// expected-error@+1 {{expected warps of at most 32, got 33}}
func.func private @schedule_c3() attributes {a = #ssm.schedule<warps = 33>}

// -----

// expected-error@+1 {{expected one warp where a warp owns its tile, got 4}}
func.func private @schedule_c4() attributes {a = #ssm.schedule<owner = warp, warps = 4>}

// -----

// expected-error@+1 {{expected time times channels of at most 65536, got 7 times 16384}}
func.func private @schedule_c5() attributes {a = #ssm.schedule<time = 7, channels = 16384>}

// -----

// expected-error@+1 {{expected cluster of at most 8, got 9}}
func.func private @schedule_c6() attributes {a = #ssm.schedule<inner = 64, cluster = 9>}

// -----

// expected-error@+1 {{expected cluster of 1 to 65536, got 0}}
func.func private @schedule_c1_cluster() attributes {a = #ssm.schedule<inner = 64, cluster = 0>}

// -----

// expected-error@+1 {{expected group of 1 to 65536, got 0}}
func.func private @schedule_c1_group() attributes {a = #ssm.schedule<group = 0>}

// -----

// expected-error@+1 {{expected 4, 8, 16 or 32 warps where the unit is a warpgroup, got 6}}
func.func private @schedule_c7() attributes {a = #ssm.schedule<warps = 6, unit = warpgroup>}

// -----

// expected-error@+1 {{expected 4, 8, 16 or 32 warps where the unit is a warpgroup, got 2}}
func.func private @schedule_c7_few() attributes {a = #ssm.schedule<warps = 2, unit = warpgroup>}

// -----

// expected-error@+2 {{expected aStride of at least 8, got 4}}
func.func private @matmul_c1() attributes {
  a = #ssm.matmul<a = 0, aOffset = 0, aStride = 4, b = 1, bOffset = 0, bStride = 8, c = 2, bias = -1, n = 8, k = 8>
}

// -----

// expected-error@+2 {{expected n of at least 1, got 0}}
func.func private @matmul_c1_size() attributes {
  a = #ssm.matmul<a = 0, aOffset = 0, aStride = 8, b = 1, bOffset = 0, bStride = 8, c = 2, bias = -1, n = 0, k = 8>
}

// -----

// expected-error@+2 {{expected libraryFrom of at least 1, got 0}}
func.func private @matmul_c1_library() attributes {
  a = #ssm.matmul<a = 0, aOffset = 0, aStride = 8, b = 1, bOffset = 0, bStride = 8, c = 2, bias = -1, n = 8, k = 8, libraryFrom = 0>
}

// -----

// expected-error@+1 {{expected runs of at least 1, got 0}}
func.func private @layout_c1() attributes {a = #ssm.layout<time: 0 x 4 by 8>}

// -----

// expected-error@+1 {{expected a power of two, got 3}}
func.func private @layout_c2_lanes() attributes {a = #ssm.layout<time: 1 x 3 by 8>}

// -----

// expected-error@+1 {{expected a power of two, got 0}}
func.func private @layout_c2_stride() attributes {a = #ssm.layout<time: 1 x 4 by 0>}

// -----

// expected-error@+1 {{expected a power of two, got 3}}
func.func private @layout_c2_near() attributes {a = #ssm.layout<time: 1 x 4 by 4 near 3>}

// -----

// expected-error@+1 {{expected near of at most the lanes and the stride (4 by 2), got 4}}
func.func private @layout_c3() attributes {a = #ssm.layout<time: 1 x 4 by 2 near 4>}

// -----

// expected-error@+1 {{expected lane or chip, got 'memory'}}
func.func private @place_kind() attributes {a = #ssm.place<memory>}

// -----

// expected-error@+1 {{expected swizzled to be a power of two, got 3}}
func.func private @place_c1() attributes {a = #ssm.place<chip offset 0 strides [128, 8192] swizzled 3>}
