// RUN: ssm-opt %s --ssm-derive-forms=forms=trace | FileCheck %s
// RUN: ssm-opt %s "--ssm-derive-forms=forms=trace every=64 states=bf16" | FileCheck %s --check-prefix=EVERY

// A window gives its tokens, a recurrence its states after every so many tokens.

// CHECK-LABEL: func.func @f_trace
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x?x8xbf16>
// CHECK-SAME: %[[T:[a-z0-9]+]]: tensor<?x3x8xbf16> {ssm.name = "conv1d_0", ssm.state = "conv1d_0"}
// CHECK-SAME: %[[H:[a-z0-9]+]]: tensor<?x8xf32> {ssm.name = "scan_0", ssm.state = "scan_0"}
// CHECK-SAME: -> (tensor<?x?x8xf32>, tensor<?x?x8xbf16> {ssm.name = "conv1d_0_trace", ssm.trace = "conv1d_0"},
// CHECK-SAME: tensor<?x?x8xf32> {ssm.name = "scan_0_trace", ssm.trace = "scan_0"})
// CHECK-SAME: ssm.size_classes = [#ssm.size_class<64x8>, #ssm.size_class<8x8>, #ssm.size_class<1x8>]
// CHECK: ssm.conv1d silu %[[X]], %{{.*}} init(%[[T]])
// CHECK: %[[TOKENS:.*]] = ssm.activation identity %[[X]]
// CHECK: %[[Y:.*]], %[[STATES:.*]] = ssm.scan {{.*}} init(%[[H]]) every 1
// CHECK: return %[[Y]], %[[TOKENS]], %[[STATES]]

// EVERY-LABEL: func.func @f_trace
// EVERY-SAME: ssm.every = 64 : i64, ssm.name = "scan_0_trace"
// EVERY-NOT: size_classes
// EVERY: every 64
// EVERY-SAME: tensor<?x?x8xbf16>)
func.func @f(%x: tensor<?x?x8xbf16>, %w: tensor<8x4xbf16> {ssm.weight = "w"},
             %a: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  %u = ssm.conv1d silu %x, %w
      : (tensor<?x?x8xbf16>, tensor<8x4xbf16>) -> tensor<?x?x8xbf16>
  %y = ssm.scan %u, %a, %a
      : (tensor<?x?x8xbf16>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}
