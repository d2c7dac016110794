// RUN: ssm-opt %s --split-input-file --verify-diagnostics

// One function for each constraint of ssm.recurrence, named after it.

func.func @recurrence_c1(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.recurrence' op expected y of rank 3, got 'tensor<?x8xf32>'}}
  %0 = ssm.recurrence ins(%x "btc") : (tensor<?x?x8xf32>) -> tensor<?x8xf32> {
  ^bb0(%u: f32, %h: f32):
    ssm.yield %u, %h : f32, f32
  }
  return
}

// -----

func.func @recurrence_c2_count(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.recurrence' op expected axes for each of 1 inputs, got 0}}
  %0 = "ssm.recurrence"(%x) <{axes = [], operandSegmentSizes = array<i32: 1, 0, 0, 0>}> ({
  ^bb0(%u: f32, %h: f32):
    ssm.yield %u, %h : f32, f32
  }) : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return
}

// -----

func.func @recurrence_c2_letter(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.recurrence' op expected axes of input 0 as letters of "btcn", each once, b first and t second, got "btk"}}
  %0 = ssm.recurrence ins(%x "btk") : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %h: f32):
    ssm.yield %u, %h : f32, f32
  }
  return
}

// -----

func.func @recurrence_c2_twice(%x: tensor<?x?x8xf32>, %a: tensor<8x8xf32>) {
  // expected-error@+1 {{expected axes of input 1 as letters of "btcn", each once, b first and t second, got "cc"}}
  %0 = ssm.recurrence ins(%x "btc", %a "cc") : (tensor<?x?x8xf32>, tensor<8x8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %ae: f32, %h: f32):
    ssm.yield %u, %h : f32, f32
  }
  return
}

// -----

func.func @recurrence_c2_order(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{expected axes of input 0 as letters of "btcn", each once, b first and t second, got "tbc"}}
  %0 = ssm.recurrence ins(%x "tbc") : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %h: f32):
    ssm.yield %u, %h : f32, f32
  }
  return
}

// -----

func.func @recurrence_c2_rank(%x: tensor<?x?x8xf32>, %a: tensor<8xf32>) {
  // expected-error@+1 {{'ssm.recurrence' op expected input 1 of rank 2 as its axes "cn", got 'tensor<8xf32>'}}
  %0 = ssm.recurrence ins(%x "btc", %a "cn") : (tensor<?x?x8xf32>, tensor<8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %ae: f32, %h: f32):
    ssm.yield %u, %h : f32, f32
  }
  return
}

// -----

func.func @recurrence_c3_channel(%x: tensor<?x?x8xf32>, %a: tensor<4xf32>) {
  // expected-error@+1 {{'ssm.recurrence' op expected input 1 with a size of 8 along c, got 'tensor<4xf32>'}}
  %0 = ssm.recurrence ins(%x "btc", %a "c") : (tensor<?x?x8xf32>, tensor<4xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %ae: f32, %h: f32):
    ssm.yield %u, %h : f32, f32
  }
  return
}

// -----

func.func @recurrence_c3_state(%x: tensor<?x?x8xf32>, %a: tensor<8x4xf32>, %b: tensor<?x?x2xf32>) {
  // expected-error@+1 {{'ssm.recurrence' op expected input 2 with a size of 4 along n, got 'tensor<?x?x2xf32>'}}
  %0 = ssm.recurrence ins(%x "btc", %a "cn", %b "btn")
      : (tensor<?x?x8xf32>, tensor<8x4xf32>, tensor<?x?x2xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %ae: f32, %be: f32, %h: f32):
    ssm.yield %u, %h : f32, f32
  }
  return
}

// -----

func.func @recurrence_c3_length(%x: tensor<?x?x8xf32>, %a: tensor<?x5x8xf32>) {
  // expected-error@+1 {{'ssm.recurrence' op expected input 1 with a size of ? along t, got 'tensor<?x5x8xf32>'}}
  %0 = ssm.recurrence ins(%x "btc", %a "btc") : (tensor<?x?x8xf32>, tensor<?x5x8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %ae: f32, %h: f32):
    ssm.yield %u, %h : f32, f32
  }
  return
}

// -----

func.func @recurrence_c3_no_time(%a: tensor<8xf32>) {
  // expected-error@+1 {{'ssm.recurrence' op expected an input with the axes b and t, got none}}
  %0 = ssm.recurrence ins(%a "c") : (tensor<8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %h: f32):
    ssm.yield %u, %h : f32, f32
  }
  return
}

// -----

func.func @recurrence_c4(%x: tensor<?x?x8xf32>, %a: tensor<257xf32>) {
  // expected-error@+1 {{'ssm.recurrence' op expected 1 to 256 states, got 257}}
  %0 = ssm.recurrence ins(%x "btc", %a "n") : (tensor<?x?x8xf32>, tensor<257xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %ae: f32, %h: f32):
    ssm.yield %u, %h : f32, f32
  }
  return
}

