// RUN: ssm-opt %s --ssm-place --ssm-to-gpu --canonicalize --cse --split-input-file | FileCheck %s

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// The row of a step is looked up, the step and what is found clamped to the tokens
// that there are; channels are copied as vectors from there.
// CHECK-LABEL: llvm.func @ordered(
// CHECK-SAME: %[[X:[a-z0-9]+]]: !llvm.ptr<1> {{.*}}, %[[Z:[a-z0-9]+]]: !llvm.ptr<1> {{.*}}, %[[ORDER:[a-z0-9]+]]: !llvm.ptr<1> {{.*}}, %[[Y:[a-z0-9]+]]: !llvm.ptr<1> {{.*}}, %{{.*}}: i64, %[[LENGTH:[a-z0-9]+]]: i64)
// CHECK-DAG: %[[ONE:.*]] = arith.constant 1 : i64
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0 : i64
// CHECK-DAG: %[[ROW:.*]] = arith.constant 64 : i64
// CHECK: %[[CELL:.*]] = llvm.getelementptr %[[X]]
// CHECK: %[[LAST:.*]] = arith.subi %[[LENGTH]], %[[ONE]]
// CHECK: %[[LEAST:.*]] = arith.maxsi %{{.*}}, %[[ZERO]]
// CHECK: %[[STEP:.*]] = arith.minsi %[[LEAST]], %[[LAST]]
// CHECK: %[[ENTRY:.*]] = llvm.getelementptr %[[ORDER]][%[[STEP]]]
// CHECK: %[[FOUND:.*]] = llvm.load %[[ENTRY]] invariant : !llvm.ptr<1> -> i32
// CHECK: %[[WIDE:.*]] = arith.extsi %[[FOUND]]
// CHECK: %[[NOTBELOW:.*]] = arith.maxsi %[[WIDE]], %[[ZERO]]
// CHECK: %[[TOKEN:.*]] = arith.minsi %[[NOTBELOW]], %[[LAST]]
// CHECK: %[[OFFSET:.*]] = arith.muli %[[TOKEN]], %[[ROW]]
// CHECK: %[[FROM:.*]] = llvm.getelementptr %[[CELL]][%[[OFFSET]]]
// CHECK: nvvm.cp.async.shared.global %{{.*}}, %[[FROM]], 16
// CHECK: llvm.return
ssm.tile.kernel @ordered(%x: memref<?x?x64xf32>, %z: memref<?x?x64xf32>, %order: memref<1x?xi32>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis channel>], ordered = 2,
      schedule = #ssm.schedule<time = 8, channels = 64, stages = 2, warps = 2>} {
  %s = ssm.tile.fill 0.0 : !ssm.tile<channel: 64, f32>
  %e = ssm.tile.for time init(%s) : !ssm.tile<channel: 64, f32> {
  ^bb0(%i: !ssm.tile<channel: 64, f32>):
    %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
    %1 = ssm.tile.load %z [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
    %2, %n = ssm.tile.scan state(%i) ins(%0, %1) : !ssm.tile<channel: 64, f32>,
        (!ssm.tile<time: 8, channel: 64, f32>, !ssm.tile<time: 8, channel: 64, f32>) -> !ssm.tile<time: 8, channel: 64, f32> {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %3 = arith.addf %a, %b : f32
      %4 = arith.mulf %3, %c : f32
      ssm.yield %4, %4 : f32, f32
    }
    ssm.tile.store %2, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<?x?x64xf32>
    ssm.yield %n : !ssm.tile<channel: 64, f32>
  }
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// A lane looks up the two rows of a tile that it copies once for both tensors, in
// front of the loop and in it, and the eight that it stores.
// CHECK-LABEL: llvm.func @count(
// CHECK-COUNT-12: llvm.load %{{.*}} invariant : !llvm.ptr<1> -> i32
// CHECK-NOT: llvm.ptr<1> -> i32
// CHECK: llvm.return
ssm.tile.kernel @count(%x: memref<?x?x64xf32>, %z: memref<?x?x64xf32>, %order: memref<1x?xi32>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis channel>], ordered = 2,
      schedule = #ssm.schedule<time = 8, channels = 64, stages = 2, warps = 2>} {
  %s = ssm.tile.fill 0.0 : !ssm.tile<channel: 64, f32>
  %e = ssm.tile.for time init(%s) : !ssm.tile<channel: 64, f32> {
  ^bb0(%i: !ssm.tile<channel: 64, f32>):
    %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
    %1 = ssm.tile.load %z [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
    %2, %n = ssm.tile.scan state(%i) ins(%0, %1) : !ssm.tile<channel: 64, f32>,
        (!ssm.tile<time: 8, channel: 64, f32>, !ssm.tile<time: 8, channel: 64, f32>) -> !ssm.tile<time: 8, channel: 64, f32> {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %3 = arith.addf %a, %b : f32
      %4 = arith.mulf %3, %c : f32
      ssm.yield %4, %4 : f32, f32
    }
    ssm.tile.store %2, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<?x?x64xf32>
    ssm.yield %n : !ssm.tile<channel: 64, f32>
  }
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// A kernel that starts early looks up after its wait, in memory that is not taken
// for invariant.
// CHECK-LABEL: llvm.func @early(
// CHECK-NOT: llvm.load
// CHECK: griddepcontrol.wait
// CHECK-NOT: invariant
// CHECK: llvm.load %{{.*}} : !llvm.ptr<1> -> i32
// CHECK-NOT: invariant
// CHECK: llvm.return
ssm.tile.kernel @early(%x: memref<?x?x64xf32>, %z: memref<?x?x64xf32>, %order: memref<1x?xi32>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis channel>], ordered = 2, ssm.starts_early = array<i64>,
      schedule = #ssm.schedule<time = 8, channels = 64, stages = 2, warps = 2>} {
  %s = ssm.tile.fill 0.0 : !ssm.tile<channel: 64, f32>
  %e = ssm.tile.for time init(%s) : !ssm.tile<channel: 64, f32> {
  ^bb0(%i: !ssm.tile<channel: 64, f32>):
    %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
    %1 = ssm.tile.load %z [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
    %2, %n = ssm.tile.scan state(%i) ins(%0, %1) : !ssm.tile<channel: 64, f32>,
        (!ssm.tile<time: 8, channel: 64, f32>, !ssm.tile<time: 8, channel: 64, f32>) -> !ssm.tile<time: 8, channel: 64, f32> {
    ^bb0(%a: f32, %b: f32, %c: f32):
      %3 = arith.addf %a, %b : f32
      %4 = arith.mulf %3, %c : f32
      ssm.yield %4, %4 : f32, f32
    }
    ssm.tile.store %2, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<?x?x64xf32>
    ssm.yield %n : !ssm.tile<channel: 64, f32>
  }
  ssm.yield
}

// -----

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#before = affine_map<(b, t, c, n, k) -> (b, t - 1, c)>

// Before the first step there is nothing, whatever the token of that step is: a
// step is held against 0, and then looked up.
// CHECK-LABEL: llvm.func @window(
// CHECK-SAME: %[[ORDER:[a-z0-9]+]]: !llvm.ptr<1> {llvm.align = 16 : i64, llvm.noalias, llvm.readonly}, %[[Y:[a-z0-9]+]]: !llvm.ptr<1>
// CHECK-DAG: %[[ZERO:.*]] = arith.constant 0 : i64
// CHECK-DAG: %[[MINUS:.*]] = arith.constant -1 : i64
// CHECK: %[[BEFORE:.*]] = arith.addi %{{.*}}, %[[MINUS]] : i64
// CHECK: arith.maxsi %[[BEFORE]], %[[ZERO]]
// CHECK: llvm.getelementptr %[[ORDER]]
// CHECK: arith.cmpi sge, %[[BEFORE]], %[[ZERO]] : i64
// CHECK: llvm.return
ssm.tile.kernel @window(%x: memref<?x?x64xf32>, %order: memref<1x?xi32>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>], ordered = 1,
      schedule = #ssm.schedule<time = 8, channels = 64, warps = 2>} {
  %0 = ssm.tile.load %x [#before] : memref<?x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
  ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}
