// RUN: ssm-opt %s --ssm-tile | FileCheck %s

// A product sees each token alone: the batch is no axis of the grid.
// CHECK-LABEL: ssm.tile.kernel @product
// CHECK-SAME: extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>
// CHECK-SAME: grid = [#ssm<axis time>, #ssm<axis channel>]
// CHECK-SAME: ssm.flat_tokens
func.func @f(%x: tensor<?x?x8xf32>, %w: tensor<16x8xf32>) -> tensor<?x?x16xf32> {
  %y = ssm.kernel "product" ins(%x, %w : tensor<?x?x8xf32>, tensor<16x8xf32>)
      schedule(<time = 8, channels = 16, inner = 8>) {
  ^bb0(%a: tensor<?x?x8xf32>, %b: tensor<16x8xf32>):
    %0 = ssm.linear %a, %b : (tensor<?x?x8xf32>, tensor<16x8xf32>) -> tensor<?x?x16xf32>
    ssm.yield %0 : tensor<?x?x16xf32>
  } -> tensor<?x?x16xf32>
  return %y : tensor<?x?x16xf32>
}

// A window sees the tokens before, a reversal the other end of its sequence, and
// sizes that are numbers are not multiplied: none of these is flat.
// CHECK-NOT: ssm.flat_tokens
// CHECK-LABEL: ssm.tile.kernel @window
// CHECK-SAME: grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>]
// CHECK-NOT: ssm.flat_tokens
func.func @g(%x: tensor<?x?x8xf32>, %w: tensor<8x4xf32>) -> tensor<?x?x8xf32> {
  %y = ssm.kernel "window" ins(%x, %w : tensor<?x?x8xf32>, tensor<8x4xf32>)
      schedule(<time = 8, channels = 8>) {
  ^bb0(%a: tensor<?x?x8xf32>, %b: tensor<8x4xf32>):
    %0 = ssm.conv1d silu %a, %b : (tensor<?x?x8xf32>, tensor<8x4xf32>) -> tensor<?x?x8xf32>
    ssm.yield %0 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// CHECK-LABEL: ssm.tile.kernel @reversed
// CHECK-SAME: grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>]
// CHECK-NOT: ssm.flat_tokens
func.func @h(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  %y = ssm.kernel "reversed" ins(%x : tensor<?x?x8xf32>) schedule(<time = 8, channels = 8>) {
  ^bb0(%a: tensor<?x?x8xf32>):
    %0 = ssm.reverse %a : tensor<?x?x8xf32>
    %1 = ssm.gate silu %a, %0 : (tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
    ssm.yield %1 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// CHECK-LABEL: ssm.tile.kernel @numbers
// CHECK-SAME: grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>]
// CHECK-NOT: ssm.flat_tokens
func.func @i(%x: tensor<2x16x8xf32>) -> tensor<2x16x8xf32> {
  %y = ssm.kernel "numbers" ins(%x : tensor<2x16x8xf32>) schedule(<time = 8, channels = 8>) {
  ^bb0(%a: tensor<2x16x8xf32>):
    %0 = ssm.activation silu %a : (tensor<2x16x8xf32>) -> tensor<2x16x8xf32>
    ssm.yield %0 : tensor<2x16x8xf32>
  } -> tensor<2x16x8xf32>
  return %y : tensor<2x16x8xf32>
}
