// RUN: ssm-opt %s --split-input-file --verify-diagnostics --ssm-fuse

// A size that only a result's attribute says.

func.func @unsaid(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  // expected-note@+1 {{the result is made here}}
  %y, %h = ssm.scan %x, %x, %x every 4
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>)
      -> (tensor<?x?x8xf32>, tensor<?x?x8xf32>)
  // expected-error@+1 {{expected result 0 with ssm.every = 4, got 1}}
  return %h : tensor<?x?x8xf32>
}

// -----

// expected-note@+1 {{the result is made here}}
func.func @wrong(%x: tensor<?x?x8xf32>) -> (tensor<?x?x8xf32> {ssm.every = 2}) {
  // expected-error@+1 {{expected result 0 with ssm.every = 1, got 2}}
  return %x : tensor<?x?x8xf32>
}

// -----

func.func @read(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  %y, %h = ssm.scan %x, %x, %x every 4
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>)
      -> (tensor<?x?x8xf32>, tensor<?x?x8xf32>)
  // expected-error@+1 {{expected states after every 4 tokens to be returned, got a reader}}
  %z = ssm.activation silu %h : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %z : tensor<?x?x8xf32>
}
