// RUN: ssm-opt %s --ssm-to-cpu --verify-diagnostics --split-input-file

#c = affine_map<(b, t, c, n, k) -> (b, t, c)>

ssm.tile.kernel @size(%y: memref<?x?x16xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 16, tile = 16>],
                grid = [#ssm<axis batch>, #ssm<axis time>]} {
  // expected-error @+1 {{expected a tile of 4 along time as in the kernel's extents, got '!ssm.tile<time: 8, channel: 16, f32>'}}
  %0 = ssm.tile.fill 1.0 : !ssm.tile<time: 8, channel: 16, f32>
  ssm.tile.store %0, %y [#c] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}

// -----

#c = affine_map<(b, t, c, n, k) -> (b, t, c)>

ssm.tile.kernel @state(%x: memref<?x?x16xf32>, %y: memref<?x?x16xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<inner = 16, tile = 16>],
                grid = [#ssm<axis batch>]} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<inner: 16, f32>
  %h1 = ssm.tile.for time init(%h0) : !ssm.tile<inner: 16, f32> {
  ^bb0(%h: !ssm.tile<inner: 16, f32>):
    %0 = ssm.tile.load %x [affine_map<(b, t, c, n, k) -> (b, t, k)>] : memref<?x?x16xf32> -> !ssm.tile<time: 4, inner: 16, f32>
    // expected-error @+1 {{expected a state with the axes channel and state on the CPU, got '!ssm.tile<inner: 16, f32>'}}
    %r, %hn = ssm.tile.scan state(%h) ins(%0) : !ssm.tile<inner: 16, f32>, (!ssm.tile<time: 4, inner: 16, f32>) -> !ssm.tile<time: 4, inner: 16, f32> {
    ^bb0(%s: f32, %e: f32):
      %1 = arith.addf %s, %e : f32
      ssm.yield %1, %1 : f32, f32
    }
    ssm.yield %hn : !ssm.tile<inner: 16, f32>
  }
  ssm.yield
}

// -----

ssm.tile.kernel @read(%x: memref<?x?x2xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<state = 2, tile = 2>],
                grid = [#ssm<axis batch>]} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 16, state: 2, f32>
  %h1 = ssm.tile.for time init(%h0) : !ssm.tile<channel: 16, state: 2, f32> {
  ^bb0(%h: !ssm.tile<channel: 16, state: 2, f32>):
    %0 = ssm.tile.load %x [affine_map<(b, t, c, n, k) -> (b, t, n)>] : memref<?x?x2xf32> -> !ssm.tile<time: 4, state: 2, f32>
    // expected-error @+1 {{expected a read for every channel on the CPU, got '!ssm.tile<time: 4, state: 2, f32>'}}
    %r, %hn = ssm.tile.scan state(%h) ins(%0) : !ssm.tile<channel: 16, state: 2, f32>, (!ssm.tile<time: 4, state: 2, f32>) -> !ssm.tile<time: 4, state: 2, f32> {
    ^bb0(%s: f32, %e: f32):
      %1 = arith.addf %s, %e : f32
      ssm.yield %1, %1 : f32, f32
    }
    ssm.yield %hn : !ssm.tile<channel: 16, state: 2, f32>
  }
  ssm.yield
}

// -----

#c = affine_map<(b, t, c, n, k) -> (b, t, c)>

ssm.tile.kernel @vectors(%x: memref<?x?x16xf32>, %y: memref<?x?x16xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 16, tile = 16>],
                grid = [#ssm<axis batch>, #ssm<axis time>]} {
  %0 = ssm.tile.load %x [#c] : memref<?x?x16xf32> -> !ssm.tile<time: 4, channel: 16, f32>
  %1 = ssm.tile.map (%0) : (!ssm.tile<time: 4, channel: 16, f32>) -> !ssm.tile<time: 4, channel: 16, f32> {
  ^bb0(%e: f32):
    // expected-error @+1 {{expected an elementwise op in a kernel for the CPU}}
    %2 = builtin.unrealized_conversion_cast %e : f32 to f32
    ssm.yield %2 : f32
  }
  ssm.tile.store %1, %y [#c] : !ssm.tile<time: 4, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}

// -----

#c = affine_map<(b, t, c, n, k) -> (b, t, c)>

// A plan by hand that keeps a sum nowhere.
// expected-error @+1 {{expected a plan that holds the tile '!ssm.tile<time: 4, f32>'}}
ssm.tile.kernel @nowhere(%x: memref<?x?x16xf32>, %y: memref<?x?xf32>)
    attributes {ssm.lanes = 16 : i64,
                extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 16, tile = 16>],
                grid = [#ssm<axis batch>, #ssm<axis time>]} {
  %0 = ssm.tile.load %x [#c] : memref<?x?x16xf32> -> !ssm.tile<time: 4, channel: 16, f32>
  %1 = ssm.tile.reduce channel %0 : !ssm.tile<time: 4, channel: 16, f32> -> !ssm.tile<time: 4, f32>
  ssm.tile.store %1, %y [affine_map<(b, t, c, n, k) -> (b, t)>] {ssm.nest = 0 : i64} : !ssm.tile<time: 4, f32>, memref<?x?xf32>
  ssm.yield
}
