// RUN: ssm-opt %s --ssm-overlap-launches | FileCheck %s

// A recurrence whose blocks walk many tiles does not start early: they would stay
// on the multiprocessors that happen to be free.
// CHECK: ssm.tile.kernel @long({{.*}})
// CHECK-NOT: ssm.starts_early
// Two tiles are few; so is one token, which the kernel is launched with as well.
// CHECK: ssm.tile.kernel @two_tiles({{.*}})
// CHECK-SAME: ssm.starts_early = array<i64: 0>
// CHECK: ssm.tile.kernel @some_short({{.*}})
// CHECK-SAME: ssm.starts_early = array<i64: 0>
// Kernels of their own for each size class are judged at theirs.
// CHECK: ssm.tile.kernel @for_long({{.*}})
// CHECK-NOT: ssm.starts_early
// CHECK: ssm.tile.kernel @for_short({{.*}})
// CHECK-SAME: ssm.starts_early = array<i64: 0>
// What walks nothing, or time without a recurrence, is not held back.
// CHECK: ssm.tile.kernel @cells({{.*}})
// CHECK-SAME: ssm.starts_early = array<i64: 0>
// CHECK: ssm.tile.kernel @no_scan({{.*}})
// CHECK-SAME: ssm.starts_early = array<i64: 0>

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

ssm.tile.kernel @long(%x: memref<?x?x32xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 32, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 32, f32> {
  ^bb0(%hi: !ssm.tile<channel: 32, f32>):
    %xt = ssm.tile.load %x [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
    %r, %hn = ssm.tile.scan state(%hi) ins(%xt) : !ssm.tile<channel: 32, f32>, (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%s: f32, %e: f32):
      %0 = arith.addf %s, %e : f32
      ssm.yield %0, %0 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 32, f32>
  }
  ssm.yield
}
ssm.tile.kernel @two_tiles(%x: memref<?x?x32xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 32, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 32, f32> {
  ^bb0(%hi: !ssm.tile<channel: 32, f32>):
    %xt = ssm.tile.load %x [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
    %r, %hn = ssm.tile.scan state(%hi) ins(%xt) : !ssm.tile<channel: 32, f32>, (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%s: f32, %e: f32):
      %0 = arith.addf %s, %e : f32
      ssm.yield %0, %0 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 32, f32>
  }
  ssm.yield
}
ssm.tile.kernel @some_short(%x: memref<?x?x32xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 32, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 32, f32> {
  ^bb0(%hi: !ssm.tile<channel: 32, f32>):
    %xt = ssm.tile.load %x [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
    %r, %hn = ssm.tile.scan state(%hi) ins(%xt) : !ssm.tile<channel: 32, f32>, (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%s: f32, %e: f32):
      %0 = arith.addf %s, %e : f32
      ssm.yield %0, %0 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 32, f32>
  }
  ssm.yield
}
ssm.tile.kernel @for_long(%x: memref<?x?x32xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 32, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 32, f32> {
  ^bb0(%hi: !ssm.tile<channel: 32, f32>):
    %xt = ssm.tile.load %x [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
    %r, %hn = ssm.tile.scan state(%hi) ins(%xt) : !ssm.tile<channel: 32, f32>, (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%s: f32, %e: f32):
      %0 = arith.addf %s, %e : f32
      ssm.yield %0, %0 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 32, f32>
  }
  ssm.yield
}
ssm.tile.kernel @for_short(%x: memref<?x?x32xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 32, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 32, f32> {
  ^bb0(%hi: !ssm.tile<channel: 32, f32>):
    %xt = ssm.tile.load %x [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
    %r, %hn = ssm.tile.scan state(%hi) ins(%xt) : !ssm.tile<channel: 32, f32>, (!ssm.tile<time: 8, channel: 32, f32>) -> !ssm.tile<time: 8, channel: 32, f32> {
    ^bb0(%s: f32, %e: f32):
      %0 = arith.addf %s, %e : f32
      ssm.yield %0, %0 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    ssm.yield %hn : !ssm.tile<channel: 32, f32>
  }
  ssm.yield
}
ssm.tile.kernel @cells(%x: memref<?x?x32xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, owner = warp>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
  ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
  ssm.yield
}
ssm.tile.kernel @no_scan(%x: memref<?x?x32xf32>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 32, owner = warp>} {
  ssm.tile.for time {
    %0 = ssm.tile.load %x [#btc] : memref<?x?x32xf32> -> !ssm.tile<time: 8, channel: 32, f32>
    ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 8, channel: 32, f32>, memref<?x?x32xf32>
    ssm.yield
  }
  ssm.yield
}

func.func @walks(%x: tensor<?x?x32xf32>) -> tensor<?x?x32xf32>
    attributes {ssm.size_classes = [#ssm.size_class<1x2048>]} {
  %0 = ssm.launch @long(%x) : (tensor<?x?x32xf32>) -> tensor<?x?x32xf32>
  %1 = ssm.launch @long(%x) : (tensor<?x?x32xf32>) -> tensor<?x?x32xf32>
  return %1 : tensor<?x?x32xf32>
}

func.func @short(%x: tensor<?x?x32xf32>) -> tensor<?x?x32xf32>
    attributes {ssm.size_classes = [#ssm.size_class<1x16>]} {
  %0 = ssm.launch @two_tiles(%x) : (tensor<?x?x32xf32>) -> tensor<?x?x32xf32>
  %1 = ssm.launch @two_tiles(%x) : (tensor<?x?x32xf32>) -> tensor<?x?x32xf32>
  return %1 : tensor<?x?x32xf32>
}

func.func @some(%x: tensor<?x?x32xf32>) -> tensor<?x?x32xf32>
    attributes {ssm.size_classes = [#ssm.size_class<8x2048>, #ssm.size_class<64x1>]} {
  %0 = ssm.launch @some_short(%x) : (tensor<?x?x32xf32>) -> tensor<?x?x32xf32>
  %1 = ssm.launch @for_long, @for_short(%x) : (tensor<?x?x32xf32>) -> tensor<?x?x32xf32>
  %2 = ssm.launch @cells(%x) : (tensor<?x?x32xf32>) -> tensor<?x?x32xf32>
  %3 = ssm.launch @no_scan(%x) : (tensor<?x?x32xf32>) -> tensor<?x?x32xf32>
  return %3 : tensor<?x?x32xf32>
}
