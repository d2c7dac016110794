// RUN: ssm-opt %s --split-input-file --verify-diagnostics

// One kernel for each constraint of a tile op, named after it.

// expected-error@+1 {{'ssm.tile.kernel' op expected no results, got 'f32'}}
ssm.tile.kernel @tile_kernel_c1_result() -> f32
    attributes {extents = [], grid = []} {
  ssm.yield
}

// -----

// expected-error@+1 {{'ssm.tile.kernel' op expected dense row-major memrefs with '?' in dimensions 0 and 1 only, got 'tensor<?x?x8xf32>'}}
ssm.tile.kernel @tile_kernel_c1_tensor(%x: tensor<?x?x8xf32>)
    attributes {extents = [], grid = []} {
  ssm.yield
}

// -----

// expected-error@+1 {{'ssm.tile.kernel' op expected dense row-major memrefs with '?' in dimensions 0 and 1 only, got 'memref<8x8xf32, strided<[1, 8]>>'}}
ssm.tile.kernel @tile_kernel_c1_strides(%x: memref<8x8xf32, strided<[1, 8]>>)
    attributes {extents = [], grid = []} {
  ssm.yield
}

// -----

// expected-error@+1 {{'ssm.tile.kernel' op expected dense row-major memrefs with '?' in dimensions 0 and 1 only, got 'memref<?x?x?xf32>'}}
ssm.tile.kernel @tile_kernel_c1_symbolic(%x: memref<?x?x?xf32>)
    attributes {extents = [], grid = []} {
  ssm.yield
}

// -----

// expected-error@+1 {{'ssm.tile.kernel' op expected at most 281474976710656 elements for each symbolic size, got 'memref<?x?x281474976710657xf32>'}}
ssm.tile.kernel @tile_kernel_c1_large(%x: memref<?x?x281474976710657xf32>)
    attributes {extents = [], grid = []} {
  ssm.yield
}

// -----

