// RUN: ssm-opt %s --ssm-place --ssm-to-gpu --canonicalize --cse | FileCheck %s

#bc = affine_map<(b, t, c, n, k) -> (b, c)>

// The number of slots comes after the length. A cell reads its slot once, after
// earlier kernels have ended; a slot that is none is slot 0, which is not touched.
// The two arguments of an update do not promise to be apart, and what is read of
// them is not taken to stand still.
// CHECK-LABEL: llvm.func @update(
// CHECK-SAME: %[[H:[a-z0-9]+]]: !llvm.ptr<1> {llvm.align = 16 : i64, llvm.readonly},
// CHECK-SAME: %[[SLOTS:[a-z0-9]+]]: !llvm.ptr<1> {llvm.align = 16 : i64, llvm.readonly},
// CHECK-SAME: %[[OUT:[a-z0-9]+]]: !llvm.ptr<1> {llvm.align = 16 : i64, llvm.writeonly},
// CHECK-SAME: %{{[a-z0-9]+}}: i64, %{{[a-z0-9]+}}: i64, %[[COUNT:[a-z0-9]+]]: i64)
// CHECK-DAG: %[[ROW:.*]] = arith.constant 64 : i64
// CHECK-DAG: %[[NONE:.*]] = arith.constant 0 : i64
// CHECK: griddepcontrol.wait
// CHECK: %[[AT:.*]] = llvm.getelementptr %[[SLOTS]][%{{.*}}]
// CHECK: %[[WORD:.*]] = llvm.load %[[AT]] : !llvm.ptr<1> -> i32
// CHECK: %[[SLOT:.*]] = arith.extsi %[[WORD]] : i32 to i64
// CHECK: %[[IS:.*]] = arith.cmpi ult, %[[SLOT]], %[[COUNT]]
// CHECK: %[[SAFE:.*]] = arith.select %[[IS]], %[[SLOT]], %[[NONE]]
// CHECK: %[[OFFSET:.*]] = arith.muli %[[SAFE]], %[[ROW]]
// CHECK: scf.if %[[IS]]
// CHECK: llvm.load
// CHECK-NOT: invariant
// CHECK: } else {
// CHECK: scf.if %[[IS]]
// CHECK: llvm.store
// CHECK: llvm.return
ssm.tile.kernel @update(%h: memref<?x64xf32> {ssm.cache}, %slots: memref<?xi32>,
                        %out: memref<?x64xf32> {ssm.cache, ssm.in_place = 0 : i64})
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<channels = 64, warps = 2>, ssm.starts_early = array<i64>} {
  %0 = ssm.tile.load %h [#bc] at(%slots : memref<?xi32>) : memref<?x64xf32> -> !ssm.tile<channel: 64, f32>
  %1 = ssm.tile.map(%0) : (!ssm.tile<channel: 64, f32>) -> !ssm.tile<channel: 64, f32> {
  ^bb0(%a: f32):
    %n = arith.negf %a : f32
    ssm.yield %n : f32
  }
  ssm.tile.store %1, %out [#bc] at(%slots : memref<?xi32>) : !ssm.tile<channel: 64, f32>, memref<?x64xf32>
  ssm.yield
}
