// RUN: ssm-opt %s --ssm-place | FileCheck %s --check-prefix=PLACE
// RUN: ssm-opt %s --ssm-place --ssm-to-gpu | FileCheck %s

// Sums of matrix units are pairs of neighbours in each lane. Those that leave in
// 16 bits are swapped among four lanes first, so that each stores 16 bytes.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// Two rows of 32 channels, four words each of a lane: lanes that differ in bit 0
// swap two of them, then those that differ in bit 1. All lanes do, whether their
// tokens exist or not.
// PLACE-LABEL: ssm.tile.kernel @halves
// PLACE: ssm.tile.dot {{.*}}ssm.layout = #ssm.layout<time: 1 x 8 by 4, channel: 2 x 4 by 1>
// PLACE: ssm.tile.store {{.*}}ssm.layout = #ssm.layout<time: 1 x 8 by 4, channel: 8 x 4 by 1>
// CHECK-LABEL: llvm.func @halves(
// CHECK: nvvm.mma.sync
// CHECK: scf.yield
// CHECK-COUNT-2: nvvm.shfl.sync bfly %{{.*}}, %{{.*}}, %c1_i32
// CHECK-COUNT-2: nvvm.shfl.sync bfly %{{.*}}, %{{.*}}, %c2_i32
// CHECK-COUNT-4: nvvm.shfl.sync bfly
// CHECK-NOT: nvvm.shfl.sync
// CHECK-COUNT-2: llvm.store %{{.*}} {alignment = 16 : i64} : vector<4xi32>, !llvm.ptr<1>
// CHECK-NOT: llvm.store
// CHECK: } else {
// CHECK: nvvm.mma.sync
// CHECK: scf.yield
// CHECK-NOT: scf.if
// CHECK-COUNT-8: nvvm.shfl.sync bfly
// CHECK-NOT: nvvm.shfl.sync
// CHECK: llvm.store %{{.*}} {alignment = 16 : i64} : vector<4xi32>, !llvm.ptr<1>
// CHECK: llvm.return
ssm.tile.kernel @halves(%x: memref<?x?x16xbf16>, %w: memref<32x16xbf16>, %y: memref<?x?x32xbf16>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 32, tile = 32>, #ssm.extent<inner = 16, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 32, inner = 16, stages = 2, warps = 1>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 16, channel: 32, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 16, channel: 32, f32> {
  ^bb0(%acc: !ssm.tile<time: 16, channel: 32, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x16xbf16> -> !ssm.tile<time: 16, inner: 16, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<32x16xbf16> -> !ssm.tile<channel: 32, inner: 16, bf16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 16, channel: 32, f32>, !ssm.tile<time: 16, inner: 16, bf16>, !ssm.tile<channel: 32, inner: 16, bf16>
    ssm.yield %2 : !ssm.tile<time: 16, channel: 32, f32>
  }
  %3 = ssm.tile.map (%1) : (!ssm.tile<time: 16, channel: 32, f32>) -> !ssm.tile<time: 16, channel: 32, bf16> {
  ^bb0(%e: f32):
    %4 = arith.truncf %e : f32 to bf16
    ssm.yield %4 : bf16
  }
  ssm.tile.store %3, %y [#btc] : !ssm.tile<time: 16, channel: 32, bf16>, memref<?x?x32xbf16>
  ssm.yield
}

// Must not swap: f32 leaves as pairs, of 8 bytes.
// PLACE-LABEL: ssm.tile.kernel @wide
// PLACE: ssm.tile.store {{.*}}ssm.layout = #ssm.layout<time: 1 x 8 by 4, channel: 2 x 4 by 1>
// CHECK-LABEL: llvm.func @wide(
// CHECK-NOT: nvvm.shfl.sync
// CHECK: llvm.store %{{.*}} {alignment = 8 : i64} : vector<2xf32>, !llvm.ptr<1>
// CHECK-NOT: nvvm.shfl.sync
// CHECK: llvm.return
ssm.tile.kernel @wide(%x: memref<?x?x16xbf16>, %w: memref<32x16xbf16>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 32, tile = 32>, #ssm.extent<inner = 16, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 32, inner = 16, stages = 2, warps = 1>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 16, channel: 32, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 16, channel: 32, f32> {
  ^bb0(%acc: !ssm.tile<time: 16, channel: 32, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x16xbf16> -> !ssm.tile<time: 16, inner: 16, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<32x16xbf16> -> !ssm.tile<channel: 32, inner: 16, bf16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 16, channel: 32, f32>, !ssm.tile<time: 16, inner: 16, bf16>, !ssm.tile<channel: 32, inner: 16, bf16>
    ssm.yield %2 : !ssm.tile<time: 16, channel: 32, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 16, channel: 32, f32>, memref<?x?x32xf32>
  ssm.yield
}

// Tiles of 16 channels, which are not four lanes of eight each.
// PLACE-LABEL: ssm.tile.kernel @narrow
// PLACE: ssm.tile.store {{.*}}ssm.layout = #ssm.layout<time: 1 x 8 by 4, channel: 2 x 4 by 1>
// CHECK-LABEL: llvm.func @narrow(
// CHECK-NOT: nvvm.shfl.sync
// CHECK: llvm.store %{{.*}} {alignment = 4 : i64} : i32, !llvm.ptr<1>
// CHECK-NOT: nvvm.shfl.sync
// CHECK: llvm.return
ssm.tile.kernel @narrow(%x: memref<?x?x16xbf16>, %w: memref<32x16xbf16>, %y: memref<?x?x32xbf16>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 32, tile = 16>, #ssm.extent<inner = 16, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 16, inner = 16, stages = 2, warps = 1>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 16, channel: 16, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 16, channel: 16, f32> {
  ^bb0(%acc: !ssm.tile<time: 16, channel: 16, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x16xbf16> -> !ssm.tile<time: 16, inner: 16, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<32x16xbf16> -> !ssm.tile<channel: 16, inner: 16, bf16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 16, channel: 16, f32>, !ssm.tile<time: 16, inner: 16, bf16>, !ssm.tile<channel: 16, inner: 16, bf16>
    ssm.yield %2 : !ssm.tile<time: 16, channel: 16, f32>
  }
  %3 = ssm.tile.map (%1) : (!ssm.tile<time: 16, channel: 16, f32>) -> !ssm.tile<time: 16, channel: 16, bf16> {
  ^bb0(%e: f32):
    %4 = arith.truncf %e : f32 to bf16
    ssm.yield %4 : bf16
  }
  ssm.tile.store %3, %y [#btc] : !ssm.tile<time: 16, channel: 16, bf16>, memref<?x?x32xbf16>
  ssm.yield
}

// Rows that begin at multiples of 8 bytes only.
// PLACE-LABEL: ssm.tile.kernel @uneven
// PLACE: ssm.tile.store {{.*}}ssm.layout = #ssm.layout<time: 1 x 8 by 4, channel: 2 x 4 by 1>
// CHECK-LABEL: llvm.func @uneven(
// CHECK-NOT: nvvm.shfl.sync
// CHECK: llvm.store %{{.*}} {alignment = 4 : i64} : i32, !llvm.ptr<1>
// CHECK-NOT: nvvm.shfl.sync
// CHECK: llvm.return
ssm.tile.kernel @uneven(%x: memref<?x?x16xbf16>, %w: memref<36x16xbf16>, %y: memref<?x?x36xbf16>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 36, tile = 32>, #ssm.extent<inner = 16, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 32, inner = 16, stages = 2, warps = 1>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 16, channel: 32, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 16, channel: 32, f32> {
  ^bb0(%acc: !ssm.tile<time: 16, channel: 32, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x16xbf16> -> !ssm.tile<time: 16, inner: 16, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<36x16xbf16> -> !ssm.tile<channel: 32, inner: 16, bf16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 16, channel: 32, f32>, !ssm.tile<time: 16, inner: 16, bf16>, !ssm.tile<channel: 32, inner: 16, bf16>
    ssm.yield %2 : !ssm.tile<time: 16, channel: 32, f32>
  }
  %3 = ssm.tile.map (%1) : (!ssm.tile<time: 16, channel: 32, f32>) -> !ssm.tile<time: 16, channel: 32, bf16> {
  ^bb0(%e: f32):
    %4 = arith.truncf %e : f32 to bf16
    ssm.yield %4 : bf16
  }
  ssm.tile.store %3, %y [#btc] : !ssm.tile<time: 16, channel: 32, bf16>, memref<?x?x36xbf16>
  ssm.yield
}
