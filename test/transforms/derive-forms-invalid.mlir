// RUN: ssm-opt %s --ssm-derive-forms=forms=resume --split-input-file --verify-diagnostics

func.func @window(%x: tensor<?x?x8xf32>, %w: tensor<8x4xf32>) -> tensor<?x?x8xf32> {
  // expected-error@+1 {{expected an op that can go on where the call before ended, got one that cannot: its window reaches to later tokens}}
  %u = ssm.conv1d silu %x, %w reverse : (tensor<?x?x8xf32>, tensor<8x4xf32>) -> tensor<?x?x8xf32>
  return %u : tensor<?x?x8xf32>
}

// -----

func.func @scan(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  // expected-error@+1 {{expected an op that can go on where the call before ended, got one that cannot: it begins with the last token}}
  %y = ssm.scan %x, %x, %x reverse
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

// expected-error@+1 {{expected no function named 'taken_resume' beside it}}
func.func @taken(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  return %x : tensor<?x?x8xf32>
}

func.func @taken_resume(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  return %x : tensor<?x?x8xf32>
}

// -----

// A window of one token and a scan that is given its state remember nothing more.
func.func @given(%x: tensor<?x?x8xf32>, %w: tensor<8x1xf32>, %h: tensor<?x8xf32>)
    -> (tensor<?x?x8xf32>, tensor<?x8xf32>) {
  %u = ssm.conv1d silu %x, %w : (tensor<?x?x8xf32>, tensor<8x1xf32>) -> tensor<?x?x8xf32>
  %y, %last = ssm.scan %u, %u, %u init(%h)
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x8xf32>)
      -> (tensor<?x?x8xf32>, tensor<?x8xf32>)
  return %y, %last : tensor<?x?x8xf32>, tensor<?x8xf32>
}

// -----

func.func @ordered_window(%x: tensor<?x?x8xf32>, %w: tensor<8x4xf32>, %o: tensor<1x?xi32>) -> tensor<?x?x8xf32> {
  // expected-error@+1 {{expected an op that can go on where the call before ended, got one that cannot: its tokens follow an order of the whole sequence}}
  %u = ssm.conv1d silu %x, %w ordered(%o) : (tensor<?x?x8xf32>, tensor<8x4xf32>, tensor<1x?xi32>) -> tensor<?x?x8xf32>
  return %u : tensor<?x?x8xf32>
}

// -----

func.func @ordered_scan(%x: tensor<?x?x8xf32>, %o: tensor<1x?xi32>) -> tensor<?x?x8xf32> {
  // expected-error@+1 {{expected an op that can go on where the call before ended, got one that cannot: its tokens follow an order of the whole sequence}}
  %y = ssm.scan %x, %x, %x ordered(%o)
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<1x?xi32>) -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @ordered_recurrence(%x: tensor<?x?x8xf32>, %o: tensor<1x?xi32>) -> tensor<?x?x8xf32> {
  // expected-error@+1 {{expected an op that can go on where the call before ended, got one that cannot: its tokens follow an order of the whole sequence}}
  %y = ssm.recurrence ins(%x "btc") ordered(%o) : (tensor<?x?x8xf32>, tensor<1x?xi32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %s: f32):
    %n = arith.addf %s, %u : f32
    ssm.yield %n, %n : f32, f32
  }
  return %y : tensor<?x?x8xf32>
}
