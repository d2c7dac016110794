// RUN: ssm-interpret %s --print | FileCheck %s

// Two states: h0 = h0/2 + u, h1 = h1 + u. With u = 1 they are 2 - 1/2^t and t + 1.
func.func @scan() -> (tensor<1x3x1xf64> {ssm.name = "constant"},
    tensor<1x1x2xf64> {ssm.name = "last"}, tensor<1x3x1xf64> {ssm.name = "token"},
    tensor<1x3x1xf64> {ssm.name = "mixed"}, tensor<2x3x2xf64> {ssm.name = "batches"},
    tensor<2x2x2xf64> {ssm.name = "batches_last"}) {
  %u = arith.constant dense<1.0> : tensor<1x3x1xf64>
  %a = arith.constant dense<[[[[0.5, 1.0]], [[0.5, 1.0]], [[0.5, 1.0]]]]>
      : tensor<1x3x1x2xf64>
  %b = arith.constant dense<1.0> : tensor<1x3x1x2xf64>
  %c = arith.constant dense<[[1.0, 10.0]]> : tensor<1x2xf64>
  %d = arith.constant dense<1000.0> : tensor<1xf64>
  %constant, %last = ssm.scan %u, %a, %b read(%c) skip(%d)
      : (tensor<1x3x1xf64>, tensor<1x3x1x2xf64>, tensor<1x3x1x2xf64>, tensor<1x2xf64>,
         tensor<1xf64>) -> (tensor<1x3x1xf64>, tensor<1x1x2xf64>)
  // Token 0 reads nothing, 1 the first state, 2 the second.
  %ct = arith.constant dense<[[[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]]]> : tensor<1x3x2xf64>
  %token = ssm.scan %u, %a, %b read(%ct)
      : (tensor<1x3x1xf64>, tensor<1x3x1x2xf64>, tensor<1x3x1x2xf64>,
         tensor<1x3x2xf64>) -> tensor<1x3x1xf64>
  // a without a state axis holds for both: h is (2 - 1/2^t) (1, 3).
  %a3 = arith.constant dense<0.5> : tensor<1x3x1xf64>
  %b4 = arith.constant dense<[[[[1.0, 3.0]], [[1.0, 3.0]], [[1.0, 3.0]]]]>
      : tensor<1x3x1x2xf64>
  %mixed = ssm.scan %u, %a3, %b4 read(%c)
      : (tensor<1x3x1xf64>, tensor<1x3x1xf64>, tensor<1x3x1x2xf64>, tensor<1x2xf64>)
      -> tensor<1x3x1xf64>
  // Every batch and channel on its own: a = 1, b = 0 keep what init holds.
  %u2 = arith.constant dense<1.0> : tensor<2x3x2xf64>
  %a2 = arith.constant dense<1.0> : tensor<2x3x2x2xf64>
  %b2 = arith.constant dense<0.0> : tensor<2x3x2x2xf64>
  %c2 = arith.constant dense<[[1.0, 100.0], [1.0, 1000.0]]> : tensor<2x2xf64>
  %h2 = arith.constant dense<[[[1.0, 2.0], [3.0, 4.0]], [[5.0, 6.0], [7.0, 8.0]]]>
      : tensor<2x2x2xf64>
  %batches, %batches_last = ssm.scan %u2, %a2, %b2 read(%c2) init(%h2)
      : (tensor<2x3x2xf64>, tensor<2x3x2x2xf64>, tensor<2x3x2x2xf64>, tensor<2x2xf64>,
         tensor<2x2x2xf64>) -> (tensor<2x3x2xf64>, tensor<2x2x2xf64>)
  return %constant, %last, %token, %mixed, %batches, %batches_last
      : tensor<1x3x1xf64>, tensor<1x1x2xf64>, tensor<1x3x1xf64>, tensor<1x3x1xf64>,
        tensor<2x3x2xf64>, tensor<2x2x2xf64>
}

// h0 + 10 h1 + 1000
// CHECK-LABEL: constant: 1x3x1xf64
// CHECK-NEXT: [0, 0] 1011{{$}}
// CHECK-NEXT: [0, 1] 1021.5{{$}}
// CHECK-NEXT: [0, 2] 1031.75{{$}}
// CHECK-LABEL: last: 1x1x2xf64
// CHECK-NEXT: [0, 0] 1.75 3{{$}}
// CHECK-LABEL: token: 1x3x1xf64
// CHECK-NEXT: [0, 0] 0{{$}}
// CHECK-NEXT: [0, 1] 1.5{{$}}
// CHECK-NEXT: [0, 2] 3{{$}}
// 31 (2 - 1/2^t)
// CHECK-LABEL: mixed: 1x3x1xf64
// CHECK-NEXT: [0, 0] 31{{$}}
// CHECK-NEXT: [0, 1] 46.5{{$}}
// CHECK-NEXT: [0, 2] 54.25{{$}}
// 1 + 200, 3 + 4000; 5 + 600, 7 + 8000
// CHECK-LABEL: batches: 2x3x2xf64
// CHECK-NEXT: [0, 0] 201 4003{{$}}
// CHECK-NEXT: [0, 1] 201 4003{{$}}
// CHECK-NEXT: [0, 2] 201 4003{{$}}
// CHECK-NEXT: [1, 0] 605 8007{{$}}
// CHECK-NEXT: [1, 1] 605 8007{{$}}
// CHECK-NEXT: [1, 2] 605 8007{{$}}
// CHECK-LABEL: batches_last: 2x2x2xf64
// CHECK-NEXT: [0, 0] 1 2{{$}}
// CHECK-NEXT: [0, 1] 3 4{{$}}
// CHECK-NEXT: [1, 0] 5 6{{$}}
// CHECK-NEXT: [1, 1] 7 8{{$}}
