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
  // expected-error @+1 {{expected an op with WorkOpInterface or a return as the reader of a block op}}
  func.call @other(%s) : (tensor<?x?x8xf32>) -> ()
  return
}
