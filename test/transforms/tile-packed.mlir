// RUN: ssm-opt %s --ssm-tile --split-input-file --verify-diagnostics | FileCheck %s

// A cell of the batch has a sequence: the batch is that of the ends, and time is
// walked, by windows too.
// CHECK-LABEL: ssm.tile.kernel @k(
// CHECK-SAME: extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 8, tile = 8>]
// CHECK-SAME: grid = [#ssm<axis batch>, #ssm<axis channel>]
// CHECK-SAME: packed = 3 : i64
// CHECK: ssm.tile.for time
// CHECK: ssm.tile.load %{{.*}} : memref<1x?x8xf32>
// CHECK: ssm.tile.store
func.func @windows(%x: tensor<1x?x8xf32>, %w: tensor<8x2xf32>, %i: tensor<?x1x8xf32>,
                   %e: tensor<?xi32>) -> tensor<1x?x8xf32> {
  %y = ssm.kernel "k" ins(%x, %w, %i, %e : tensor<1x?x8xf32>, tensor<8x2xf32>, tensor<?x1x8xf32>, tensor<?xi32>)
      schedule(<time = 4, channels = 8>) {
  ^bb0(%a: tensor<1x?x8xf32>, %b: tensor<8x2xf32>, %c: tensor<?x1x8xf32>, %ends: tensor<?xi32>):
    %0 = ssm.conv1d identity %a, %b init(%c) packed(%ends)
        : (tensor<1x?x8xf32>, tensor<8x2xf32>, tensor<?x1x8xf32>, tensor<?xi32>) -> tensor<1x?x8xf32>
    ssm.yield %0 : tensor<1x?x8xf32>
  } -> tensor<1x?x8xf32>
  return %y : tensor<1x?x8xf32>
}

// -----

// The last tokens of each sequence: no time to walk.
// CHECK-LABEL: ssm.tile.kernel @k(
// CHECK-SAME: packed = 1 : i64
// CHECK-NOT: ssm.tile.for
// CHECK: return
func.func @tail(%x: tensor<1x?x8xf32>, %e: tensor<?xi32>) -> tensor<?x3x8xf32> {
  %y = ssm.kernel "k" ins(%x, %e : tensor<1x?x8xf32>, tensor<?xi32>)
      schedule(<time = 4, channels = 8>) {
  ^bb0(%a: tensor<1x?x8xf32>, %ends: tensor<?xi32>):
    %0 = ssm.tail %a packed(%ends) : (tensor<1x?x8xf32>, tensor<?xi32>) -> tensor<?x3x8xf32>
    ssm.yield %0 : tensor<?x3x8xf32>
  } -> tensor<?x3x8xf32>
  return %y : tensor<?x3x8xf32>
}

// -----

// Must not fire: without ends a row is a sequence, its windows are shared out.
// CHECK-LABEL: ssm.tile.kernel @k(
// CHECK-SAME: grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>]
// CHECK-NOT: packed
// CHECK-NOT: ssm.tile.for
// CHECK: return
func.func @row(%x: tensor<1x?x8xf32>, %w: tensor<8x2xf32>) -> tensor<1x?x8xf32> {
  %y = ssm.kernel "k" ins(%x, %w : tensor<1x?x8xf32>, tensor<8x2xf32>)
      schedule(<time = 4, channels = 8>) {
  ^bb0(%a: tensor<1x?x8xf32>, %b: tensor<8x2xf32>):
    %0 = ssm.conv1d identity %a, %b : (tensor<1x?x8xf32>, tensor<8x2xf32>) -> tensor<1x?x8xf32>
    ssm.yield %0 : tensor<1x?x8xf32>
  } -> tensor<1x?x8xf32>
  return %y : tensor<1x?x8xf32>
}

// -----

func.func @two(%x: tensor<1x?x8xf32>, %w: tensor<8x2xf32>, %e: tensor<?xi32>) -> tensor<1x?x8xf32> {
  %y:2 = ssm.kernel "k" ins(%x, %w, %e : tensor<1x?x8xf32>, tensor<8x2xf32>, tensor<?xi32>)
      schedule(<time = 4, channels = 8>) {
  ^bb0(%a: tensor<1x?x8xf32>, %b: tensor<8x2xf32>, %ends: tensor<?xi32>):
    %0 = ssm.conv1d identity %a, %b packed(%ends)
        : (tensor<1x?x8xf32>, tensor<8x2xf32>, tensor<?xi32>) -> tensor<1x?x8xf32>
    // expected-error@+1 {{expected one division into sequences in a kernel, got another than that of an op before}}
    %1 = ssm.conv1d silu %a, %b : (tensor<1x?x8xf32>, tensor<8x2xf32>) -> tensor<1x?x8xf32>
    ssm.yield %0, %1 : tensor<1x?x8xf32>, tensor<1x?x8xf32>
  } -> tensor<1x?x8xf32>, tensor<1x?x8xf32>
  return %y#0 : tensor<1x?x8xf32>
}

// -----

func.func @turned(%x: tensor<1x?x8xf32>, %e: tensor<?xi32>) -> tensor<1x?x8xf32> {
  %y = ssm.kernel "k" ins(%x, %e : tensor<1x?x8xf32>, tensor<?xi32>)
      schedule(<time = 4, channels = 8>) {
  ^bb0(%a: tensor<1x?x8xf32>, %ends: tensor<?xi32>):
    // expected-error@+1 {{expected tokens where they stand beside packed sequences, got them counted from the end}}
    %0 = ssm.reverse %a : tensor<1x?x8xf32>
    %1 = ssm.scan %0, %a, %a packed(%ends)
        : (tensor<1x?x8xf32>, tensor<1x?x8xf32>, tensor<1x?x8xf32>, tensor<?xi32>) -> tensor<1x?x8xf32>
    ssm.yield %1 : tensor<1x?x8xf32>
  } -> tensor<1x?x8xf32>
  return %y : tensor<1x?x8xf32>
}

// -----

func.func @product(%x: tensor<1x?x8xf32>, %w: tensor<8x2xf32>, %p: tensor<8x8xf32>,
                   %e: tensor<?xi32>) -> tensor<1x?x8xf32> {
  %y = ssm.kernel "k" ins(%x, %w, %p, %e : tensor<1x?x8xf32>, tensor<8x2xf32>, tensor<8x8xf32>, tensor<?xi32>)
      schedule(<time = 4, channels = 8>) {
  ^bb0(%a: tensor<1x?x8xf32>, %b: tensor<8x2xf32>, %c: tensor<8x8xf32>, %ends: tensor<?xi32>):
    %0 = ssm.conv1d identity %a, %b packed(%ends)
        : (tensor<1x?x8xf32>, tensor<8x2xf32>, tensor<?xi32>) -> tensor<1x?x8xf32>
    // expected-error@+1 {{expected a recurrence or pointwise ops beside packed sequences in a kernel}}
    %1 = ssm.linear %0, %c : (tensor<1x?x8xf32>, tensor<8x8xf32>) -> tensor<1x?x8xf32>
    ssm.yield %1 : tensor<1x?x8xf32>
  } -> tensor<1x?x8xf32>
  return %y : tensor<1x?x8xf32>
}
