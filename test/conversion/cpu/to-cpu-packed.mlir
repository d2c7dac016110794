// RUN: ssm-opt %s --ssm-to-cpu --canonicalize --cse | FileCheck %s

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#tail = affine_map<(b, t, c, n, k)[l] -> (b, l + n - 3, c)>
#bnc = affine_map<(b, t, c, n, k) -> (b, n, c)>

// A cell of packed sequences reads where its own begins and ends, clamped to the
// row; the loop over time is as long as that, and rows begin at its first token.
// CHECK-LABEL: llvm.func @rows(
// CHECK-SAME: %[[VIEWS:[a-z0-9]+]]: !llvm.ptr, %[[BATCH:[a-z0-9]+]]: i64, %[[LENGTH:[a-z0-9]+]]: i64, %[[FIRST:[a-z0-9]+]]: i64, %[[LAST:[a-z0-9]+]]: i64
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0 : i64
// CHECK-DAG: %[[MINUS:.*]] = arith.constant -1 : i64
// CHECK-DAG: %[[ROW:.*]] = arith.constant 64 : i64
// CHECK: %[[X:.*]] = llvm.load %[[VIEWS]] : !llvm.ptr -> !llvm.ptr
// CHECK: %[[ENDS:.*]] = llvm.load %{{.*}} : !llvm.ptr -> !llvm.ptr
// CHECK: %[[Y:.*]] = llvm.load %{{.*}} : !llvm.ptr -> !llvm.ptr
// CHECK: scf.for %[[CELL:.*]] = %[[FIRST]] to %[[LAST]]
// CHECK: %[[B:.*]] = arith.remsi %[[CELL]], %[[BATCH]]
// CHECK: %[[BEFORE:.*]] = arith.addi %[[B]], %[[MINUS]]
// CHECK: %[[SAFE:.*]] = arith.maxsi %[[BEFORE]], %[[ZERO]]
// CHECK: llvm.getelementptr %[[ENDS]][%[[SAFE]]]
// CHECK: %[[AT:.*]] = arith.minsi %{{.*}}, %[[LENGTH]]
// CHECK: %[[START:.*]] = arith.select %{{.*}}, %[[ZERO]], %[[AT]]
// CHECK: llvm.getelementptr %[[ENDS]][%[[B]]]
// CHECK: %[[NEXT:.*]] = arith.minsi %{{.*}}, %[[LENGTH]]
// CHECK: %[[END:.*]] = arith.maxsi %[[NEXT]], %[[START]]
// CHECK: %[[OWN:.*]] = arith.subi %[[END]], %[[START]]
// CHECK: %[[OFFSET:.*]] = arith.muli %[[START]], %[[ROW]]
// CHECK: llvm.getelementptr %[[X]][%[[OFFSET]]]
// CHECK: llvm.getelementptr %[[Y]][%[[OFFSET]]]
// CHECK: scf.for %{{.*}} = %[[ZERO]] to %[[OWN]]
// CHECK-NOT: %[[LENGTH]]
// CHECK: llvm.return
ssm.tile.kernel @rows(%x: memref<1x?x64xf32>, %ends: memref<?xi32>, %y: memref<1x?x64xf32>)
    attributes {ssm.variant = "avx2",
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis channel>], packed = 1} {
  ssm.tile.for time {
    %0 = ssm.tile.load %x [#btc] : memref<1x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
    ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<1x?x64xf32>
    ssm.yield
  }
  ssm.yield
}

// What has an entry for each sequence is found by its number; tokens before the
// first of the sequence are none, though the row has some there.
// CHECK-LABEL: llvm.func @tail(
// CHECK: %[[OWN:.*]] = arith.subi %{{.*}}, %{{.*}} : i64
// CHECK: %[[FROMEND:.*]] = arith.addi %[[OWN]], %{{.*}} : i64
// CHECK: %[[TOKEN:.*]] = arith.addi %[[FROMEND]], %{{.*}} : i64
// CHECK: arith.cmpi ult, %[[TOKEN]], %[[OWN]] : i64
// CHECK: llvm.return
ssm.tile.kernel @tail(%x: memref<1x?x64xf32>, %ends: memref<?xi32>, %y: memref<?x3x64xf32>)
    attributes {ssm.variant = "avx2",
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<channel = 64, tile = 64>, #ssm.extent<state = 3, tile = 3>],
      grid = [#ssm<axis batch>, #ssm<axis channel>], packed = 1} {
  %0 = ssm.tile.load %x [#tail] : memref<1x?x64xf32> -> !ssm.tile<channel: 64, state: 3, f32>
  ssm.tile.store %0, %y [#bnc] : !ssm.tile<channel: 64, state: 3, f32>, memref<?x3x64xf32>
  ssm.yield
}
