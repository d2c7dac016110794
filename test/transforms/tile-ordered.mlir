// RUN: ssm-opt %s --ssm-tile --split-input-file --verify-diagnostics | FileCheck %s

// The kernel names its order; maps and the walk are those of the row, backwards
// too.
// CHECK-DAG: #[[$STEP:.*]] = affine_map<(d0, d1, d2, d3, d4)[s0] -> (d0, -d1 + s0 - 1, d2)>
// CHECK-LABEL: ssm.tile.kernel @k(
// CHECK-SAME: ordered = 1 : i64
// CHECK: ssm.tile.for time
// CHECK: ssm.tile.load %{{.*}}[#[[$STEP]]]
// CHECK: ssm.tile.store %{{.*}}[#[[$STEP]]]
func.func @scan(%x: tensor<?x?x8xf32>, %o: tensor<1x?xi32>) -> tensor<?x?x8xf32> {
  %y = ssm.kernel "k" ins(%x, %o : tensor<?x?x8xf32>, tensor<1x?xi32>) schedule(<time = 4, channels = 8>) {
  ^bb0(%a: tensor<?x?x8xf32>, %order: tensor<1x?xi32>):
    %0 = ssm.scan %a, %a, %a ordered(%order) reverse
        : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<1x?xi32>) -> tensor<?x?x8xf32>
    ssm.yield %0 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

// The steps of a window are shared out as its tokens are; one tap sees its token
// alone, which is no reason to take the batch as one sequence.
// CHECK-LABEL: ssm.tile.kernel @k(
// CHECK-SAME: grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>]
// CHECK-SAME: ordered = 2 : i64
// CHECK-NOT: ssm.flat_tokens
// CHECK: return
func.func @window(%x: tensor<?x?x8xf32>, %w: tensor<8x1xf32>, %o: tensor<1x?xi32>) -> tensor<?x?x8xf32> {
  %y = ssm.kernel "k" ins(%x, %w, %o : tensor<?x?x8xf32>, tensor<8x1xf32>, tensor<1x?xi32>)
      schedule(<time = 4, channels = 8>) {
  ^bb0(%a: tensor<?x?x8xf32>, %b: tensor<8x1xf32>, %order: tensor<1x?xi32>):
    %0 = ssm.conv1d identity %a, %b ordered(%order)
        : (tensor<?x?x8xf32>, tensor<8x1xf32>, tensor<1x?xi32>) -> tensor<?x?x8xf32>
    ssm.yield %0 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

// Must not fire: without an order.
// CHECK-LABEL: ssm.tile.kernel @k(
// CHECK-NOT: ordered
// CHECK: return
func.func @row(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  %y = ssm.kernel "k" ins(%x : tensor<?x?x8xf32>) schedule(<time = 4, channels = 8>) {
  ^bb0(%a: tensor<?x?x8xf32>):
    %0 = ssm.scan %a, %a, %a : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
    ssm.yield %0 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @two(%x: tensor<?x?x8xf32>, %w: tensor<8x2xf32>, %o: tensor<1x?xi32>) -> tensor<?x?x8xf32> {
  %y = ssm.kernel "k" ins(%x, %w, %o : tensor<?x?x8xf32>, tensor<8x2xf32>, tensor<1x?xi32>)
      schedule(<time = 4, channels = 8>) {
  ^bb0(%a: tensor<?x?x8xf32>, %b: tensor<8x2xf32>, %order: tensor<1x?xi32>):
    // expected-note@+1 {{other tokens are read as they stand here}}
    %0 = ssm.conv1d identity %a, %b : (tensor<?x?x8xf32>, tensor<8x2xf32>) -> tensor<?x?x8xf32>
    // expected-error@+1 {{expected one order of tokens in a kernel, got two}}
    %1 = ssm.scan %0, %a, %a ordered(%order)
        : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<1x?xi32>) -> tensor<?x?x8xf32>
    ssm.yield %1 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

// A reversal is read at the row's places.
func.func @turned(%x: tensor<?x?x8xf32>, %o: tensor<1x?xi32>) -> tensor<?x?x8xf32> {
  %y = ssm.kernel "k" ins(%x, %o : tensor<?x?x8xf32>, tensor<1x?xi32>) schedule(<time = 4, channels = 8>) {
  ^bb0(%a: tensor<?x?x8xf32>, %order: tensor<1x?xi32>):
    // expected-note@+1 {{an order is followed here}}
    %0 = ssm.scan %a, %a, %a ordered(%order)
        : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<1x?xi32>) -> tensor<?x?x8xf32>
    // expected-error@+1 {{expected one order of tokens in a kernel, got two}}
    %1 = ssm.reverse %a : tensor<?x?x8xf32>
    %2 = arith.addf %0, %1 : tensor<?x?x8xf32>
    ssm.yield %2 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @product(%x: tensor<?x?x8xf32>, %w: tensor<8x2xf32>, %p: tensor<8x8xf32>, %o: tensor<1x?xi32>)
    -> tensor<?x?x8xf32> {
  %y = ssm.kernel "k" ins(%x, %w, %p, %o : tensor<?x?x8xf32>, tensor<8x2xf32>, tensor<8x8xf32>, tensor<1x?xi32>)
      schedule(<time = 4, channels = 8>) {
  ^bb0(%a: tensor<?x?x8xf32>, %b: tensor<8x2xf32>, %c: tensor<8x8xf32>, %order: tensor<1x?xi32>):
    %0 = ssm.conv1d identity %a, %b ordered(%order)
        : (tensor<?x?x8xf32>, tensor<8x2xf32>, tensor<1x?xi32>) -> tensor<?x?x8xf32>
    // expected-error@+1 {{expected a recurrence or pointwise ops beside an order of tokens in a kernel}}
    %1 = ssm.linear %0, %c : (tensor<?x?x8xf32>, tensor<8x8xf32>) -> tensor<?x?x8xf32>
    ssm.yield %1 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}
