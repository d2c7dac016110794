// RUN: ssm-opt %s --ssm-tile --verify-diagnostics --split-input-file

func.func @unscheduled(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  // expected-error @+1 {{expected a schedule (ssm-assign-schedule gives one)}}
  %y = ssm.kernel "k" ins(%x : tensor<?x?x8xf32>) {
  ^bb0(%a: tensor<?x?x8xf32>):
    %0 = ssm.activation silu %a : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
    ssm.yield %0 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @shifted(%x: tensor<?x?x8xf32>, %w: tensor<8x2xf32>) -> tensor<?x?x8xf32> {
  %y = ssm.kernel "k" ins(%x, %w : tensor<?x?x8xf32>, tensor<8x2xf32>) schedule(<time = 4, channels = 8>) {
  ^bb0(%a: tensor<?x?x8xf32>, %b: tensor<8x2xf32>):
    // expected-error @+1 {{expected its result to be read at its own token in a kernel}}
    %0 = ssm.activation silu %a : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
    %1 = ssm.conv1d identity %0, %b : (tensor<?x?x8xf32>, tensor<8x2xf32>) -> tensor<?x?x8xf32>
    ssm.yield %1 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @two(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  %y = ssm.kernel "k" ins(%x : tensor<?x?x8xf32>) schedule(<time = 4, channels = 8>) {
  ^bb0(%a: tensor<?x?x8xf32>):
    // expected-note @+1 {{another one is here}}
    %0 = ssm.scan %a, %a, %a : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
    // expected-error @+1 {{expected one recurrence, contraction or reduction in a kernel}}
    %1 = ssm.scan %0, %a, %a : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
    ssm.yield %1 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}
