// RUN: ssm-opt %s --ssm-place --ssm-to-gpu | FileCheck %s --implicit-check-not=nvvm.mma.sync --implicit-check-not=nvvm.ldmatrix
// RUN: ssm-opt %s --ssm-lower-to-gpu | FileCheck %s --check-prefix=LLVM --implicit-check-not=nvvm.wgmma.mma_async

// A dot of warpgroups: wgmma on descriptors of what lies on chip, which begins at
// a period of the swizzle, and what was copied there shown to it before each
// barrier.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// Tokens as rows: of those that do not exist nothing is copied, which leaves
// zeros. All channels exist.
// CHECK: llvm.mlir.global internal @rows_chip() {addr_space = 3 : i32, alignment = 1024 : i64} : !llvm.array<20480 x i8>
// CHECK-LABEL: llvm.func @rows(
// CHECK: %[[CHIP:.*]] = llvm.mlir.addressof @rows_chip
// CHECK: scf.for
// CHECK: nvvm.cp.async.wait.group 0
// CHECK-NEXT: nvvm.fence.proxy {kind = #nvvm.proxy_kind<async.shared>, space = #nvvm.shared_space<cta>}
// CHECK-NEXT: nvvm.barrier0
// CHECK: scf.if
// CHECK: %[[EXISTS:.*]] = arith.cmpi slt
// CHECK-NEXT: %[[NONE:.*]] = arith.constant 0 : i32
// CHECK-NEXT: %[[ALL:.*]] = arith.constant 16 : i32
// CHECK-NEXT: %[[BYTES:.*]] = arith.select %[[EXISTS]], %[[ALL]], %[[NONE]] : i32
// CHECK-NEXT: nvvm.cp.async.shared.global %{{.*}}, %{{.*}}, 16, cache = cg, %[[BYTES]] : !llvm.ptr<3>, !llvm.ptr<1>, i32
// CHECK-COUNT-3: nvvm.cp.async.shared.global %{{.*}}, %{{.*}}, 16, cache = cg, %{{.*}} : !llvm.ptr<3>, !llvm.ptr<1>, i32
// CHECK: nvvm.cp.async.shared.global %{{.*}}, %{{.*}}, 16, cache = cg : !llvm.ptr<3>, !llvm.ptr<1>{{$}}
// CHECK: nvvm.cp.async.commit.group
// An address in units of 16 bytes, eight rows 1024 bytes apart, the swizzle of
// 128 bytes; the next 16 elements are 32 bytes further.
// CHECK: llvm.ptrtoint %[[CHIP]] : !llvm.ptr<3> to i32
// CHECK: arith.constant 4611686293305294848 : i64
// CHECK-NEXT: %[[X:.*]] = arith.ori
// CHECK: llvm.ptrtoint %[[CHIP]] : !llvm.ptr<3> to i32
// CHECK: %[[W:.*]] = arith.ori
// CHECK: nvvm.wgmma.fence.aligned
// CHECK-NEXT: nvvm.wgmma.mma_async %[[X]], %[[W]], %{{.*}}, <m = 64, n = 16, k = 16>, D[<f32>, <one>], A[<bf16>, <one>, <row>], B[<bf16>, <one>, <col>]
// CHECK-NEXT: %[[TWO:.*]] = arith.constant 2 : i64
// CHECK-NEXT: arith.addi %[[W]], %[[TWO]] : i64
// CHECK-COUNT-3: nvvm.wgmma.mma_async
// CHECK-NOT: nvvm.wgmma.mma_async
// CHECK: nvvm.wgmma.commit.group.sync.aligned
// CHECK-NEXT: nvvm.wgmma.wait.group.sync.aligned 0
// CHECK: scf.yield
// One way for all cells: nothing is written a second time, with checks.
// CHECK-NOT: nvvm.wgmma
// CHECK: llvm.return