// expected-error@+1 {{'ssm.tile.kernel' op expected one extent for each axis, got two for channel}}
ssm.tile.kernel @tile_kernel_c2()
    attributes {extents = [#ssm.extent<channel = 8, tile = 8>, #ssm.extent<channel = 8, tile = 4>],
                grid = []} {
  ssm.yield
}

// -----

// expected-error@+1 {{'ssm.tile.kernel' op expected grid axes with an extent, each once, got time}}
ssm.tile.kernel @tile_kernel_c3()
    attributes {extents = [#ssm.extent<channel = 8, tile = 8>], grid = [#ssm<axis time>]} {
  ssm.yield
}

// -----

// expected-error@+1 {{'ssm.tile.kernel' op expected grid axes with an extent, each once, got channel}}
ssm.tile.kernel @tile_kernel_c3_twice()
    attributes {extents = [#ssm.extent<channel = 8, tile = 8>],
                grid = [#ssm<axis channel>, #ssm<axis channel>]} {
  ssm.yield
}

// -----

// expected-error@+1 {{'ssm.tile.kernel' op expected the body to end with an ssm.yield of nothing}}
ssm.tile.kernel @tile_kernel_c4() attributes {extents = [], grid = []} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 8, f32>
  ssm.yield %0 : !ssm.tile<channel: 8, f32>
}

// -----

ssm.tile.kernel @tile_load_c1_count(%x: memref<?x?x8xf32>) attributes {extents = [], grid = []} {
  // expected-error@+1 {{'ssm.tile.load' op expected a map from the five axes to 3 dimensions, each an axis, a reversed time, a time before inner or a constant, from the begin or from the end, got affine_map<(d0, d1, d2, d3, d4) -> (d1, d2)>}}
  %0 = ssm.tile.load %x [affine_map<(b, t, c, n, k) -> (t, c)>]
      : memref<?x?x8xf32> -> !ssm.tile<time: 4, channel: 8, f32>
  ssm.yield
}

// -----

ssm.tile.kernel @tile_load_c1_dimensions(%x: memref<8xf32>) attributes {extents = [], grid = []} {
  // expected-error@+1 {{'ssm.tile.load' op expected a map from the five axes to 1 dimensions}}
  %0 = ssm.tile.load %x [affine_map<(c) -> (c)>] : memref<8xf32> -> !ssm.tile<channel: 8, f32>
  ssm.yield
}

// -----

ssm.tile.kernel @tile_load_c1_form(%x: memref<8xf32>) attributes {extents = [], grid = []} {
  // expected-error@+1 {{each an axis, a reversed time, a time before inner or a constant, from the begin or from the end, got affine_map<(d0, d1, d2, d3, d4) -> (d2 * 2)>}}
  %0 = ssm.tile.load %x [affine_map<(b, t, c, n, k) -> (2 * c)>]
      : memref<8xf32> -> !ssm.tile<channel: 4, f32>
  ssm.yield
}

// -----

ssm.tile.kernel @tile_load_c1_reversed(%x: memref<8xf32>) attributes {extents = [], grid = []} {
  // expected-error@+1 {{each an axis, a reversed time, a time before inner or a constant, from the begin or from the end, got affine_map<(d0, d1, d2, d3, d4)[s0] -> (-d2 + s0 - 1)>}}
  %0 = ssm.tile.load %x [affine_map<(b, t, c, n, k)[l] -> (l - 1 - c)>]
      : memref<8xf32> -> !ssm.tile<channel: 4, f32>
  ssm.yield
}

// -----

ssm.tile.kernel @tile_load_c2(%x: memref<8xf32>) attributes {extents = [], grid = []} {
  // expected-error@+1 {{'ssm.tile.load' op expected a tile of 'f32', got '!ssm.tile<channel: 8, bf16>'}}
  %0 = ssm.tile.load %x [affine_map<(b, t, c, n, k) -> (c)>]
      : memref<8xf32> -> !ssm.tile<channel: 8, bf16>
  ssm.yield
}

// -----

ssm.tile.kernel @tile_load_c3(%x: memref<8xf32>) attributes {extents = [], grid = []} {
  // expected-error@+1 {{'ssm.tile.load' op expected the map to use the tile's axis time, got affine_map<(d0, d1, d2, d3, d4) -> (d2)>}}
  %0 = ssm.tile.load %x [affine_map<(b, t, c, n, k) -> (c)>]
      : memref<8xf32> -> !ssm.tile<time: 4, channel: 8, f32>
  ssm.yield
}

// -----

ssm.tile.kernel @tile_store_c1(%x: memref<8x8xf32>) attributes {extents = [], grid = []} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 8, f32>
  // expected-error@+1 {{'ssm.tile.store' op expected a map from the five axes to 2 dimensions}}
  ssm.tile.store %0, %x [affine_map<(b, t, c, n, k) -> (c)>]
      : !ssm.tile<channel: 8, f32>, memref<8x8xf32>
  ssm.yield
}

// -----

ssm.tile.kernel @tile_store_c2(%x: memref<8xbf16>) attributes {extents = [], grid = []} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 8, f32>
  // expected-error@+1 {{'ssm.tile.store' op expected a tile of 'bf16', got '!ssm.tile<channel: 8, f32>'}}
  ssm.tile.store %0, %x [affine_map<(b, t, c, n, k) -> (c)>]
      : !ssm.tile<channel: 8, f32>, memref<8xbf16>
  ssm.yield
}

// -----

ssm.tile.kernel @tile_store_c3(%x: memref<8xf32>) attributes {extents = [], grid = []} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 8, state: 4, f32>
  // expected-error@+1 {{'ssm.tile.store' op expected the map to use the tile's axis state}}
  ssm.tile.store %0, %x [affine_map<(b, t, c, n, k) -> (c)>]
      : !ssm.tile<channel: 8, state: 4, f32>, memref<8xf32>
  ssm.yield
}

// -----

ssm.tile.kernel @tile_map_c1_none() attributes {extents = [], grid = []} {
  // expected-error@+1 {{'ssm.tile.map' op expected at least one result}}
  ssm.tile.map () : () -> () {
    ssm.yield
  }
  ssm.yield
}

// -----

ssm.tile.kernel @tile_map_c1() attributes {extents = [], grid = []} {
  // expected-error@+1 {{'ssm.tile.map' op expected results with the axes of '!ssm.tile<channel: 8, f32>', got '!ssm.tile<time: 8, f32>'}}
  %0:2 = ssm.tile.map () : () -> (!ssm.tile<channel: 8, f32>, !ssm.tile<time: 8, f32>) {
    %c = arith.constant 1.0 : f32
    ssm.yield %c, %c : f32, f32
  }
  ssm.yield
}

// -----

ssm.tile.kernel @tile_map_c2() attributes {extents = [], grid = []} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 4, f32>
  // expected-error@+1 {{'ssm.tile.map' op expected inputs with axes among those of '!ssm.tile<channel: 8, f32>', got '!ssm.tile<channel: 4, f32>'}}
  %1 = ssm.tile.map (%0) : (!ssm.tile<channel: 4, f32>) -> !ssm.tile<channel: 8, f32> {
  ^bb0(%e: f32):
    ssm.yield %e : f32
  }
  ssm.yield
}

