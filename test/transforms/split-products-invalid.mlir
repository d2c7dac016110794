// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-split-products))' --split-input-file --verify-diagnostics

func.func @choice(%x: tensor<?x?x4xf32>, %w: tensor<8x4xf32>) -> tensor<?x?x8xf32> {
  // expected-error@+1 {{'ssm.linear' op expected ssm.parts "apart" or "together", got "maybe"}}
  %y = ssm.linear %x, %w {ssm.parts = "maybe"} : (tensor<?x?x4xf32>, tensor<8x4xf32>) -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @bias(%x: tensor<?x?x4xf32>, %w: tensor<8x4xf32>, %v: tensor<8xf32>) -> tensor<?x?x8xf32> {
  // expected-error@+1 {{'ssm.linear' op expected a product without a bias for ssm.parts "apart"}}
  %y = ssm.linear %x, %w bias(%v) {ssm.parts = "apart"} : (tensor<?x?x4xf32>, tensor<8x4xf32>, tensor<8xf32>) -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @whole(%x: tensor<?x?x4xf32>, %w: tensor<8x4xf32>) -> tensor<?x?x8xf32> {
  // expected-error@+1 {{'ssm.linear' op expected one reader, which cuts its channels, for ssm.parts "apart"}}
  %y = ssm.linear %x, %w {ssm.parts = "apart"} : (tensor<?x?x4xf32>, tensor<8x4xf32>) -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}
