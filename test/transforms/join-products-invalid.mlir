// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-fuse,ssm-join-products))' --split-input-file --verify-diagnostics

func.func @where(%u: tensor<?x?x8xf32>, %low: tensor<?x?x3xf32>, %w: tensor<8x3xf32>) -> tensor<?x?x8xf32> {
  // expected-error @+1 {{expected ssm.fuse "reader" or "alone", got "elsewhere"}}
  %d = ssm.linear %low, %w {ssm.fuse = "elsewhere"} : (tensor<?x?x3xf32>, tensor<8x3xf32>) -> tensor<?x?x8xf32>
  %y = ssm.scan %u, %d, %d : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @nowhere(%low: tensor<?x?x3xf32>, %w: tensor<8x3xf32>) -> tensor<?x?x8xf32> {
  // expected-error @+1 {{expected one kernel to read it, of a recurrence without a schedule and another product, at its own token and channel, for ssm.fuse "reader"}}
  %d = ssm.linear %low, %w {ssm.fuse = "reader"} : (tensor<?x?x3xf32>, tensor<8x3xf32>) -> tensor<?x?x8xf32>
  return %d : tensor<?x?x8xf32>
}
