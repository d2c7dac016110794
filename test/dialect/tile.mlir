// RUN: ssm-opt %s --verify-roundtrip | FileCheck %s

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btn = affine_map<(b, t, c, n, k) -> (b, t, n + 4)>
#cn = affine_map<(b, t, c, n, k) -> (c, n)>
#c = affine_map<(b, t, c, n, k) -> (c)>
#bcn = affine_map<(b, t, c, n, k) -> (b, c, n)>

// The selective scan as the passes leave it for a target: what depends on fewer
// axes than the recurrence stands in maps of its own.
// CHECK-LABEL: ssm.tile.kernel @scan
ssm.tile.kernel @scan(%x: memref<?x?x96xbf16>, %dt: memref<?x?x96xbf16>,
    %dbc: memref<?x?x36xbf16>, %A: memref<96x16xf32>, %bias: memref<96xf32>,
    %D: memref<96xf32>, %out: memref<?x?x96xbf16>, %last: memref<?x96x16xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>,
                 #ssm.extent<channel = 96, tile = 16>, #ssm.extent<state = 16, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      // CHECK: schedule = #ssm.schedule<time = 16, channels = 16, stages = 2, lanes = 2, owner = warp, blocks = 20>
      schedule = #ssm.schedule<time = 16, channels = 16, stages = 2, lanes = 2, owner = warp, blocks = 20>} {
  %a0 = ssm.tile.load %A [#cn] : memref<96x16xf32> -> !ssm.tile<channel: 16, state: 16, f32>
  %a = ssm.tile.map (%a0) : (!ssm.tile<channel: 16, state: 16, f32>)
      -> !ssm.tile<channel: 16, state: 16, f32> {
  ^bb0(%e: f32):
    %log2e = arith.constant 1.44269504 : f32
    %s = arith.mulf %e, %log2e : f32
    ssm.yield %s : f32
  }
  %b0 = ssm.tile.load %bias [#c] : memref<96xf32> -> !ssm.tile<channel: 16, f32>
  %d0 = ssm.tile.load %D [#c] : memref<96xf32> -> !ssm.tile<channel: 16, f32>
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 16, state: 16, f32>
  // CHECK: ssm.tile.for time init
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 16, state: 16, f32> {
  ^bb0(%hi: !ssm.tile<channel: 16, state: 16, f32>):
    %xt = ssm.tile.load %x [#btc] : memref<?x?x96xbf16> -> !ssm.tile<time: 16, channel: 16, bf16>
    %dtt = ssm.tile.load %dt [#btc] : memref<?x?x96xbf16> -> !ssm.tile<time: 16, channel: 16, bf16>
    %Bt = ssm.tile.load %dbc [#btn] : memref<?x?x36xbf16> -> !ssm.tile<time: 16, state: 16, bf16>
    %Ct = ssm.tile.load %dbc [affine_map<(b, t, c, n, k) -> (b, t, n + 20)>]
        : memref<?x?x36xbf16> -> !ssm.tile<time: 16, state: 16, bf16>
    %delta, %du = ssm.tile.map (%dtt, %xt, %b0)
        : (!ssm.tile<time: 16, channel: 16, bf16>, !ssm.tile<time: 16, channel: 16, bf16>,
           !ssm.tile<channel: 16, f32>)
        -> (!ssm.tile<time: 16, channel: 16, f32>, !ssm.tile<time: 16, channel: 16, f32>) {
    ^bb0(%de: bf16, %xe: bf16, %be: f32):
      %0 = arith.extf %de : bf16 to f32
      %1 = arith.addf %0, %be : f32
      %2 = math.exp %1 : f32
      %3 = math.log1p %2 : f32
      %4 = arith.extf %xe : bf16 to f32
      %5 = arith.mulf %3, %4 : f32
      ssm.yield %3, %5 : f32, f32
    }
    %Bf = ssm.tile.map (%Bt) : (!ssm.tile<time: 16, state: 16, bf16>)
        -> !ssm.tile<time: 16, state: 16, f32> {
    ^bb0(%e: bf16):
      %0 = arith.extf %e : bf16 to f32
      ssm.yield %0 : f32
    }
    %Cf = ssm.tile.map (%Ct) : (!ssm.tile<time: 16, state: 16, bf16>)
        -> !ssm.tile<time: 16, state: 16, f32> {
    ^bb0(%e: bf16):
      %0 = arith.extf %e : bf16 to f32
      ssm.yield %0 : f32
    }
    // CHECK: ssm.tile.scan state(%{{.*}}) ins(%{{.*}}) : !ssm.tile<channel: 16, state: 16, f32>
    %y, %hn = ssm.tile.scan state(%hi) ins(%delta, %du, %Bf, %Cf, %a)
        : !ssm.tile<channel: 16, state: 16, f32>,
          (!ssm.tile<time: 16, channel: 16, f32>, !ssm.tile<time: 16, channel: 16, f32>,
           !ssm.tile<time: 16, state: 16, f32>, !ssm.tile<time: 16, state: 16, f32>,
           !ssm.tile<channel: 16, state: 16, f32>) -> !ssm.tile<time: 16, channel: 16, f32> {
    ^bb0(%s: f32, %de: f32, %ue: f32, %be: f32, %ce: f32, %ae: f32):
      %0 = arith.mulf %de, %ae : f32
      %1 = math.exp2 %0 : f32
      %2 = arith.mulf %1, %s : f32
      %3 = arith.mulf %ue, %be : f32
      %4 = arith.addf %2, %3 : f32
      %5 = arith.mulf %4, %ce : f32
      ssm.yield %4, %5 : f32, f32
    }
    %o = ssm.tile.map (%y, %xt, %d0)
        : (!ssm.tile<time: 16, channel: 16, f32>, !ssm.tile<time: 16, channel: 16, bf16>,
           !ssm.tile<channel: 16, f32>) -> !ssm.tile<time: 16, channel: 16, bf16> {
    ^bb0(%ye: f32, %xe: bf16, %de: f32):
      %0 = arith.extf %xe : bf16 to f32
      %1 = arith.mulf %0, %de : f32
      %2 = arith.addf %ye, %1 : f32
      %3 = arith.truncf %2 : f32 to bf16
      ssm.yield %3 : bf16
    }
    ssm.tile.store %o, %out [#btc] : !ssm.tile<time: 16, channel: 16, bf16>, memref<?x?x96xbf16>
    ssm.yield %hn : !ssm.tile<channel: 16, state: 16, f32>
  }
  ssm.tile.store %h, %last [#bcn] : !ssm.tile<channel: 16, state: 16, f32>, memref<?x96x16xf32>
  ssm.yield
}

// A window: the same memory read at shifted tokens, zero before the first.
// CHECK-LABEL: ssm.tile.kernel @conv
ssm.tile.kernel @conv(%x: memref<?x?x96xf32>, %w: memref<96x2xf32>, %y: memref<?x?x96xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>,
                 #ssm.extent<channel = 96, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 64, warps = 4, rows = 4>} {
  %w0 = ssm.tile.load %w [affine_map<(b, t, c, n, k) -> (c, 0)>] : memref<96x2xf32> -> !ssm.tile<channel: 64, f32>
  %w1 = ssm.tile.load %w [affine_map<(b, t, c, n, k) -> (c, 1)>] : memref<96x2xf32> -> !ssm.tile<channel: 64, f32>
  %x0 = ssm.tile.load %x [affine_map<(b, t, c, n, k) -> (b, t - 1, c)>]
      : memref<?x?x96xf32> -> !ssm.tile<time: 8, channel: 64, f32>
  %x1 = ssm.tile.load %x [#btc] : memref<?x?x96xf32> -> !ssm.tile<time: 8, channel: 64, f32>
  %o = ssm.tile.map (%x0, %x1, %w0, %w1)
      : (!ssm.tile<time: 8, channel: 64, f32>, !ssm.tile<time: 8, channel: 64, f32>,
         !ssm.tile<channel: 64, f32>, !ssm.tile<channel: 64, f32>) -> !ssm.tile<time: 8, channel: 64, f32> {
  ^bb0(%a: f32, %b: f32, %u: f32, %v: f32):
    %0 = arith.mulf %a, %u : f32
    %1 = arith.mulf %b, %v : f32
    %2 = arith.addf %0, %1 : f32
    ssm.yield %2 : f32
  }
  ssm.tile.store %o, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<?x?x96xf32>
  ssm.yield
}

// A matrix product carries its accumulator along the contracted axis.
// CHECK-LABEL: ssm.tile.kernel @linear
ssm.tile.kernel @linear(%x: memref<?x?x96xbf16>, %w: memref<48x96xbf16>, %bias: memref<48xf32>, %y: memref<?x?x48xbf16>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 64>,
                 #ssm.extent<channel = 48, tile = 64>, #ssm.extent<inner = 96, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 64, channels = 64, inner = 16, warps = 8>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 64, channel: 64, f32>
  // CHECK: ssm.tile.for inner init
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 64, channel: 64, f32> {
  ^bb0(%acc: !ssm.tile<time: 64, channel: 64, f32>):
    %xt = ssm.tile.load %x [affine_map<(b, t, c, n, k) -> (b, t, k)>]
        : memref<?x?x96xbf16> -> !ssm.tile<time: 64, inner: 16, bf16>
    %wt = ssm.tile.load %w [affine_map<(b, t, c, n, k) -> (c, k)>]
        : memref<48x96xbf16> -> !ssm.tile<channel: 64, inner: 16, bf16>
    // CHECK: ssm.tile.dot
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 64, channel: 64, f32>,
        !ssm.tile<time: 64, inner: 16, bf16>, !ssm.tile<channel: 64, inner: 16, bf16>
    ssm.yield %2 : !ssm.tile<time: 64, channel: 64, f32>
  }
  %b = ssm.tile.load %bias [#c] : memref<48xf32> -> !ssm.tile<channel: 64, f32>
  %o = ssm.tile.map (%1, %b) : (!ssm.tile<time: 64, channel: 64, f32>, !ssm.tile<channel: 64, f32>)
      -> !ssm.tile<time: 64, channel: 64, bf16> {
  ^bb0(%s: f32, %e: f32):
    %2 = arith.addf %s, %e : f32
    %3 = arith.truncf %2 : f32 to bf16
    ssm.yield %3 : bf16
  }
  ssm.tile.store %o, %y [#btc] : !ssm.tile<time: 64, channel: 64, bf16>, memref<?x?x48xbf16>
  ssm.yield
}

// A row reduction walks the channels twice.
// CHECK-LABEL: ssm.tile.kernel @norm
ssm.tile.kernel @norm(%x: memref<?x?x96xf32>, %w: memref<96xf32>, %y: memref<?x?x96xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>,
                 #ssm.extent<channel = 96, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>],
      schedule = #ssm.schedule<time = 4, channels = 64, warps = 4>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 4, f32>
  %1 = ssm.tile.for channel init(%0) : !ssm.tile<time: 4, f32> {
  ^bb0(%acc: !ssm.tile<time: 4, f32>):
    %xt = ssm.tile.load %x [#btc] : memref<?x?x96xf32> -> !ssm.tile<time: 4, channel: 64, f32>
    %sq = ssm.tile.map (%xt) : (!ssm.tile<time: 4, channel: 64, f32>) -> !ssm.tile<time: 4, channel: 64, f32> {
    ^bb0(%e: f32):
      %2 = arith.mulf %e, %e : f32
      ssm.yield %2 : f32
    }
    // CHECK: ssm.tile.reduce channel
    %part = ssm.tile.reduce channel %sq : !ssm.tile<time: 4, channel: 64, f32> -> !ssm.tile<time: 4, f32>
    %sum = ssm.tile.map (%acc, %part) : (!ssm.tile<time: 4, f32>, !ssm.tile<time: 4, f32>) -> !ssm.tile<time: 4, f32> {
    ^bb0(%p: f32, %q: f32):
      %2 = arith.addf %p, %q : f32
      ssm.yield %2 : f32
    }
    ssm.yield %sum : !ssm.tile<time: 4, f32>
  }
  ssm.tile.for channel {
    %xt = ssm.tile.load %x [#btc] : memref<?x?x96xf32> -> !ssm.tile<time: 4, channel: 64, f32>
    %wt = ssm.tile.load %w [#c] : memref<96xf32> -> !ssm.tile<channel: 64, f32>
    %o = ssm.tile.map (%xt, %wt, %1)
        : (!ssm.tile<time: 4, channel: 64, f32>, !ssm.tile<channel: 64, f32>, !ssm.tile<time: 4, f32>)
        -> !ssm.tile<time: 4, channel: 64, f32> {
    ^bb0(%e: f32, %u: f32, %s: f32):
      %n = arith.constant 96.0 : f32
      %eps = arith.constant 1.0e-5 : f32
      %2 = arith.divf %s, %n : f32
      %3 = arith.addf %2, %eps : f32
      %4 = math.sqrt %3 : f32
      %5 = arith.divf %e, %4 : f32
      %6 = arith.mulf %5, %u : f32
      ssm.yield %6 : f32
    }
    ssm.tile.store %o, %y [#btc] : !ssm.tile<time: 4, channel: 64, f32>, memref<?x?x96xf32>
    ssm.yield
  }
  ssm.yield
}
