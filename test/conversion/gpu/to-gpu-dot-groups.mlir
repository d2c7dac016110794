// RUN: ssm-opt %s --ssm-place --split-input-file | FileCheck %s --check-prefix=PLACE
// RUN: ssm-opt %s --ssm-place --ssm-to-gpu --split-input-file | FileCheck %s

// Few tokens and few channels: four warps would hold the same 16 rows. Each takes a
// quarter of the contracted elements, one product of 16 for each tile, and after
// the loop they add up their parts, four sums a lane, through the chip.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// PLACE-LABEL: ssm.tile.kernel @shared
// PLACE: ssm.tile.dot
// PLACE-SAME: ssm.groups = 4 : i64
// PLACE-SAME: ssm.layout = #ssm.layout<time: 2 x 4 by 1, channel: 1 x 8 by 4>
// PLACE-SAME: ssm.scratch = {{[0-9]+}} : i64

// CHECK-LABEL: llvm.func @shared(
// CHECK: scf.for
// CHECK-COUNT-1: nvvm.mma.sync
// CHECK-NOT: nvvm.mma.sync
// CHECK: scf.yield
// CHECK-COUNT-4: llvm.store {{.*}} : f32, !llvm.ptr<3>
// CHECK: nvvm.barrier
// CHECK-COUNT-16: llvm.load {{.*}} : !llvm.ptr<3> -> f32
ssm.tile.kernel @shared(%x: memref<?x?x128xbf16>, %w: memref<16x128xbf16>, %y: memref<?x?x16xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<inner = 128, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 16, inner = 64, stages = 2, warps = 4>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 8, channel: 16, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 8, channel: 16, f32> {
  ^bb0(%acc: !ssm.tile<time: 8, channel: 16, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x128xbf16> -> !ssm.tile<time: 8, inner: 64, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<16x128xbf16> -> !ssm.tile<channel: 16, inner: 64, bf16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 8, channel: 16, f32>, !ssm.tile<time: 8, inner: 64, bf16>, !ssm.tile<channel: 16, inner: 64, bf16>
    ssm.yield %2 : !ssm.tile<time: 8, channel: 16, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}

// -----

// A sum that does not begin with zero would be counted by each: copies.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// PLACE-LABEL: ssm.tile.kernel @copies
// PLACE-NOT: ssm.groups
ssm.tile.kernel @copies(%x: memref<?x?x128xbf16>, %w: memref<16x128xbf16>, %y: memref<?x?x16xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<inner = 128, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 16, inner = 64, stages = 2, warps = 4>} {
  %0 = ssm.tile.fill 1.0 : !ssm.tile<time: 8, channel: 16, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 8, channel: 16, f32> {
  ^bb0(%acc: !ssm.tile<time: 8, channel: 16, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x128xbf16> -> !ssm.tile<time: 8, inner: 64, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<16x128xbf16> -> !ssm.tile<channel: 16, inner: 64, bf16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 8, channel: 16, f32>, !ssm.tile<time: 8, inner: 64, bf16>, !ssm.tile<channel: 16, inner: 64, bf16>
    ssm.yield %2 : !ssm.tile<time: 8, channel: 16, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}
