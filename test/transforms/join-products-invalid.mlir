// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-fuse,ssm-join-products))' --split-input-file --verify-diagnostics

func.func @where(%u: tensor<?x?x8xf32>, %low: tensor<?x?x3xf32>, %w: tensor<8x3xf32>) -> tensor<?x?x8xf32> {
  // expected-error @+1 {{expected ssm.fuse "reader", "factor" or "alone", got "elsewhere"}}
  %d = ssm.linear %low, %w {ssm.fuse = "elsewhere"} : (tensor<?x?x3xf32>, tensor<8x3xf32>) -> tensor<?x?x8xf32>
  %y = ssm.scan %u, %d, %d : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @nowhere(%low: tensor<?x?x3xf32>, %w: tensor<8x3xf32>) -> tensor<?x?x8xf32> {
  // expected-error @+1 {{expected a kernel to share for ssm.fuse "reader": a reader is one recurrence, at its own token and channel, a factor is computed point by point or from windows, and neither has a schedule or another product}}
  %d = ssm.linear %low, %w {ssm.fuse = "reader"} : (tensor<?x?x3xf32>, tensor<8x3xf32>) -> tensor<?x?x8xf32>
  return %d : tensor<?x?x8xf32>
}

// -----

// The factor is an argument: no kernel computes it.
func.func @no_factor(%low: tensor<?x?x3xf32>, %w: tensor<8x3xf32>) -> tensor<?x?x8xf32> {
  // expected-error @+1 {{expected a kernel to share for ssm.fuse "factor"}}
  %d = ssm.linear %low, %w {ssm.fuse = "factor"} : (tensor<?x?x3xf32>, tensor<8x3xf32>) -> tensor<?x?x8xf32>
  return %d : tensor<?x?x8xf32>
}
