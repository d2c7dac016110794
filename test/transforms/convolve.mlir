// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-convolve{mode=always}))' --split-input-file | FileCheck %s

// The recurrence answers an impulse with the kernel; what it is made of is copied
// with batch 1.
// CHECK-LABEL: func.func @s4d
// CHECK-SAME: %[[X:[^:]*]]: tensor<?x?x8xf32>, %[[DT:[^:]*]]: tensor<8xf32>
func.func @s4d(%x: tensor<?x?x8xf32>, %dt: tensor<8xf32>, %A: tensor<8x2xf32>, %B: tensor<8x2xf32>,
               %C: tensor<8x2xf32>, %D: tensor<8xf32>) -> tensor<?x?x8xf32> {
  %delta = ssm.broadcast %dt like %x : (tensor<8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  %a, %b = ssm.discretize zoh %delta, %A, %B : (tensor<?x?x8xf32>, tensor<8x2xf32>, tensor<8x2xf32>)
      -> (tensor<?x?x8x2xf32>, tensor<?x?x8x2xf32>)
  // CHECK: %[[ONE:.*]] = arith.constant dense<1.000000e+00> : tensor<1x1x8xf32>
  // CHECK-NEXT: %[[P:.*]] = ssm.pad %[[ONE]] : tensor<1x1x8xf32> -> tensor<1x?x8xf32>
  // CHECK: ssm.broadcast %[[DT]] like %{{.*}} -> tensor<1x?x8xf32>
  // CHECK: %[[A:.*]], %[[B:.*]] = ssm.discretize zoh {{.*}} -> (tensor<1x?x8x2xf32>, tensor<1x?x8x2xf32>)
  // CHECK: %[[K:.*]] = ssm.scan %[[P]], %[[A]], %[[B]] read(%{{.*}}) skip(%{{.*}}) {ssm.convolve = "recurrence", ssm.convolve_reason = "its answer to an impulse"}
  // CHECK-SAME: -> tensor<1x?x8xf32>
  // CHECK: %[[Y:.*]] = ssm.long_conv %[[X]], %[[K]] {ssm.convolve = "convolution", ssm.convolve_reason = "asked for"}
  // CHECK: return %[[Y]]
  %y = ssm.scan %x, %a, %b read(%C) skip(%D)
      : (tensor<?x?x8xf32>, tensor<?x?x8x2xf32>, tensor<?x?x8x2xf32>, tensor<8x2xf32>, tensor<8xf32>)
      -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

// Coupled states; one that runs backwards is given the last token, and leaves its
// kernel the other way round. The convolution is f32 whatever is around it.
// CHECK-LABEL: func.func @rotation
func.func @rotation(%x: tensor<?x?x8xbf16>, %c: tensor<8xf32>, %s: tensor<8xf32>) -> tensor<?x?x8xbf16> {
  // CHECK: %[[P:.*]] = ssm.pad %{{.*}} : tensor<1x1x8xbf16> -> tensor<1x?x8xbf16>
  // CHECK: %[[R:.*]] = ssm.reverse %[[P]]
  // CHECK: %[[K:.*]] = ssm.recurrence ins(%[[R]] "btc", %{{.*}} "c", %{{.*}} "c") reverse
  // CHECK-SAME: -> tensor<1x?x8xf32>
  // CHECK: %[[X:.*]] = ssm.activation identity %{{.*}} : (tensor<?x?x8xbf16>) -> tensor<?x?x8xf32>
  // CHECK: %[[Y:.*]] = ssm.long_conv %[[X]], %[[K]] reverse
  // CHECK: ssm.activation identity %[[Y]] : (tensor<?x?x8xf32>) -> tensor<?x?x8xbf16>
  %0 = ssm.recurrence ins(%x "btc", %c "c", %s "c") reverse
      : (tensor<?x?x8xbf16>, tensor<8xf32>, tensor<8xf32>) -> tensor<?x?x8xbf16> {
  ^bb0(%u: f32, %ce: f32, %se: f32, %p: f32, %q: f32):
    %0 = arith.mulf %ce, %p : f32
    %1 = arith.mulf %se, %q : f32
    %2 = arith.subf %0, %1 : f32
    %re = arith.addf %2, %u : f32
    %3 = arith.mulf %ce, %q : f32
    %4 = arith.mulf %se, %p : f32
    %im = arith.addf %3, %4 : f32
    ssm.yield %re, %im, %im : f32, f32, f32
  }
  return %0 : tensor<?x?x8xbf16>
}

// -----

// A way that stands in the source is kept, and what answers an impulse is not
// taken for a signal again.
// CHECK-LABEL: func.func @written
func.func @written(%x: tensor<?x?x8xf32>, %a: tensor<8xf32>) -> tensor<?x?x8xf32> {
  // CHECK-NOT: ssm.long_conv
  // CHECK: ssm.recurrence {{.*}} {ssm.convolve = "recurrence", ssm.convolve_reason = "written in the source"}
  %0 = ssm.recurrence ins(%x "btc", %a "c") {ssm.convolve = "recurrence"}
      : (tensor<?x?x8xf32>, tensor<8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %d: f32, %h: f32):
    %0 = arith.mulf %d, %h : f32
    %1 = arith.addf %0, %u : f32
    ssm.yield %1, %1 : f32, f32
  }
  return %0 : tensor<?x?x8xf32>
}
