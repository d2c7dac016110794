// RUN: ssm-opt %s --pass-pipeline='builtin.module(ssm.tile.kernel(ssm-plan-cpu))' --split-input-file | FileCheck %s
// RUN: ssm-opt %s --pass-pipeline='builtin.module(ssm.tile.kernel(ssm-plan-cpu{vector-width=8}))' --split-input-file | FileCheck %s --check-prefix=NARROW
// RUN: not ssm-opt %s --pass-pipeline='builtin.module(ssm.tile.kernel(ssm-plan-cpu{vector-width=12}))' --split-input-file 2>&1 | FileCheck %s --check-prefix=WIDTH

// WIDTH: error: 'ssm.tile.kernel' op expected a vector width of 8 or 16, got 12

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// The lanes are those of the variant, or as many as asked for. What is read
// once, in the order of memory, is computed where it is read.
// CHECK-LABEL: ssm.tile.kernel @sum
// CHECK-SAME: ssm.blocks = 2 : i64, ssm.lanes = 16 : i64
// NARROW-LABEL: ssm.tile.kernel @sum
// NARROW-SAME: ssm.blocks = 2 : i64, ssm.lanes = 8 : i64
ssm.tile.kernel @sum(%x: memref<?x?x64xf32>, %y: memref<?x?x64xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 64, tile = 64>],
                grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>]} {
  // CHECK: ssm.tile.load {{.*}}ssm.place = "inline"
  %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 4, channel: 64, f32>
  // CHECK: ssm.tile.map{{.*}}ssm.place = "inline"
  %1 = ssm.tile.map (%0) : (!ssm.tile<time: 4, channel: 64, f32>) -> !ssm.tile<time: 4, channel: 64, f32> {
  ^bb0(%e: f32):
    %2 = math.exp %e : f32
    ssm.yield %2 : f32
  }
  // CHECK: ssm.tile.store {{.*}}ssm.nest = 0
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 4, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// f64 has half the lanes; channels that are not shared out are not cut.
// CHECK-LABEL: ssm.tile.kernel @double
// CHECK-NOT: ssm.blocks
// CHECK-SAME: ssm.lanes = 8 : i64
// NARROW-LABEL: ssm.tile.kernel @double
// NARROW-SAME: ssm.lanes = 4 : i64
ssm.tile.kernel @double(%x: memref<?x?x64xf64>, %y: memref<?x?x64xf64>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 64, tile = 64>],
                grid = [#ssm<axis batch>, #ssm<axis time>]} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf64> -> !ssm.tile<time: 4, channel: 64, f64>
  ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 4, channel: 64, f64>, memref<?x?x64xf64>
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btn = affine_map<(b, t, c, n, k) -> (b, t, n)>
#cn = affine_map<(b, t, c, n, k) -> (c, n)>

// Two states fit the registers: the loop and the scan carry them there, and the
// store of what the scan reads shares its loop. Weights read across their order
// and what every channel would compute again go to scratch.
// CHECK-LABEL: ssm.tile.kernel @few_states
ssm.tile.kernel @few_states(%x: memref<?x?x64xf32>, %b: memref<?x?x2xf32>, %a: memref<64x2xf32>, %y: memref<?x?x64xf32>, %h: memref<?x64x2xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<state = 2, tile = 2>],
                grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 64, state: 2, f32>
  // CHECK: ssm.tile.load %{{.*}}ssm.nest = [[WEIGHTS:[0-9]+]] : i64, ssm.place = "scratch"
  %w = ssm.tile.load %a [#cn] : memref<64x2xf32> -> !ssm.tile<channel: 64, state: 2, f32>
  // CHECK: ssm.tile.for {{.*}}ssm.place = ["registers"]
  %h1 = ssm.tile.for time init(%h0) : !ssm.tile<channel: 64, state: 2, f32> {
  ^bb0(%hi: !ssm.tile<channel: 64, state: 2, f32>):
    // CHECK: ssm.tile.load {{.*}}ssm.place = "inline"
    %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 4, channel: 64, f32>
    %1 = ssm.tile.load %b [#btn] : memref<?x?x2xf32> -> !ssm.tile<time: 4, state: 2, f32>
    // CHECK: ssm.tile.map{{.*}}ssm.place = "scratch"
    %2 = ssm.tile.map (%1) : (!ssm.tile<time: 4, state: 2, f32>) -> !ssm.tile<time: 4, state: 2, f32> {
    ^bb0(%e: f32):
      %3 = arith.addf %e, %e : f32
      ssm.yield %3 : f32
    }
    // CHECK: ssm.tile.scan {{.*}}ssm.nest = [[SCAN:[0-9]+]] : i64, ssm.place = ["inline", "registers"], ssm.states = 2 : i64
    %r, %hn = ssm.tile.scan state(%hi) ins(%0, %2, %w) : !ssm.tile<channel: 64, state: 2, f32>, (!ssm.tile<time: 4, channel: 64, f32>, !ssm.tile<time: 4, state: 2, f32>, !ssm.tile<channel: 64, state: 2, f32>) -> !ssm.tile<time: 4, channel: 64, f32> {
    ^bb0(%s: f32, %d: f32, %e: f32, %f: f32):
      %3 = arith.mulf %f, %s : f32
      %4 = arith.mulf %d, %e : f32
      %5 = arith.addf %3, %4 : f32
      ssm.yield %5, %5 : f32, f32
    }
    // CHECK: ssm.tile.store {{.*}}ssm.nest = [[SCAN]] : i64
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 4, channel: 64, f32>, memref<?x?x64xf32>
    ssm.yield %hn : !ssm.tile<channel: 64, state: 2, f32>
  }
  // The final state is known after the loop only.
  // CHECK-NOT: ssm.nest = [[SCAN]] : i64
  // CHECK: ssm.tile.store {{.*}}ssm.nest = {{[0-9]+}} : i64
  ssm.tile.store %h1, %h [affine_map<(b, t, c, n, k) -> (b, c, n)>] : !ssm.tile<channel: 64, state: 2, f32>, memref<?x64x2xf32>
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// Twelve states of one vector fill the registers: the four vectors of the cell
// walk each tile in turn, and their states wait in scratch. Stores share the loop
// of the tokens as they do where states stay in registers.
// CHECK-LABEL: ssm.tile.kernel @rows
// CHECK-SAME: ssm.blocks = 4 : i64, ssm.lanes = 16 : i64
ssm.tile.kernel @rows(%x: memref<?x?x64xf32>, %y: memref<?x?x64xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<state = 12, tile = 12>],
                grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 64, state: 12, f32>
  // CHECK: ssm.tile.for {{.*}}ssm.place = ["scratch"]
  %h1 = ssm.tile.for time init(%h0) : !ssm.tile<channel: 64, state: 12, f32> {
  ^bb0(%hi: !ssm.tile<channel: 64, state: 12, f32>):
    %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 4, channel: 64, f32>
    // CHECK: ssm.tile.scan {{.*}}ssm.nest = [[SCAN:[0-9]+]] : i64, ssm.place = ["inline", "scratch"], ssm.states = 12 : i64
    %r, %hn = ssm.tile.scan state(%hi) ins(%0) : !ssm.tile<channel: 64, state: 12, f32>, (!ssm.tile<time: 4, channel: 64, f32>) -> !ssm.tile<time: 4, channel: 64, f32> {
    ^bb0(%s: f32, %d: f32):
      %2 = arith.addf %d, %s : f32
      ssm.yield %2, %2 : f32, f32
    }
    // CHECK: ssm.tile.store {{.*}}ssm.nest = [[SCAN]] : i64
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 4, channel: 64, f32>, memref<?x?x64xf32>
    ssm.yield %hn : !ssm.tile<channel: 64, state: 12, f32>
  }
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// One vector of channels has the registers to itself.
// CHECK-LABEL: ssm.tile.kernel @one_vector
// CHECK-SAME: ssm.blocks = 1 : i64, ssm.lanes = 16 : i64
ssm.tile.kernel @one_vector(%x: memref<?x?x64xf32>, %y: memref<?x?x64xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 64, tile = 16>, #ssm.extent<state = 12, tile = 12>],
                grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 16, state: 12, f32>
  // CHECK: ssm.tile.for {{.*}}ssm.place = ["registers"]
  %h1 = ssm.tile.for time init(%h0) : !ssm.tile<channel: 16, state: 12, f32> {
  ^bb0(%hi: !ssm.tile<channel: 16, state: 12, f32>):
    %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 4, channel: 16, f32>
    %r, %hn = ssm.tile.scan state(%hi) ins(%0) : !ssm.tile<channel: 16, state: 12, f32>, (!ssm.tile<time: 4, channel: 16, f32>) -> !ssm.tile<time: 4, channel: 16, f32> {
    ^bb0(%s: f32, %d: f32):
      %2 = arith.addf %d, %s : f32
      ssm.yield %2, %2 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 4, channel: 16, f32>, memref<?x?x64xf32>
    ssm.yield %hn : !ssm.tile<channel: 16, state: 12, f32>
  }
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// 100 states do not fit: blocks of equal size walk the tile, everything that
// the scan passes on lies in scratch, and so does what varies with time.
// CHECK-LABEL: ssm.tile.kernel @many_states
ssm.tile.kernel @many_states(%x: memref<?x?x64xf32>, %y: memref<?x?x64xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<state = 100, tile = 100>],
                grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 64, state: 100, f32>
  // CHECK: ssm.tile.for {{.*}}ssm.place = ["scratch"]
  %h1 = ssm.tile.for time init(%h0) : !ssm.tile<channel: 64, state: 100, f32> {
  ^bb0(%hi: !ssm.tile<channel: 64, state: 100, f32>):
    %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 4, channel: 64, f32>
    // CHECK: ssm.tile.map{{.*}}ssm.place = "scratch"
    %1 = ssm.tile.map (%0) : (!ssm.tile<time: 4, channel: 64, f32>) -> !ssm.tile<time: 4, channel: 64, f32> {
    ^bb0(%e: f32):
      %2 = arith.addf %e, %e : f32
      ssm.yield %2 : f32
    }
    // CHECK: ssm.tile.scan {{.*}}ssm.nest = [[SCAN:[0-9]+]] : i64, ssm.place = ["scratch", "scratch"], ssm.states = {{[1-9][0-9]?}} : i64
    %r, %hn = ssm.tile.scan state(%hi) ins(%1) : !ssm.tile<channel: 64, state: 100, f32>, (!ssm.tile<time: 4, channel: 64, f32>) -> !ssm.tile<time: 4, channel: 64, f32> {
    ^bb0(%s: f32, %d: f32):
      %2 = arith.addf %d, %s : f32
      ssm.yield %2, %2 : f32, f32
    }
    // CHECK-NOT: ssm.nest = [[SCAN]] : i64
    // CHECK: ssm.tile.store {{.*}}ssm.nest
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 4, channel: 64, f32>, memref<?x?x64xf32>
    ssm.yield %hn : !ssm.tile<channel: 64, state: 100, f32>
  }
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// An exponential that two nests read is computed once and kept. Must not fire
// for a sum: making it twice is cheaper than keeping it.
// CHECK-LABEL: ssm.tile.kernel @read_twice
ssm.tile.kernel @read_twice(%x: memref<?x?x64xf32>, %y: memref<?x?x64xf32>, %z: memref<?x?x64xf32>, %s: memref<?x?xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 64, tile = 64>],
                grid = [#ssm<axis batch>, #ssm<axis time>]} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 4, channel: 64, f32>
  // CHECK: ssm.tile.map{{.*}}ssm.place = "scratch"
  // CHECK: math.exp
  %1 = ssm.tile.map (%0) : (!ssm.tile<time: 4, channel: 64, f32>) -> !ssm.tile<time: 4, channel: 64, f32> {
  ^bb0(%e: f32):
    %5 = math.exp %e : f32
    ssm.yield %5 : f32
  }
  // CHECK: ssm.tile.map{{.*}}ssm.place = "inline"
  // CHECK: arith.addf
  %2 = ssm.tile.map (%0) : (!ssm.tile<time: 4, channel: 64, f32>) -> !ssm.tile<time: 4, channel: 64, f32> {
  ^bb0(%e: f32):
    %5 = arith.addf %e, %e : f32
    ssm.yield %5 : f32
  }
  %3 = ssm.tile.reduce channel %1 : !ssm.tile<time: 4, channel: 64, f32> -> !ssm.tile<time: 4, f32>
  %4 = ssm.tile.reduce channel %2 : !ssm.tile<time: 4, channel: 64, f32> -> !ssm.tile<time: 4, f32>
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 4, channel: 64, f32>, memref<?x?x64xf32>
  ssm.tile.store %2, %z [#btc] : !ssm.tile<time: 4, channel: 64, f32>, memref<?x?x64xf32>
  ssm.tile.store %3, %s [affine_map<(b, t, c, n, k) -> (b, t)>] : !ssm.tile<time: 4, f32>, memref<?x?xf32>
  ssm.tile.store %4, %s [affine_map<(b, t, c, n, k) -> (b, t)>] : !ssm.tile<time: 4, f32>, memref<?x?xf32>
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// The tokens of a scan in registers do not wait for an exponential: it goes to
// scratch in a nest before theirs. Must not fire for a sum, made of what is in
// scratch or not, nor for an exponential of what the scan reads out.
// CHECK-LABEL: ssm.tile.kernel @costly_input
ssm.tile.kernel @costly_input(%x: memref<?x?x64xf32>, %y: memref<?x?x64xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<state = 2, tile = 2>],
                grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 64, state: 2, f32>
  %h1 = ssm.tile.for time init(%h0) : !ssm.tile<channel: 64, state: 2, f32> {
  ^bb0(%hi: !ssm.tile<channel: 64, state: 2, f32>):
    %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 4, channel: 64, f32>
    // CHECK: ssm.tile.map{{.*}}ssm.nest = [[BEFORE:[0-9]+]] : i64, ssm.place = "scratch"
    // CHECK: math.exp
    %1 = ssm.tile.map (%0) : (!ssm.tile<time: 4, channel: 64, f32>) -> !ssm.tile<time: 4, channel: 64, f32> {
    ^bb0(%e: f32):
      %5 = math.exp %e : f32
      ssm.yield %5 : f32
    }
    // CHECK: ssm.tile.map{{.*}}ssm.place = "inline"
    // CHECK: arith.addf
    %2 = ssm.tile.map (%1) : (!ssm.tile<time: 4, channel: 64, f32>) -> !ssm.tile<time: 4, channel: 64, f32> {
    ^bb0(%e: f32):
      %5 = arith.addf %e, %e : f32
      ssm.yield %5 : f32
    }
    // CHECK: ssm.tile.map{{.*}}ssm.place = "inline"
    // CHECK: arith.addf
    %3 = ssm.tile.map (%0) : (!ssm.tile<time: 4, channel: 64, f32>) -> !ssm.tile<time: 4, channel: 64, f32> {
    ^bb0(%e: f32):
      %5 = arith.addf %e, %e : f32
      ssm.yield %5 : f32
    }
    // CHECK-NOT: ssm.nest = [[BEFORE]] : i64
    // CHECK: ssm.tile.scan {{.*}}ssm.place = ["inline", "registers"]
    %r, %hn = ssm.tile.scan state(%hi) ins(%2, %3) : !ssm.tile<channel: 64, state: 2, f32>, (!ssm.tile<time: 4, channel: 64, f32>, !ssm.tile<time: 4, channel: 64, f32>) -> !ssm.tile<time: 4, channel: 64, f32> {
    ^bb0(%s: f32, %d: f32, %e: f32):
      %5 = arith.mulf %d, %s : f32
      %6 = arith.addf %5, %e : f32
      ssm.yield %6, %6 : f32, f32
    }
    // CHECK: ssm.tile.map{{.*}}ssm.place = "inline"
    // CHECK: math.exp
    %4 = ssm.tile.map (%r) : (!ssm.tile<time: 4, channel: 64, f32>) -> !ssm.tile<time: 4, channel: 64, f32> {
    ^bb0(%e: f32):
      %5 = math.exp %e : f32
      ssm.yield %5 : f32
    }
    ssm.tile.store %4, %y [#btc] : !ssm.tile<time: 4, channel: 64, f32>, memref<?x?x64xf32>
    ssm.yield %hn : !ssm.tile<channel: 64, state: 2, f32>
  }
  ssm.yield
}

// -----

#rows = affine_map<(b, t, c, n, k) -> (b, t, k)>
#columns = affine_map<(b, t, c, n, k) -> (c, k)>
#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// Of a product of pairs only the columns are packed.
// CHECK-LABEL: ssm.tile.kernel @pairs
ssm.tile.kernel @pairs(%x: memref<?x?x32xbf16>, %w: memref<16x32xbf16>, %y: memref<?x?x16xf32>)
    attributes {ssm.variant = "avx512bf16", extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<inner = 32, tile = 32>],
                grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>]} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 8, channel: 16, f32>
  // CHECK: ssm.tile.load %{{.*}}ssm.place = "inline"
  %1 = ssm.tile.load %x [#rows] : memref<?x?x32xbf16> -> !ssm.tile<time: 8, inner: 32, bf16>
  // CHECK: ssm.tile.load %{{.*}}ssm.place = "scratch"
  %2 = ssm.tile.load %w [#columns] : memref<16x32xbf16> -> !ssm.tile<channel: 16, inner: 32, bf16>
  %3 = ssm.tile.dot %0, %1, %2 : !ssm.tile<time: 8, channel: 16, f32>, !ssm.tile<time: 8, inner: 32, bf16>, !ssm.tile<channel: 16, inner: 32, bf16>
  ssm.tile.store %3, %y [#btc] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}

// -----

#rows = affine_map<(b, t, c, n, k) -> (b, t, k)>
#columns = affine_map<(b, t, c, n, k) -> (c, k)>
#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// Without such products the rows are widened once, for all columns.
// CHECK-LABEL: ssm.tile.kernel @no_pairs
ssm.tile.kernel @no_pairs(%x: memref<?x?x32xbf16>, %w: memref<16x32xbf16>, %y: memref<?x?x16xf32>)
    attributes {ssm.variant = "avx512", extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<inner = 32, tile = 32>],
                grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>]} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 8, channel: 16, f32>
  // CHECK: ssm.tile.load %{{.*}}ssm.place = "scratch"
  %1 = ssm.tile.load %x [#rows] : memref<?x?x32xbf16> -> !ssm.tile<time: 8, inner: 32, bf16>
  // CHECK: ssm.tile.load %{{.*}}ssm.place = "scratch"
  %2 = ssm.tile.load %w [#columns] : memref<16x32xbf16> -> !ssm.tile<channel: 16, inner: 32, bf16>
  %3 = ssm.tile.dot %0, %1, %2 : !ssm.tile<time: 8, channel: 16, f32>, !ssm.tile<time: 8, inner: 32, bf16>, !ssm.tile<channel: 16, inner: 32, bf16>
  ssm.tile.store %3, %y [#btc] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// Registers are counted by values: 12 states of two values are 24, more than the
// 16 of a vector of channels, and walk the tile in two blocks; two states of one
// element stay in registers.
// CHECK-LABEL: ssm.tile.kernel @two_values
ssm.tile.kernel @two_values(%x: memref<?x?x64xf32>, %y: memref<?x?x64xf32>)
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<state = 12, tile = 12>],
                grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  %p0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 64, state: 12, f32>
  %r0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 64, f32>
  // CHECK: ssm.tile.for {{.*}}ssm.place = ["scratch", "scratch", "registers", "registers"]
  %h:4 = ssm.tile.for time init(%p0, %p0, %r0, %r0) : !ssm.tile<channel: 64, state: 12, f32>, !ssm.tile<channel: 64, state: 12, f32>, !ssm.tile<channel: 64, f32>, !ssm.tile<channel: 64, f32> {
  ^bb0(%p: !ssm.tile<channel: 64, state: 12, f32>, %q: !ssm.tile<channel: 64, state: 12, f32>, %r: !ssm.tile<channel: 64, f32>, %s: !ssm.tile<channel: 64, f32>):
    %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 4, channel: 64, f32>
    // CHECK: ssm.tile.scan {{.*}}ssm.place = ["scratch", "scratch", "scratch"], ssm.states = 6 : i64
    %1:3 = ssm.tile.scan state(%p, %q) ins(%0) : !ssm.tile<channel: 64, state: 12, f32>, !ssm.tile<channel: 64, state: 12, f32>, (!ssm.tile<time: 4, channel: 64, f32>) -> !ssm.tile<time: 4, channel: 64, f32> {
    ^bb0(%pe: f32, %qe: f32, %e: f32):
      %3 = arith.addf %qe, %e : f32
      ssm.yield %3, %pe, %3 : f32, f32, f32
    }
    // CHECK: ssm.tile.scan {{.*}}ssm.place = ["inline", "registers", "registers"], ssm.states = 1 : i64
    %2:3 = ssm.tile.scan state(%r, %s) ins(%1#0) : !ssm.tile<channel: 64, f32>, !ssm.tile<channel: 64, f32>, (!ssm.tile<time: 4, channel: 64, f32>) -> !ssm.tile<time: 4, channel: 64, f32> {
    ^bb0(%re: f32, %se: f32, %e: f32):
      %3 = arith.addf %se, %e : f32
      ssm.yield %3, %re, %3 : f32, f32, f32
    }
    ssm.tile.store %2#0, %y [#btc] : !ssm.tile<time: 4, channel: 64, f32>, memref<?x?x64xf32>
    ssm.yield %1#1, %1#2, %2#1, %2#2 : !ssm.tile<channel: 64, state: 12, f32>, !ssm.tile<channel: 64, state: 12, f32>, !ssm.tile<channel: 64, f32>, !ssm.tile<channel: 64, f32>
  }
  ssm.yield
}
