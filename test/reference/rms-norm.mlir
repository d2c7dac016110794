// RUN: ssm-interpret %s --print | FileCheck %s

// (3, 4): the mean of the squares is 12.5; (1/2, 1/2): 1/4, and 15/4 more is 4.
func.func @rms_norm() -> (tensor<1x1x2xf64> {ssm.name = "exact"},
                          tensor<1x2x2xf64> {ssm.name = "shifted"}) {
  %w = arith.constant dense<[1.0, 10.0]> : tensor<2xf64>
  %x = arith.constant dense<[[[3.0, 4.0]]]> : tensor<1x1x2xf64>
  %exact = ssm.rms_norm %x, %w {epsilon = 0.0 : f64}
      : (tensor<1x1x2xf64>, tensor<2xf64>) -> tensor<1x1x2xf64>
  %h = arith.constant dense<[[[0.5, 0.5], [0.0, 0.0]]]> : tensor<1x2x2xf64>
  %shifted = ssm.rms_norm %h, %w {epsilon = 3.75 : f64}
      : (tensor<1x2x2xf64>, tensor<2xf64>) -> tensor<1x2x2xf64>
  return %exact, %shifted : tensor<1x1x2xf64>, tensor<1x2x2xf64>
}

// 3 / sqrt(12.5) and 40 / sqrt(12.5)
// CHECK-LABEL: exact:
// CHECK-NEXT: [0, 0] 0.8485281374 11.3137085{{$}}
// CHECK-LABEL: shifted:
// CHECK-NEXT: [0, 0] 0.25 2.5{{$}}
// CHECK-NEXT: [0, 1] 0 0{{$}}
