// RUN: ssm-interpret %s --function=long_conv --print | FileCheck %s

// A geometric series convolved with ones is its sums; backwards the last element
// of the kernel is that of the token itself.
func.func @long_conv() -> (tensor<1x4x2xf64> {ssm.name = "causal"},
                           tensor<1x4x2xf64> {ssm.name = "reverse"},
                           tensor<2x4x1xf64> {ssm.name = "batch"}) {
  %x = arith.constant dense<1.0> : tensor<1x4x2xf64>
  %k = arith.constant dense<[[[1.0, 1.0], [0.5, 2.0], [0.25, 4.0], [0.125, 8.0]]]>
      : tensor<1x4x2xf64>
  %causal = ssm.long_conv %x, %k
      : (tensor<1x4x2xf64>, tensor<1x4x2xf64>) -> tensor<1x4x2xf64>
  %backwards = ssm.reverse %k : tensor<1x4x2xf64>
  %reverse = ssm.long_conv %x, %backwards reverse
      : (tensor<1x4x2xf64>, tensor<1x4x2xf64>) -> tensor<1x4x2xf64>
  // An impulse at token 1, another of twice the size at token 2.
  %u = arith.constant dense<[[[0.0], [1.0], [0.0], [0.0]], [[0.0], [0.0], [2.0], [0.0]]]>
      : tensor<2x4x1xf64>
  %h = arith.constant dense<[[[3.0], [5.0], [7.0], [9.0]]]> : tensor<1x4x1xf64>
  %batch = ssm.long_conv %u, %h
      : (tensor<2x4x1xf64>, tensor<1x4x1xf64>) -> tensor<2x4x1xf64>
  return %causal, %reverse, %batch
      : tensor<1x4x2xf64>, tensor<1x4x2xf64>, tensor<2x4x1xf64>
}

// CHECK-LABEL: causal: 1x4x2xf64
// CHECK-NEXT: [0, 0] 1 1{{$}}
// CHECK-NEXT: [0, 1] 1.5 3{{$}}
// CHECK-NEXT: [0, 2] 1.75 7{{$}}
// CHECK-NEXT: [0, 3] 1.875 15{{$}}
// CHECK-LABEL: reverse: 1x4x2xf64
// CHECK-NEXT: [0, 0] 1.875 15{{$}}
// CHECK-NEXT: [0, 1] 1.75 7{{$}}
// CHECK-NEXT: [0, 2] 1.5 3{{$}}
// CHECK-NEXT: [0, 3] 1 1{{$}}
// CHECK-LABEL: batch: 2x4x1xf64
// CHECK-NEXT: [0, 0] 0{{$}}
// CHECK-NEXT: [0, 1] 3{{$}}
// CHECK-NEXT: [0, 2] 5{{$}}
// CHECK-NEXT: [0, 3] 7{{$}}
// CHECK-NEXT: [1, 0] 0{{$}}
// CHECK-NEXT: [1, 1] 0{{$}}
// CHECK-NEXT: [1, 2] 6{{$}}
// CHECK-NEXT: [1, 3] 10{{$}}

func.func @pad() -> (tensor<1x4x2xf64> {ssm.name = "longer"},
                     tensor<1x1x2xf64> {ssm.name = "shorter"}) {
  %x = arith.constant dense<[[[1.0, 2.0], [3.0, 4.0]]]> : tensor<1x2x2xf64>
  %longer = ssm.pad %x : tensor<1x2x2xf64> -> tensor<1x4x2xf64>
  %shorter = ssm.pad %x : tensor<1x2x2xf64> -> tensor<1x1x2xf64>
  return %longer, %shorter : tensor<1x4x2xf64>, tensor<1x1x2xf64>
}

// RUN: ssm-interpret %s --function=pad --print | FileCheck %s --check-prefix=PAD
// PAD-LABEL: longer: 1x4x2xf64
// PAD-NEXT: [0, 0] 1 2{{$}}
// PAD-NEXT: [0, 1] 3 4{{$}}
// PAD-NEXT: [0, 2] 0 0{{$}}
// PAD-NEXT: [0, 3] 0 0{{$}}
// PAD-LABEL: shorter: 1x1x2xf64
// PAD-NEXT: [0, 0] 1 2{{$}}
