// RUN: ssm-opt %s --split-input-file --verify-diagnostics

#bc = affine_map<(b, t, c, n, k) -> (b, c)>

ssm.tile.kernel @tile_load_c4(%h: memref<?x8xf32> {ssm.cache}, %slots: memref<?xi32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<channel = 8, tile = 8>],
                grid = [#ssm<axis batch>]} {
  // expected-error@+1 {{'ssm.tile.load' op expected slots at a cache, got none for 'memref<?x8xf32>'}}
  %0 = ssm.tile.load %h [#bc] : memref<?x8xf32> -> !ssm.tile<channel: 8, f32>
  ssm.yield
}

// -----

#bc = affine_map<(b, t, c, n, k) -> (b, c)>

ssm.tile.kernel @tile_load_c4_dense(%h: memref<?x8xf32>, %slots: memref<?xi32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<channel = 8, tile = 8>],
                grid = [#ssm<axis batch>]} {
  // expected-error@+1 {{'ssm.tile.load' op expected slots at a cache of the kernel, got 'memref<?x8xf32>'}}
  %0 = ssm.tile.load %h [#bc] at(%slots : memref<?xi32>) : memref<?x8xf32> -> !ssm.tile<channel: 8, f32>
  ssm.yield
}

// -----

#cc = affine_map<(b, t, c, n, k) -> (c, c)>

ssm.tile.kernel @tile_load_c4_map(%h: memref<?x8xf32> {ssm.cache}, %slots: memref<?xi32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<channel = 8, tile = 8>],
                grid = [#ssm<axis batch>]} {
  // expected-error@+1 {{'ssm.tile.load' op expected the batch in dimension 0 of a cache, got affine_map<(d0, d1, d2, d3, d4) -> (d2, d2)>}}
  %0 = ssm.tile.load %h [#cc] at(%slots : memref<?xi32>) : memref<?x8xf32> -> !ssm.tile<channel: 8, f32>
  ssm.yield
}

// -----

#bc = affine_map<(b, t, c, n, k) -> (b, c)>

ssm.tile.kernel @tile_store_c4(%h: memref<?x8xf32> {ssm.cache}, %slots: memref<?xi32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<channel = 8, tile = 8>],
                grid = [#ssm<axis batch>]} {
  %0 = ssm.tile.load %h [#bc] at(%slots : memref<?xi32>) : memref<?x8xf32> -> !ssm.tile<channel: 8, f32>
  // expected-error@+1 {{'ssm.tile.store' op expected slots at a cache, got none for 'memref<?x8xf32>'}}
  ssm.tile.store %0, %h [#bc] : !ssm.tile<channel: 8, f32>, memref<?x8xf32>
  ssm.yield
}

// -----

// expected-error@+1 {{expected a cache of rank 2 or more with '?' in dimension 0 alone, got 'memref<?x?xf32>'}}
ssm.tile.kernel @tile_kernel_c9(%h: memref<?x?xf32> {ssm.cache})
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>], grid = [#ssm<axis batch>]} {
  ssm.yield
}

// -----

// expected-error@+1 {{'ssm.tile.kernel' op expected ssm.in_place on a cache to be the number of one before it of the same type, got 1 : i64}}
ssm.tile.kernel @tile_kernel_c10(%h: memref<?x8xf32> {ssm.cache}, %g: memref<?x8xf32> {ssm.cache, ssm.in_place = 1 : i64})
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>], grid = [#ssm<axis batch>]} {
  ssm.yield
}

// -----

// expected-error@+1 {{'ssm.tile.kernel' op expected ssm.in_place on a cache to be the number of one before it of the same type, got 0 : i64}}
ssm.tile.kernel @tile_kernel_c10_type(%h: memref<?x8xf32> {ssm.cache}, %g: memref<?x9xf32> {ssm.cache, ssm.in_place = 0 : i64})
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>], grid = [#ssm<axis batch>]} {
  ssm.yield
}

// -----

// expected-error@+1 {{'ssm.tile.kernel' op expected one argument in the place of 0, got two}}
ssm.tile.kernel @tile_kernel_c10_twice(%h: memref<?x8xf32> {ssm.cache}, %g: memref<?x8xf32> {ssm.cache, ssm.in_place = 0 : i64}, %f: memref<?x8xf32> {ssm.cache, ssm.in_place = 0 : i64})
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>], grid = [#ssm<axis batch>]} {
  ssm.yield
}

// -----

// expected-error@+1 {{'ssm.tile.kernel' op expected the batch in the grid of a kernel with caches, got [#ssm<axis time>]}}
ssm.tile.kernel @tile_kernel_c11(%h: memref<?x8xf32> {ssm.cache})
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>], grid = [#ssm<axis time>]} {
  ssm.yield
}
