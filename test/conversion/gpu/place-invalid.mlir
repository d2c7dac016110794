// RUN: ssm-opt %s --ssm-place --verify-diagnostics --split-input-file

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// expected-error @+1 {{expected a schedule}}
ssm.tile.kernel @unscheduled(%x: memref<?x?x32xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis time>]} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
  ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

ssm.tile.kernel @channels(%x: memref<?x?x24xf32>, %y: memref<?x?x24xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 24, tile = 24>, #ssm.extent<state = 4, tile = 4>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 24, lanes = 2, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 24, state: 4, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 24, state: 4, f32> {
  ^bb0(%hi: !ssm.tile<channel: 24, state: 4, f32>):
    %ut = ssm.tile.load %x [#btc] : memref<?x?x24xf32> -> !ssm.tile<time: 8, channel: 24, f32>
    // expected-error @+1 {{expected channels x lanes to be a multiple of the 32 lanes of the owner, got 24 x 2}}
    %r, %hn = ssm.tile.scan state(%hi) ins(%ut) : !ssm.tile<channel: 24, state: 4, f32>, (!ssm.tile<time: 8, channel: 24, f32>) -> !ssm.tile<time: 8, channel: 24, f32> {
    ^bb0(%s: f32, %ue: f32):
      %0 = arith.addf %s, %ue : f32
      ssm.yield %0, %0 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 24, f32>, memref<?x?x24xf32>
    ssm.yield %hn : !ssm.tile<channel: 24, state: 4, f32>
  }
  ssm.yield
}

// -----

// The state of a recurrence has channels and states; along the inner axis a lane
// would not know its channel.
ssm.tile.kernel @state_axes(%x: memref<?x?x32xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>, #ssm.extent<inner = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 32, inner: 32, f32>
  %ut = ssm.tile.fill 1.0 : !ssm.tile<time: 8, channel: 32, f32>
  // expected-error @+1 {{expected a state with axes channel and state, got '!ssm.tile<channel: 32, inner: 32, f32>'}}
  %r, %hn = ssm.tile.scan state(%h0) ins(%ut) : !ssm.tile<channel: 32, inner: 32, f32>, (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
  ^bb0(%s: f32, %ue: f32):
    %0 = arith.addf %s, %ue : f32
    ssm.yield %0, %0 : f32, f32
  }
  ssm.tile.store %r, %y [affine_map<(b, t, c, n, k) -> (b, t, c)>] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// Four stages of 32 tokens x 256 channels x 4 bytes: 128 KB.
// expected-error @+1 {{expected at most 101376 bytes on chip, got 131072}}
ssm.tile.kernel @chip(%x: memref<?x?x256xf32>, %y: memref<?x?x256xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 32>, #ssm.extent<channel = 256, tile = 256>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 32, channels = 256, stages = 4, warps = 8>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 256, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 256, f32> {
  ^bb0(%hi: !ssm.tile<channel: 256, f32>):
    %ut = ssm.tile.load %x [#btc] : memref<?x?x256xf32> -> !ssm.tile<time: 32, channel: 256, f32>
    %r, %hn = ssm.tile.scan state(%hi) ins(%ut) : !ssm.tile<channel: 256, f32>, (!ssm.tile<time: 32, channel: 256, f32>) -> !ssm.tile<time: 32, channel: 256, f32> {
    ^bb0(%s: f32, %ue: f32):
      %0 = arith.addf %s, %ue : f32
      ssm.yield %0, %0 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 32, channel: 256, f32>, memref<?x?x256xf32>
    ssm.yield %hn : !ssm.tile<channel: 256, f32>
  }
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// expected-error @+1 {{expected f32, bf16 or f16 on a GPU, got f64 (f64 is for the CPU and the interpreter)}}
ssm.tile.kernel @f64_argument(%x: memref<?x?x32xf64>, %y: memref<?x?x32xf64>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis time>],
      schedule = #ssm.schedule<time = 8, channels = 32>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x32xf64> -> !ssm.tile<time: 8, channel: 32, f64>
  ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 8, channel: 32, f64>, memref<?x?x32xf64>
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

ssm.tile.kernel @f64_inside(%x: memref<?x?x32xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis time>],
      schedule = #ssm.schedule<time = 8, channels = 32>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
  // expected-error @+1 {{expected f32, bf16 or f16 on a GPU, got '!ssm.tile<time: 8, channel: 32, f64>'}}
  %1 = ssm.tile.map (%0) : (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f64> {
  ^bb0(%e: f32):
    %3 = arith.extf %e : f32 to f64
    ssm.yield %3 : f64
  }
  %2 = ssm.tile.map (%1) : (!ssm.tile<time: 8, channel: 32, f64>) -> !ssm.tile<time: 8, channel: 32, f32> {
  ^bb0(%e: f64):
    %3 = arith.truncf %e : f64 to f32
    ssm.yield %3 : f32
  }
  ssm.tile.store %2, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>
#tcn = affine_map<(b, t, c, n, k) -> (t, c, n)>

// The accumulator of a product enters in the product's layout; sums of a
// reduction leave in the reduction's.
ssm.tile.kernel @carried(%x: memref<?x?x16xf32>, %w: memref<32x16xf32>, %z: memref<8x32x4xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>, #ssm.extent<state = 4, tile = 4>, #ssm.extent<inner = 16, tile = 4>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, inner = 4>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 8, channel: 32, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 8, channel: 32, f32> {
  ^bb0(%acc: !ssm.tile<time: 8, channel: 32, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x16xf32> -> !ssm.tile<time: 8, inner: 4, f32>
    %wt = ssm.tile.load %w [#ck] : memref<32x16xf32> -> !ssm.tile<channel: 32, inner: 4, f32>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 8, channel: 32, f32>, !ssm.tile<time: 8, inner: 4, f32>, !ssm.tile<channel: 32, inner: 4, f32>
    ssm.tile.store %2, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    %zt = ssm.tile.load %z [#tcn] : memref<8x32x4xf32> -> !ssm.tile<time: 8, channel: 32, state: 4, f32>
    %3 = ssm.tile.reduce state %zt : !ssm.tile<time: 8, channel: 32, state: 4, f32> -> !ssm.tile<time: 8, channel: 32, f32>
    // expected-error @+1 {{expected loop-carried tiles of one layout, got two for operand 0}}
    ssm.yield %3 : !ssm.tile<time: 8, channel: 32, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// expected-error @+1 {{expected one loop over time to cut into 4 segments, got 0}}
ssm.tile.kernel @segments(%x: memref<?x?x32xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis time>],
      schedule = #ssm.schedule<time = 8, channels = 32, segments = 4>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
  ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// expected-error @+1 {{expected one loop over the contracted axis, and one segment, where cells share or stagger it, got 0 and 1}}
ssm.tile.kernel @cluster(%x: memref<?x?x32xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis time>],
      schedule = #ssm.schedule<time = 8, channels = 32, cluster = 2>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
  ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// A sum that does not begin with zero would be counted by each block.
ssm.tile.kernel @begins(%x: memref<?x?x128xbf16>, %w: memref<16x128xbf16>, %y: memref<?x?x16xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<inner = 128, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 16, inner = 64, stages = 2, cluster = 2>} {
  %0 = ssm.tile.fill 1.0 : !ssm.tile<time: 8, channel: 16, f32>
  // expected-error @+1 {{expected sums of products that begin with zero where cells share or stagger the contracted axis}}
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 8, channel: 16, f32> {
  ^bb0(%acc: !ssm.tile<time: 8, channel: 16, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x128xbf16> -> !ssm.tile<time: 8, inner: 64, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<16x128xbf16> -> !ssm.tile<channel: 16, inner: 64, bf16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 8, channel: 16, f32>, !ssm.tile<time: 8, inner: 64, bf16>, !ssm.tile<channel: 16, inner: 64, bf16>
    ssm.yield %2 : !ssm.tile<time: 8, channel: 16, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// The cells are of channels alone.
// expected-error @+1 {{expected cells of time and channels to group, got others}}
ssm.tile.kernel @groups(%x: memref<?x8x32xf32>, %y: memref<?x8x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = 8, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, group = 2>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x8x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
  ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x8x32xf32>
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// Two warpgroups take 128 rows at once.
ssm.tile.kernel @warpgroup_rows(%x: memref<?x?x256xbf16>, %w: memref<64x256xbf16>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 64>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<inner = 256, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 64, channels = 64, inner = 64, stages = 2, warps = 8, unit = warpgroup>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 64, channel: 64, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 64, channel: 64, f32> {
  ^bb0(%acc: !ssm.tile<time: 64, channel: 64, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x256xbf16> -> !ssm.tile<time: 64, inner: 64, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<64x256xbf16> -> !ssm.tile<channel: 64, inner: 64, bf16>
    // expected-error @+1 {{expected 128 rows or a multiple, 8 to 256 columns, a multiple of 8, and a multiple of 64 contracted elements for a warpgroup, got '!ssm.tile<time: 64, channel: 64, f32>' of 64}}
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 64, channel: 64, f32>, !ssm.tile<time: 64, inner: 64, bf16>, !ssm.tile<channel: 64, inner: 64, bf16>
    ssm.yield %2 : !ssm.tile<time: 64, channel: 64, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 64, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// 264 channels are too many columns, and as rows no multiple of 64.
ssm.tile.kernel @warpgroup_columns(%x: memref<?x?x256xbf16>, %w: memref<264x256xbf16>, %y: memref<?x?x264xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 64>, #ssm.extent<channel = 264, tile = 264>, #ssm.extent<inner = 256, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 64, channels = 264, inner = 64, stages = 2, warps = 4, unit = warpgroup>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 64, channel: 264, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 64, channel: 264, f32> {
  ^bb0(%acc: !ssm.tile<time: 64, channel: 264, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x256xbf16> -> !ssm.tile<time: 64, inner: 64, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<264x256xbf16> -> !ssm.tile<channel: 264, inner: 64, bf16>
    // expected-error @+1 {{expected 64 rows or a multiple, 8 to 256 columns, a multiple of 8, and a multiple of 64 contracted elements for a warpgroup, got '!ssm.tile<time: 64, channel: 264, f32>' of 64}}
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 64, channel: 264, f32>, !ssm.tile<time: 64, inner: 64, bf16>, !ssm.tile<channel: 264, inner: 64, bf16>
    ssm.yield %2 : !ssm.tile<time: 64, channel: 264, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 64, channel: 264, f32>, memref<?x?x264xf32>
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// A row on chip has 64 elements; tiles of 32 do not fill it.
ssm.tile.kernel @warpgroup_inner(%x: memref<?x?x256xbf16>, %w: memref<64x256xbf16>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 64>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<inner = 256, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 64, channels = 64, inner = 32, stages = 2, warps = 4, unit = warpgroup>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 64, channel: 64, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 64, channel: 64, f32> {
  ^bb0(%acc: !ssm.tile<time: 64, channel: 64, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x256xbf16> -> !ssm.tile<time: 64, inner: 32, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<64x256xbf16> -> !ssm.tile<channel: 64, inner: 32, bf16>
    // expected-error @+1 {{expected 64 rows or a multiple, 8 to 256 columns, a multiple of 8, and a multiple of 64 contracted elements for a warpgroup, got '!ssm.tile<time: 64, channel: 64, f32>' of 32}}
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 64, channel: 64, f32>, !ssm.tile<time: 64, inner: 32, bf16>, !ssm.tile<channel: 64, inner: 32, bf16>
    ssm.yield %2 : !ssm.tile<time: 64, channel: 64, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 64, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// Weights from before the loop: lanes could hold them, for matrix units of a warp.
ssm.tile.kernel @warpgroup_outside(%x: memref<?x?x64xbf16>, %w: memref<64x64xbf16>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 64>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<inner = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 64, channels = 64, inner = 64, stages = 2, warps = 4, unit = warpgroup>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 64, channel: 64, f32>
  %wt = ssm.tile.load %w [#ck] : memref<64x64xbf16> -> !ssm.tile<channel: 64, inner: 64, bf16>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 64, channel: 64, f32> {
  ^bb0(%acc: !ssm.tile<time: 64, channel: 64, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x64xbf16> -> !ssm.tile<time: 64, inner: 64, bf16>
    // expected-error @+1 {{expected factors of a warpgroup loaded beside the dot and for it alone}}
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 64, channel: 64, f32>, !ssm.tile<time: 64, inner: 64, bf16>, !ssm.tile<channel: 64, inner: 64, bf16>
    ssm.yield %2 : !ssm.tile<time: 64, channel: 64, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 64, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// A factor that is computed: lanes would have to write it to the chip.
ssm.tile.kernel @warpgroup_computed(%x: memref<?x?x256xbf16>, %w: memref<64x256xbf16>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 64>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<inner = 256, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 64, channels = 64, inner = 64, stages = 2, warps = 4, unit = warpgroup>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 64, channel: 64, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 64, channel: 64, f32> {
  ^bb0(%acc: !ssm.tile<time: 64, channel: 64, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x256xbf16> -> !ssm.tile<time: 64, inner: 64, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<64x256xbf16> -> !ssm.tile<channel: 64, inner: 64, bf16>
    %xn = ssm.tile.map (%xt) : (!ssm.tile<time: 64, inner: 64, bf16>) -> !ssm.tile<time: 64, inner: 64, bf16> {
    ^bb0(%e: bf16):
      %n = arith.negf %e : bf16
      ssm.yield %n : bf16
    }
    // expected-error @+1 {{expected factors of a warpgroup loaded beside the dot and for it alone}}
    %2 = ssm.tile.dot %acc, %xn, %wt : !ssm.tile<time: 64, channel: 64, f32>, !ssm.tile<time: 64, inner: 64, bf16>, !ssm.tile<channel: 64, inner: 64, bf16>
    ssm.yield %2 : !ssm.tile<time: 64, channel: 64, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 64, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// Rows of 252 elements begin at multiples of 8 bytes only.
ssm.tile.kernel @warpgroup_units(%x: memref<?x?x252xbf16>, %w: memref<64x252xbf16>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 64>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<inner = 252, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 64, channels = 64, inner = 64, stages = 2, warps = 4, unit = warpgroup>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 64, channel: 64, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 64, channel: 64, f32> {
  ^bb0(%acc: !ssm.tile<time: 64, channel: 64, f32>):
    // expected-error @+1 {{expected rows of 16-byte units along the contracted axis for a warpgroup, got 'memref<?x?x252xbf16>' as '!ssm.tile<time: 64, inner: 64, bf16>'}}
    %xt = ssm.tile.load %x [#btk] : memref<?x?x252xbf16> -> !ssm.tile<time: 64, inner: 64, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<64x252xbf16> -> !ssm.tile<channel: 64, inner: 64, bf16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 64, channel: 64, f32>, !ssm.tile<time: 64, inner: 64, bf16>, !ssm.tile<channel: 64, inner: 64, bf16>
    ssm.yield %2 : !ssm.tile<time: 64, channel: 64, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 64, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#kc = affine_map<(b, t, c, n, k) -> (k, c)>

// Along the contracted axis nothing is next to each other.
ssm.tile.kernel @warpgroup_transposed(%x: memref<?x?x256xbf16>, %w: memref<256x64xbf16>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 64>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<inner = 256, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 64, channels = 64, inner = 64, stages = 2, warps = 4, unit = warpgroup>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 64, channel: 64, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 64, channel: 64, f32> {
  ^bb0(%acc: !ssm.tile<time: 64, channel: 64, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x256xbf16> -> !ssm.tile<time: 64, inner: 64, bf16>
    // expected-error @+1 {{expected rows of 16-byte units along the contracted axis for a warpgroup, got 'memref<256x64xbf16>' as '!ssm.tile<channel: 64, inner: 64, bf16>'}}
    %wt = ssm.tile.load %w [#kc] : memref<256x64xbf16> -> !ssm.tile<channel: 64, inner: 64, bf16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 64, channel: 64, f32>, !ssm.tile<time: 64, inner: 64, bf16>, !ssm.tile<channel: 64, inner: 64, bf16>
    ssm.yield %2 : !ssm.tile<time: 64, channel: 64, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 64, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// Fifteen stages of 64 + 64 rows of 128 bytes: 240 KB.
// expected-error @+1 {{expected at most 232448 bytes on chip, got 245760}}
ssm.tile.kernel @warpgroup_chip(%x: memref<?x?x256xbf16>, %w: memref<64x256xbf16>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 64>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<inner = 256, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 64, channels = 64, inner = 64, stages = 15, warps = 4, unit = warpgroup>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 64, channel: 64, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 64, channel: 64, f32> {
  ^bb0(%acc: !ssm.tile<time: 64, channel: 64, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x256xbf16> -> !ssm.tile<time: 64, inner: 64, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<64x256xbf16> -> !ssm.tile<channel: 64, inner: 64, bf16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 64, channel: 64, f32>, !ssm.tile<time: 64, inner: 64, bf16>, !ssm.tile<channel: 64, inner: 64, bf16>
    ssm.yield %2 : !ssm.tile<time: 64, channel: 64, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 64, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}
