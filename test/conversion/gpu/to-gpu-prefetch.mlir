// RUN: ssm-opt %s --ssm-place --ssm-to-gpu | FileCheck %s

// Before it waits, the cell asks for its 16 rows of the weights, 256 bytes each:
// two lines a row, a line for each lane.
// CHECK: llvm.func @product(
// CHECK: nvvm.griddepcontrol launch_dependents
// CHECK: %[[LINES:.*]] = arith.muli %{{.*}}, %{{.*}} : i32
// CHECK: scf.for %[[LINE:.*]] = %{{.*}} to %[[LINES]]
// CHECK: arith.divui %[[LINE]], %{{.*}} : i32
// CHECK: arith.remui %[[LINE]], %{{.*}} : i32
// CHECK: llvm.inline_asm has_side_effects {{.*}}"prefetch.global.L2 [$0];"
// CHECK: llvm.inline_asm has_side_effects {{.*}}"griddepcontrol.wait;"
// CHECK-NOT: prefetch
#x = affine_map<(b, t, c, n, k) -> (b, t, k)>
#w = affine_map<(b, t, c, n, k) -> (c, k)>
#y = affine_map<(b, t, c, n, k) -> (b, t, c)>
ssm.tile.kernel @product(%x: memref<?x?x128xbf16>, %w: memref<64x128xbf16>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 16>, #ssm.extent<inner = 128, tile = 64>],
      grid = [#ssm<axis time>, #ssm<axis channel>], ssm.flat_tokens,
      schedule = #ssm.schedule<time = 8, channels = 16, inner = 64, stages = 2>,
      ssm.starts_early = array<i64: 1>, ssm.prefetches = array<i64: 1>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 8, channel: 16, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 8, channel: 16, f32> {
  ^bb0(%acc: !ssm.tile<time: 8, channel: 16, f32>):
    %2 = ssm.tile.load %x [#x] : memref<?x?x128xbf16> -> !ssm.tile<time: 8, inner: 64, bf16>
    %3 = ssm.tile.load %w [#w] : memref<64x128xbf16> -> !ssm.tile<channel: 16, inner: 64, bf16>
    %4 = ssm.tile.dot %acc, %2, %3 : !ssm.tile<time: 8, channel: 16, f32>, !ssm.tile<time: 8, inner: 64, bf16>, !ssm.tile<channel: 16, inner: 64, bf16>
    ssm.yield %4 : !ssm.tile<time: 8, channel: 16, f32>
  }
  ssm.tile.store %1, %y [#y] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x64xf32>
  ssm.yield
}
