// RUN: ssm-opt %s --ssm-place --ssm-to-gpu | FileCheck %s

// The frame of a kernel function: its parameters, its launch bounds, its on-chip
// memory, the cell it works on.

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// The tile kernels stay, for the launch facts.
// CHECK: ssm.tile.kernel @signature
// CHECK: gpu.module @ssm_kernels

// No on-chip memory: nothing is declared. No `blocks`: no bound on residency.
// CHECK-NOT: llvm.mlir.global
// CHECK: llvm.func @signature(
// CHECK-SAME: %{{.*}}: !llvm.ptr<1> {llvm.align = 16 : i64, llvm.noalias, llvm.readonly},
// CHECK-SAME: %{{.*}}: !llvm.ptr<1> {llvm.align = 16 : i64, llvm.noalias},
// CHECK-SAME: %{{.*}}: !llvm.ptr<1> {llvm.align = 16 : i64, llvm.noalias, llvm.writeonly},
// CHECK-SAME: %{{.*}}: i64, %{{.*}}: i64)
// CHECK-SAME: nvvm.kernel
// CHECK-SAME: nvvm.maxntid = array<i32: 64, 1, 1>, ssm.block = 64 : i64
// CHECK-SAME: ssm.shared_bytes = 0 : i64, ssm.static_shared_bytes = 0 : i64
ssm.tile.kernel @signature(%x: memref<?x?x64xf32>, %both: memref<?x?x64xf32>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 64, warps = 2>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
  %1 = ssm.tile.load %both [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
  ssm.tile.store %0, %both [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<?x?x64xf32>
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}

// 48 KB are declared; `blocks` bounds the registers.
// CHECK: llvm.mlir.global internal @declared_chip() {addr_space = 3 : i32, alignment = 16 : i64} : !llvm.array<49152 x i8>
// CHECK: llvm.func @declared(
// CHECK-SAME: nvvm.maxntid = array<i32: 256, 1, 1>
// CHECK-SAME: nvvm.minctasm = 3 : i32
// CHECK-SAME: ssm.shared_bytes = 0 : i64, ssm.static_shared_bytes = 49152 : i64
ssm.tile.kernel @declared(%x: memref<?x?x256xf32>, %y: memref<?x?x256xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 256, tile = 256>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 256, stages = 3, warps = 8, blocks = 3>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 256, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 256, f32> {
  ^bb0(%hi: !ssm.tile<channel: 256, f32>):
    %ut = ssm.tile.load %x [#btc] : memref<?x?x256xf32> -> !ssm.tile<time: 16, channel: 256, f32>
    %r, %hn = ssm.tile.scan state(%hi) ins(%ut) : !ssm.tile<channel: 256, f32>, (!ssm.tile<time: 16, channel: 256, f32>) -> !ssm.tile<time: 16, channel: 256, f32> {
    ^bb0(%s: f32, %e: f32):
      %0 = arith.addf %s, %e : f32
      ssm.yield %0, %0 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 16, channel: 256, f32>, memref<?x?x256xf32>
    ssm.yield %hn : !ssm.tile<channel: 256, f32>
  }
  ssm.yield
}

// More than 48 KB come with the launch.
// CHECK: llvm.mlir.global external @launched_chip() {addr_space = 3 : i32, alignment = 16 : i64} : !llvm.array<0 x i8>
// CHECK: llvm.func @launched(
// CHECK-SAME: ssm.shared_bytes = 65536 : i64, ssm.static_shared_bytes = 0 : i64
ssm.tile.kernel @launched(%x: memref<?x?x256xf32>, %y: memref<?x?x256xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 256, tile = 256>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 256, stages = 4, warps = 8>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 256, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 256, f32> {
  ^bb0(%hi: !ssm.tile<channel: 256, f32>):
    %ut = ssm.tile.load %x [#btc] : memref<?x?x256xf32> -> !ssm.tile<time: 16, channel: 256, f32>
    %r, %hn = ssm.tile.scan state(%hi) ins(%ut) : !ssm.tile<channel: 256, f32>, (!ssm.tile<time: 16, channel: 256, f32>) -> !ssm.tile<time: 16, channel: 256, f32> {
    ^bb0(%s: f32, %e: f32):
      %0 = arith.addf %s, %e : f32
      ssm.yield %0, %0 : f32, f32
    }
    ssm.tile.store %r, %y [#btc] : !ssm.tile<time: 16, channel: 256, f32>, memref<?x?x256xf32>
    ssm.yield %hn : !ssm.tile<channel: 256, f32>
  }
  ssm.yield
}

// The last axis of the grid runs fastest: 4 tiles of channels, then tokens.
// CHECK: llvm.func @cell(
// CHECK-SAME: %[[LENGTH:[a-z0-9]+]]: i64)
// CHECK: %[[CELL:.*]] = nvvm.read.ptx.sreg.ctaid.x
// CHECK: %[[FOUR:.*]] = arith.constant 4 : i32
// CHECK: %[[CHANNEL:.*]] = arith.remui %[[CELL]], %[[FOUR]]
// CHECK: %[[REST:.*]] = arith.divui %[[CELL]], %[[FOUR]]
// CHECK: %[[SEVEN:.*]] = arith.constant 7 : i64
// CHECK: %[[PADDED:.*]] = arith.addi %[[LENGTH]], %[[SEVEN]]
// CHECK: %[[COUNT64:.*]] = arith.divui %[[PADDED]], %{{.*}}
// CHECK: %[[COUNT:.*]] = arith.trunci %[[COUNT64]]
// CHECK: arith.remui %[[REST]], %[[COUNT]]
// CHECK: arith.divui %[[REST]], %[[COUNT]]
ssm.tile.kernel @cell(%x: memref<?x?x64xf32>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 16>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 8, channel: 16, f32>
  ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x64xf32>
  ssm.yield
}
