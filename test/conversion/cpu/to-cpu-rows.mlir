// RUN: ssm-opt %s --ssm-to-cpu --canonicalize --cse | FileCheck %s

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#bcn = affine_map<(b, t, c, n, k) -> (b, c, n)>

// Five vectors of channels walk each tile of tokens in turn: the eight states of
// one come from scratch in front of its tokens and go back behind them. Each
// token fetches what is read and written in the next tile, in the order of its
// rows, never behind the last token. States enter and leave turned in registers,
// squares in a loop.
// CHECK-LABEL: llvm.func @rows(
// CHECK: scf.for
// CHECK: scf.for
// CHECK-COUNT-24: vector.shuffle
// CHECK-NOT: vector.shuffle
// CHECK: scf.for
// CHECK: scf.for %[[CHANNEL:.*]] = %{{.*}} to %{{.*}} step %c8_i64
// CHECK-COUNT-8: llvm.load %{{.*}} -> vector<8xf32>
// CHECK: scf.for %[[TOKEN:.*]] =
// CHECK: arith.divsi
// CHECK: arith.remsi
// CHECK: arith.minsi
// CHECK-COUNT-2: "llvm.intr.prefetch"
// CHECK-NOT: "llvm.intr.prefetch"
// CHECK: llvm.store %{{.*}} : vector<8xf32>
// CHECK: scf.yield
// CHECK-COUNT-8: llvm.store %{{.*}} : vector<8xf32>
// CHECK: scf.for
// CHECK-COUNT-24: vector.shuffle
// CHECK-NOT: vector.extract
// CHECK: llvm.return
ssm.tile.kernel @rows(%x: memref<?x?x80xf32>, %h: memref<?x80x8xf32>, %y: memref<?x?x80xf32>, %last: memref<?x80x8xf32>)
    attributes {ssm.variant = "avx2",
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 80, tile = 40>, #ssm.extent<state = 8, tile = 8>],
      grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  %0 = ssm.tile.load %h [#bcn] : memref<?x80x8xf32> -> !ssm.tile<channel: 40, state: 8, f32>
  %1 = ssm.tile.for time init(%0) : !ssm.tile<channel: 40, state: 8, f32> {
  ^bb0(%before: !ssm.tile<channel: 40, state: 8, f32>):
    %xt = ssm.tile.load %x [#btc] : memref<?x?x80xf32> -> !ssm.tile<time: 4, channel: 40, f32>
    %read, %after = ssm.tile.scan state(%before) ins(%xt) : !ssm.tile<channel: 40, state: 8, f32>, (!ssm.tile<time: 4, channel: 40, f32>) -> !ssm.tile<time: 4, channel: 40, f32> {
    ^bb1(%s: f32, %a: f32):
      %sum = arith.addf %s, %a : f32
      ssm.yield %sum, %sum : f32, f32
    }
    ssm.tile.store %read, %y [#btc] : !ssm.tile<time: 4, channel: 40, f32>, memref<?x?x80xf32>
    ssm.yield %after : !ssm.tile<channel: 40, state: 8, f32>
  }
  ssm.tile.store %1, %last [#bcn] : !ssm.tile<channel: 40, state: 8, f32>, memref<?x80x8xf32>
  ssm.yield
}

// Sixteen states walk the tile in two blocks of eight, and the vectors take turns
// at it all the same. The first block fetches what the nest reads in the next tile.
// CHECK-LABEL: llvm.func @rows_in_blocks(
// CHECK: scf.for %[[CHANNEL:.*]] = %{{.*}} to %{{.*}} step %c8_i64
// CHECK-COUNT-8: llvm.load %{{.*}} -> vector<8xf32>
// CHECK: scf.for %[[TOKEN:.*]] =
// CHECK: arith.minsi
// CHECK: "llvm.intr.prefetch"
// CHECK: scf.yield
// CHECK-COUNT-8: llvm.store %{{.*}} : vector<8xf32>
// CHECK-COUNT-8: llvm.load %{{.*}} -> vector<8xf32>
// CHECK: scf.for
// CHECK-NOT: "llvm.intr.prefetch"
// CHECK: scf.yield
// CHECK-COUNT-8: llvm.store %{{.*}} : vector<8xf32>
// CHECK: llvm.return
ssm.tile.kernel @rows_in_blocks(%x: memref<?x?x80xf32>, %h: memref<?x80x16xf32>, %y: memref<?x?x80xf32>, %last: memref<?x80x16xf32>)
    attributes {ssm.variant = "avx2",
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 80, tile = 40>, #ssm.extent<state = 16, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  %0 = ssm.tile.load %h [#bcn] : memref<?x80x16xf32> -> !ssm.tile<channel: 40, state: 16, f32>
  %1 = ssm.tile.for time init(%0) : !ssm.tile<channel: 40, state: 16, f32> {
  ^bb0(%before: !ssm.tile<channel: 40, state: 16, f32>):
    %xt = ssm.tile.load %x [#btc] : memref<?x?x80xf32> -> !ssm.tile<time: 4, channel: 40, f32>
    %read, %after = ssm.tile.scan state(%before) ins(%xt) : !ssm.tile<channel: 40, state: 16, f32>, (!ssm.tile<time: 4, channel: 40, f32>) -> !ssm.tile<time: 4, channel: 40, f32> {
    ^bb1(%s: f32, %a: f32):
      %sum = arith.addf %s, %a : f32
      ssm.yield %sum, %sum : f32, f32
    }
    ssm.tile.store %read, %y [#btc] : !ssm.tile<time: 4, channel: 40, f32>, memref<?x?x80xf32>
    ssm.yield %after : !ssm.tile<channel: 40, state: 16, f32>
  }
  ssm.tile.store %1, %last [#bcn] : !ssm.tile<channel: 40, state: 16, f32>, memref<?x80x16xf32>
  ssm.yield
}

#bc = affine_map<(b, t, c, n, k) -> (b, c)>

// Three states without an axis of states: each vector has one of each.
// CHECK-LABEL: llvm.func @rows_of_three(
// CHECK: scf.for %[[CHANNEL:.*]] = %{{.*}} to %{{.*}} step %c8_i64
// CHECK-COUNT-3: llvm.load %{{.*}} -> vector<8xf32>
// CHECK: scf.for %[[TOKEN:.*]] = %{{.*}} iter_args({{.*}}) -> (vector<8xf32>, vector<8xf32>, vector<8xf32>)
// CHECK: scf.yield
// CHECK-COUNT-3: llvm.store %{{.*}} : vector<8xf32>
// CHECK: llvm.return
ssm.tile.kernel @rows_of_three(%x: memref<?x?x80xf32>, %h: memref<?x80xf32>, %y: memref<?x?x80xf32>)
    attributes {ssm.variant = "avx2",
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 80, tile = 40>],
      grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  %0 = ssm.tile.load %h [#bc] : memref<?x80xf32> -> !ssm.tile<channel: 40, f32>
  %1:3 = ssm.tile.for time init(%0, %0, %0) : !ssm.tile<channel: 40, f32>, !ssm.tile<channel: 40, f32>, !ssm.tile<channel: 40, f32> {
  ^bb0(%p: !ssm.tile<channel: 40, f32>, %q: !ssm.tile<channel: 40, f32>, %r: !ssm.tile<channel: 40, f32>):
    %xt = ssm.tile.load %x [#btc] : memref<?x?x80xf32> -> !ssm.tile<time: 4, channel: 40, f32>
    %read, %after:3 = ssm.tile.scan state(%p, %q, %r) ins(%xt) : !ssm.tile<channel: 40, f32>, !ssm.tile<channel: 40, f32>, !ssm.tile<channel: 40, f32>, (!ssm.tile<time: 4, channel: 40, f32>) -> !ssm.tile<time: 4, channel: 40, f32> {
    ^bb1(%s0: f32, %s1: f32, %s2: f32, %a: f32):
      %t0 = arith.addf %s0, %a : f32
      %t1 = arith.addf %s1, %t0 : f32
      %t2 = arith.addf %s2, %t1 : f32
      ssm.yield %t0, %t1, %t2, %t2 : f32, f32, f32, f32
    }
    ssm.tile.store %read, %y [#btc] : !ssm.tile<time: 4, channel: 40, f32>, memref<?x?x80xf32>
    ssm.yield %after#0, %after#1, %after#2 : !ssm.tile<channel: 40, f32>, !ssm.tile<channel: 40, f32>, !ssm.tile<channel: 40, f32>
  }
  ssm.yield
}
