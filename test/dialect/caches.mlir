// RUN: ssm-opt %s --verify-roundtrip | FileCheck %s
// RUN: ssm-opt %s --emit-bytecode | ssm-opt | FileCheck %s
// RUN: ssm-opt %s --mlir-print-op-generic | ssm-opt | FileCheck %s

// The ops on caches, and the attributes that say which tensors are caches.

// CHECK-LABEL: func.func @states
// CHECK-SAME: tensor<?x8x4xf32> {ssm.cache, ssm.name = "h", ssm.state = "s"}
// CHECK-SAME: -> (tensor<?x8x4xf32> {ssm.in_place = "h", ssm.state = "s"})
func.func @states(%h: tensor<?x8x4xf32> {ssm.cache, ssm.name = "h", ssm.state = "s"},
                  %slots: tensor<?xi32>)
    -> (tensor<?x8x4xf32> {ssm.in_place = "h", ssm.state = "s"}) {
  // CHECK: ssm.gather %{{.*}} at(%{{.*}}) : (tensor<?x8x4xf32>, tensor<?xi32>) -> tensor<?x8x4xf32>
  %0 = ssm.gather %h at(%slots) : (tensor<?x8x4xf32>, tensor<?xi32>) -> tensor<?x8x4xf32>
  // CHECK: ssm.scatter %{{.*}} into %{{.*}} at(%{{.*}}) :
  %1 = ssm.scatter %0 into %h at(%slots)
      : (tensor<?x8x4xf32>, tensor<?x8x4xf32>, tensor<?xi32>) -> tensor<?x8x4xf32>
  return %1 : tensor<?x8x4xf32>
}

// A batch may be a number where the slots are not; 16 bits are handed on.
// CHECK-LABEL: func.func @batch
func.func @batch(%h: tensor<?x8xbf16> {ssm.cache}, %slots: tensor<3xi32>) {
  // CHECK: ssm.gather %{{.*}} at(%{{.*}}) : (tensor<?x8xbf16>, tensor<3xi32>) -> tensor<3x8xbf16>
  %0 = ssm.gather %h at(%slots) : (tensor<?x8xbf16>, tensor<3xi32>) -> tensor<3x8xbf16>
  return
}

// CHECK-LABEL: func.func @masks
func.func @masks(%x: tensor<?x?x8xf32>, %row: tensor<1x?x8xbf16>, %slots: tensor<?xi32>,
                 %ends: tensor<?xi32>) {
  // CHECK: ssm.mask %{{.*}} at(%{{.*}}) : (tensor<?x?x8xf32>, tensor<?xi32>)
  %0 = ssm.mask %x at(%slots) : (tensor<?x?x8xf32>, tensor<?xi32>) -> tensor<?x?x8xf32>
  // CHECK: ssm.mask %{{.*}} at(%{{.*}}) packed(%{{.*}}) :
  %1 = ssm.mask %row at(%slots) packed(%ends)
      : (tensor<1x?x8xbf16>, tensor<?xi32>, tensor<?xi32>) -> tensor<1x?x8xbf16>
  return
}

#bc = affine_map<(b, t, c, n, k) -> (b, c)>
#b = affine_map<(b, t, c, n, k) -> (b)>

// CHECK-LABEL: ssm.tile.kernel @update
// CHECK-SAME: memref<?x8xf32> {ssm.cache}, {{.*}}memref<?x8xf32> {ssm.cache, ssm.in_place = 0 : i64}
ssm.tile.kernel @update(%h: memref<?x8xf32> {ssm.cache}, %slots: memref<?xi32>,
                        %out: memref<?x8xf32> {ssm.cache, ssm.in_place = 0 : i64})
    attributes {extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<channel = 8, tile = 8>],
                grid = [#ssm<axis batch>]} {
  // CHECK: ssm.tile.load %{{.*}}[#{{.*}}] at(%{{.*}} : memref<?xi32>) : memref<?x8xf32> ->
  %0 = ssm.tile.load %h [#bc] at(%slots : memref<?xi32>) : memref<?x8xf32> -> !ssm.tile<channel: 8, f32>
  // CHECK: ssm.tile.load %{{.*}}[#{{.*}}] : memref<?xi32> -> <i32>
  %1 = ssm.tile.load %slots [#b] : memref<?xi32> -> !ssm.tile<i32>
  // CHECK: ssm.tile.store %{{.*}}, %{{.*}}[#{{.*}}] at(%{{.*}} : memref<?xi32>) :
  ssm.tile.store %0, %out [#bc] at(%slots : memref<?xi32>) : !ssm.tile<channel: 8, f32>, memref<?x8xf32>
  ssm.yield
}
