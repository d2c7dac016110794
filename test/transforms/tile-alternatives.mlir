// RUN: ssm-opt %s --ssm-tile | FileCheck %s

// One tile program for each alternative, named after its first size class; the
// launch has them in the order of the function's classes. A kernel with one
// schedule stays one program.

// CHECK-LABEL: ssm.tile.kernel @k_1x64(
// CHECK-SAME: #ssm.extent<time = ?, tile = 4>
// CHECK-SAME: schedule = #ssm.schedule<time = 4, channels = 8>
// CHECK-LABEL: ssm.tile.kernel @k_8x16(
// CHECK-SAME: #ssm.extent<time = ?, tile = 2>
// CHECK-LABEL: ssm.tile.kernel @same(
// CHECK-LABEL: func.func @f
// CHECK: ssm.launch @k_8x16, @k_1x64, @k_1x64(%{{.*}})
// CHECK: ssm.launch @same(%{{.*}})
func.func @f(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
    attributes {ssm.size_classes = [#ssm.size_class<8x16>, #ssm.size_class<1x16>, #ssm.size_class<1x64>]} {
  %y = ssm.kernel "k" ins(%x : tensor<?x?x8xf32>)
      alternatives [#ssm.alternative<at = [<1x64>, <1x16>], schedule = <time = 4, channels = 8>>,
                    #ssm.alternative<at = [<8x16>], schedule = <time = 2, channels = 8>>] {
  ^bb0(%a: tensor<?x?x8xf32>):
    %0 = ssm.activation silu %a : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
    ssm.yield %0 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  %z = ssm.kernel "same" ins(%y : tensor<?x?x8xf32>) schedule(<time = 4, channels = 8>) {
  ^bb0(%a: tensor<?x?x8xf32>):
    %0 = ssm.activation silu %a : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
    ssm.yield %0 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %z : tensor<?x?x8xf32>
}

// A product that a library may do is one for every alternative.
// CHECK-LABEL: func.func @product
// CHECK: ssm.launch @p_8x16, @p_1x16(%{{.*}}) library(<a = 0, aOffset = 0, aStride = 8, b = 1, bOffset = 0, bStride = 8, c = 2, bias = -1, n = 6, k = 8>)
func.func @product(%x: tensor<?x?x8xf32>, %w: tensor<6x8xf32>) -> tensor<?x?x6xf32>
    attributes {ssm.size_classes = [#ssm.size_class<8x16>, #ssm.size_class<1x16>]} {
  %y = ssm.kernel "p" ins(%x, %w : tensor<?x?x8xf32>, tensor<6x8xf32>)
      alternatives [#ssm.alternative<at = [<8x16>], schedule = <time = 4, channels = 8, inner = 2>>,
                    #ssm.alternative<at = [<1x16>], schedule = <time = 2, channels = 8, inner = 4>>]
      library {
  ^bb0(%u: tensor<?x?x8xf32>, %v: tensor<6x8xf32>):
    %0 = ssm.linear %u, %v : (tensor<?x?x8xf32>, tensor<6x8xf32>) -> tensor<?x?x6xf32>
    ssm.yield %0 : tensor<?x?x6xf32>
  } -> tensor<?x?x6xf32>
  return %y : tensor<?x?x6xf32>
}
