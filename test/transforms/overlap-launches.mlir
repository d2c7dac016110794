// RUN: ssm-opt %s --ssm-overlap-launches | FileCheck %s

// Arguments of the function are read early where every launch has one: weights,
// and inputs, for the first launch of a call waits for all that is before it.
// They are asked for first.
// CHECK: ssm.tile.kernel @first({{.*}})
// CHECK-SAME: ssm.starts_early = array<i64: 0, 1>
// CHECK: ssm.tile.kernel @second(%[[X:[a-z0-9]+]]: {{[^,]*}}, %[[W:[a-z0-9]+]]: {{.*}})
// CHECK-SAME: ssm.starts_early = array<i64: 1>}
// CHECK-NEXT: ssm.tile.load %[[W]]
// CHECK-NEXT: ssm.tile.load %[[X]]
// A cache is not, for a kernel of the call may have updated it.
// CHECK: ssm.tile.kernel @cached({{.*}})
// CHECK-SAME: ssm.starts_early = array<i64>}
// The only launch of its function, and one that nobody launches: unchanged.
// CHECK: ssm.tile.kernel @alone({{.*}})
// CHECK-NOT: ssm.starts_early
// CHECK: ssm.tile.kernel @unused({{.*}})
// CHECK-NOT: ssm.starts_early

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#c = affine_map<(b, t, c, n, k) -> (c)>
#bc = affine_map<(b, t, c, n, k) -> (b, c)>

ssm.tile.kernel @first(%x: memref<?x?x64xf32>, %w: memref<64xf32>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 64>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
  %1 = ssm.tile.load %w [#c] : memref<64xf32> -> !ssm.tile<channel: 64, f32>
  %2 = ssm.tile.map(%0, %1) : (!ssm.tile<time: 8, channel: 64, f32>, !ssm.tile<channel: 64, f32>) -> !ssm.tile<time: 8, channel: 64, f32> {
  ^bb0(%a: f32, %b: f32):
    %p = arith.mulf %a, %b : f32
    ssm.yield %p : f32
  }
  ssm.tile.store %2, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}
ssm.tile.kernel @second(%x: memref<?x?x64xf32>, %w: memref<64xf32>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 64>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
  %1 = ssm.tile.load %w [#c] : memref<64xf32> -> !ssm.tile<channel: 64, f32>
  %2 = ssm.tile.map(%0, %1) : (!ssm.tile<time: 8, channel: 64, f32>, !ssm.tile<channel: 64, f32>) -> !ssm.tile<time: 8, channel: 64, f32> {
  ^bb0(%a: f32, %b: f32):
    %p = arith.mulf %a, %b : f32
    ssm.yield %p : f32
  }
  ssm.tile.store %2, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}
ssm.tile.kernel @cached(%h: memref<?x8xf32>, %y: memref<?x8xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<channel = 8, tile = 8>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<channels = 8>} {
  %0 = ssm.tile.load %h [#bc] : memref<?x8xf32> -> !ssm.tile<channel: 8, f32>
  ssm.tile.store %0, %y [#bc] : !ssm.tile<channel: 8, f32>, memref<?x8xf32>
  ssm.yield
}
ssm.tile.kernel @alone(%x: memref<?x?x64xf32>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 64>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
  ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}
ssm.tile.kernel @unused(%x: memref<?x?x64xf32>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 64>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
  ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}

func.func @chain(%x: tensor<?x?x64xf32>, %w: tensor<64xf32> {ssm.weight = "w"}, %v: tensor<64xf32>) -> tensor<?x?x64xf32> {
  %0 = ssm.launch @first(%x, %w) : (tensor<?x?x64xf32>, tensor<64xf32>) -> tensor<?x?x64xf32>
  %1 = ssm.launch @second(%0, %w) : (tensor<?x?x64xf32>, tensor<64xf32>) -> tensor<?x?x64xf32>
  %2 = ssm.launch @second(%1, %v) : (tensor<?x?x64xf32>, tensor<64xf32>) -> tensor<?x?x64xf32>
  return %2 : tensor<?x?x64xf32>
}
func.func @single(%x: tensor<?x?x64xf32>) -> tensor<?x?x64xf32> {
  %0 = ssm.launch @alone(%x) : (tensor<?x?x64xf32>) -> tensor<?x?x64xf32>
  return %0 : tensor<?x?x64xf32>
}
func.func @caches(%h: tensor<?x8xf32> {ssm.cache, ssm.name = "h"}) -> (tensor<?x8xf32>, tensor<?x8xf32>) {
  %0 = ssm.launch @cached(%h) : (tensor<?x8xf32>) -> tensor<?x8xf32>
  %1 = ssm.launch @cached(%h) : (tensor<?x8xf32>) -> tensor<?x8xf32>
  return %0, %1 : tensor<?x8xf32>, tensor<?x8xf32>
}
