// RUN: ssm-interpret %s --print | FileCheck %s

// y[o] = sum_i x[i] W[o, i] + bias[o]
func.func @linear() -> (tensor<1x2x3xf64> {ssm.name = "biased"},
                        tensor<1x2x3xf64> {ssm.name = "plain"}) {
  %x = arith.constant dense<[[[1.0, 2.0], [3.0, 4.0]]]> : tensor<1x2x2xf64>
  %w = arith.constant dense<[[1.0, 10.0], [0.0, -1.0], [2.0, 0.5]]> : tensor<3x2xf64>
  %b = arith.constant dense<[0.5, 0.0, -1.0]> : tensor<3xf64>
  %biased = ssm.linear %x, %w bias(%b)
      : (tensor<1x2x2xf64>, tensor<3x2xf64>, tensor<3xf64>) -> tensor<1x2x3xf64>
  %plain = ssm.linear %x, %w
      : (tensor<1x2x2xf64>, tensor<3x2xf64>) -> tensor<1x2x3xf64>
  return %biased, %plain : tensor<1x2x3xf64>, tensor<1x2x3xf64>
}

// 1 + 20 + 0.5, 0 - 2 + 0, 2 + 1 - 1; 3 + 40 + 0.5, 0 - 4 + 0, 6 + 2 - 1
// CHECK-LABEL: biased: 1x2x3xf64
// CHECK-NEXT: [0, 0] 21.5 -2 2{{$}}
// CHECK-NEXT: [0, 1] 43.5 -4 7{{$}}
// CHECK-LABEL: plain: 1x2x3xf64
// CHECK-NEXT: [0, 0] 21 -2 3{{$}}
// CHECK-NEXT: [0, 1] 43 -4 8{{$}}
