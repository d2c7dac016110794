// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-fuse))' --verify-diagnostics --split-input-file

func.func @escapes(%delta: tensor<?x?x8xf32>, %A: tensor<8x2xf32>, %B: tensor<?x?x2xf32>)
    -> tensor<?x?x8x2xf32> {
  // expected-error @+1 {{expected the readers of 'tensor<?x?x8x2xf32>' in one kernel, so that it need not reach memory}}
  %a, %b = ssm.discretize zoh %delta, %A, %B
      : (tensor<?x?x8xf32>, tensor<8x2xf32>, tensor<?x?x2xf32>)
      -> (tensor<?x?x8x2xf32>, tensor<?x?x8x2xf32>)
  return %a : tensor<?x?x8x2xf32>
}

// -----

func.func private @other(tensor<?x?x8xf32>)

func.func @calls(%x: tensor<?x?x8xf32>) {
  %s = ssm.activation silu %x : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  // expected-error @+1 {{'func.call' op expected a block op; there are those of ssm, arith and math}}
  func.call @other(%s) : (tensor<?x?x8xf32>) -> ()
  return
}

// -----

func.func @kernel_reads(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  %s = ssm.activation silu %x : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  // expected-error @+1 {{'ssm.kernel' op expected a block op or a return as the reader of a block op}}
  %y = ssm.kernel "k" ins(%s : tensor<?x?x8xf32>) {
  ^bb0(%a: tensor<?x?x8xf32>):
    %0 = math.exp %a : tensor<?x?x8xf32>
    ssm.yield %0 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @unknown(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  // expected-error @+1 {{'math.cos' op expected a block op; of math there are absf, erf, exp, exp2, expm1, log, log1p, log2, rsqrt, sqrt, tanh}}
  %y = math.cos %x : tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @unknown_in_kernel(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  %y = ssm.kernel "k" ins(%x : tensor<?x?x8xf32>) {
  ^bb0(%a: tensor<?x?x8xf32>):
    // expected-error @+1 {{'math.cos' op expected a block op}}
    %0 = math.cos %a : tensor<?x?x8xf32>
    ssm.yield %0 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @integers(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xi8> {
  // expected-error @+1 {{'arith.fptosi' op expected a block op; of arith there are addf, cmpf, constant,}}
  %y = arith.fptosi %x : tensor<?x?x8xf32> to tensor<?x?x8xi8>
  return %y : tensor<?x?x8xi8>
}

// -----

func.func @rank(%x: tensor<?x?x8x4x2xf32>) -> tensor<?x?x8x4x2xf32> {
  // expected-error @+1 {{'math.exp' op expected tensors of rank 0 to 4 of f64, f32, bf16, f16 or i1, got 'tensor<?x?x8x4x2xf32>'}}
  %y = math.exp %x : tensor<?x?x8x4x2xf32>
  return %y : tensor<?x?x8x4x2xf32>
}

// -----

func.func @unranked(%x: tensor<*xf32>) -> tensor<*xf32> {
  // expected-error @+1 {{'math.exp' op expected tensors of rank 0 to 4 of f64, f32, bf16, f16 or i1, got 'tensor<*xf32>'}}
  %y = math.exp %x : tensor<*xf32>
  return %y : tensor<*xf32>
}

// -----

func.func @scalar(%x: f32) -> f32 {
  // expected-error @+1 {{'math.exp' op expected tensors of rank 0 to 4 of f64, f32, bf16, f16 or i1, got 'f32'}}
  %y = math.exp %x : f32
  return %y : f32
}

// -----

func.func @symbolic_parameter(%x: tensor<?xf32>) -> tensor<?xf32> {
  // expected-error @+1 {{'math.exp' op expected static sizes below rank 3, got 'tensor<?xf32>'}}
  %y = math.exp %x : tensor<?xf32>
  return %y : tensor<?xf32>
}

// -----

func.func @constant(%x: tensor<2xf32>) -> tensor<2xf32> {
  // expected-error @+1 {{'arith.constant' op expected a constant of equal elements, got 'tensor<2xf32>' of different ones; an argument with ssm.weight can hold them}}
  %c = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %y = arith.addf %x, %c : tensor<2xf32>
  return %y : tensor<2xf32>
}

// -----

// What nobody reads may be anything.
func.func @dead(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  %c = arith.constant dense<[1.0, 2.0]> : tensor<2xf32>
  %s = math.cos %x : tensor<?x?x8xf32>
  %y = math.exp %x : tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @uncomputed(%x: tensor<?x?x8xf32>, %h: tensor<?x8xf32>) -> (tensor<?x?x8xf32>, tensor<?x8xf32>) {
  %y = math.exp %x : tensor<?x?x8xf32>
  // expected-error @+1 {{'func.return' op expected result 1 to be computed, or of static sizes, or of rank 3 or 4, got 'tensor<?x8xf32>'}}
  return %y, %h : tensor<?x?x8xf32>, tensor<?x8xf32>
}
