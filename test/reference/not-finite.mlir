// RUN: ssm-interpret %s --print | FileCheck %s

// NaN and infinity go where the formulas take them, and nowhere else.
func.func @not_finite() -> (tensor<1x4x1xf64> {ssm.name = "conv"},
    tensor<1x4x2xf64> {ssm.name = "scan"}, tensor<1x2x1xf64> {ssm.name = "reset"},
    tensor<6xf64> {ssm.name = "softplus"}, tensor<6xf64> {ssm.name = "silu"},
    tensor<6xf64> {ssm.name = "sigmoid"}, tensor<6xf64> {ssm.name = "relu"},
    tensor<1x2x2xf64> {ssm.name = "norm"}, tensor<1x1x1x3xf64> {ssm.name = "phi1"}) {
  // A window of two forgets the NaN after two tokens.
  %x = arith.constant dense<[[[1.0], [0x7FF8000000000000], [1.0], [1.0]]]> : tensor<1x4x1xf64>
  %taps = arith.constant dense<1.0> : tensor<1x2xf64>
  %conv = ssm.conv1d identity %x, %taps
      : (tensor<1x4x1xf64>, tensor<1x2xf64>) -> tensor<1x4x1xf64>
  // A state does not forget it; the other channel never sees it.
  %u = arith.constant dense<[[[1.0, 1.0], [0x7FF8000000000000, 1.0], [1.0, 1.0], [1.0, 1.0]]]>
      : tensor<1x4x2xf64>
  %half = arith.constant dense<0.5> : tensor<1x4x2xf64>
  %one = arith.constant dense<1.0> : tensor<1x4x2xf64>
  %scan = ssm.scan %u, %half, %one
      : (tensor<1x4x2xf64>, tensor<1x4x2xf64>, tensor<1x4x2xf64>) -> tensor<1x4x2xf64>
  // a = 0 does not clear an infinite state: 0 inf is NaN.
  %big = arith.constant dense<[[[0x7FF0000000000000], [1.0]]]> : tensor<1x2x1xf64>
  %zero = arith.constant dense<0.0> : tensor<1x2x1xf64>
  %unit = arith.constant dense<1.0> : tensor<1x2x1xf64>
  %reset = ssm.scan %big, %zero, %unit
      : (tensor<1x2x1xf64>, tensor<1x2x1xf64>, tensor<1x2x1xf64>) -> tensor<1x2x1xf64>
  // NaN, -inf, inf, -1000, 1000, the smallest denormal number
  %v = arith.constant dense<[0x7FF8000000000000, 0xFFF0000000000000, 0x7FF0000000000000,
                             -1000.0, 1000.0, 0x0000000000000001]> : tensor<6xf64>
  %softplus = ssm.activation softplus %v : (tensor<6xf64>) -> tensor<6xf64>
  %silu = ssm.activation silu %v : (tensor<6xf64>) -> tensor<6xf64>
  %sigmoid = ssm.activation sigmoid %v : (tensor<6xf64>) -> tensor<6xf64>
  %relu = ssm.activation relu %v : (tensor<6xf64>) -> tensor<6xf64>
  %rows = arith.constant dense<[[[0x7FF8000000000000, 1.0], [1.0, 1.0]]]> : tensor<1x2x2xf64>
  %w = arith.constant dense<1.0> : tensor<2xf64>
  %norm = ssm.rms_norm %rows, %w {epsilon = 0.0 : f64}
      : (tensor<1x2x2xf64>, tensor<2xf64>) -> tensor<1x2x2xf64>
  // p = -inf: a_bar = 0 and phi1 = 0; p = -1000; p the smallest denormal.
  %delta = arith.constant dense<1.0> : tensor<1x1x1xf64>
  %A = arith.constant dense<[[0xFFF0000000000000, -1000.0, 0x0000000000000001]]> : tensor<1x3xf64>
  %B = arith.constant dense<1.0> : tensor<1x3xf64>
  %a_bar, %phi1 = ssm.discretize zoh %delta, %A, %B
      : (tensor<1x1x1xf64>, tensor<1x3xf64>, tensor<1x3xf64>)
      -> (tensor<1x1x1x3xf64>, tensor<1x1x1x3xf64>)
  return %conv, %scan, %reset, %softplus, %silu, %sigmoid, %relu, %norm, %phi1
      : tensor<1x4x1xf64>, tensor<1x4x2xf64>, tensor<1x2x1xf64>, tensor<6xf64>,
        tensor<6xf64>, tensor<6xf64>, tensor<6xf64>, tensor<1x2x2xf64>,
        tensor<1x1x1x3xf64>
}

// CHECK-LABEL: conv: 1x4x1xf64, norm {{.*}}, 2 not finite
// CHECK-NEXT: [0, 0] 1{{$}}
// CHECK-NEXT: [0, 1] {{-?}}nan{{$}}
// CHECK-NEXT: [0, 2] {{-?}}nan{{$}}
// CHECK-NEXT: [0, 3] 2{{$}}
// CHECK-LABEL: scan:
// CHECK-NEXT: [0, 0] 1 1{{$}}
// CHECK-NEXT: [0, 1] {{-?}}nan 1.5{{$}}
// CHECK-NEXT: [0, 2] {{-?}}nan 1.75{{$}}
// CHECK-NEXT: [0, 3] {{-?}}nan 1.875{{$}}
// CHECK-LABEL: reset:
// CHECK-NEXT: [0, 0] inf{{$}}
// CHECK-NEXT: [0, 1] {{-?}}nan{{$}}
// CHECK-LABEL: softplus:
// CHECK-NEXT: [] {{-?}}nan 0 inf 0 1000 0.6931471806{{$}}
// -inf / inf is NaN, as in the formula; -1000 / exp(1000) is -0.
// CHECK-LABEL: silu:
// CHECK-NEXT: [] {{-?}}nan {{-?}}nan inf -0 1000 {{0|4.940656458e-324}}{{$}}
// CHECK-LABEL: sigmoid:
// CHECK-NEXT: [] {{-?}}nan 0 1 0 1 0.5{{$}}
// CHECK-LABEL: relu:
// CHECK-NEXT: [] {{-?}}nan 0 inf 0 1000 4.940656458e-324{{$}}
// CHECK-LABEL: norm:
// CHECK-NEXT: [0, 0] {{-?}}nan {{-?}}nan{{$}}
// CHECK-NEXT: [0, 1] 1 1{{$}}
// CHECK-LABEL: phi1:
// CHECK-NEXT: [0, 0, 0] 0 0.001 1{{$}}