// -----

func.func @recurrence_c5_none(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.recurrence' op expected a region of 1 inputs and at least one state, got 1 arguments}}
  %0 = ssm.recurrence ins(%x "btc") : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32):
    ssm.yield %u : f32
  }
  return
}

// -----

func.func @recurrence_c5_input(%x: tensor<?x?x8xf64>) {
  // expected-error@+1 {{'ssm.recurrence' op expected argument 0 of the region of 'f64', or of f32 or f64 where they are wider, got 'f32'}}
  %0 = ssm.recurrence ins(%x "btc") : (tensor<?x?x8xf64>) -> tensor<?x?x8xf32> {
  // expected-note@+1 {{the argument}}
  ^bb0(%u: f32, %h: f32):
    ssm.yield %u, %h : f32, f32
  }
  return
}

// -----

func.func @recurrence_c5_state(%x: tensor<?x?x8xbf16>) {
  // expected-error@+1 {{'ssm.recurrence' op expected states of f32 or f64, got 'bf16'}}
  %0 = ssm.recurrence ins(%x "btc") : (tensor<?x?x8xbf16>) -> tensor<?x?x8xbf16> {
  // expected-note@+1 {{argument 1 of the region}}
  ^bb0(%u: bf16, %h: bf16):
    ssm.yield %u, %h : bf16, bf16
  }
  return
}

// -----

func.func @recurrence_c6(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.recurrence' op expected the region to yield the states and the read, ('f32', 'f64', 'f64'), got ('f32', 'f64', 'f32')}}
  %0 = ssm.recurrence ins(%x "btc") : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %h: f32, %g: f64):
    // expected-note@+1 {{yielded here}}
    ssm.yield %u, %g, %h : f32, f64, f32
  }
  return
}

// -----

func.func @recurrence_c7(%x: tensor<?x?x8xf32>) {
  %two = arith.constant 2.0 : f32
  // expected-note@+1 {{required by region isolation constraints}}
  %0 = ssm.recurrence ins(%x "btc") : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %h: f32):
    // expected-error@+1 {{using value defined outside the region}}
    %next = arith.mulf %h, %two : f32
    ssm.yield %next, %u : f32, f32
  }
  return
}

// -----

func.func @recurrence_c8(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.recurrence' op expected a region of elementwise ops of arith and math on scalars, got math.sin of 'f32'}}
  %0 = ssm.recurrence ins(%x "btc") : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %h: f32):
    // expected-note@+1 {{the op of the region}}
    %next = math.sin %h : f32
    ssm.yield %next, %u : f32, f32
  }
  return
}

// -----

func.func @recurrence_c8_tensor(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{expected a region of elementwise ops of arith and math on scalars, got arith.constant of 'tensor<8xf32>'}}
  %0 = ssm.recurrence ins(%x "btc") : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %h: f32):
    // expected-note@+1 {{the op of the region}}
    %c = arith.constant dense<0.0> : tensor<8xf32>
    ssm.yield %h, %u : f32, f32
  }
  return
}

// -----

func.func @recurrence_c9_count(%x: tensor<?x?x8xf32>, %h0: tensor<?x8xf32>) {
  // expected-error@+1 {{'ssm.recurrence' op expected init for none or each of 2 states, got 1}}
  %0 = ssm.recurrence ins(%x "btc") init(%h0) : (tensor<?x?x8xf32>, tensor<?x8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %h: f32, %g: f32):
    ssm.yield %g, %u, %h : f32, f32, f32
  }
  return
}

// -----

func.func @recurrence_c9_shape(%x: tensor<?x?x8xf32>, %a: tensor<8x4xf32>, %h0: tensor<?x8xf32>) {
  // expected-error@+1 {{'ssm.recurrence' op expected init of shape (?, 8, 4), got 'tensor<?x8xf32>'}}
  %0 = ssm.recurrence ins(%x "btc", %a "cn") init(%h0)
      : (tensor<?x?x8xf32>, tensor<8x4xf32>, tensor<?x8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %ae: f32, %h: f32):
    ssm.yield %u, %h : f32, f32
  }
  return
}

// -----

func.func @recurrence_c9_type(%x: tensor<?x?x8xf32>) {
  // expected-error@+1 {{'ssm.recurrence' op expected final states of 'f32' as its state, or of 16 bits, got 'tensor<?x8xf64>'}}
  %0:2 = ssm.recurrence ins(%x "btc") : (tensor<?x?x8xf32>) -> (tensor<?x?x8xf32>, tensor<?x8xf64>) {
  ^bb0(%u: f32, %h: f32):
    ssm.yield %u, %h : f32, f32
  }
  return
}
