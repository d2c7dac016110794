// RUN: ssm-interpret %s --print | FileCheck %s

// One token and channel, three states: A = -1, 0, -1e-9; B = 3, 3, 3.
func.func @discretize() -> (
    tensor<1x1x1x3xf64> {ssm.name = "a_mamba"}, tensor<1x1x1x3xf64> {ssm.name = "b_mamba"},
    tensor<1x1x1x3xf64> {ssm.name = "a_zoh"}, tensor<1x1x1x3xf64> {ssm.name = "b_zoh"},
    tensor<1x1x1x3xf64> {ssm.name = "a_bilinear"},
    tensor<1x1x1x3xf64> {ssm.name = "b_bilinear"},
    tensor<2x1x2x1xf64> {ssm.name = "b_token"}) {
  %ln2 = arith.constant dense<0.6931471805599453> : tensor<1x1x1xf64>
  %A = arith.constant dense<[[-1.0, 0.0, -1.0e-9]]> : tensor<1x3xf64>
  %B = arith.constant dense<3.0> : tensor<1x3xf64>
  %a0, %b0 = ssm.discretize mamba %ln2, %A, %B
      : (tensor<1x1x1xf64>, tensor<1x3xf64>, tensor<1x3xf64>)
      -> (tensor<1x1x1x3xf64>, tensor<1x1x1x3xf64>)
  %a1, %b1 = ssm.discretize zoh %ln2, %A, %B
      : (tensor<1x1x1xf64>, tensor<1x3xf64>, tensor<1x3xf64>)
      -> (tensor<1x1x1x3xf64>, tensor<1x1x1x3xf64>)
  %one = arith.constant dense<1.0> : tensor<1x1x1xf64>
  %a2, %b2 = ssm.discretize bilinear %one, %A, %B
      : (tensor<1x1x1xf64>, tensor<1x3xf64>, tensor<1x3xf64>)
      -> (tensor<1x1x1x3xf64>, tensor<1x1x1x3xf64>)
  // B by batch and token, delta by batch and channel: b = delta B.
  %delta = arith.constant dense<[[[1.0, 2.0]], [[3.0, 4.0]]]> : tensor<2x1x2xf64>
  %A1 = arith.constant dense<-1.0> : tensor<2x1xf64>
  %Bt = arith.constant dense<[[[10.0]], [[100.0]]]> : tensor<2x1x1xf64>
  %a3, %b3 = ssm.discretize mamba %delta, %A1, %Bt
      : (tensor<2x1x2xf64>, tensor<2x1xf64>, tensor<2x1x1xf64>)
      -> (tensor<2x1x2x1xf64>, tensor<2x1x2x1xf64>)
  return %a0, %b0, %a1, %b1, %a2, %b2, %b3
      : tensor<1x1x1x3xf64>, tensor<1x1x1x3xf64>, tensor<1x1x1x3xf64>,
        tensor<1x1x1x3xf64>, tensor<1x1x1x3xf64>, tensor<1x1x1x3xf64>,
        tensor<2x1x2x1xf64>
}

// exp(-ln 2) = 1/2; delta B = 3 ln 2 whatever A is
// CHECK-LABEL: a_mamba:
// CHECK-NEXT: [0, 0, 0] 0.5 1 0.9999999993{{$}}
// CHECK-LABEL: b_mamba:
// CHECK-NEXT: [0, 0, 0] 2.079441542 2.079441542 2.079441542{{$}}
// phi1(-ln 2) = (1/2) / ln 2, so b = 3/2; phi1 -> 1 as A -> 0: no 0/0, no loss
// CHECK-LABEL: a_zoh:
// CHECK-NEXT: [0, 0, 0] 0.5 1 0.9999999993{{$}}
// CHECK-LABEL: b_zoh:
// CHECK-NEXT: [0, 0, 0] 1.5 2.079441542 2.079441541{{$}}
// p = -1: (1 - 1/2) / (1 + 1/2) = 1/3 and 3 / (1 + 1/2) = 2
// CHECK-LABEL: a_bilinear:
// CHECK-NEXT: [0, 0, 0] 0.3333333333 1 0.999999999{{$}}
// CHECK-LABEL: b_bilinear:
// CHECK-NEXT: [0, 0, 0] 2 3 2.999999998{{[0-9]*$}}
// CHECK-LABEL: b_token:
// CHECK-NEXT: [0, 0, 0] 10{{$}}
// CHECK-NEXT: [0, 0, 1] 20{{$}}
// CHECK-NEXT: [1, 0, 0] 300{{$}}
// CHECK-NEXT: [1, 0, 1] 400{{$}}
