// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-convolve{mode=always}))' --split-input-file --verify-diagnostics

func.func @two_signals(%x: tensor<?x?x8xf32>, %a: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  // expected-remark@+1 {{stays a recurrence: more than one of its inputs changes with time}}
  %y = ssm.scan %x, %a, %a : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

// A number of each sequence is no parameter.
func.func @by_batch(%x: tensor<?x?x8xf32>, %a: tensor<?x8xf32>) -> tensor<?x?x8xf32> {
  // expected-remark@+1 {{stays a recurrence: what changes with time is no (batch, length, channel)}}
  %y = ssm.recurrence ins(%a "bc", %x "btc") : (tensor<?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%d: f32, %u: f32, %h: f32):
    %0 = arith.mulf %d, %h : f32
    %1 = arith.addf %0, %u : f32
    ssm.yield %1, %1 : f32, f32
  }
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @states(%x: tensor<?x?x8xf32>, %a: tensor<8xf32>, %h0: tensor<?x8xf32>) -> tensor<?x?x8xf32> {
  // expected-remark@+1 {{stays a recurrence: it begins from given states}}
  %y = ssm.recurrence ins(%x "btc", %a "c") init(%h0) : (tensor<?x?x8xf32>, tensor<8xf32>, tensor<?x8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %d: f32, %h: f32):
    %0 = arith.mulf %d, %h : f32
    %1 = arith.addf %0, %u : f32
    ssm.yield %1, %1 : f32, f32
  }
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @final(%x: tensor<?x?x8xf32>, %a: tensor<8xf32>) -> (tensor<?x?x8xf32>, tensor<?x8xf32>) {
  // expected-remark@+1 {{stays a recurrence: its final states are read}}
  %y:2 = ssm.recurrence ins(%x "btc", %a "c") : (tensor<?x?x8xf32>, tensor<8xf32>) -> (tensor<?x?x8xf32>, tensor<?x8xf32>) {
  ^bb0(%u: f32, %d: f32, %h: f32):
    %0 = arith.mulf %d, %h : f32
    %1 = arith.addf %0, %u : f32
    ssm.yield %1, %1 : f32, f32
  }
  return %y#0, %y#1 : tensor<?x?x8xf32>, tensor<?x8xf32>
}

// -----

func.func @packed(%x: tensor<1x?x8xf32>, %a: tensor<8xf32>, %ends: tensor<?xi32>) -> tensor<1x?x8xf32> {
  // expected-remark@+1 {{stays a recurrence: its sequences are packed}}
  %y = ssm.recurrence ins(%x "btc", %a "c") packed(%ends) : (tensor<1x?x8xf32>, tensor<8xf32>, tensor<?xi32>) -> tensor<1x?x8xf32> {
  ^bb0(%u: f32, %d: f32, %h: f32):
    %0 = arith.mulf %d, %h : f32
    %1 = arith.addf %0, %u : f32
    ssm.yield %1, %1 : f32, f32
  }
  return %y : tensor<1x?x8xf32>
}

// -----

// Affine is not linear: a constant is added in every token.
func.func @constant_part(%x: tensor<?x?x8xf32>, %a: tensor<8xf32>) -> tensor<?x?x8xf32> {
  // expected-remark@+1 {{stays a recurrence: it is not linear in its states and its input, by the rules of its scalar code, for arith.addf}}
  %y = ssm.recurrence ins(%x "btc", %a "c") : (tensor<?x?x8xf32>, tensor<8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %d: f32, %h: f32):
    %0 = arith.addf %d, %h : f32
    %1 = arith.addf %0, %u : f32
    ssm.yield %1, %1 : f32, f32
  }
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @gated(%x: tensor<?x?x8xf32>, %a: tensor<8xf32>) -> tensor<?x?x8xf32> {
  // expected-remark@+1 {{stays a recurrence: it is not linear in its states and its input, by the rules of its scalar code, for arith.mulf}}
  %y = ssm.recurrence ins(%x "btc", %a "c") : (tensor<?x?x8xf32>, tensor<8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %d: f32, %h: f32):
    %0 = arith.mulf %d, %h : f32
    %1 = arith.addf %0, %u : f32
    %2 = arith.mulf %1, %u : f32
    ssm.yield %1, %2 : f32, f32
  }
  return %y : tensor<?x?x8xf32>
}

// -----

// What a window or a pad makes of constants differs from token to token.
func.func @padded(%x: tensor<?x?x8xf32>, %w: tensor<8x2xf32>, %one: tensor<8xf32>) -> tensor<?x?x8xf32> {
  %b = ssm.broadcast %one like %x : (tensor<8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  %a = ssm.conv1d identity %b, %w : (tensor<?x?x8xf32>, tensor<8x2xf32>) -> tensor<?x?x8xf32>
  // expected-remark@+1 {{stays a recurrence: more than one of its inputs changes with time}}
  %y = ssm.scan %x, %a, %a : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @written(%x: tensor<?x?x8xf32>, %a: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  // expected-error@+1 {{expected a recurrence that is a convolution, got one that is not: more than one of its inputs changes with time}}
  %y = ssm.scan %x, %a, %a {ssm.convolve = "convolution"} : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @word(%x: tensor<?x?x8xf32>, %a: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  // expected-error@+1 {{expected ssm.convolve "convolution" or "recurrence", got "yes"}}
  %y = ssm.scan %x, %a, %a {ssm.convolve = "yes"} : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}
