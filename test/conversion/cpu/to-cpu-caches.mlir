// RUN: ssm-opt %s --ssm-to-cpu --canonicalize --cse | FileCheck %s

#bc = affine_map<(b, t, c, n, k) -> (b, c)>

// A kernel with caches is told the number of slots. A cell reads its slot once; of
// one that is none slot 0 is read, for zeros, and nothing is written.
// CHECK-LABEL: llvm.func @update(
// CHECK-SAME: %[[VIEWS:[a-z0-9]+]]: !llvm.ptr, %{{[a-z0-9]+}}: i64, %{{[a-z0-9]+}}: i64, %[[FIRST:[a-z0-9]+]]: i64, %[[LAST:[a-z0-9]+]]: i64, %{{[a-z0-9]+}}: !llvm.ptr, %[[COUNT:[a-z0-9]+]]: i64)
// CHECK-DAG: %[[ROW:.*]] = arith.constant 8 : i64
// CHECK-DAG: %[[NONE:.*]] = arith.constant 0 : i64
// CHECK: scf.for %[[CELL:.*]] = %[[FIRST]] to %[[LAST]]
// CHECK: %[[WORD:.*]] = llvm.load %{{.*}} : !llvm.ptr -> i32
// CHECK: %[[SLOT:.*]] = arith.extsi %[[WORD]] : i32 to i64
// CHECK: %[[IS:.*]] = arith.cmpi ult, %[[SLOT]], %[[COUNT]]
// CHECK: %[[SAFE:.*]] = arith.select %[[IS]], %[[SLOT]], %[[NONE]]
// CHECK: arith.muli %[[SAFE]], %[[ROW]]
// CHECK: %[[READ:.*]] = llvm.load %{{.*}} -> vector<8xf32>
// CHECK: arith.select %[[IS]], %[[READ]], %{{.*}} : vector<8xf32>
// CHECK: scf.if %[[IS]]
// CHECK-NEXT: llvm.store
ssm.tile.kernel @update(%h: memref<?x8xf32> {ssm.cache}, %slots: memref<?xi32>,
                        %out: memref<?x8xf32> {ssm.cache, ssm.in_place = 0 : i64})
    attributes {ssm.variant = "avx2",
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<channel = 8, tile = 8>],
      grid = [#ssm<axis batch>, #ssm<axis channel>]} {
  %0 = ssm.tile.load %h [#bc] at(%slots : memref<?xi32>) : memref<?x8xf32> -> !ssm.tile<channel: 8, f32>
  %1 = ssm.tile.map(%0) : (!ssm.tile<channel: 8, f32>) -> !ssm.tile<channel: 8, f32> {
  ^bb0(%a: f32):
    %n = arith.negf %a : f32
    ssm.yield %n : f32
  }
  ssm.tile.store %1, %out [#bc] at(%slots : memref<?xi32>) : !ssm.tile<channel: 8, f32>, memref<?x8xf32>
  ssm.yield
}
