// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-fuse))' --split-input-file | FileCheck %s

// A recurrence reads its state at the slot and writes it there: one kernel.
// CHECK-LABEL: func.func @recurrence
// CHECK: ssm.kernel
// CHECK: ssm.gather
// CHECK: ssm.scan
// CHECK: ssm.scatter
// CHECK: ssm.mask
// CHECK-NOT: ssm.kernel
// CHECK: return
func.func @recurrence(%x: tensor<?x?x8xf32>, %h: tensor<?x8xf32> {ssm.cache, ssm.name = "h"}, %slots: tensor<?xi32>)
    -> (tensor<?x?x8xf32>, tensor<?x8xf32> {ssm.in_place = "h"}) {
  %h0 = ssm.gather %h at(%slots) : (tensor<?x8xf32>, tensor<?xi32>) -> tensor<?x8xf32>
  %y, %h1 = ssm.scan %x, %x, %x init(%h0)
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x8xf32>) -> (tensor<?x?x8xf32>, tensor<?x8xf32>)
  %m = ssm.mask %y at(%slots) : (tensor<?x?x8xf32>, tensor<?xi32>) -> tensor<?x?x8xf32>
  %c = ssm.scatter %h1 into %h at(%slots) : (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?xi32>) -> tensor<?x8xf32>
  return %m, %c : tensor<?x?x8xf32>, tensor<?x8xf32>
}

// -----

// The tail of a window reads tokens of the cache that it would overwrite: the
// window and the tail are read first, and a kernel of its own writes the cache
// after both, wherever the source has it.
// CHECK-LABEL: func.func @window
// CHECK-SAME: %[[W:[a-z0-9]+]]: tensor<?x3x8xf32> {ssm.cache
// CHECK: %[[T:.*]] = ssm.kernel {{.*}}ins({{.*}}%[[W]]
// CHECK: ssm.gather
// CHECK-NEXT: ssm.tail
// CHECK-NEXT: ssm.yield
// CHECK: ssm.kernel {{.*}}ins({{.*}}%[[W]]
// CHECK: ssm.gather
// CHECK-NEXT: ssm.conv1d
// CHECK-NEXT: ssm.activation
// CHECK-NEXT: ssm.yield
// CHECK: ssm.kernel {{.*}}ins(%[[T]], %[[W]]
// CHECK-NEXT: ^bb0
// CHECK-NEXT: ssm.scatter
// CHECK-NEXT: ssm.yield
// CHECK: return
func.func @window(%x: tensor<?x?x8xf32>, %w: tensor<8x4xf32>, %t: tensor<?x3x8xf32> {ssm.cache, ssm.name = "t"},
                  %slots: tensor<?xi32>) -> (tensor<?x?x8xf32>, tensor<?x3x8xf32> {ssm.in_place = "t"}) {
  %t0 = ssm.gather %t at(%slots) : (tensor<?x3x8xf32>, tensor<?xi32>) -> tensor<?x3x8xf32>
  %u = ssm.conv1d silu %x, %w init(%t0) : (tensor<?x?x8xf32>, tensor<8x4xf32>, tensor<?x3x8xf32>) -> tensor<?x?x8xf32>
  %t1 = ssm.tail %x init(%t0) : (tensor<?x?x8xf32>, tensor<?x3x8xf32>) -> tensor<?x3x8xf32>
  %c = ssm.scatter %t1 into %t at(%slots) : (tensor<?x3x8xf32>, tensor<?x3x8xf32>, tensor<?xi32>) -> tensor<?x3x8xf32>
  %y = ssm.activation tanh %u : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %y, %c : tensor<?x?x8xf32>, tensor<?x3x8xf32>
}

// -----

// From other slots than it is written to, a state may be read after it was
// overwritten by another sequence.
// CHECK-LABEL: func.func @moves
// CHECK: ssm.kernel
// CHECK: ssm.gather
// CHECK-NOT: ssm.scatter
// CHECK: ssm.yield
// CHECK: ssm.kernel
// CHECK-NEXT: ^bb0
// CHECK-NEXT: ssm.scatter
func.func @moves(%x: tensor<?x?x8xf32>, %h: tensor<?x8xf32> {ssm.cache, ssm.name = "h"}, %from: tensor<?xi32>, %to: tensor<?xi32>)
    -> (tensor<?x?x8xf32>, tensor<?x8xf32> {ssm.in_place = "h"}) {
  %h0 = ssm.gather %h at(%from) : (tensor<?x8xf32>, tensor<?xi32>) -> tensor<?x8xf32>
  %y, %h1 = ssm.scan %x, %x, %x init(%h0)
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x8xf32>) -> (tensor<?x?x8xf32>, tensor<?x8xf32>)
  %c = ssm.scatter %h1 into %h at(%to) : (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?xi32>) -> tensor<?x8xf32>
  return %y, %c : tensor<?x?x8xf32>, tensor<?x8xf32>
}

// -----

// Another op reads the state as well.
// CHECK-LABEL: func.func @shared
// CHECK: ssm.scan
// CHECK-NOT: ssm.scatter
// CHECK: ssm.yield
// CHECK: ssm.kernel
// CHECK: ssm.kernel
// CHECK-NEXT: ^bb0
// CHECK-NEXT: ssm.scatter
func.func @shared(%x: tensor<?x?x8xf32>, %h: tensor<?x8xf32> {ssm.cache, ssm.name = "h"}, %slots: tensor<?xi32>)
    -> (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x8xf32> {ssm.in_place = "h"}) {
  %h0 = ssm.gather %h at(%slots) : (tensor<?x8xf32>, tensor<?xi32>) -> tensor<?x8xf32>
  %y, %h1 = ssm.scan %x, %x, %x init(%h0)
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x8xf32>) -> (tensor<?x?x8xf32>, tensor<?x8xf32>)
  %z = ssm.scan %y, %x, %x init(%h0)
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x8xf32>) -> tensor<?x?x8xf32>
  %c = ssm.scatter %h1 into %h at(%slots) : (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?xi32>) -> tensor<?x8xf32>
  return %y, %z, %c : tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x8xf32>
}

// -----

// A mask stays out of the kernel of a product, which takes all tokens of a batch
// as one sequence.
// CHECK-LABEL: func.func @product
// CHECK: ssm.kernel
// CHECK: ssm.linear
// CHECK-NEXT: ssm.yield
// CHECK: ssm.kernel
// CHECK: ssm.mask
func.func @product(%x: tensor<?x?x8xf32>, %w: tensor<8x8xf32>, %slots: tensor<?xi32>) -> tensor<?x?x8xf32> {
  %y = ssm.linear %x, %w : (tensor<?x?x8xf32>, tensor<8x8xf32>) -> tensor<?x?x8xf32>
  %m = ssm.mask %y at(%slots) : (tensor<?x?x8xf32>, tensor<?xi32>) -> tensor<?x?x8xf32>
  return %m : tensor<?x?x8xf32>
}
