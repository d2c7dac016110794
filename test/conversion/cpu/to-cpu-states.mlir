// RUN: ssm-opt %s --ssm-to-cpu --canonicalize --cse | FileCheck %s

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#bcn = affine_map<(b, t, c, n, k) -> (b, c, n)>
#cn = affine_map<(b, t, c, n, k) -> (c, n)>

// States lie next to each other in memory, channels in the lanes: eight rows of eight
// states are loaded whole and turned in registers, 24 shuffles, and turned back
// before they are stored.
// CHECK-LABEL: llvm.func @square(
// CHECK-COUNT-8: llvm.load %{{.*}} : !llvm.ptr -> vector<8xf32>
// CHECK-NOT: vector.from_elements
// CHECK-COUNT-24: vector.shuffle
// CHECK: scf.for
// CHECK: scf.for
// CHECK: llvm.load %{{.*}} -> vector<8xf32>
// CHECK-NOT: math.fma
// CHECK-COUNT-24: vector.shuffle
// CHECK-NOT: vector.extract
// CHECK-COUNT-8: llvm.store %{{.*}} : vector<8xf32>, !llvm.ptr
// CHECK: llvm.return
ssm.tile.kernel @square(%x: memref<?x?x16xf32>, %h: memref<?x16x8xf32>, %y: memref<?x?x16xf32>, %last: memref<?x16x8xf32>)
    attributes {ssm.variant = "avx2",
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 16, tile = 8>, #ssm.extent<state = 8, tile = 8>],
      grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  %0 = ssm.tile.load %h [#bcn] : memref<?x16x8xf32> -> !ssm.tile<channel: 8, state: 8, f32>
  %1 = ssm.tile.for time init(%0) : !ssm.tile<channel: 8, state: 8, f32> {
  ^bb0(%before: !ssm.tile<channel: 8, state: 8, f32>):
    %xt = ssm.tile.load %x [#btc] : memref<?x?x16xf32> -> !ssm.tile<time: 4, channel: 8, f32>
    %read, %after = ssm.tile.scan state(%before) ins(%xt) : !ssm.tile<channel: 8, state: 8, f32>, (!ssm.tile<time: 4, channel: 8, f32>) -> !ssm.tile<time: 4, channel: 8, f32> {
    ^bb1(%s: f32, %a: f32):
      %sum = arith.addf %s, %a : f32
      ssm.yield %sum, %sum : f32, f32
    }
    ssm.tile.store %read, %y [#btc] : !ssm.tile<time: 4, channel: 8, f32>, memref<?x?x16xf32>
    ssm.yield %after : !ssm.tile<channel: 8, state: 8, f32>
  }
  ssm.tile.store %1, %last [#bcn] : !ssm.tile<channel: 8, state: 8, f32>, memref<?x16x8xf32>
  ssm.yield
}

// Two tiles of states in one nest: both are turned. The product with the state
// before and the sum are one step.
// CHECK-LABEL: llvm.func @several(
// CHECK-NOT: vector.from_elements
// CHECK-COUNT-48: vector.shuffle
// CHECK-NOT: vector.from_elements
// CHECK: scf.for
// CHECK-NOT: arith.mulf
// CHECK: math.fma
ssm.tile.kernel @several(%x: memref<?x?x16xf32>, %h: memref<?x16x8xf32>, %a: memref<16x8xf32>, %y: memref<?x?x16xf32>, %last: memref<?x16x8xf32>)
    attributes {ssm.variant = "avx2",
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 16, tile = 8>, #ssm.extent<state = 8, tile = 8>],
      grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  %0 = ssm.tile.load %h [#bcn] : memref<?x16x8xf32> -> !ssm.tile<channel: 8, state: 8, f32>
  %w = ssm.tile.load %a [#cn] : memref<16x8xf32> -> !ssm.tile<channel: 8, state: 8, f32>
  %1 = ssm.tile.for time init(%0) : !ssm.tile<channel: 8, state: 8, f32> {
  ^bb0(%before: !ssm.tile<channel: 8, state: 8, f32>):
    %xt = ssm.tile.load %x [#btc] : memref<?x?x16xf32> -> !ssm.tile<time: 4, channel: 8, f32>
    %read, %after = ssm.tile.scan state(%before) ins(%xt, %w) : !ssm.tile<channel: 8, state: 8, f32>, (!ssm.tile<time: 4, channel: 8, f32>, !ssm.tile<channel: 8, state: 8, f32>) -> !ssm.tile<time: 4, channel: 8, f32> {
    ^bb1(%s: f32, %in: f32, %decay: f32):
      %kept = arith.mulf %s, %decay : f32
      %sum = arith.addf %kept, %in : f32
      ssm.yield %sum, %sum : f32, f32
    }
    ssm.tile.store %read, %y [#btc] : !ssm.tile<time: 4, channel: 8, f32>, memref<?x?x16xf32>
    ssm.yield %after : !ssm.tile<channel: 8, state: 8, f32>
  }
  ssm.tile.store %1, %last [#bcn] : !ssm.tile<channel: 8, state: 8, f32>, memref<?x16x8xf32>
  ssm.yield
}

// Five states fill no square: each vector is assembled from its lanes.
// CHECK-LABEL: llvm.func @few(
// CHECK-NOT: vector.shuffle
// CHECK: vector.from_elements
// CHECK-NOT: vector.shuffle
// CHECK: vector.extract
// CHECK: llvm.return
ssm.tile.kernel @few(%x: memref<?x?x16xf32>, %h: memref<?x16x5xf32>, %y: memref<?x?x16xf32>, %last: memref<?x16x5xf32>)
    attributes {ssm.variant = "avx2",
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 16, tile = 8>, #ssm.extent<state = 5, tile = 5>],
      grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  %0 = ssm.tile.load %h [#bcn] : memref<?x16x5xf32> -> !ssm.tile<channel: 8, state: 5, f32>
  %1 = ssm.tile.for time init(%0) : !ssm.tile<channel: 8, state: 5, f32> {
  ^bb0(%before: !ssm.tile<channel: 8, state: 5, f32>):
    %xt = ssm.tile.load %x [#btc] : memref<?x?x16xf32> -> !ssm.tile<time: 4, channel: 8, f32>
    %read, %after = ssm.tile.scan state(%before) ins(%xt) : !ssm.tile<channel: 8, state: 5, f32>, (!ssm.tile<time: 4, channel: 8, f32>) -> !ssm.tile<time: 4, channel: 8, f32> {
    ^bb1(%s: f32, %a: f32):
      %sum = arith.addf %s, %a : f32
      ssm.yield %sum, %sum : f32, f32
    }
    ssm.tile.store %read, %y [#btc] : !ssm.tile<time: 4, channel: 8, f32>, memref<?x?x16xf32>
    ssm.yield %after : !ssm.tile<channel: 8, state: 5, f32>
  }
  ssm.tile.store %1, %last [#bcn] : !ssm.tile<channel: 8, state: 5, f32>, memref<?x16x5xf32>
  ssm.yield
}

// Of the last channels, fewer than lanes, each row is stored if there is one.
// CHECK-LABEL: llvm.func @ragged(
// CHECK: scf.if
// CHECK-COUNT-24: vector.shuffle
// CHECK: scf.if
// CHECK-NEXT: llvm.store %{{.*}} : vector<8xf32>, !llvm.ptr
// CHECK: llvm.return
ssm.tile.kernel @ragged(%x: memref<?x?x11xf32>, %h: memref<?x11x8xf32>, %y: memref<?x?x11xf32>, %last: memref<?x11x8xf32>)
    attributes {ssm.variant = "avx2",
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 11, tile = 8>, #ssm.extent<state = 8, tile = 8>],
      grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  %0 = ssm.tile.load %h [#bcn] : memref<?x11x8xf32> -> !ssm.tile<channel: 8, state: 8, f32>
  %1 = ssm.tile.for time init(%0) : !ssm.tile<channel: 8, state: 8, f32> {
  ^bb0(%before: !ssm.tile<channel: 8, state: 8, f32>):
    %xt = ssm.tile.load %x [#btc] : memref<?x?x11xf32> -> !ssm.tile<time: 4, channel: 8, f32>
    %read, %after = ssm.tile.scan state(%before) ins(%xt) : !ssm.tile<channel: 8, state: 8, f32>, (!ssm.tile<time: 4, channel: 8, f32>) -> !ssm.tile<time: 4, channel: 8, f32> {
    ^bb1(%s: f32, %a: f32):
      %sum = arith.addf %s, %a : f32
      ssm.yield %sum, %sum : f32, f32
    }
    ssm.tile.store %read, %y [#btc] : !ssm.tile<time: 4, channel: 8, f32>, memref<?x?x11xf32>
    ssm.yield %after : !ssm.tile<channel: 8, state: 8, f32>
  }
  ssm.tile.store %1, %last [#bcn] : !ssm.tile<channel: 8, state: 8, f32>, memref<?x11x8xf32>
  ssm.yield
}
