// RUN: ssm-interpret %s --print | FileCheck %s

// Tokens 1, 2 after 7, 8, 9: what the last four are, with and without those.
func.func @tail() -> (tensor<1x4x1xf64> {ssm.name = "after"},
                      tensor<1x4x1xf64> {ssm.name = "alone"},
                      tensor<1x1x1xf64> {ssm.name = "last"},
                      tensor<1x2x1xf64> {ssm.name = "window"}) {
  %x = arith.constant dense<[[[1.0], [2.0]]]> : tensor<1x2x1xf64>
  %before = arith.constant dense<[[[7.0], [8.0], [9.0]]]> : tensor<1x3x1xf64>
  %after = ssm.tail %x init(%before)
      : (tensor<1x2x1xf64>, tensor<1x3x1xf64>) -> tensor<1x4x1xf64>
  %alone = ssm.tail %x : (tensor<1x2x1xf64>) -> tensor<1x4x1xf64>
  %last = ssm.tail %x init(%before)
      : (tensor<1x2x1xf64>, tensor<1x3x1xf64>) -> tensor<1x1x1xf64>
  // Taps 1, 10, 100, 1000 over 7, 8, 9, 1, 2.
  %w = arith.constant dense<[[1.0, 10.0, 100.0, 1000.0]]> : tensor<1x4xf64>
  %window = ssm.conv1d identity %x, %w init(%before)
      : (tensor<1x2x1xf64>, tensor<1x4xf64>, tensor<1x3x1xf64>) -> tensor<1x2x1xf64>
  return %after, %alone, %last, %window : tensor<1x4x1xf64>, tensor<1x4x1xf64>,
      tensor<1x1x1xf64>, tensor<1x2x1xf64>
}

// CHECK-LABEL: after: 1x4x1xf64
// CHECK-NEXT: [0, 0] 8{{$}}
// CHECK-NEXT: [0, 1] 9{{$}}
// CHECK-NEXT: [0, 2] 1{{$}}
// CHECK-NEXT: [0, 3] 2{{$}}
// CHECK-LABEL: alone: 1x4x1xf64
// CHECK-NEXT: [0, 0] 0{{$}}
// CHECK-NEXT: [0, 1] 0{{$}}
// CHECK-NEXT: [0, 2] 1{{$}}
// CHECK-NEXT: [0, 3] 2{{$}}
// CHECK-LABEL: last: 1x1x1xf64
// CHECK-NEXT: [0, 0] 2{{$}}
// CHECK-LABEL: window: 1x2x1xf64
// CHECK-NEXT: [0, 0] 1987{{$}}
// CHECK-NEXT: [0, 1] 2198{{$}}
