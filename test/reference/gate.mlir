// RUN: ssm-interpret %s --print | FileCheck %s

// x f(z) with z = 0, ln 3: silu 0, 3/4 ln 3; sigmoid 1/2, 3/4; identity z.
func.func @gate() -> (tensor<1x1x2xf64> {ssm.name = "silu"},
                      tensor<1x1x2xf64> {ssm.name = "sigmoid"},
                      tensor<1x1x2xf64> {ssm.name = "identity"}) {
  %x = arith.constant dense<[[[5.0, 2.0]]]> : tensor<1x1x2xf64>
  %z = arith.constant dense<[[[0.0, 1.0986122886681098]]]> : tensor<1x1x2xf64>
  %silu = ssm.gate silu %x, %z
      : (tensor<1x1x2xf64>, tensor<1x1x2xf64>) -> tensor<1x1x2xf64>
  %sigmoid = ssm.gate sigmoid %x, %z
      : (tensor<1x1x2xf64>, tensor<1x1x2xf64>) -> tensor<1x1x2xf64>
  %identity = ssm.gate identity %x, %z
      : (tensor<1x1x2xf64>, tensor<1x1x2xf64>) -> tensor<1x1x2xf64>
  return %silu, %sigmoid, %identity
      : tensor<1x1x2xf64>, tensor<1x1x2xf64>, tensor<1x1x2xf64>
}

// CHECK-LABEL: silu:
// CHECK-NEXT: [0, 0] 0 1.647918433{{$}}
// CHECK-LABEL: sigmoid:
// CHECK-NEXT: [0, 0] 2.5 1.5{{$}}
// CHECK-LABEL: identity:
// CHECK-NEXT: [0, 0] 0 2.197224577{{$}}
