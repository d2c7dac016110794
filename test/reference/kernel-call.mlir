// RUN: ssm-interpret %s --function main --print --input x=1x3x2xf64=ones | FileCheck %s

// A kernel and a call run their bodies: y = (x + x) * (x + x) + 1 = 5 on ones.
func.func private @increment(%x: tensor<?x?x2xf64>) -> tensor<?x?x2xf64> {
  %v = arith.constant dense<1.0> : tensor<2xf64>
  %one = ssm.broadcast %v like %x : (tensor<2xf64>, tensor<?x?x2xf64>) -> tensor<?x?x2xf64>
  %y = arith.addf %x, %one : tensor<?x?x2xf64>
  return %y : tensor<?x?x2xf64>
}

func.func @main(%x: tensor<?x?x2xf64> {ssm.name = "x"}) -> tensor<?x?x2xf64> {
  %twice, %square = ssm.kernel "square_0" ins(%x : tensor<?x?x2xf64>)
      schedule(<time = 8, channels = 2>) {
  ^bb0(%a: tensor<?x?x2xf64>):
    %s = arith.addf %a, %a : tensor<?x?x2xf64>
    %q = ssm.gate identity %s, %s
        : (tensor<?x?x2xf64>, tensor<?x?x2xf64>) -> tensor<?x?x2xf64>
    ssm.yield %s, %q : tensor<?x?x2xf64>, tensor<?x?x2xf64>
  } -> tensor<?x?x2xf64>, tensor<?x?x2xf64>
  %y = func.call @increment(%square) : (tensor<?x?x2xf64>) -> tensor<?x?x2xf64>
  return %y : tensor<?x?x2xf64>
}

// CHECK-LABEL: y: 1x3x2xf64
// CHECK-NEXT: [0, 0] 5 5{{$}}
// CHECK-NEXT: [0, 1] 5 5{{$}}
// CHECK-NEXT: [0, 2] 5 5{{$}}
