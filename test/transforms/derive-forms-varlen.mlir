// RUN: ssm-opt %s --ssm-derive-forms=forms=varlen --split-input-file --verify-diagnostics | FileCheck %s

// Activations become one row, states keep an entry for each sequence, and what
// reads other tokens than its own is told where sequences end.
// CHECK-LABEL: func.func @layer_varlen(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<1x?x8xbf16>
// CHECK-SAME: %[[KEEP:[a-z0-9]+]]: tensor<1x?x8xf32>
// CHECK-SAME: %[[WINDOW:[a-z0-9]+]]: tensor<?x3x8xbf16> {ssm.name = "conv1d_0", ssm.state = "conv1d_0"}
// CHECK-SAME: %[[STATE:[a-z0-9]+]]: tensor<?x8xf32> {ssm.name = "scan_0", ssm.state = "scan_0"}
// CHECK-SAME: %[[ENDS:[a-z0-9]+]]: tensor<?xi32> {ssm.name = "ends"})
// CHECK-SAME: -> (tensor<1x?x8xbf16>
// CHECK-SAME: tensor<?x3x8xbf16> {ssm.name = "conv1d_0_out", ssm.state = "conv1d_0"}
// CHECK-SAME: tensor<?x8xf32> {ssm.name = "scan_0_out", ssm.state = "scan_0"}
// CHECK-NEXT: ssm.linear %[[X]], %{{.*}} : (tensor<1x?x8xbf16>,
// CHECK-NEXT: ssm.conv1d silu %{{.*}} init(%[[WINDOW]]) packed(%[[ENDS]])
// CHECK-NEXT: ssm.tail %{{.*}} init(%[[WINDOW]]) packed(%[[ENDS]])
// CHECK-NEXT: ssm.scan %{{.*}} init(%[[STATE]]) packed(%[[ENDS]])
func.func @layer(%x: tensor<?x?x8xbf16>, %keep: tensor<?x?x8xf32>,
                 %p: tensor<8x8xbf16> {ssm.weight = "p"}, %w: tensor<8x4xbf16> {ssm.weight = "w"})
    -> tensor<?x?x8xbf16> {
  %l = ssm.linear %x, %p : (tensor<?x?x8xbf16>, tensor<8x8xbf16>) -> tensor<?x?x8xbf16>
  %u = ssm.conv1d silu %l, %w : (tensor<?x?x8xbf16>, tensor<8x4xbf16>) -> tensor<?x?x8xbf16>
  %y = ssm.scan %u, %keep, %keep
      : (tensor<?x?x8xbf16>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xbf16>
  return %y : tensor<?x?x8xbf16>
}

// -----

// States that the source gives stay; its op is told as the others are.
// CHECK-LABEL: func.func @given_varlen(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<1x?x8xf32>
// CHECK-SAME: %[[H:[a-z0-9]+]]: tensor<?x8xf32>
// CHECK-SAME: %[[ENDS:[a-z0-9]+]]: tensor<?xi32>
// CHECK-NEXT: ssm.scan %[[X]], %[[X]], %[[X]] init(%[[H]]) packed(%[[ENDS]])
func.func @given(%x: tensor<?x?x8xf32>, %h: tensor<?x8xf32>) -> tensor<?x?x8xf32> {
  %y = ssm.scan %x, %x, %x init(%h)
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x8xf32>)
      -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @backwards(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  // expected-error@+1 {{expected an op that can go on where the call before ended, got one that cannot: it begins with the last token}}
  %y = ssm.scan %x, %x, %x reverse
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @turned(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  // expected-error@+1 {{expected an op that reads tokens where they stand, for packed sequences, got one that counts them from the end}}
  %y = ssm.reverse %x : tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

func.func @fixed(%x: tensor<4x?x8xf32>) -> tensor<4x?x8xf32> {
  // expected-error@+1 {{expected u of shape (1, ?, channel) for packed sequences, got 'tensor<4x?x8xf32>'}}
  %y = ssm.scan %x, %x, %x
      : (tensor<4x?x8xf32>, tensor<4x?x8xf32>, tensor<4x?x8xf32>) -> tensor<4x?x8xf32>
  return %y : tensor<4x?x8xf32>
}

// -----

func.func @ordered(%x: tensor<?x?x8xf32>, %h: tensor<?x8xf32>, %o: tensor<1x?xi32>) -> tensor<?x?x8xf32> {
  // expected-error@+1 {{expected tokens in the order of the row, for packed sequences, got an order}}
  %y = ssm.scan %x, %x, %x init(%h) ordered(%o)
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x8xf32>, tensor<1x?xi32>)
      -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}
