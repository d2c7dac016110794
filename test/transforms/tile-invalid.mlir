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

// -----

func.func @two_products(%x: tensor<?x?x8xf32>, %w: tensor<8x8xf32>) -> tensor<?x?x8xf32> {
  %y = ssm.kernel "k" ins(%x, %w : tensor<?x?x8xf32>, tensor<8x8xf32>) schedule(<time = 4, channels = 8>) {
  ^bb0(%a: tensor<?x?x8xf32>, %m: tensor<8x8xf32>):
    %0 = ssm.linear %a, %m : (tensor<?x?x8xf32>, tensor<8x8xf32>) -> tensor<?x?x8xf32>
    // expected-error @+1 {{expected one recurrence, contraction or reduction in a kernel, or a recurrence and a product}}
    %1 = ssm.linear %a, %m : (tensor<?x?x8xf32>, tensor<8x8xf32>) -> tensor<?x?x8xf32>
    // expected-note @-3 {{another one is here}}
    %2 = ssm.scan %a, %0, %1 : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
    ssm.yield %2 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @long_sum(%x: tensor<?x?x8xf32>, %low: tensor<?x?x65537xf32>, %w: tensor<8x65537xf32>) -> tensor<?x?x8xf32> {
  %y = ssm.kernel "k" ins(%x, %low, %w : tensor<?x?x8xf32>, tensor<?x?x65537xf32>, tensor<8x65537xf32>) schedule(<time = 4, channels = 8>) {
  ^bb0(%a: tensor<?x?x8xf32>, %l: tensor<?x?x65537xf32>, %m: tensor<8x65537xf32>):
    // expected-error @+1 {{expected at most 65536 products a sum, which lie whole in every tile of a recurrence, got 65537}}
    %0 = ssm.linear %l, %m : (tensor<?x?x65537xf32>, tensor<8x65537xf32>) -> tensor<?x?x8xf32>
    %1 = ssm.scan %a, %0, %0 : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
    ssm.yield %1 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @missing(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
    attributes {ssm.size_classes = [#ssm.size_class<8x16>, #ssm.size_class<2x16>]} {
  // expected-error @+1 {{expected alternatives for the 2 size classes of the function, got 1 of them and 1 others}}
  %y = ssm.kernel "k" ins(%x : tensor<?x?x8xf32>)
      alternatives [#ssm.alternative<at = [<8x16>], schedule = <time = 4, channels = 8>>,
                    #ssm.alternative<at = [<1x16>], schedule = <time = 8, channels = 8>>] {
  ^bb0(%a: tensor<?x?x8xf32>):
    %0 = ssm.activation silu %a : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
    ssm.yield %0 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

// Two cells would store the same factor.
func.func @stored_twice(%x: tensor<?x?x8xf32>, %w: tensor<3x8xf32>) -> (tensor<?x?x3xf32>, tensor<?x?x8xf32>) {
  // expected-error @+1 {{expected a schedule with all channels in a tile, for it stores a factor, got 2}}
  %y:2 = ssm.kernel "k" ins(%x, %w : tensor<?x?x8xf32>, tensor<3x8xf32>) schedule(<time = 4, channels = 2, inner = 4>) {
  ^bb0(%a: tensor<?x?x8xf32>, %m: tensor<3x8xf32>):
    %0 = ssm.activation silu %a : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
    %1 = ssm.linear %0, %m : (tensor<?x?x8xf32>, tensor<3x8xf32>) -> tensor<?x?x3xf32>
    ssm.yield %1, %0 : tensor<?x?x3xf32>, tensor<?x?x8xf32>
  } -> tensor<?x?x3xf32>, tensor<?x?x8xf32>
  return %y#0, %y#1 : tensor<?x?x3xf32>, tensor<?x?x8xf32>
}
