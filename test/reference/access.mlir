// RUN: ssm-interpret %s --print | FileCheck %s

// Values say where they were: 100 batch + 10 token + channel.
func.func @access() -> (tensor<2x2x1xf64> {ssm.name = "first"},
    tensor<2x2x2xf64> {ssm.name = "second"}, tensor<2x2x3xf64> {ssm.name = "reversed"},
    tensor<2x2x3xf64> {ssm.name = "repeated"}, tensor<2xf64> {ssm.name = "tail"},
    tensor<1x3xf64> {ssm.name = "last_row"}) {
  %x = arith.constant dense<[[[0.0, 1.0, 2.0], [10.0, 11.0, 12.0]],
                             [[100.0, 101.0, 102.0], [110.0, 111.0, 112.0]]]>
      : tensor<2x2x3xf64>
  %first, %second = ssm.split %x
      : tensor<2x2x3xf64> -> tensor<2x2x1xf64>, tensor<2x2x2xf64>
  %reversed = ssm.reverse %x : tensor<2x2x3xf64>
  %v = arith.constant dense<[7.0, 8.0, 9.0]> : tensor<3xf64>
  %repeated = ssm.broadcast %v like %x
      : (tensor<3xf64>, tensor<2x2x3xf64>) -> tensor<2x2x3xf64>
  %head, %tail = ssm.split %v : tensor<3xf64> -> tensor<1xf64>, tensor<2xf64>
  %w = arith.constant dense<[[0.0, 1.0, 2.0], [10.0, 11.0, 12.0], [20.0, 21.0, 22.0]]>
      : tensor<3x3xf64>
  %rows, %last_row = ssm.split %w along(0) : tensor<3x3xf64> -> tensor<2x3xf64>, tensor<1x3xf64>
  return %first, %second, %reversed, %repeated, %tail, %last_row
      : tensor<2x2x1xf64>, tensor<2x2x2xf64>, tensor<2x2x3xf64>, tensor<2x2x3xf64>,
        tensor<2xf64>, tensor<1x3xf64>
}

// CHECK-LABEL: first: 2x2x1xf64
// CHECK-NEXT: [0, 0] 0{{$}}
// CHECK-NEXT: [0, 1] 10{{$}}
// CHECK-NEXT: [1, 0] 100{{$}}
// CHECK-NEXT: [1, 1] 110{{$}}
// CHECK-LABEL: second: 2x2x2xf64
// CHECK-NEXT: [0, 0] 1 2{{$}}
// CHECK-NEXT: [0, 1] 11 12{{$}}
// CHECK-NEXT: [1, 0] 101 102{{$}}
// CHECK-NEXT: [1, 1] 111 112{{$}}
// CHECK-LABEL: reversed: 2x2x3xf64
// CHECK-NEXT: [0, 0] 10 11 12{{$}}
// CHECK-NEXT: [0, 1] 0 1 2{{$}}
// CHECK-NEXT: [1, 0] 110 111 112{{$}}
// CHECK-NEXT: [1, 1] 100 101 102{{$}}
// CHECK-LABEL: repeated: 2x2x3xf64
// CHECK-NEXT: [0, 0] 7 8 9{{$}}
// CHECK-NEXT: [0, 1] 7 8 9{{$}}
// CHECK-NEXT: [1, 0] 7 8 9{{$}}
// CHECK-NEXT: [1, 1] 7 8 9{{$}}
// CHECK-LABEL: tail: 2xf64
// CHECK-NEXT: [] 8 9{{$}}
// CHECK-LABEL: last_row: 1x3xf64
// CHECK-NEXT: [0] 20 21 22{{$}}
