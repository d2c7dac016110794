// RUN: ssm-interpret %s --print --round=declared | FileCheck %s --check-prefixes CHECK,ROUND
// RUN: ssm-interpret %s --print | FileCheck %s --check-prefixes CHECK,EXACT

func.func @recurrence() -> (tensor<1x4x1xf64> {ssm.name = "turn"}, tensor<1x1xf64> {ssm.name = "re"},
    tensor<1x1xf64> {ssm.name = "im"}, tensor<1x3x2xf64> {ssm.name = "table"},
    tensor<1x2x2xf64> {ssm.name = "table_last"}, tensor<2x3x1xf64> {ssm.name = "chosen"},
    tensor<1x2x1xf32> {ssm.name = "narrow"}) {
  // A quarter turn and the input, from the last token to the first: h = i h + u,
  // from 1 + 2i.
  %u = arith.constant dense<[[[1000.0], [100.0], [10.0], [0.0]]]> : tensor<1x4x1xf64>
  %re0 = arith.constant dense<1.0> : tensor<1x1xf64>
  %im0 = arith.constant dense<2.0> : tensor<1x1xf64>
  %turn, %re, %im = ssm.recurrence ins(%u "btc") init(%re0, %im0) reverse
      : (tensor<1x4x1xf64>, tensor<1x1xf64>, tensor<1x1xf64>)
      -> (tensor<1x4x1xf64>, tensor<1x1xf64>, tensor<1x1xf64>) {
  ^bb0(%ut: f64, %p: f64, %q: f64):
    %minus = arith.negf %q : f64
    %next = arith.addf %minus, %ut : f64
    ssm.yield %next, %p, %next : f64, f64, f64
  }
  // The table is (state, channel); the read is t + 1 times the sum of a channel.
  %one = arith.constant dense<1.0> : tensor<1x3x2xf64>
  %nc = arith.constant dense<[[1.0, 10.0], [2.0, 20.0]]> : tensor<2x2xf64>
  %table, %table_last = ssm.recurrence ins(%one "btc", %nc "nc")
      : (tensor<1x3x2xf64>, tensor<2x2xf64>) -> (tensor<1x3x2xf64>, tensor<1x2x2xf64>) {
  ^bb0(%ut: f64, %a: f64, %h: f64):
    %part = arith.mulf %ut, %a : f64
    %next = arith.addf %h, %part : f64
    ssm.yield %next, %next : f64, f64
  }
  // A bound of each sequence, a limit for all, and a choice by the state.
  %ones = arith.constant dense<1.0> : tensor<2x3x1xf64>
  %bound = arith.constant dense<[[1.5], [2.5]]> : tensor<2x1xf64>
  %start = arith.constant dense<-5.0> : tensor<f64>
  %chosen = ssm.recurrence ins(%ones "btc", %bound "bc", %start "")
      : (tensor<2x3x1xf64>, tensor<2x1xf64>, tensor<f64>) -> tensor<2x3x1xf64> {
  ^bb0(%ut: f64, %b: f64, %s: f64, %h: f64):
    %sum = arith.addf %h, %ut : f64
    %over = arith.cmpf ogt, %sum, %b : f64
    %next = arith.select %over, %s, %sum : f64
    ssm.yield %next, %next : f64, f64
  }
  // A state that is narrowed in every token: 1 + 2^-8 is a tie, to even.
  %small = arith.constant dense<0.00390625> : tensor<1x2x1xbf16>
  %h0 = arith.constant dense<1.0> : tensor<1x1xf32>
  %narrow = ssm.recurrence ins(%small "btc") init(%h0)
      : (tensor<1x2x1xbf16>, tensor<1x1xf32>) -> tensor<1x2x1xf32> {
  ^bb0(%ut: f32, %h: f32):
    %sum = arith.addf %h, %ut : f32
    %low = arith.truncf %sum : f32 to bf16
    %next = arith.extf %low : bf16 to f32
    ssm.yield %next, %next : f32, f32
  }
  return %turn, %re, %im, %table, %table_last, %chosen, %narrow
      : tensor<1x4x1xf64>, tensor<1x1xf64>, tensor<1x1xf64>, tensor<1x3x2xf64>, tensor<1x2x2xf64>,
        tensor<2x3x1xf64>, tensor<1x2x1xf32>
}

// 1 + 2i, -2 + i, 9 - 2i, 102 + 9i, 991 + 102i
// CHECK-LABEL: turn: 1x4x1xf64
// CHECK-NEXT: [0, 0] 991{{$}}
// CHECK-NEXT: [0, 1] 102{{$}}
// CHECK-NEXT: [0, 2] 9{{$}}
// CHECK-NEXT: [0, 3] -2{{$}}
// CHECK-LABEL: re: 1x1xf64
// CHECK-NEXT: [0] 991{{$}}
// CHECK-LABEL: im: 1x1xf64
// CHECK-NEXT: [0] 102{{$}}
// CHECK-LABEL: table: 1x3x2xf64
// CHECK-NEXT: [0, 0] 3 30{{$}}
// CHECK-NEXT: [0, 1] 6 60{{$}}
// CHECK-NEXT: [0, 2] 9 90{{$}}
// CHECK-LABEL: table_last: 1x2x2xf64
// CHECK-NEXT: [0, 0] 3 6{{$}}
// CHECK-NEXT: [0, 1] 30 60{{$}}
// CHECK-LABEL: chosen: 2x3x1xf64
// CHECK-NEXT: [0, 0] 1{{$}}
// CHECK-NEXT: [0, 1] -5{{$}}
// CHECK-NEXT: [0, 2] -4{{$}}
// CHECK-NEXT: [1, 0] 1{{$}}
// CHECK-NEXT: [1, 1] 2{{$}}
// CHECK-NEXT: [1, 2] -5{{$}}
// CHECK-LABEL: narrow: 1x2x1xf
// ROUND-NEXT: [0, 0] 1{{$}}
// ROUND-NEXT: [0, 1] 1{{$}}
// EXACT-NEXT: [0, 0] 1.00390625{{$}}
// EXACT-NEXT: [0, 1] 1.0078125{{$}}
