// RUN: ssm-interpret %s --print | FileCheck %s

// h = h/2 + 1: partial sums of 1/2^k; from 2, its fixed point, it stays there.
func.func @scan() -> (tensor<1x4x1xf64> {ssm.name = "plain"},
    tensor<1x4x1xf64> {ssm.name = "reverse"}, tensor<1x1xf64> {ssm.name = "reverse_last"},
    tensor<1x4x1xf64> {ssm.name = "init"}, tensor<1x1xf64> {ssm.name = "init_last"},
    tensor<1x4x1xf64> {ssm.name = "skip"}, tensor<1x4x1xf64> {ssm.name = "ramp"}) {
  %half = arith.constant dense<0.5> : tensor<1x4x1xf64>
  %one = arith.constant dense<1.0> : tensor<1x4x1xf64>
  %plain = ssm.scan %one, %half, %one
      : (tensor<1x4x1xf64>, tensor<1x4x1xf64>, tensor<1x4x1xf64>) -> tensor<1x4x1xf64>
  %u = arith.constant dense<[[[1.0], [0.0], [0.0], [8.0]]]> : tensor<1x4x1xf64>
  %reverse, %reverse_last = ssm.scan %u, %half, %one reverse
      : (tensor<1x4x1xf64>, tensor<1x4x1xf64>, tensor<1x4x1xf64>)
      -> (tensor<1x4x1xf64>, tensor<1x1xf64>)
  %two = arith.constant dense<2.0> : tensor<1x1xf64>
  %init, %init_last = ssm.scan %one, %half, %one init(%two)
      : (tensor<1x4x1xf64>, tensor<1x4x1xf64>, tensor<1x4x1xf64>, tensor<1x1xf64>)
      -> (tensor<1x4x1xf64>, tensor<1x1xf64>)
  %d = arith.constant dense<100.0> : tensor<1xf64>
  %skip = ssm.scan %u, %half, %one skip(%d)
      : (tensor<1x4x1xf64>, tensor<1x4x1xf64>, tensor<1x4x1xf64>, tensor<1xf64>)
      -> tensor<1x4x1xf64>
  // a and b change from token to token: 1, 0 + 10, 10 + 100, 2 * 110 + 1000.
  %a = arith.constant dense<[[[7.0], [0.0], [1.0], [2.0]]]> : tensor<1x4x1xf64>
  %b = arith.constant dense<[[[1.0], [10.0], [100.0], [1000.0]]]> : tensor<1x4x1xf64>
  %ramp = ssm.scan %one, %a, %b
      : (tensor<1x4x1xf64>, tensor<1x4x1xf64>, tensor<1x4x1xf64>) -> tensor<1x4x1xf64>
  return %plain, %reverse, %reverse_last, %init, %init_last, %skip, %ramp
      : tensor<1x4x1xf64>, tensor<1x4x1xf64>, tensor<1x1xf64>, tensor<1x4x1xf64>,
        tensor<1x1xf64>, tensor<1x4x1xf64>, tensor<1x4x1xf64>
}

// CHECK-LABEL: plain: 1x4x1xf64
// CHECK-NEXT: [0, 0] 1{{$}}
// CHECK-NEXT: [0, 1] 1.5{{$}}
// CHECK-NEXT: [0, 2] 1.75{{$}}
// CHECK-NEXT: [0, 3] 1.875{{$}}
// From the right: 8, 4, 2, 1 + 1; the last state is that after token 0.
// CHECK-LABEL: reverse: 1x4x1xf64
// CHECK-NEXT: [0, 0] 2{{$}}
// CHECK-NEXT: [0, 1] 2{{$}}
// CHECK-NEXT: [0, 2] 4{{$}}
// CHECK-NEXT: [0, 3] 8{{$}}
// CHECK-LABEL: reverse_last: 1x1xf64
// CHECK-NEXT: [0] 2{{$}}
// CHECK-LABEL: init: 1x4x1xf64
// CHECK-NEXT: [0, 0] 2{{$}}
// CHECK-NEXT: [0, 1] 2{{$}}
// CHECK-NEXT: [0, 2] 2{{$}}
// CHECK-NEXT: [0, 3] 2{{$}}
// CHECK-LABEL: init_last: 1x1xf64
// CHECK-NEXT: [0] 2{{$}}
// 1 + 100, 1/2, 1/4, 1/8 + 8 + 800
// CHECK-LABEL: skip: 1x4x1xf64
// CHECK-NEXT: [0, 0] 101{{$}}
// CHECK-NEXT: [0, 1] 0.5{{$}}
// CHECK-NEXT: [0, 2] 0.25{{$}}
// CHECK-NEXT: [0, 3] 808.125{{$}}
// CHECK-LABEL: ramp: 1x4x1xf64
// CHECK-NEXT: [0, 0] 1{{$}}
// CHECK-NEXT: [0, 1] 10{{$}}
// CHECK-NEXT: [0, 2] 110{{$}}
// CHECK-NEXT: [0, 3] 1220{{$}}
