// RUN: ssm-opt %s --ssm-place --split-input-file | FileCheck %s --check-prefix=PLACE
// RUN: ssm-opt %s --ssm-place --ssm-to-gpu --split-input-file | FileCheck %s

// Two blocks share a cell: each walks four of the eight tiles, and the second
// leaves its sums, four a lane, in memory of the first, which alone adds and
// stores. The memory for them, 4 x 32 x 4 bytes, belongs to nothing else: two stages of
// 16 + 8 rows of 144 bytes end at 6912.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// PLACE-LABEL: ssm.tile.kernel @shared
// PLACE-SAME: ssm.chip_bytes = 7424 : i64
// PLACE: ssm.tile.dot
// PLACE-SAME: ssm.cluster_scratch = 6912 : i64

// CHECK-LABEL: llvm.func @shared(
// CHECK-SAME: nvvm.cluster_dim = array<i32: 2, 1, 1>
// CHECK-SAME: ssm.cluster = 2 : i64
// CHECK: %[[BLOCK:.*]] = nvvm.read.ptx.sreg.ctaid.x
// CHECK: nvvm.cluster.arrive.relaxed {aligned}
// CHECK: %[[RANK:.*]] = arith.remui %[[BLOCK]], %{{.*}} : i32
// CHECK: arith.divui %[[BLOCK]], %{{.*}} : i32
// CHECK: %[[FIRST:.*]] = arith.muli %[[RANK]], %{{.*}} : i32
// CHECK: scf.for
// CHECK: nvvm.cluster.wait {aligned}
// CHECK: arith.cmpi ne, %[[RANK]]
// CHECK: scf.if
// CHECK: %[[REMOTE:.*]] = nvvm.mapa
// CHECK-COUNT-4: llvm.store {{.*}} : f32, !llvm.ptr<7>
// CHECK: nvvm.cluster.arrive {aligned}
// CHECK: arith.cmpi eq, %[[RANK]]
// CHECK: scf.if
// CHECK: nvvm.cluster.wait {aligned}
// CHECK-COUNT-4: llvm.load {{.*}} : !llvm.ptr<3> -> f32
// CHECK: llvm.store {{.*}} !llvm.ptr<1>
ssm.tile.kernel @shared(%x: memref<?x?x512xbf16>, %w: memref<16x512xbf16>, %y: memref<?x?x16xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<inner = 512, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 16, inner = 64, stages = 2, cluster = 2, warps = 1>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 8, channel: 16, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 8, channel: 16, f32> {
  ^bb0(%acc: !ssm.tile<time: 8, channel: 16, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x512xbf16> -> !ssm.tile<time: 8, inner: 64, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<16x512xbf16> -> !ssm.tile<channel: 16, inner: 64, bf16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 8, channel: 16, f32>, !ssm.tile<time: 8, inner: 64, bf16>, !ssm.tile<channel: 16, inner: 64, bf16>
    ssm.yield %2 : !ssm.tile<time: 8, channel: 16, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}

// -----

// Three blocks, eight tiles: the last one has two, and copies no third.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// CHECK-LABEL: llvm.func @uneven(
// CHECK: %[[SOME:.*]] = arith.maxsi
// CHECK-NEXT: %[[COUNT:.*]] = arith.minsi %[[SOME]]
// CHECK: scf.for %{{.*}} = %{{.*}} to %[[COUNT]]
ssm.tile.kernel @uneven(%x: memref<?x?x512xbf16>, %w: memref<16x512xbf16>, %y: memref<?x?x16xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<inner = 512, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 16, inner = 64, stages = 2, cluster = 3, warps = 1>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 8, channel: 16, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 8, channel: 16, f32> {
  ^bb0(%acc: !ssm.tile<time: 8, channel: 16, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x512xbf16> -> !ssm.tile<time: 8, inner: 64, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<16x512xbf16> -> !ssm.tile<channel: 16, inner: 64, bf16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 8, channel: 16, f32>, !ssm.tile<time: 8, inner: 64, bf16>, !ssm.tile<channel: 16, inner: 64, bf16>
    ssm.yield %2 : !ssm.tile<time: 8, channel: 16, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}

// -----

// Groups of warps have the same sums when they have added theirs: the first sends.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// CHECK-LABEL: llvm.func @groups(
// CHECK: nvvm.barrier
// CHECK: nvvm.cluster.wait
// CHECK: %[[LANE:.*]] = arith.andi
// CHECK: %[[OTHER:.*]] = arith.cmpi ne
// CHECK: %[[LEADS:.*]] = arith.cmpi eq, %[[LANE]]
// CHECK: %[[SENDS:.*]] = arith.andi %[[OTHER]], %[[LEADS]]
// CHECK: scf.if %[[SENDS]]
// CHECK: nvvm.mapa
ssm.tile.kernel @groups(%x: memref<?x?x512xbf16>, %w: memref<16x512xbf16>, %y: memref<?x?x16xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<inner = 512, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 16, inner = 64, stages = 2, cluster = 2, warps = 4>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 8, channel: 16, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 8, channel: 16, f32> {
  ^bb0(%acc: !ssm.tile<time: 8, channel: 16, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x512xbf16> -> !ssm.tile<time: 8, inner: 64, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<16x512xbf16> -> !ssm.tile<channel: 16, inner: 64, bf16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 8, channel: 16, f32>, !ssm.tile<time: 8, inner: 64, bf16>, !ssm.tile<channel: 16, inner: 64, bf16>
    ssm.yield %2 : !ssm.tile<time: 8, channel: 16, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}

// -----

// Cells begin at different tiles of the contracted axis and go round.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// CHECK-LABEL: llvm.func @staggered(
// CHECK-NOT: nvvm.cluster
// CHECK: %[[BLOCK:.*]] = nvvm.read.ptx.sreg.ctaid.x
// CHECK: %[[SOME:.*]] = arith.maxsi
// CHECK: %[[SKIPPED:.*]] = arith.remui %[[BLOCK]], %[[SOME]]
// CHECK: scf.for
// CHECK: %[[AHEAD:.*]] = arith.addi %{{.*}}, %[[SKIPPED]]
// CHECK: %[[ROUND:.*]] = arith.subi %[[AHEAD]]
// CHECK: %[[INSIDE:.*]] = arith.cmpi slt, %[[AHEAD]]
// CHECK: arith.select %[[INSIDE]], %[[AHEAD]], %[[ROUND]]
ssm.tile.kernel @staggered(%x: memref<?x?x512xbf16>, %w: memref<16x512xbf16>, %y: memref<?x?x16xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<inner = 512, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 16, inner = 64, stages = 2, stagger = true, warps = 1>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 8, channel: 16, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 8, channel: 16, f32> {
  ^bb0(%acc: !ssm.tile<time: 8, channel: 16, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x512xbf16> -> !ssm.tile<time: 8, inner: 64, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<16x512xbf16> -> !ssm.tile<channel: 16, inner: 64, bf16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 8, channel: 16, f32>, !ssm.tile<time: 8, inner: 64, bf16>, !ssm.tile<channel: 16, inner: 64, bf16>
    ssm.yield %2 : !ssm.tile<time: 8, channel: 16, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}

// -----

// One block walks all tiles in order.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// PLACE-LABEL: ssm.tile.kernel @alone
// PLACE-NOT: ssm.cluster_scratch
// CHECK-LABEL: llvm.func @alone(
// CHECK-NOT: cluster
// CHECK-NOT: arith.maxsi
// CHECK: llvm.return
ssm.tile.kernel @alone(%x: memref<?x?x512xbf16>, %w: memref<16x512xbf16>, %y: memref<?x?x16xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<inner = 512, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 16, inner = 64, stages = 2, warps = 1>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 8, channel: 16, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 8, channel: 16, f32> {
  ^bb0(%acc: !ssm.tile<time: 8, channel: 16, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x512xbf16> -> !ssm.tile<time: 8, inner: 64, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<16x512xbf16> -> !ssm.tile<channel: 16, inner: 64, bf16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 8, channel: 16, f32>, !ssm.tile<time: 8, inner: 64, bf16>, !ssm.tile<channel: 16, inner: 64, bf16>
    ssm.yield %2 : !ssm.tile<time: 8, channel: 16, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}