// -----

ssm.tile.kernel @tile_map_c3() attributes {extents = [], grid = []} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 8, f32>
  // expected-error@+1 {{'ssm.tile.map' op expected a region from the elements of ('!ssm.tile<channel: 8, f32>') to those of ('!ssm.tile<channel: 8, bf16>')}}
  %1 = ssm.tile.map (%0) : (!ssm.tile<channel: 8, f32>) -> !ssm.tile<channel: 8, bf16> {
  ^bb0(%e: f32):
    ssm.yield %e : f32
  }
  ssm.yield
}

// -----

ssm.tile.kernel @tile_map_c3_terminator() attributes {extents = [], grid = []} {
  // expected-error@+1 {{'ssm.tile.map' op expected a region from the elements of () to those of ('!ssm.tile<channel: 8, f32>')}}
  %0 = ssm.tile.map () : () -> !ssm.tile<channel: 8, f32> {
    %c = arith.constant 1.0 : f32
  }
  ssm.yield
}

// -----

ssm.tile.kernel @tile_map_c4(%x: memref<8xf32>) attributes {extents = [], grid = []} {
  %two = arith.constant 2.0 : f32
  %four = arith.addf %two, %two : f32
  // expected-note@+1 {{required by region isolation constraints}}
  %0 = ssm.tile.map () : () -> !ssm.tile<channel: 8, f32> {
    // expected-error@+1 {{using value defined outside the region}}
    ssm.yield %four : f32
  }
  ssm.yield
}

// -----

ssm.tile.kernel @tile_map_c4_effects(%x: memref<8xf32>) attributes {extents = [], grid = []} {
  // expected-error@+1 {{'ssm.tile.map' op expected a region without effects, got ssm.tile.store}}
  %0 = ssm.tile.map () : () -> !ssm.tile<channel: 8, f32> {
    %t = ssm.tile.fill 0.0 : !ssm.tile<channel: 8, f32>
    ssm.tile.store %t, %x [affine_map<(b, t, c, n, k) -> (c)>] : !ssm.tile<channel: 8, f32>, memref<8xf32>
    %c = arith.constant 1.0 : f32
    ssm.yield %c : f32
  }
  ssm.yield
}

// -----

ssm.tile.kernel @tile_scan_c1() attributes {extents = [], grid = []} {
  %h = ssm.tile.fill 0.0 : !ssm.tile<time: 8, channel: 8, f32>
  // expected-error@+1 {{'ssm.tile.scan' op expected a final state of type '!ssm.tile<time: 8, channel: 8, f32>' without a time axis}}
  %y, %n = ssm.tile.scan state(%h) ins()
      : !ssm.tile<time: 8, channel: 8, f32>, () -> !ssm.tile<time: 8, channel: 8, f32> {
  ^bb0(%s: f32):
    ssm.yield %s, %s : f32, f32
  }
  ssm.yield
}

// -----

ssm.tile.kernel @tile_scan_c1_axes() attributes {extents = [], grid = []} {
  %h = ssm.tile.fill 0.0 : !ssm.tile<channel: 8, f32>
  %g = ssm.tile.fill 0.0 : !ssm.tile<channel: 4, f32>
  // expected-error@+1 {{'ssm.tile.scan' op expected states with the axes of '!ssm.tile<channel: 8, f32>', got '!ssm.tile<channel: 4, f32>'}}
  %y:3 = ssm.tile.scan state(%h, %g) ins() : !ssm.tile<channel: 8, f32>, !ssm.tile<channel: 4, f32>, ()
      -> !ssm.tile<time: 8, channel: 8, f32> {
  ^bb0(%s: f32, %r: f32):
    ssm.yield %s, %r, %s : f32, f32, f32
  }
  ssm.yield
}

// -----

ssm.tile.kernel @tile_scan_c1_none() attributes {extents = [], grid = []} {
  // expected-error@+1 {{'ssm.tile.scan' op expected a state and its final state, got 0 final states}}
  %y = ssm.tile.scan state() ins() : () -> !ssm.tile<time: 8, channel: 8, f32> {
    %s = arith.constant 0.0 : f32
    ssm.yield %s : f32
  }
  ssm.yield
}

// -----

