// RUN: ssm-opt %s --ssm-place --ssm-to-gpu | FileCheck %s

// A sum along an axis: the elements of a lane, the lanes of a warp by shuffles,
// warps through the chip.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#bt = affine_map<(b, t, c, n, k) -> (b, t, 0)>

// Four elements a lane and 32 lanes.
// CHECK-LABEL: llvm.func @within_warps(
// CHECK-COUNT-3: arith.addf
// CHECK-NOT: arith.addf
// CHECK-COUNT-5: nvvm.shfl.sync bfly
// CHECK-NOT: nvvm.shfl
// CHECK-NOT: nvvm.bar
// CHECK: llvm.return
ssm.tile.kernel @within_warps(%x: memref<?x4x128xf32>, %y: memref<?x4x1xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = 4, tile = 4>, #ssm.extent<channel = 128, tile = 128>],
      grid = [#ssm<axis batch>, #ssm<axis time>],
      schedule = #ssm.schedule<time = 4, channels = 128, warps = 4>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x4x128xf32> -> !ssm.tile<time: 4, channel: 128, f32>
  %1 = ssm.tile.reduce channel %0 : !ssm.tile<time: 4, channel: 128, f32> -> !ssm.tile<time: 4, f32>
  ssm.tile.store %1, %y [#bt] : !ssm.tile<time: 4, f32>, memref<?x4x1xf32>
  ssm.yield
}

// CHECK-LABEL: llvm.func @across_warps(
// CHECK-COUNT-5: nvvm.shfl.sync bfly
// CHECK-NOT: nvvm.shfl
// CHECK: llvm.store %{{.*}} : f32, !llvm.ptr<3>
// CHECK: nvvm.barrier
// CHECK-COUNT-4: llvm.load %{{.*}} : !llvm.ptr<3> -> f32
// CHECK-NOT: !llvm.ptr<3> -> f32
// CHECK: llvm.return
ssm.tile.kernel @across_warps(%x: memref<?x1x128xf32>, %y: memref<?x1x1xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = 1, tile = 1>, #ssm.extent<channel = 128, tile = 128>],
      grid = [#ssm<axis batch>, #ssm<axis time>],
      schedule = #ssm.schedule<time = 1, channels = 128, warps = 4>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x1x128xf32> -> !ssm.tile<time: 1, channel: 128, f32>
  %1 = ssm.tile.reduce channel %0 : !ssm.tile<time: 1, channel: 128, f32> -> !ssm.tile<time: 1, f32>
  ssm.tile.store %1, %y [#bt] : !ssm.tile<time: 1, f32>, memref<?x1x1xf32>
  ssm.yield
}

// Sums of bf16 are formed in f32 and rounded once; channels beyond the extent do
// not count.
// CHECK-LABEL: llvm.func @bf16(
// CHECK: %[[WIDE:.*]] = arith.extf %{{.*}} : bf16 to f32
// CHECK: %[[INSIDE:.*]] = arith.cmpi slt
// CHECK: %[[ZERO:.*]] = arith.constant 0.0
// CHECK: arith.select %[[INSIDE]], %[[WIDE]], %[[ZERO]] : f32
// CHECK: nvvm.shfl.sync bfly
// CHECK: arith.truncf %{{.*}} : f32 to bf16
// CHECK-NOT: arith.truncf
ssm.tile.kernel @bf16(%x: memref<?x1x20xbf16>, %y: memref<?x1x1xbf16>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = 1, tile = 1>, #ssm.extent<channel = 20, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis time>],
      schedule = #ssm.schedule<time = 1, channels = 32>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x1x20xbf16> -> !ssm.tile<time: 1, channel: 32, bf16>
  %1 = ssm.tile.reduce channel %0 : !ssm.tile<time: 1, channel: 32, bf16> -> !ssm.tile<time: 1, bf16>
  ssm.tile.store %1, %y [#bt] : !ssm.tile<time: 1, bf16>, memref<?x1x1xbf16>
  ssm.yield
}
