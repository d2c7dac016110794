// RUN: ssm-opt %s --ssm-place --ssm-to-gpu --canonicalize --cse --split-input-file --verify-diagnostics | FileCheck %s

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#bc = affine_map<(b, t, c, n, k) -> (b, c)>

// A cell of packed sequences reads where its own begins and ends, clamped to the
// row; the loop over time is as long as that, and rows begin at its first token.
// What has an entry for each sequence is found by its number.
// CHECK-LABEL: llvm.func @packed(
// CHECK-SAME: %[[X:[a-z0-9]+]]: !llvm.ptr<1> {{.*}}, %[[H:[a-z0-9]+]]: !llvm.ptr<1> {{.*}}, %[[ENDS:[a-z0-9]+]]: !llvm.ptr<1> {{.*}}, %[[Y:[a-z0-9]+]]: !llvm.ptr<1> {{.*}}, %{{.*}}: i64, %[[LENGTH:[a-z0-9]+]]: i64)
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0 : i64
// CHECK-DAG: %[[ONE:.*]] = arith.constant 1 : i64
// CHECK-DAG: %[[ROW:.*]] = arith.constant 64 : i64
// CHECK: %[[CELL:.*]] = nvvm.read.ptx.sreg.ctaid.x
// CHECK: %[[B:.*]] = arith.extsi %[[CELL]]
// CHECK: %[[BEFORE:.*]] = arith.subi %[[B]], %[[ONE]]
// CHECK: %[[SAFE:.*]] = arith.maxsi %[[BEFORE]], %[[ZERO]]
// CHECK: llvm.getelementptr %[[ENDS]][%[[SAFE]]]
// CHECK: arith.maxsi %{{.*}}, %[[ZERO]]
// CHECK: %[[FIRST:.*]] = arith.minsi %{{.*}}, %[[LENGTH]]
// CHECK: %[[ISFIRST:.*]] = arith.cmpi slt, %[[BEFORE]], %[[ZERO]]
// CHECK: %[[START:.*]] = arith.select %[[ISFIRST]], %[[ZERO]], %[[FIRST]]
// CHECK: llvm.getelementptr %[[ENDS]][%[[B]]]
// CHECK: %[[LAST:.*]] = arith.minsi %{{.*}}, %[[LENGTH]]
// CHECK: %[[END:.*]] = arith.maxsi %[[LAST]], %[[START]]
// CHECK: %[[OWN:.*]] = arith.subi %[[END]], %[[START]]
// CHECK: %[[OFFSET:.*]] = arith.muli %[[START]], %[[ROW]]
// CHECK: llvm.getelementptr %[[X]][%[[OFFSET]]]
// CHECK: %[[TOKENS:.*]] = llvm.getelementptr %[[Y]][%[[OFFSET]]]
// CHECK: %[[STATE:.*]] = arith.muli %[[B]], %[[ROW]]
// CHECK: llvm.getelementptr %[[H]][%{{.*}}]
// CHECK: scf.for
// CHECK: arith.subi %[[OWN]], %{{.*}}
// CHECK-NOT: %[[LENGTH]]
// CHECK: llvm.return
ssm.tile.kernel @packed(%x: memref<1x?x64xf32>, %h: memref<?x64xf32>, %ends: memref<?xi32>, %y: memref<1x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis channel>], packed = 2,
      schedule = #ssm.schedule<time = 8, channels = 64, warps = 2>} {
  %s = ssm.tile.load %h [#bc] : memref<?x64xf32> -> !ssm.tile<channel: 64, f32>
  %e = ssm.tile.for time init(%s) : !ssm.tile<channel: 64, f32> {
  ^bb0(%i: !ssm.tile<channel: 64, f32>):
    %0 = ssm.tile.load %x [#btc] : memref<1x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
    %1, %n = ssm.tile.scan state(%i) ins(%0) : !ssm.tile<channel: 64, f32>,
        (!ssm.tile<time: 8, channel: 64, f32>) -> !ssm.tile<time: 8, channel: 64, f32> {
    ^bb0(%a: f32, %b: f32):
      %2 = arith.addf %a, %b : f32
      ssm.yield %2, %2 : f32, f32
    }
    ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<1x?x64xf32>
    ssm.yield %n : !ssm.tile<channel: 64, f32>
  }
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// A kernel that starts early waits before it looks where its sequence is.
// CHECK-LABEL: llvm.func @early(
// CHECK-NOT: llvm.load
// CHECK: griddepcontrol.wait
// CHECK: llvm.load %{{.*}} : !llvm.ptr<1> -> i32
// CHECK-NOT: griddepcontrol.wait
// CHECK: llvm.return
ssm.tile.kernel @early(%x: memref<1x?x64xf32>, %ends: memref<?xi32>, %y: memref<1x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis channel>], packed = 1, ssm.starts_early = array<i64>,
      schedule = #ssm.schedule<time = 8, channels = 64>} {
  ssm.tile.for time {
    %0 = ssm.tile.load %x [#btc] : memref<1x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
    ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<1x?x64xf32>
    ssm.yield
  }
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// expected-error@+1 {{expected one segment in a schedule for packed sequences, got 4}}
ssm.tile.kernel @segments(%x: memref<1x?x64xf32>, %ends: memref<?xi32>, %y: memref<1x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis channel>], packed = 1,
      schedule = #ssm.schedule<time = 8, channels = 64, segments = 4, warps = 2>} {
  %s = ssm.tile.fill 0.0 : !ssm.tile<channel: 64, f32>
  %e = ssm.tile.for time init(%s) : !ssm.tile<channel: 64, f32> {
  ^bb0(%i: !ssm.tile<channel: 64, f32>):
    %0 = ssm.tile.load %x [#btc] : memref<1x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
    %1, %n = ssm.tile.scan state(%i) ins(%0) : !ssm.tile<channel: 64, f32>,
        (!ssm.tile<time: 8, channel: 64, f32>) -> !ssm.tile<time: 8, channel: 64, f32> {
    ^bb0(%a: f32, %b: f32):
      %2 = arith.addf %a, %b : f32
      ssm.yield %2, %2 : f32, f32
    }
    ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<1x?x64xf32>
    ssm.yield %n : !ssm.tile<channel: 64, f32>
  }
  ssm.yield
}
