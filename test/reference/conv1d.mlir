// RUN: ssm-interpret %s --print | FileCheck %s

// Channel 0 is 1, 2, 4, 8 with taps 1, 10, 100; channel 1 is 1 with 1, 2, 3.
func.func @conv1d() -> (tensor<1x4x2xf64> {ssm.name = "causal"},
                        tensor<1x4x2xf64> {ssm.name = "reverse"},
                        tensor<1x4x2xf64> {ssm.name = "activated"},
                        tensor<1x4x2xf64> {ssm.name = "wide"}) {
  %x = arith.constant dense<[[[1.0, 1.0], [2.0, 1.0], [4.0, 1.0], [8.0, 1.0]]]>
      : tensor<1x4x2xf64>
  %w = arith.constant dense<[[1.0, 10.0, 100.0], [1.0, 2.0, 3.0]]> : tensor<2x3xf64>
  %b = arith.constant dense<[0.5, 0.0]> : tensor<2xf64>
  %causal = ssm.conv1d identity %x, %w bias(%b)
      : (tensor<1x4x2xf64>, tensor<2x3xf64>, tensor<2xf64>) -> tensor<1x4x2xf64>
  %reverse = ssm.conv1d identity %x, %w bias(%b) reverse
      : (tensor<1x4x2xf64>, tensor<2x3xf64>, tensor<2xf64>) -> tensor<1x4x2xf64>
  // As checkpoints store it; -(x[t-1] + x[t]) + 5 and -x[t-1] - 1, below 0 is 0.
  %w1 = arith.constant dense<[[[-1.0, -1.0]], [[-1.0, 0.0]]]> : tensor<2x1x2xf64>
  %b1 = arith.constant dense<[5.0, -1.0]> : tensor<2xf64>
  %activated = ssm.conv1d relu %x, %w1 bias(%b1)
      : (tensor<1x4x2xf64>, tensor<2x1x2xf64>, tensor<2xf64>) -> tensor<1x4x2xf64>
  // More taps than tokens: only the last four ever meet one.
  %w6 = arith.constant dense<1.0> : tensor<2x6xf64>
  %wide = ssm.conv1d identity %x, %w6
      : (tensor<1x4x2xf64>, tensor<2x6xf64>) -> tensor<1x4x2xf64>
  return %causal, %reverse, %activated, %wide : tensor<1x4x2xf64>,
      tensor<1x4x2xf64>, tensor<1x4x2xf64>, tensor<1x4x2xf64>
}

// The last tap meets the token itself, nothing stands left of token 0.
// CHECK-LABEL: causal: 1x4x2xf64
// CHECK-NEXT: [0, 0] 100.5 3{{$}}
// CHECK-NEXT: [0, 1] 210.5 5{{$}}
// CHECK-NEXT: [0, 2] 421.5 6{{$}}
// CHECK-NEXT: [0, 3] 842.5 6{{$}}
// The first tap meets the token two to the right, nothing stands after token 3.
// CHECK-LABEL: reverse: 1x4x2xf64
// CHECK-NEXT: [0, 0] 124.5 6{{$}}
// CHECK-NEXT: [0, 1] 248.5 6{{$}}
// CHECK-NEXT: [0, 2] 480.5 5{{$}}
// CHECK-NEXT: [0, 3] 800.5 3{{$}}
// CHECK-LABEL: activated: 1x4x2xf64
// CHECK-NEXT: [0, 0] 4 0{{$}}
// CHECK-NEXT: [0, 1] 2 0{{$}}
// CHECK-NEXT: [0, 2] 0 0{{$}}
// CHECK-NEXT: [0, 3] 0 0{{$}}
// CHECK-LABEL: wide: 1x4x2xf64
// CHECK-NEXT: [0, 0] 1 1{{$}}
// CHECK-NEXT: [0, 1] 3 2{{$}}
// CHECK-NEXT: [0, 2] 7 3{{$}}
// CHECK-NEXT: [0, 3] 15 4{{$}}