ssm.tile.kernel @tile_scan_c2() attributes {extents = [], grid = []} {
  %h = ssm.tile.fill 0.0 : !ssm.tile<channel: 8, f32>
  // expected-error@+1 {{'ssm.tile.scan' op expected a read with the axis time and axes of '!ssm.tile<channel: 8, f32>', got '!ssm.tile<channel: 8, f32>'}}
  %y, %n = ssm.tile.scan state(%h) ins() : !ssm.tile<channel: 8, f32>, () -> !ssm.tile<channel: 8, f32> {
  ^bb0(%s: f32):
    ssm.yield %s, %s : f32, f32
  }
  ssm.yield
}

// -----

ssm.tile.kernel @tile_scan_c3() attributes {extents = [], grid = []} {
  %h = ssm.tile.fill 0.0 : !ssm.tile<channel: 8, f32>
  %a = ssm.tile.fill 0.0 : !ssm.tile<time: 4, f32>
  // expected-error@+1 {{'ssm.tile.scan' op expected inputs with axes time and those of '!ssm.tile<channel: 8, f32>', got '!ssm.tile<time: 4, f32>'}}
  %y, %n = ssm.tile.scan state(%h) ins(%a)
      : !ssm.tile<channel: 8, f32>, (!ssm.tile<time: 4, f32>) -> !ssm.tile<time: 8, channel: 8, f32> {
  ^bb0(%s: f32, %e: f32):
    ssm.yield %s, %s : f32, f32
  }
  ssm.yield
}

// -----

ssm.tile.kernel @tile_scan_c4() attributes {extents = [], grid = []} {
  %h = ssm.tile.fill 0.0 : !ssm.tile<channel: 8, f32>
  // expected-error@+1 {{'ssm.tile.scan' op expected a region from the elements of ('!ssm.tile<channel: 8, f32>') to those of ('!ssm.tile<channel: 8, f32>', '!ssm.tile<time: 8, channel: 8, f32>')}}
  %y, %n = ssm.tile.scan state(%h) ins()
      : !ssm.tile<channel: 8, f32>, () -> !ssm.tile<time: 8, channel: 8, f32> {
  ^bb0(%s: f32):
    ssm.yield %s : f32
  }
  ssm.yield
}

// -----

ssm.tile.kernel @tile_scan_c5() attributes {extents = [], grid = []} {
  %two = arith.constant 2.0 : f32
  %four = arith.addf %two, %two : f32
  %h = ssm.tile.fill 0.0 : !ssm.tile<channel: 8, f32>
  // expected-note@+1 {{required by region isolation constraints}}
  %y, %n = ssm.tile.scan state(%h) ins()
      : !ssm.tile<channel: 8, f32>, () -> !ssm.tile<time: 8, channel: 8, f32> {
  ^bb0(%s: f32):
    // expected-error@+1 {{using value defined outside the region}}
    %0 = arith.mulf %s, %four : f32
    ssm.yield %0, %0 : f32, f32
  }
  ssm.yield
}

// -----

ssm.tile.kernel @tile_reduce_c1() attributes {extents = [], grid = []} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 4, channel: 8, f32>
  // expected-error@+1 {{'ssm.tile.reduce' op expected a result with the axes of '!ssm.tile<time: 4, channel: 8, f32>' without channel, got '!ssm.tile<channel: 8, f32>'}}
  %1 = ssm.tile.reduce channel %0 : !ssm.tile<time: 4, channel: 8, f32> -> !ssm.tile<channel: 8, f32>
  ssm.yield
}

// -----

ssm.tile.kernel @tile_reduce_c2() attributes {extents = [], grid = []} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 4, channel: 8, f32>
  // expected-error@+1 {{'ssm.tile.reduce' op expected a result of 'f32', got '!ssm.tile<time: 4, bf16>'}}
  %1 = ssm.tile.reduce channel %0 : !ssm.tile<time: 4, channel: 8, f32> -> !ssm.tile<time: 4, bf16>
  ssm.yield
}

// -----

ssm.tile.kernel @tile_dot_c1() attributes {extents = [], grid = []} {
  %acc = ssm.tile.fill 0.0 : !ssm.tile<time: 4, channel: 8, f32>
  %x = ssm.tile.fill 0.0 : !ssm.tile<time: 4, inner: 16, f32>
  %w = ssm.tile.fill 0.0 : !ssm.tile<channel: 8, inner: 32, f32>
  // expected-error@+1 {{'ssm.tile.dot' op expected operands of one axis, not the same, and inner, of equal size, got '!ssm.tile<time: 4, inner: 16, f32>' and '!ssm.tile<channel: 8, inner: 32, f32>'}}
  %0 = ssm.tile.dot %acc, %x, %w : !ssm.tile<time: 4, channel: 8, f32>,
      !ssm.tile<time: 4, inner: 16, f32>, !ssm.tile<channel: 8, inner: 32, f32>
  ssm.yield
}

