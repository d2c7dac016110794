// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-fuse))' --split-input-file | FileCheck %s

// What sees tokens alone stands before and after a scan along an order; a window
// of that order that alone it reads joins it as well.
// CHECK-LABEL: func.func @joins
// CHECK: ssm.kernel "joins_scan_0" ins({{.*}}tensor<1x?xi32>{{.*}}) {
// CHECK: ssm.conv1d {{.*}} ordered
// CHECK: ssm.activation
// CHECK: ssm.scan {{.*}} ordered
// CHECK: arith.addf
// CHECK: ssm.gate
// CHECK-NOT: ssm.kernel
// CHECK: return
func.func @joins(%x: tensor<?x?x8xf32>, %w: tensor<8x2xf32>, %o: tensor<1x?xi32>, %b: tensor<?x?x8xf32>)
    -> tensor<?x?x8xf32> {
  %u = ssm.conv1d silu %x, %w ordered(%o)
      : (tensor<?x?x8xf32>, tensor<8x2xf32>, tensor<1x?xi32>) -> tensor<?x?x8xf32>
  %a = ssm.activation sigmoid %x : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  %y = ssm.scan %u, %a, %x ordered(%o)
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<1x?xi32>) -> tensor<?x?x8xf32>
  %s = arith.addf %b, %y : tensor<?x?x8xf32>
  %g = ssm.gate silu %s, %x : (tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %g : tensor<?x?x8xf32>
}

// -----

// Four directions are four kernels: the last one adds what the others wrote.
// CHECK-LABEL: func.func @cross
// CHECK: ssm.kernel "cross_scan_0"
// CHECK-NOT: addf
// CHECK: ssm.kernel "cross_scan_1"
// CHECK-NOT: addf
// CHECK: ssm.kernel "cross_scan_2"
// CHECK-NOT: addf
// CHECK: ssm.kernel "cross_scan_3"
// CHECK-COUNT-2: arith.addf
// CHECK: ssm.scan {{.*}} ordered({{.*}}) reverse
// CHECK: arith.addf
// CHECK-NOT: ssm.kernel
// CHECK: return
func.func @cross(%x: tensor<?x?x8xf32>, %o: tensor<1x?xi32>) -> tensor<?x?x8xf32> {
  %0 = ssm.scan %x, %x, %x : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  %1 = ssm.scan %x, %x, %x ordered(%o)
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<1x?xi32>) -> tensor<?x?x8xf32>
  %2 = arith.addf %0, %1 : tensor<?x?x8xf32>
  %3 = ssm.scan %x, %x, %x reverse
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  %4 = arith.addf %2, %3 : tensor<?x?x8xf32>
  %5 = ssm.scan %x, %x, %x ordered(%o) reverse
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<1x?xi32>) -> tensor<?x?x8xf32>
  %6 = arith.addf %4, %5 : tensor<?x?x8xf32>
  return %6 : tensor<?x?x8xf32>
}

// -----

// Must not fire: a window along the row in the kernel of an order.
// CHECK-LABEL: func.func @window
// CHECK: ssm.kernel "window_conv1d_0"
// CHECK: ssm.kernel "window_scan_1"
// CHECK: return
func.func @window(%x: tensor<?x?x8xf32>, %w: tensor<8x2xf32>, %o: tensor<1x?xi32>) -> tensor<?x?x8xf32> {
  %u = ssm.conv1d silu %x, %w : (tensor<?x?x8xf32>, tensor<8x2xf32>) -> tensor<?x?x8xf32>
  %y = ssm.scan %u, %x, %x ordered(%o)
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<1x?xi32>) -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

// Must not fire: a window of another order, and one of an order in the kernel of
// a scan along the row.
// CHECK-LABEL: func.func @others
// CHECK: ssm.kernel "others_conv1d_0"
// CHECK: ssm.kernel "others_scan_1"
// CHECK: ssm.kernel "others_conv1d_2"
// CHECK: ssm.kernel "others_scan_3"
// CHECK: return
func.func @others(%x: tensor<?x?x8xf32>, %w: tensor<8x2xf32>, %o: tensor<1x?xi32>, %p: tensor<1x?xi32>)
    -> (tensor<?x?x8xf32>, tensor<?x?x8xf32>) {
  %u = ssm.conv1d silu %x, %w ordered(%p)
      : (tensor<?x?x8xf32>, tensor<8x2xf32>, tensor<1x?xi32>) -> tensor<?x?x8xf32>
  %y = ssm.scan %u, %x, %x ordered(%o)
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<1x?xi32>) -> tensor<?x?x8xf32>
  %v = ssm.conv1d silu %x, %w ordered(%o)
      : (tensor<?x?x8xf32>, tensor<8x2xf32>, tensor<1x?xi32>) -> tensor<?x?x8xf32>
  %z = ssm.scan %v, %x, %x
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %y, %z : tensor<?x?x8xf32>, tensor<?x?x8xf32>
}

// -----

// Must not fire: what reads a reversal, which is copied into its readers, in the
// kernel of an order.
// CHECK-LABEL: func.func @reversal
// CHECK: ssm.kernel "reversal_scan_0"
// CHECK: ssm.kernel "reversal_addf_1"
// CHECK: ssm.reverse
// CHECK: return
func.func @reversal(%x: tensor<?x?x8xf32>, %o: tensor<1x?xi32>) -> tensor<?x?x8xf32> {
  %y = ssm.scan %x, %x, %x ordered(%o)
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<1x?xi32>) -> tensor<?x?x8xf32>
  %r = ssm.reverse %x : tensor<?x?x8xf32>
  %s = arith.addf %y, %r : tensor<?x?x8xf32>
  return %s : tensor<?x?x8xf32>
}

// -----

// Must not fire: a scan does not join another one, nor a norm or a product.
// CHECK-LABEL: func.func @sums
// CHECK: ssm.kernel "sums_scan_0"
// CHECK: ssm.kernel "sums_scan_1"
// CHECK: ssm.kernel "sums_rms_norm_2"
// CHECK: ssm.kernel "sums_linear_3"
// CHECK: return
func.func @sums(%x: tensor<?x?x8xf32>, %w: tensor<8xf32>, %m: tensor<4x8xf32>, %o: tensor<1x?xi32>)
    -> tensor<?x?x4xf32> {
  %y = ssm.scan %x, %x, %x ordered(%o)
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<1x?xi32>) -> tensor<?x?x8xf32>
  %z = ssm.scan %y, %x, %x ordered(%o)
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<1x?xi32>) -> tensor<?x?x8xf32>
  %n = ssm.rms_norm %z, %w : (tensor<?x?x8xf32>, tensor<8xf32>) -> tensor<?x?x8xf32>
  %p = ssm.linear %n, %m : (tensor<?x?x8xf32>, tensor<4x8xf32>) -> tensor<?x?x4xf32>
  return %p : tensor<?x?x4xf32>
}
