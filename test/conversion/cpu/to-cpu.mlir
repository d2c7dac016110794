// RUN: ssm-opt %s --ssm-to-cpu --canonicalize --cse --split-input-file | FileCheck %s

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// Must not fire: what is not a kernel stays.
// CHECK-LABEL: func.func @host
func.func @host() {
  return
}

// A function of pointers, sizes, cells and scratch, for the machine of the
// variant. Cells count along the grid's last axis first.
// CHECK-LABEL: llvm.func @copy(
// CHECK-SAME: %[[VIEWS:.*]]: !llvm.ptr, %{{.*}}: i64, %{{.*}}: i64, %[[FIRST:.*]]: i64, %[[LAST:.*]]: i64, %{{.*}}: !llvm.ptr)
// CHECK-SAME: ["prefer-vector-width", "256"]
// CHECK-SAME: ssm.scratch_bytes = 0 : i64
// CHECK-SAME: target_features = #llvm.target_features<["+avx2", "+fma", "+f16c"]>
ssm.tile.kernel @copy(%x: memref<?x?x64xf32>, %y: memref<?x?x64xf32>)
    attributes {ssm.variant = "avx2",
                extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 1>, #ssm.extent<channel = 64, tile = 32>],
                grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>]} {
  // CHECK-DAG: %[[TWO:.*]] = arith.constant 2 : i64
  // CHECK-DAG: %[[X:.*]] = llvm.load %[[VIEWS]] : !llvm.ptr -> !llvm.ptr
  // CHECK-DAG: %[[SLOT:.*]] = llvm.getelementptr %[[VIEWS]][1]
  // CHECK-DAG: %[[Y:.*]] = llvm.load %[[SLOT]] : !llvm.ptr -> !llvm.ptr
  // CHECK: scf.for %[[CELL:.*]] = %[[FIRST]] to %[[LAST]]
  // CHECK: arith.remsi %[[CELL]], %[[TWO]] : i64
  // CHECK-NOT: masked
  // CHECK: %[[FROM:.*]] = llvm.getelementptr %[[X]]
  // CHECK: llvm.load %[[FROM]] {alignment = 4 : i64} : !llvm.ptr -> vector<8xf32>
  // CHECK-NOT: masked
  // CHECK: llvm.return
  %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 1, channel: 32, f32>
  ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 1, channel: 32, f32>, memref<?x?x64xf32>
  ssm.yield
}

// -----

#c = affine_map<(b, t, c, n, k) -> (b, t, c)>

