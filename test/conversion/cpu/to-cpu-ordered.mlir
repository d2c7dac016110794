// RUN: ssm-opt %s --ssm-to-cpu --canonicalize --cse --split-input-file | FileCheck %s

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// Every step is looked up, and both it and what is found are clamped to the tokens
// that there are. LLVM reads the order once for all rows at a place: it is memory
// that nothing writes.
// CHECK-LABEL: llvm.func @rows(
// CHECK-SAME: %[[VIEWS:[a-z0-9]+]]: !llvm.ptr, %[[BATCH:[a-z0-9]+]]: i64, %[[LENGTH:[a-z0-9]+]]: i64
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0 : i64
// CHECK-DAG: %[[MINUS:.*]] = arith.constant -1 : i64
// CHECK-DAG: %[[ROW:.*]] = arith.constant 64 : i64
// CHECK: llvm.load %[[VIEWS]]
// CHECK: %[[ORDER:.*]] = llvm.load %{{.*}} : !llvm.ptr -> !llvm.ptr
// CHECK: %[[LAST:.*]] = arith.addi %[[LENGTH]], %[[MINUS]]
// CHECK: %[[LEAST:.*]] = arith.maxsi %{{.*}}, %[[ZERO]]
// CHECK: %[[MOST:.*]] = arith.minsi %[[LEAST]], %[[LAST]]
// CHECK: %[[ENTRY:.*]] = llvm.getelementptr %[[ORDER]][%[[MOST]]]
// CHECK: %[[TOKEN:.*]] = llvm.load %[[ENTRY]] invariant : !llvm.ptr -> i32
// CHECK: %[[WIDE:.*]] = arith.extsi %[[TOKEN]]
// CHECK: %[[FIRST:.*]] = arith.maxsi %[[WIDE]], %[[ZERO]]
// CHECK: arith.minsi %[[FIRST]], %[[LAST]]
// CHECK: llvm.return
ssm.tile.kernel @rows(%x: memref<?x?x64xf32>, %order: memref<1x?xi32>, %y: memref<?x?x64xf32>)
    attributes {ssm.variant = "avx2",
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>], ordered = 1} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
  ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#before = affine_map<(b, t, c, n, k) -> (b, t - 1, c)>

// The step before is zero where there is none: that is asked of the step, and then
// it is looked up.
// CHECK-LABEL: llvm.func @window(
// CHECK-SAME: %[[VIEWS:[a-z0-9]+]]: !llvm.ptr, %[[BATCH:[a-z0-9]+]]: i64, %[[LENGTH:[a-z0-9]+]]: i64
// CHECK: %[[FITS:.*]] = arith.cmpi ult, %[[STEP:.*]], %[[LENGTH]]
// CHECK: %[[SAFE:.*]] = arith.select %[[FITS]], %[[STEP]], %{{.*}}
// CHECK: arith.maxsi %[[SAFE]], %{{.*}}
// CHECK: llvm.load %{{.*}} invariant : !llvm.ptr -> i32
// CHECK: arith.select %[[FITS]], %{{.*}} : vector<8xf32>
// CHECK: llvm.return
ssm.tile.kernel @window(%x: memref<?x?x64xf32>, %order: memref<1x?xi32>, %y: memref<?x?x64xf32>)
    attributes {ssm.variant = "avx2",
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>], ordered = 1} {
  %0 = ssm.tile.load %x [#before] : memref<?x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
  ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}
