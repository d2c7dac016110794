// RUN: ssm-opt %s --ssm-derive-forms=forms=step-cached,varlen-cached --split-input-file --verify-diagnostics | FileCheck %s

// A state is an argument that is a cache, read in front and written behind; the
// tokens of a sequence without a slot leave as zeros.
// CHECK-LABEL: func.func @layer_step_cached(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x?x8xf32>
// CHECK-SAME: %[[WINDOW:[a-z0-9]+]]: tensor<?x3x8xf32> {ssm.cache, ssm.name = "conv1d_0_cache", ssm.state = "conv1d_0_cache"}
// CHECK-SAME: %[[STATE:[a-z0-9]+]]: tensor<?x8xf32> {ssm.cache, ssm.name = "scan_0_cache", ssm.state = "scan_0_cache"}
// CHECK-SAME: %[[SLOTS:[a-z0-9]+]]: tensor<?xi32> {ssm.name = "slots"})
// CHECK-SAME: -> (tensor<?x?x8xf32>
// CHECK-SAME: tensor<?x3x8xf32> {ssm.in_place = "conv1d_0_cache", ssm.name = "conv1d_0_cache_out", ssm.state = "conv1d_0_cache"}
// CHECK-SAME: tensor<?x8xf32> {ssm.in_place = "scan_0_cache", ssm.name = "scan_0_cache_out", ssm.state = "scan_0_cache"}
// CHECK-SAME: ssm.size_classes = [#ssm.size_class<64x1>, #ssm.size_class<8x1>, #ssm.size_class<1x1>]
// CHECK-DAG: %[[W0:.*]] = ssm.gather %[[WINDOW]] at(%[[SLOTS]])
// CHECK-DAG: %[[H0:.*]] = ssm.gather %[[STATE]] at(%[[SLOTS]])
// CHECK: %[[U:.*]] = ssm.conv1d silu %[[X]], %{{.*}} init(%[[W0]])
// CHECK: %[[W1:.*]] = ssm.tail %[[X]] init(%[[W0]])
// CHECK: %[[Y:.*]], %[[H1:.*]] = ssm.scan %[[U]], %{{.*}} init(%[[H0]])
// CHECK-DAG: %[[W2:.*]] = ssm.scatter %[[W1]] into %[[WINDOW]] at(%[[SLOTS]])
// CHECK-DAG: %[[H2:.*]] = ssm.scatter %[[H1]] into %[[STATE]] at(%[[SLOTS]])
// CHECK-DAG: %[[M:.*]] = ssm.mask %[[Y]] at(%[[SLOTS]])
// CHECK: return %[[M]], %[[W2]], %[[H2]]

// In a row of packed sequences a token has the slot of its sequence.
// CHECK-LABEL: func.func @layer_varlen_cached(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<1x?x8xf32>
// CHECK-SAME: tensor<?x3x8xf32> {ssm.cache,
// CHECK-SAME: %[[SLOTS:[a-z0-9]+]]: tensor<?xi32> {ssm.name = "slots"}, %[[ENDS:[a-z0-9]+]]: tensor<?xi32> {ssm.name = "ends"})
// CHECK: ssm.scan {{.*}} packed(%[[ENDS]])
// CHECK: ssm.mask %{{.*}} at(%[[SLOTS]]) packed(%[[ENDS]]) : (tensor<1x?x8xf32>
func.func @layer(%x: tensor<?x?x8xf32>, %keep: tensor<?x?x8xf32>, %w: tensor<8x4xf32> {ssm.weight = "w"})
    -> tensor<?x?x8xf32> {
  %u = ssm.conv1d silu %x, %w : (tensor<?x?x8xf32>, tensor<8x4xf32>) -> tensor<?x?x8xf32>
  %y = ssm.scan %u, %keep, %keep
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

// A batch that is a number has no slots.
func.func @fixed(%x: tensor<2x?x8xf32>, %keep: tensor<2x?x8xf32>) -> tensor<2x?x8xf32> {
  // expected-error@+1 {{expected state 'scan_0' of a symbolic batch, for a cache, got 'tensor<2x8xf32>'}}
  %y = ssm.scan %x, %keep, %keep
      : (tensor<2x?x8xf32>, tensor<2x?x8xf32>, tensor<2x?x8xf32>) -> tensor<2x?x8xf32>
  return %y : tensor<2x?x8xf32>
}
