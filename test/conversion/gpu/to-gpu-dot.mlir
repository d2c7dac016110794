// RUN: ssm-opt %s --ssm-place --ssm-to-gpu | FileCheck %s

// A dot on matrix units: fragments by ldmatrix, mma.sync, and where the last
// tile is partial the elements beyond the extent cleared in both factors.

// CHECK: #[[$UNROLL:.*]] = #llvm.loop_unroll<disable = true>
// CHECK: #[[$ROLLED:.*]] = #llvm.loop_annotation<unroll = #[[$UNROLL]]>

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#btk = affine_map<(b, t, c, n, k) -> (b, t, k)>
#ck = affine_map<(b, t, c, n, k) -> (c, k)>

// Two warps of 16 rows and 32 columns, two steps of 16 elements: one fragment of
// rows and two of columns in each step, four products. No element is cleared.
// CHECK-LABEL: llvm.func @whole(
// CHECK: scf.for
// CHECK-COUNT-3: nvvm.ldmatrix {{.*}} num = 4 {{.*}} -> !llvm.struct<(i32, i32, i32, i32)>
// CHECK-NOT: arith.andi {{.*}} : i32
// CHECK-COUNT-4: nvvm.mma.sync A[{{.*}} layoutB = #nvvm.mma_layout<col>, multiplicandAPtxType = #nvvm.mma_type<bf16>
// CHECK-COUNT-3: nvvm.ldmatrix
// CHECK-NOT: arith.andi {{.*}} : i32
// CHECK-COUNT-4: nvvm.mma.sync
// CHECK-NOT: nvvm.mma.sync
// CHECK: scf.yield
// The assembler must not unroll the loop once more.
// CHECK: loop_annotation = #[[$ROLLED]]
// The two ways: with all tokens and with some.
// CHECK: scf.for
// CHECK-COUNT-8: nvvm.mma.sync
// CHECK-NOT: nvvm.mma.sync
// CHECK: llvm.return
ssm.tile.kernel @whole(%x: memref<?x?x64xbf16>, %w: memref<32x64xbf16>, %y: memref<?x?x32xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 32>, #ssm.extent<channel = 32, tile = 32>, #ssm.extent<inner = 64, tile = 32>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 32, channels = 32, inner = 32, stages = 2, warps = 2>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 32, channel: 32, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 32, channel: 32, f32> {
  ^bb0(%acc: !ssm.tile<time: 32, channel: 32, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x64xbf16> -> !ssm.tile<time: 32, inner: 32, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<32x64xbf16> -> !ssm.tile<channel: 32, inner: 32, bf16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 32, channel: 32, f32>, !ssm.tile<time: 32, inner: 32, bf16>, !ssm.tile<channel: 32, inner: 32, bf16>
    ssm.yield %2 : !ssm.tile<time: 32, channel: 32, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 32, channel: 32, f32>, memref<?x?x32xf32>
  ssm.yield
}

// The tile reaches past the extent: one way as before, and one with a mask on the
// four registers of the rows and the two of either eight columns.
// CHECK-LABEL: llvm.func @partial(
// CHECK: scf.for
// CHECK: scf.if
// CHECK-COUNT-2: nvvm.ldmatrix
// CHECK-NOT: arith.andi
// CHECK-COUNT-2: nvvm.mma.sync
// CHECK-NOT: arith.andi
// CHECK: } else {
// CHECK-COUNT-2: nvvm.ldmatrix
// CHECK-COUNT-8: arith.andi {{.*}} : i32
// CHECK-NOT: arith.andi
// CHECK-COUNT-2: nvvm.mma.sync {{.*}} : (vector<2xf16>, vector<2xf16>, f32)
// CHECK-NOT: nvvm.mma.sync
// CHECK: scf.yield
ssm.tile.kernel @partial(%x: memref<?x?x24xf16>, %w: memref<16x24xf16>, %y: memref<?x?x16xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<inner = 24, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 16, inner = 16, stages = 2, warps = 1>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 16, channel: 16, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 16, channel: 16, f32> {
  ^bb0(%acc: !ssm.tile<time: 16, channel: 16, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x24xf16> -> !ssm.tile<time: 16, inner: 16, f16>
    %wt = ssm.tile.load %w [#ck] : memref<16x24xf16> -> !ssm.tile<channel: 16, inner: 16, f16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 16, channel: 16, f32>, !ssm.tile<time: 16, inner: 16, f16>, !ssm.tile<channel: 16, inner: 16, f16>
    ssm.yield %2 : !ssm.tile<time: 16, channel: 16, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 16, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}

// A tile of 20: the second step has four elements, known in advance. The lower
// half is masked by them, the upper one whole.
// CHECK-LABEL: llvm.func @uneven(
// CHECK: scf.for
// CHECK-COUNT-2: nvvm.ldmatrix
// CHECK-NOT: arith.andi {{.*}} : i32
// CHECK-COUNT-2: nvvm.mma.sync
// CHECK-COUNT-2: nvvm.ldmatrix
// CHECK-COUNT-8: arith.andi {{.*}} : i32
// CHECK-NOT: arith.andi {{.*}} : i32
// CHECK-COUNT-2: nvvm.mma.sync
ssm.tile.kernel @uneven(%x: memref<?x?x40xbf16>, %w: memref<16x40xbf16>, %y: memref<?x?x16xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<inner = 40, tile = 20>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 16, inner = 20, stages = 2, warps = 1>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 16, channel: 16, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 16, channel: 16, f32> {
  ^bb0(%acc: !ssm.tile<time: 16, channel: 16, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x40xbf16> -> !ssm.tile<time: 16, inner: 20, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<16x40xbf16> -> !ssm.tile<channel: 16, inner: 20, bf16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 16, channel: 16, f32>, !ssm.tile<time: 16, inner: 20, bf16>, !ssm.tile<channel: 16, inner: 20, bf16>
    ssm.yield %2 : !ssm.tile<time: 16, channel: 16, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 16, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}

// Eight rows, eight columns: half a fragment, the other half zero; the upper
// halves of what comes out are dropped.
// CHECK-LABEL: llvm.func @eight(
// CHECK: scf.for
// CHECK: nvvm.ldmatrix {{.*}} num = 2
// CHECK: nvvm.ldmatrix {{.*}} num = 2
// CHECK: %[[D:.*]] = nvvm.mma.sync
// CHECK-DAG: llvm.extractvalue %[[D]][0]
// CHECK-DAG: llvm.extractvalue %[[D]][1]
// CHECK-NOT: llvm.extractvalue %[[D]]
// CHECK: scf.yield
ssm.tile.kernel @eight(%x: memref<?x?x32xbf16>, %w: memref<8x32xbf16>, %y: memref<?x?x8xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 8, tile = 8>, #ssm.extent<inner = 32, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 8, inner = 16, stages = 2, warps = 1>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 8, channel: 8, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 8, channel: 8, f32> {
  ^bb0(%acc: !ssm.tile<time: 8, channel: 8, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x32xbf16> -> !ssm.tile<time: 8, inner: 16, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<8x32xbf16> -> !ssm.tile<channel: 8, inner: 16, bf16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 8, channel: 8, f32>, !ssm.tile<time: 8, inner: 16, bf16>, !ssm.tile<channel: 8, inner: 16, bf16>
    ssm.yield %2 : !ssm.tile<time: 8, channel: 8, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 8, channel: 8, f32>, memref<?x?x8xf32>
  ssm.yield
}

// Without a loop, and factors that maps leave on the chip: a barrier first.
// CHECK-LABEL: llvm.func @mapped(
// CHECK: llvm.store
// CHECK: nvvm.bar.warp.sync
// CHECK: nvvm.ldmatrix
// CHECK: nvvm.mma.sync
ssm.tile.kernel @mapped(%x: memref<?x16x16xbf16>, %w: memref<8x16xbf16>, %y: memref<?x16x8xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = 16, tile = 16>, #ssm.extent<channel = 8, tile = 8>, #ssm.extent<inner = 16, tile = 16>],
      grid = [#ssm<axis batch>],
      schedule = #ssm.schedule<time = 16, channels = 8, inner = 16, owner = warp>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 16, channel: 8, f32>
  %xt = ssm.tile.load %x [#btk] : memref<?x16x16xbf16> -> !ssm.tile<time: 16, inner: 16, bf16>
  %wt = ssm.tile.load %w [#ck] : memref<8x16xbf16> -> !ssm.tile<channel: 8, inner: 16, bf16>
  %xn = ssm.tile.map (%xt) : (!ssm.tile<time: 16, inner: 16, bf16>) -> !ssm.tile<time: 16, inner: 16, bf16> {
  ^bb0(%e: bf16):
    %n = arith.negf %e : bf16
    ssm.yield %n : bf16
  }
  %1 = ssm.tile.dot %0, %xn, %wt : !ssm.tile<time: 16, channel: 8, f32>, !ssm.tile<time: 16, inner: 16, bf16>, !ssm.tile<channel: 8, inner: 16, bf16>
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 16, channel: 8, f32>, memref<?x16x8xf32>
  ssm.yield
}

// Must not use matrix units: f32, one wide factor, two kinds of 16 bits.
// CHECK-LABEL: llvm.func @wide(
// CHECK-NOT: nvvm.ldmatrix
// CHECK-NOT: nvvm.mma.sync
// CHECK: math.fma
// CHECK-NOT: nvvm.ldmatrix
// CHECK-NOT: nvvm.mma.sync
// CHECK-NOT: loop_annotation
// CHECK: llvm.return
ssm.tile.kernel @wide(%x: memref<?x?x32xf32>, %w: memref<16x32xf32>, %y: memref<?x?x16xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<inner = 32, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 16, inner = 16, stages = 2, warps = 1>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 16, channel: 16, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 16, channel: 16, f32> {
  ^bb0(%acc: !ssm.tile<time: 16, channel: 16, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x32xf32> -> !ssm.tile<time: 16, inner: 16, f32>
    %wt = ssm.tile.load %w [#ck] : memref<16x32xf32> -> !ssm.tile<channel: 16, inner: 16, f32>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 16, channel: 16, f32>, !ssm.tile<time: 16, inner: 16, f32>, !ssm.tile<channel: 16, inner: 16, f32>
    ssm.yield %2 : !ssm.tile<time: 16, channel: 16, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 16, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}

// CHECK-LABEL: llvm.func @mixed(
// CHECK-NOT: nvvm.ldmatrix
// CHECK-NOT: nvvm.mma.sync
// CHECK: math.fma
// CHECK-NOT: nvvm.ldmatrix
// CHECK-NOT: nvvm.mma.sync
// CHECK: llvm.return
ssm.tile.kernel @mixed(%x: memref<?x?x32xbf16>, %w: memref<16x32xf32>, %y: memref<?x?x16xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<inner = 32, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 16, inner = 16, stages = 2, warps = 1>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 16, channel: 16, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 16, channel: 16, f32> {
  ^bb0(%acc: !ssm.tile<time: 16, channel: 16, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x32xbf16> -> !ssm.tile<time: 16, inner: 16, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<16x32xf32> -> !ssm.tile<channel: 16, inner: 16, f32>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 16, channel: 16, f32>, !ssm.tile<time: 16, inner: 16, bf16>, !ssm.tile<channel: 16, inner: 16, f32>
    ssm.yield %2 : !ssm.tile<time: 16, channel: 16, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 16, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}

// CHECK-LABEL: llvm.func @two_halves(
// CHECK-NOT: nvvm.ldmatrix
// CHECK-NOT: nvvm.mma.sync
// CHECK: math.fma
// CHECK-NOT: nvvm.ldmatrix
// CHECK-NOT: nvvm.mma.sync
// CHECK: llvm.return
ssm.tile.kernel @two_halves(%x: memref<?x?x32xbf16>, %w: memref<16x32xf16>, %y: memref<?x?x16xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<inner = 32, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 16, inner = 16, stages = 2, warps = 1>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 16, channel: 16, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 16, channel: 16, f32> {
  ^bb0(%acc: !ssm.tile<time: 16, channel: 16, f32>):
    %xt = ssm.tile.load %x [#btk] : memref<?x?x32xbf16> -> !ssm.tile<time: 16, inner: 16, bf16>
    %wt = ssm.tile.load %w [#ck] : memref<16x32xf16> -> !ssm.tile<channel: 16, inner: 16, f16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 16, channel: 16, f32>, !ssm.tile<time: 16, inner: 16, bf16>, !ssm.tile<channel: 16, inner: 16, f16>
    ssm.yield %2 : !ssm.tile<time: 16, channel: 16, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 16, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}
