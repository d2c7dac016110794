// RUN: ssm-opt %s --ssm-derive-forms="forms=resume states=bf16" --verify-diagnostics

func.func @scan(%x: tensor<?x?x8xf32>) -> (tensor<?x?x8xf32>, tensor<?x8xf32>) {
  // expected-error@+1 {{expected a final state in the type that states are handed on, 'tensor<?x8xbf16>', got 'tensor<?x8xf32>'}}
  %y, %last = ssm.scan %x, %x, %x
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>)
      -> (tensor<?x?x8xf32>, tensor<?x8xf32>)
  return %y, %last : tensor<?x?x8xf32>, tensor<?x8xf32>
}
