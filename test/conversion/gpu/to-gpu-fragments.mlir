// RUN: ssm-opt %s --ssm-place --ssm-to-gpu | FileCheck %s

// Weights of a product in a loop over time, held by the lanes: read from memory
// before the loop, two rows of three pairs and of two, and multiplied as they are.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// Three pairs of each row; the second half of the last step has none.
// CHECK-LABEL: llvm.func @even(
// CHECK-COUNT-6: llvm.load %{{.*}} -> i32
// CHECK-NOT: llvm.load
// CHECK: scf.for
// CHECK: nvvm.ldmatrix {{.*}} num = 4
// CHECK-COUNT-2: nvvm.mma.sync
// CHECK: nvvm.ldmatrix {{.*}} num = 4
// CHECK-COUNT-2: nvvm.mma.sync
// CHECK-NOT: nvvm.ldmatrix
// CHECK-NOT: nvvm.mma.sync
// CHECK: llvm.return
ssm.tile.kernel @even(%low: memref<?x?x24xbf16>, %w: memref<64x24xbf16>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<inner = 24, tile = 24>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 64, stages = 2, lanes = 2, warps = 4, blocks = 1>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 16, channel: 64, f32>
  %1 = ssm.tile.load %w [#ck] : memref<64x24xbf16> -> !ssm.tile<channel: 64, inner: 24, bf16>
  ssm.tile.for time {
    %2 = ssm.tile.load %low [#btk] : memref<?x?x24xbf16> -> !ssm.tile<time: 16, inner: 24, bf16>
    %3 = ssm.tile.dot %0, %2, %1 : !ssm.tile<time: 16, channel: 64, f32>, !ssm.tile<time: 16, inner: 24, bf16>, !ssm.tile<channel: 64, inner: 24, bf16>
    ssm.tile.store %3, %y [#btc] : !ssm.tile<time: 16, channel: 64, f32>, memref<?x?x64xf32>
    ssm.yield
  }
  ssm.yield
}

// Five elements a row: the sixth to eighth are zero in the fragments, and what the
// chip holds there is cleared.
// CHECK-LABEL: llvm.func @odd(
// CHECK-COUNT-4: scf.if %{{.*}} -> (i16)
// CHECK: scf.for
// CHECK: nvvm.ldmatrix
// CHECK: arith.andi {{.*}} : i32
// CHECK-COUNT-2: nvvm.mma.sync
// CHECK-NOT: nvvm.mma.sync
// CHECK: llvm.return
ssm.tile.kernel @odd(%low: memref<?x?x5xf16>, %w: memref<64x5xf16>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<inner = 5, tile = 5>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 64, stages = 2, lanes = 2, warps = 4, blocks = 1>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 16, channel: 64, f32>
  %1 = ssm.tile.load %w [#ck] : memref<64x5xf16> -> !ssm.tile<channel: 64, inner: 5, f16>
  ssm.tile.for time {
    %2 = ssm.tile.load %low [#btk] : memref<?x?x5xf16> -> !ssm.tile<time: 16, inner: 5, f16>
    %3 = ssm.tile.dot %0, %2, %1 : !ssm.tile<time: 16, channel: 64, f32>, !ssm.tile<time: 16, inner: 5, f16>, !ssm.tile<channel: 64, inner: 5, f16>
    ssm.tile.store %3, %y [#btc] : !ssm.tile<time: 16, channel: 64, f32>, memref<?x?x64xf32>
    ssm.yield
  }
  ssm.yield
}