// -----

ssm.tile.kernel @tile_dot_c1_same() attributes {extents = [], grid = []} {
  %acc = ssm.tile.fill 0.0 : !ssm.tile<time: 4, channel: 8, f32>
  %x = ssm.tile.fill 0.0 : !ssm.tile<time: 4, inner: 16, f32>
  // expected-error@+1 {{'ssm.tile.dot' op expected operands of one axis, not the same, and inner, of equal size}}
  %0 = ssm.tile.dot %acc, %x, %x : !ssm.tile<time: 4, channel: 8, f32>,
      !ssm.tile<time: 4, inner: 16, f32>, !ssm.tile<time: 4, inner: 16, f32>
  ssm.yield
}

// -----

ssm.tile.kernel @tile_dot_c2() attributes {extents = [], grid = []} {
  %acc = ssm.tile.fill 0.0 : !ssm.tile<time: 4, state: 8, f32>
  %x = ssm.tile.fill 0.0 : !ssm.tile<time: 4, inner: 16, f32>
  %w = ssm.tile.fill 0.0 : !ssm.tile<channel: 8, inner: 16, f32>
  // expected-error@+1 {{'ssm.tile.dot' op expected an accumulator of time and channel, got '!ssm.tile<time: 4, state: 8, f32>'}}
  %0 = ssm.tile.dot %acc, %x, %w : !ssm.tile<time: 4, state: 8, f32>,
      !ssm.tile<time: 4, inner: 16, f32>, !ssm.tile<channel: 8, inner: 16, f32>
  ssm.yield
}

// -----

ssm.tile.kernel @tile_dot_c3() attributes {extents = [], grid = []} {
  %acc = ssm.tile.fill 0.0 : !ssm.tile<time: 4, channel: 8, bf16>
  %x = ssm.tile.fill 0.0 : !ssm.tile<time: 4, inner: 16, bf16>
  %w = ssm.tile.fill 0.0 : !ssm.tile<channel: 8, inner: 16, bf16>
  // expected-error@+1 {{'ssm.tile.dot' op expected an accumulator of f32 or f64, got '!ssm.tile<time: 4, channel: 8, bf16>'}}
  %0 = ssm.tile.dot %acc, %x, %w : !ssm.tile<time: 4, channel: 8, bf16>,
      !ssm.tile<time: 4, inner: 16, bf16>, !ssm.tile<channel: 8, inner: 16, bf16>
  ssm.yield
}

// -----

ssm.tile.kernel @tile_for_c1()
    attributes {extents = [#ssm.extent<time = ?, tile = 4>], grid = []} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 8, f32>
  // expected-error@+1 {{'ssm.tile.for' op expected a region that takes and yields '!ssm.tile<channel: 8, f32>'}}
  %1 = ssm.tile.for time init(%0) : !ssm.tile<channel: 8, f32> {
  ^bb0(%h: !ssm.tile<channel: 8, f32>):
    ssm.yield
  }
  ssm.yield
}

// -----

ssm.tile.kernel @tile_for_c2_missing()
    attributes {extents = [#ssm.extent<time = ?, tile = 4>], grid = []} {
  // expected-error@+1 {{'ssm.tile.for' op expected an axis of the kernel outside of its grid, got channel}}
  ssm.tile.for channel {
    ssm.yield
  }
  ssm.yield
}

// -----

ssm.tile.kernel @tile_for_c2_grid()
    attributes {extents = [#ssm.extent<time = ?, tile = 4>], grid = [#ssm<axis time>]} {
  // expected-error@+1 {{'ssm.tile.for' op expected an axis of the kernel outside of its grid, got time}}
  ssm.tile.for time {
    ssm.yield
  }
  ssm.yield
}

// -----

ssm.tile.kernel @tile_for_c2_nested()
    attributes {extents = [#ssm.extent<time = ?, tile = 4>], grid = []} {
  // expected-note@+1 {{the loop around}}
  ssm.tile.for time {
    // expected-error@+1 {{'ssm.tile.for' op expected an axis that no loop around walks, got time}}
    ssm.tile.for time {
      ssm.yield
    }
    ssm.yield
  }
  ssm.yield
}
