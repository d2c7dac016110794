// RUN: ssm-opt %s --ssm-derive-forms=forms=prefill,resume,step | FileCheck %s
// RUN: ssm-opt %s --ssm-derive-forms=forms=step | FileCheck %s --check-prefix=STEP
// RUN: ssm-opt %s --ssm-derive-forms | FileCheck %s --check-prefix=NONE
// RUN: ssm-opt %s --ssm-derive-forms="forms=resume states=bf16" | FileCheck %s --check-prefix=NARROW
// RUN: not ssm-opt %s --ssm-derive-forms="forms=step states=i8" 2>&1 | FileCheck %s --check-prefix=TYPE
// RUN: not ssm-opt %s --ssm-derive-forms=forms=prefil 2>&1 | FileCheck %s --check-prefix=NAME
// RUN: not ssm-opt %s --ssm-derive-forms=forms=step,step 2>&1 | FileCheck %s --check-prefix=TWICE

// NARROW: tensor<?x8x4xbf16> {ssm.name = "scan_0", ssm.state = "scan_0"}
// NARROW-SAME: tensor<?x8x4xbf16> {ssm.name = "scan_0_out", ssm.state = "scan_0"}
// TYPE: expected states of f32, bf16 or f16, got 'i8'
// NAME: expected forms among prefill, resume, step, varlen, trace, resume-cached, step-cached, varlen-cached, got 'prefil'
// TWICE: expected each form once, got 'step' again

// The function as written comes first, unchanged.
// CHECK-LABEL: func.func @layer(
// CHECK-NOT: ssm.tail
// CHECK: return

// CHECK-LABEL: func.func @layer_resume(
// CHECK-SAME: %[[X:[a-z0-9]+]]: tensor<?x?x8xbf16>
// CHECK-SAME: %[[WINDOW:[a-z0-9]+]]: tensor<?x3x8xbf16> {ssm.name = "conv1d_0", ssm.state = "conv1d_0"}
// CHECK-SAME: %[[STATE:[a-z0-9]+]]: tensor<?x8x4xf32> {ssm.name = "scan_0", ssm.state = "scan_0"}
// CHECK-SAME: %[[SECOND:[a-z0-9]+]]: tensor<?x8xf32> {ssm.name = "scan_1", ssm.state = "scan_1"}
// CHECK-SAME: tensor<?x3x8xbf16> {ssm.name = "conv1d_0_out", ssm.state = "conv1d_0"}
// CHECK-SAME: tensor<?x8x4xf32> {ssm.name = "scan_0_out", ssm.state = "scan_0"}
// CHECK-SAME: tensor<?x8xf32> {ssm.name = "scan_1_out", ssm.state = "scan_1"}
// CHECK-NOT: size_classes
// CHECK: %[[U:.*]] = ssm.conv1d silu %[[X]], {{.*}} init(%[[WINDOW]])
// CHECK: %[[TAIL:.*]] = ssm.tail %[[X]] init(%[[WINDOW]])
// CHECK: %[[Y:.*]], %[[FINAL:.*]] = ssm.scan %[[U]], {{.*}} init(%[[STATE]])
// CHECK: %[[Z:.*]], %[[LAST:.*]] = ssm.scan %[[Y]], {{.*}} init(%[[SECOND]])
// CHECK: return %[[Z]], %[[TAIL]], %[[FINAL]], %[[LAST]]

// CHECK-LABEL: func.func @layer_step(
// CHECK: ssm.size_classes = [#ssm.size_class<64x1>, #ssm.size_class<8x1>, #ssm.size_class<1x1>]

// STEP-NOT: @layer(
// STEP: @layer_step(
// NONE-NOT: @layer_

func.func @layer(%x: tensor<?x?x8xbf16>, %w: tensor<8x4xbf16> {ssm.weight = "w"},
                 %a: tensor<8x4xf32> {ssm.weight = "A"}, %b: tensor<8x4xf32> {ssm.weight = "B"},
                 %delta: tensor<?x?x8xf32>, %keep: tensor<?x?x8xf32>)
    -> (tensor<?x?x8xbf16> {ssm.name = "y"}) {
  %u = ssm.conv1d silu %x, %w : (tensor<?x?x8xbf16>, tensor<8x4xbf16>) -> tensor<?x?x8xbf16>
  %p, %q = ssm.discretize zoh %delta, %a, %b
      : (tensor<?x?x8xf32>, tensor<8x4xf32>, tensor<8x4xf32>)
      -> (tensor<?x?x8x4xf32>, tensor<?x?x8x4xf32>)
  %y = ssm.scan %u, %p, %q read(%b)
      : (tensor<?x?x8xbf16>, tensor<?x?x8x4xf32>, tensor<?x?x8x4xf32>, tensor<8x4xf32>)
      -> tensor<?x?x8xbf16>
  %z = ssm.scan %y, %keep, %keep
      : (tensor<?x?x8xbf16>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xbf16>
  return %z : tensor<?x?x8xbf16>
}
