// RUN: ssm-opt %s --split-input-file --verify-diagnostics --ssm-derive-forms=forms=trace
// RUN: not ssm-opt %s --ssm-derive-forms="forms=trace every=0" 2>&1 | FileCheck %s

// CHECK: expected states after every 1 token or more, got 0

func.func @returned(%x: tensor<?x?x8xf32>) -> (tensor<?x?x8xf32>, tensor<?x8xf32>) {
  // expected-error@+1 {{expected an op whose final states are not results, for their trace, got one that returns them}}
  %y, %h = ssm.scan %x, %x, %x
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>)
      -> (tensor<?x?x8xf32>, tensor<?x8xf32>)
  return %y, %h : tensor<?x?x8xf32>, tensor<?x8xf32>
}