// The instruction has no intrinsic.
// LLVM-LABEL: llvm.func @rows(
// LLVM: nvvm.wgmma.fence.aligned
// LLVM-COUNT-4: llvm.inline_asm {{.*}}wgmma.mma_async.sync.aligned.m64n16k16.f32.bf16.bf16
// LLVM-NOT: llvm.inline_asm
// LLVM: nvvm.wgmma.commit.group.sync.aligned
// LLVM: llvm.return
ssm.tile.kernel @rows(%x: memref<?x?x256xbf16>, %w: memref<16x256xbf16>, %y: memref<?x?x16xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 64>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<inner = 256, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 64, channels = 16, inner = 64, stages = 2, warps = 4, unit = warpgroup>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 64, channel: 16, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 64, channel: 16, f32> {
  ^bb0(%acc: !ssm.tile<time: 64, channel: 16, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x256xbf16> -> !ssm.tile<time: 64, inner: 64, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<16x256xbf16> -> !ssm.tile<channel: 16, inner: 64, bf16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 64, channel: 16, f32>, !ssm.tile<time: 64, inner: 64, bf16>, !ssm.tile<channel: 16, inner: 64, bf16>
    ssm.yield %2 : !ssm.tile<time: 64, channel: 16, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 64, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}

// Channels as rows: the weights, on chip behind the tokens, are the first factor.
// Beyond the extents of channels and contracted elements there are zeros too, so
// that all of a tile is multiplied.
// CHECK-LABEL: llvm.func @columns(
// CHECK: scf.for
// CHECK-NOT: cache = cg :
// CHECK: nvvm.cp.async.commit.group
// CHECK-NOT: scf.if
// CHECK: %[[BEHIND:.*]] = arith.constant 1024 : i32
// CHECK-NEXT: arith.addi %{{.*}}, %[[BEHIND]] : i32
// CHECK: %[[W:.*]] = arith.ori
// CHECK: %[[X:.*]] = arith.ori
// CHECK: nvvm.wgmma.fence.aligned
// CHECK-NEXT: nvvm.wgmma.mma_async %[[W]], %[[X]], %{{.*}}, <m = 64, n = 8, k = 16>, D[<f32>, <one>], A[<f16>, <one>, <row>], B[<f16>, <one>, <col>]
// CHECK-COUNT-3: nvvm.wgmma.mma_async
// CHECK-NOT: nvvm.wgmma.mma_async
// CHECK: scf.yield
// CHECK-NOT: nvvm.wgmma
// CHECK: llvm.return
ssm.tile.kernel @columns(%x: memref<?x?x72xf16>, %w: memref<80x72xf16>, %y: memref<?x?x80xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 80, tile = 64>, #ssm.extent<inner = 72, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 64, inner = 64, stages = 2, warps = 4, unit = warpgroup>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 8, channel: 64, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 8, channel: 64, f32> {
  ^bb0(%acc: !ssm.tile<time: 8, channel: 64, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x72xf16> -> !ssm.tile<time: 8, inner: 64, f16>
    %wt = ssm.tile.load %w [#ck] : memref<80x72xf16> -> !ssm.tile<channel: 64, inner: 64, f16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 8, channel: 64, f32>, !ssm.tile<time: 8, inner: 64, f16>, !ssm.tile<channel: 64, inner: 64, f16>
    ssm.yield %2 : !ssm.tile<time: 8, channel: 64, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<?x?x80xf32>
  ssm.yield
}

// Two warpgroups: the second one's rows are 64 behind those of the first. Each
// has two times 64, which share what they are multiplied with.
// CHECK-LABEL: llvm.func @two_groups(
// CHECK: %[[THREAD:.*]] = nvvm.read.ptx.sreg.tid.x
// CHECK: %[[GROUP:.*]] = arith.shrui %[[THREAD]], %c7_i32
// CHECK: scf.for
// CHECK: %[[ROWS:.*]] = arith.constant 8192 : i32
// CHECK-NEXT: arith.muli %[[GROUP]], %[[ROWS]] : i32
// CHECK: %[[X:.*]] = arith.ori
// CHECK: %[[W:.*]] = arith.ori
// CHECK: nvvm.wgmma.mma_async %[[X]], %[[W]], %{{.*}}, <m = 64, n = 8, k = 16>
// CHECK: %[[BEHIND:.*]] = arith.constant 1024 : i64
// CHECK-NEXT: %[[X2:.*]] = arith.addi %[[X]], %[[BEHIND]] : i64
// CHECK-NEXT: nvvm.wgmma.mma_async %[[X2]], %[[W]], %{{.*}}, <m = 64, n = 8, k = 16>
// CHECK-COUNT-6: nvvm.wgmma.mma_async
// CHECK-NOT: nvvm.wgmma.mma_async
// CHECK: scf.yield
ssm.tile.kernel @two_groups(%x: memref<?x?x128xbf16>, %w: memref<8x128xbf16>, %y: memref<?x?x8xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 256>, #ssm.extent<channel = 8, tile = 8>, #ssm.extent<inner = 128, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 256, channels = 8, inner = 64, stages = 2, warps = 8, unit = warpgroup>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 256, channel: 8, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 256, channel: 8, f32> {
  ^bb0(%acc: !ssm.tile<time: 256, channel: 8, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x128xbf16> -> !ssm.tile<time: 256, inner: 64, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<8x128xbf16> -> !ssm.tile<channel: 8, inner: 64, bf16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 256, channel: 8, f32>, !ssm.tile<time: 256, inner: 64, bf16>, !ssm.tile<channel: 8, inner: 64, bf16>
    ssm.yield %2 : !ssm.tile<time: 256, channel: 8, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 256, channel: 8, f32>, memref<?x?x8xf32>
  ssm.yield
}

// Two time tiles follow each other before the next tile of channels; at the end
// there may be one. What is before them is the batch's.
// CHECK-LABEL: llvm.func @grouped(
// CHECK: %[[CELL:.*]] = nvvm.read.ptx.sreg.ctaid.x : i32
// CHECK: %[[TIMES:.*]] = arith.trunci %{{.*}} : i64 to i32
// CHECK-NEXT: %[[CHANNELS:.*]] = arith.constant 2 : i32
// CHECK-NEXT: %[[PLANE:.*]] = arith.muli %[[TIMES]], %[[CHANNELS]] : i32
// CHECK-DAG: %[[IN_PLANE:.*]] = arith.remui %[[CELL]], %[[PLANE]] : i32
// CHECK-DAG: %[[BATCH:.*]] = arith.divui %[[CELL]], %[[PLANE]] : i32
// CHECK: %[[MOST:.*]] = arith.constant 2 : i32
// CHECK-NEXT: %[[CELLS:.*]] = arith.muli %[[MOST]], %[[CHANNELS]] : i32
// CHECK-DAG: %[[IN_GROUP:.*]] = arith.remui %[[IN_PLANE]], %[[CELLS]] : i32
// CHECK-DAG: %[[NUMBER:.*]] = arith.divui %[[IN_PLANE]], %[[CELLS]] : i32
// CHECK: %[[FIRST:.*]] = arith.muli %[[NUMBER]], %[[MOST]] : i32
// CHECK: %[[LEFT:.*]] = arith.subi %[[TIMES]], %[[FIRST]] : i32
// CHECK: %[[SIZE:.*]] = arith.minsi %[[MOST]], %[[LEFT]] : i32
// CHECK-DAG: %[[TIME:.*]] = arith.remui %[[IN_GROUP]], %[[SIZE]] : i32
// CHECK-DAG: %[[CHANNEL:.*]] = arith.divui %[[IN_GROUP]], %[[SIZE]] : i32
// CHECK: arith.addi %[[FIRST]], %[[TIME]] : i32
// CHECK: arith.extsi %[[CHANNEL]] : i32 to i64
// CHECK: arith.extsi %[[BATCH]] : i32 to i64
// CHECK: llvm.return
ssm.tile.kernel @grouped(%x: memref<?x?x128xbf16>, %w: memref<128x128xbf16>, %y: memref<?x?x128xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 64>, #ssm.extent<channel = 128, tile = 64>, #ssm.extent<inner = 128, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 64, channels = 64, inner = 64, stages = 2, warps = 4, group = 2, unit = warpgroup>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 64, channel: 64, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 64, channel: 64, f32> {
  ^bb0(%acc: !ssm.tile<time: 64, channel: 64, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x128xbf16> -> !ssm.tile<time: 64, inner: 64, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<128x128xbf16> -> !ssm.tile<channel: 64, inner: 64, bf16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 64, channel: 64, f32>, !ssm.tile<time: 64, inner: 64, bf16>, !ssm.tile<channel: 64, inner: 64, bf16>
    ssm.yield %2 : !ssm.tile<time: 64, channel: 64, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 64, channel: 64, f32>, memref<?x?x128xf32>
  ssm.yield
}

// Must not use warpgroups, nor prepare for them: f32.
// CHECK: llvm.mlir.global {{.*}} @wide_chip() {addr_space = 3 : i32, alignment = 16 : i64}
// CHECK-LABEL: llvm.func @wide(
// CHECK-NOT: nvvm.fence.proxy
// CHECK-NOT: nvvm.wgmma
// CHECK-NOT: cache = cg, %
// CHECK: math.fma
// CHECK-NOT: nvvm.fence.proxy
// CHECK-NOT: nvvm.wgmma
// CHECK: llvm.return
ssm.tile.kernel @wide(%x: memref<?x?x128xf32>, %w: memref<64x128xf32>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 64>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<inner = 128, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 64, channels = 64, inner = 32, stages = 2, warps = 4, unit = warpgroup>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 64, channel: 64, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 64, channel: 64, f32> {
  ^bb0(%acc: !ssm.tile<time: 64, channel: 64, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x128xf32> -> !ssm.tile<time: 64, inner: 32, f32>
    %wt = ssm.tile.load %w [#ck] : memref<64x128xf32> -> !ssm.tile<channel: 64, inner: 32, f32>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 64, channel: 64, f32>, !ssm.tile<time: 64, inner: 32, f32>, !ssm.tile<channel: 64, inner: 32, f32>
    ssm.yield %2 : !ssm.tile<time: 64, channel: 64, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 64, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}