// 33 channels: cells inside the extent read whole vectors; the last one reads
// and writes under a mask, in a branch of its own. The code uses what a package
// asks of the machine and nothing else.
// CHECK-LABEL: llvm.func @ragged
// CHECK-SAME: target_features = #llvm.target_features<["+avx512f", "+avx512bw", "+avx512vl", "+avx512dq"]>
ssm.tile.kernel @ragged(%x: memref<?x?x33xf32>, %y: memref<?x?x33xf32>)
    attributes {ssm.variant = "avx512",
                extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 1>, #ssm.extent<channel = 33, tile = 16>],
                grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>]} {
  // CHECK-NOT: llvm.load {{.*}}vector<16xf32>
  // CHECK: %[[PARTIAL:.*]] = arith.cmpi slt, %{{.*}} : i64
  // CHECK-NOT: llvm.load {{.*}}vector<16xf32>
  // CHECK: %[[MASK:.*]] = arith.cmpi {{.*}} : vector<16xi32>
  // CHECK-NOT: llvm.load {{.*}}vector<16xf32>
  // CHECK: scf.if %[[PARTIAL]] {
  // CHECK: llvm.intr.masked.load %{{.*}}, %[[MASK]]
  // CHECK: llvm.intr.masked.store %{{.*}}, %[[MASK]]
  // CHECK: } else {
  // CHECK-NOT: masked
  // CHECK: llvm.load %{{.*}} : !llvm.ptr -> vector<16xf32>
  // CHECK-NOT: masked
  // CHECK: llvm.store
  %0 = ssm.tile.load %x [#c] : memref<?x?x33xf32> -> !ssm.tile<time: 1, channel: 16, f32>
  ssm.tile.store %0, %y [#c] : !ssm.tile<time: 1, channel: 16, f32>, memref<?x?x33xf32>
  ssm.yield
}

// -----

#c = affine_map<(b, t, c, n, k) -> (b, t, c)>

// A token before the first one reads as zero, from an address inside.
// CHECK-LABEL: llvm.func @window
ssm.tile.kernel @window(%x: memref<?x?x16xf32>, %y: memref<?x?x16xf32>)
    attributes {ssm.variant = "avx512",
                extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 1>, #ssm.extent<channel = 16, tile = 16>],
                grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>]} {
  // CHECK: %[[ZERO:.*]] = arith.constant 0 : i64
  // CHECK: %[[INSIDE:.*]] = arith.cmpi ult, %[[TOKEN:.*]], %{{.*}} : i64
  // CHECK: arith.select %[[INSIDE]], %[[TOKEN]], %[[ZERO]] : i64
  // CHECK: %[[READ:.*]] = llvm.load %{{.*}} : !llvm.ptr -> vector<16xf32>
  // CHECK: %[[SAFE:.*]] = arith.select %[[INSIDE]], %[[READ]], %{{.*}} : vector<16xf32>
  // CHECK: llvm.store %[[SAFE]]
  %0 = ssm.tile.load %x [affine_map<(b, t, c, n, k) -> (b, t - 1, c)>] : memref<?x?x16xf32> -> !ssm.tile<time: 1, channel: 16, f32>
  ssm.tile.store %0, %y [#c] : !ssm.tile<time: 1, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}

// -----

#c = affine_map<(b, t, c, n, k) -> (b, t, c)>

// Products and sums may become one multiply-add; nothing else may change.
// CHECK-LABEL: llvm.func @contract
ssm.tile.kernel @contract(%x: memref<?x?x16xf32>, %y: memref<?x?x16xf32>)
    attributes {ssm.variant = "avx512",
                extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 1>, #ssm.extent<channel = 16, tile = 16>],
                grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>]} {
  %0 = ssm.tile.load %x [#c] : memref<?x?x16xf32> -> !ssm.tile<time: 1, channel: 16, f32>
  // CHECK: %[[P:.*]] = arith.mulf %[[X:.*]], %[[X]] fastmath<contract> : vector<16xf32>
  // CHECK: %[[S:.*]] = arith.addf %[[P]], %[[X]] fastmath<contract> : vector<16xf32>
  // CHECK: arith.divf %[[S]], %[[X]] : vector<16xf32>
  %1 = ssm.tile.map (%0) : (!ssm.tile<time: 1, channel: 16, f32>) -> !ssm.tile<time: 1, channel: 16, f32> {
  ^bb0(%e: f32):
    %2 = arith.mulf %e, %e : f32
    %3 = arith.addf %2, %e : f32
    %4 = arith.divf %3, %e : f32
    ssm.yield %4 : f32
  }
  ssm.tile.store %1, %y [#c] : !ssm.tile<time: 1, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}

// -----

#c = affine_map<(b, t, c, n, k) -> (b, t, c)>

// A plan is carried out as it stands: four lanes, and a sum that could be made
// where it is read is kept in scratch, 4 x 16 floats.
// CHECK-LABEL: llvm.func @planned
// CHECK-SAME: ssm.scratch_bytes = 256 : i64
ssm.tile.kernel @planned(%x: memref<?x?x16xf32>, %y: memref<?x?x16xf32>)
    attributes {ssm.variant = "avx512", ssm.lanes = 4 : i64,
                extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 16, tile = 16>],
                grid = [#ssm<axis batch>, #ssm<axis time>]} {
  %0 = ssm.tile.load %x [#c] {ssm.place = "inline"} : memref<?x?x16xf32> -> !ssm.tile<time: 4, channel: 16, f32>
  // CHECK: %[[SUM:.*]] = arith.addf {{.*}} : vector<4xf32>
  // CHECK: llvm.store %[[SUM]], %{{.*}} {alignment = 16 : i64}
  %1 = ssm.tile.map (%0) {ssm.place = "scratch", ssm.nest = 0 : i64} : (!ssm.tile<time: 4, channel: 16, f32>) -> !ssm.tile<time: 4, channel: 16, f32> {
  ^bb0(%e: f32):
    %2 = arith.addf %e, %e : f32
    ssm.yield %2 : f32
  }
  // CHECK: %[[KEPT:.*]] = llvm.load %{{.*}} {alignment = 16 : i64} : !llvm.ptr -> vector<4xf32>
  // CHECK: llvm.store %[[KEPT]], %{{.*}} {alignment = 4 : i64}
  ssm.tile.store %1, %y [#c] {ssm.nest = 1 : i64} : !ssm.tile<time: 4, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}

// -----

#c = affine_map<(b, t, c, n, k) -> (b, t, c)>

// The tokens of a scan fetch what is read later: by themselves, a few tokens
// ahead, and by the nest that fills scratch for them, a tile ahead.
// CHECK-LABEL: llvm.func @ahead(
// CHECK-SAME: %[[VIEWS:.*]]: !llvm.ptr, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: i64, %{{.*}}: !llvm.ptr)
ssm.tile.kernel @ahead(%x: memref<?x?x16xf32>, %z: memref<?x?x16xf32>, %y: memref<?x?x16xf32>)
    attributes {ssm.variant = "avx512", ssm.lanes = 16 : i64, ssm.blocks = 1 : i64,
                extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 48>, #ssm.extent<channel = 16, tile = 16>],
                grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  // CHECK-DAG: %[[TILE:.*]] = arith.constant 48 : i64
  // CHECK-DAG: %[[X:.*]] = llvm.load %[[VIEWS]] : !llvm.ptr -> !llvm.ptr
  // CHECK-DAG: %[[SLOT:.*]] = llvm.getelementptr %[[VIEWS]][1]
  // CHECK-DAG: %[[Z:.*]] = llvm.load %[[SLOT]] : !llvm.ptr -> !llvm.ptr
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 16, f32>
  %h1 = ssm.tile.for time init(%h0) : !ssm.tile<channel: 16, f32> attributes {ssm.nest = 0 : i64, ssm.place = ["registers"]} {
  ^bb0(%hi: !ssm.tile<channel: 16, f32>):
    %0 = ssm.tile.load %x [#c] {ssm.place = "inline"} : memref<?x?x16xf32> -> !ssm.tile<time: 48, channel: 16, f32>
    %1 = ssm.tile.load %z [#c] {ssm.place = "inline"} : memref<?x?x16xf32> -> !ssm.tile<time: 48, channel: 16, f32>
    %2 = ssm.tile.map (%0) {ssm.nest = 1 : i64, ssm.place = "scratch"} : (!ssm.tile<time: 48, channel: 16, f32>) -> !ssm.tile<time: 48, channel: 16, f32> {
    ^bb0(%e: f32):
      %3 = arith.addf %e, %e : f32
      ssm.yield %3 : f32
    }
    // CHECK: llvm.store %{{.*}} {alignment = 64 : i64}
    // CHECK-NOT: prefetch
    // CHECK: scf.for %[[TOKEN:[^ ]*]] =
    %r, %hn = ssm.tile.scan state(%hi) ins(%1, %2) {ssm.nest = 2 : i64, ssm.place = ["inline", "registers"], ssm.states = 1 : i64} : !ssm.tile<channel: 16, f32>, (!ssm.tile<time: 48, channel: 16, f32>, !ssm.tile<time: 48, channel: 16, f32>) -> !ssm.tile<time: 48, channel: 16, f32> {
    ^bb0(%s: f32, %d: f32, %e: f32):
      %3 = arith.mulf %d, %s : f32
      %4 = arith.addf %3, %e : f32
      ssm.yield %4, %4 : f32, f32
    }
    // CHECK: arith.addi %[[TOKEN]], %{{.*}}
    // CHECK: %[[NEAR:.*]] = llvm.getelementptr %[[Z]]
    // CHECK: "llvm.intr.prefetch"(%[[NEAR]])
    // CHECK: arith.addi %[[TOKEN]], %[[TILE]]
    // CHECK: %[[FAR:.*]] = llvm.getelementptr %[[X]]
    // CHECK: "llvm.intr.prefetch"(%[[FAR]])
    // CHECK-NOT: prefetch
    // CHECK: llvm.return
    ssm.tile.store %r, %y [#c] {ssm.nest = 2 : i64} : !ssm.tile<time: 48, channel: 16, f32>, memref<?x?x16xf32>
    ssm.yield %hn : !ssm.tile<channel: 16, f32>
  }
  ssm.yield
}

// -----

#rows = affine_map<(b, t, c, n, k) -> (b, t, k)>
#columns = affine_map<(b, t, c, n, k) -> (c, k)>
#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// Pairs of bf16: columns are transposed into scratch, 16 x 16 pairs, rows are
// broadcast from where they are.
// CHECK-LABEL: llvm.func @pairs
// CHECK-SAME: ssm.scratch_bytes = 1536 : i64
// CHECK-SAME: "+avx512bf16"
ssm.tile.kernel @pairs(%x: memref<?x?x32xbf16>, %w: memref<16x32xbf16>, %y: memref<?x?x16xf32>)
    attributes {ssm.variant = "avx512bf16", extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<inner = 32, tile = 32>],
                grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>]} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 8, channel: 16, f32>
  %1 = ssm.tile.load %x [#rows] : memref<?x?x32xbf16> -> !ssm.tile<time: 8, inner: 32, bf16>
  // CHECK-COUNT-16: llvm.load %{{.*}} {alignment = 2 : i64} : !llvm.ptr -> vector<16xi32>
  // CHECK-COUNT-64: vector.shuffle {{.*}} : vector<16xi32>, vector<16xi32>
  // CHECK-COUNT-16: llvm.store %{{.*}} : vector<16xi32>, !llvm.ptr
  %2 = ssm.tile.load %w [#columns] : memref<16x32xbf16> -> !ssm.tile<channel: 16, inner: 32, bf16>
  // CHECK: %[[STORED:.*]] = llvm.load %{{.*}} {alignment = 64 : i64} : !llvm.ptr -> vector<16xi32>
  // CHECK: %[[COLUMNS:.*]] = vector.bitcast %[[STORED]] : vector<16xi32> to vector<32xbf16>
  // CHECK: %[[PAIR:.*]] = llvm.load %{{.*}} {alignment = 2 : i64} : !llvm.ptr -> i32
  // CHECK: %[[ROW:.*]] = vector.broadcast %[[PAIR]] : i32 to vector<16xi32>
  // CHECK: %[[ROWS:.*]] = vector.bitcast %[[ROW]] : vector<16xi32> to vector<32xbf16>
  // CHECK: llvm.call_intrinsic "llvm.x86.avx512bf16.dpbf16ps.512"(%{{.*}}, %[[ROWS]], %[[COLUMNS]])
  %3 = ssm.tile.dot %0, %1, %2 : !ssm.tile<time: 8, channel: 16, f32>, !ssm.tile<time: 8, inner: 32, bf16>, !ssm.tile<channel: 16, inner: 32, bf16>
  ssm.tile.store %3, %y [#btc] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}

// -----

#rows = affine_map<(b, t, c, n, k) -> (b, t, k)>
#columns = affine_map<(b, t, c, n, k) -> (c, k)>
#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// Must not fire: a pair would reach beyond the row.
// CHECK-LABEL: llvm.func @odd
// CHECK-NOT: dpbf16ps
// CHECK: math.fma
// CHECK-NOT: dpbf16ps
// CHECK: llvm.return
ssm.tile.kernel @odd(%x: memref<?x?x31xbf16>, %w: memref<16x31xbf16>, %y: memref<?x?x16xf32>)
    attributes {ssm.variant = "avx512bf16", extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<inner = 31, tile = 31>],
                grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>]} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 8, channel: 16, f32>
  %1 = ssm.tile.load %x [#rows] : memref<?x?x31xbf16> -> !ssm.tile<time: 8, inner: 31, bf16>
  %2 = ssm.tile.load %w [#columns] : memref<16x31xbf16> -> !ssm.tile<channel: 16, inner: 31, bf16>
  %3 = ssm.tile.dot %0, %1, %2 : !ssm.tile<time: 8, channel: 16, f32>, !ssm.tile<time: 8, inner: 31, bf16>, !ssm.tile<channel: 16, inner: 31, bf16>
  ssm.tile.store %3, %y [#btc] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}

// -----

#rows = affine_map<(b, t, c, n, k) -> (b, t, k)>
#columns = affine_map<(b, t, c, n, k) -> (c, k)>
#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// Must not fire: the machine has no such products.
// CHECK-LABEL: llvm.func @no_pairs
// CHECK-NOT: dpbf16ps
// CHECK: math.fma
// CHECK-NOT: dpbf16ps
// CHECK: llvm.return
ssm.tile.kernel @no_pairs(%x: memref<?x?x32xbf16>, %w: memref<16x32xbf16>, %y: memref<?x?x16xf32>)
    attributes {ssm.variant = "avx512", extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<inner = 32, tile = 32>],
                grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>]} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 8, channel: 16, f32>
  %1 = ssm.tile.load %x [#rows] : memref<?x?x32xbf16> -> !ssm.tile<time: 8, inner: 32, bf16>
  %2 = ssm.tile.load %w [#columns] : memref<16x32xbf16> -> !ssm.tile<channel: 16, inner: 32, bf16>
  %3 = ssm.tile.dot %0, %1, %2 : !ssm.tile<time: 8, channel: 16, f32>, !ssm.tile<time: 8, inner: 32, bf16>, !ssm.tile<channel: 16, inner: 32, bf16>
  ssm.tile.store %3, %y [#btc] : !ssm.tile<time: 8, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}
