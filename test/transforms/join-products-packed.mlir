// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-fuse,ssm-join-products{target=sm_90a}))' | FileCheck %s

// Must not fire: a window on packed sequences walks each of them, a product does
// not; it stays beside the window, with nothing to decide.
// CHECK-LABEL: func.func @factor
// CHECK: ssm.kernel "factor_conv1d_0"
// CHECK: ssm.kernel "factor_linear_1" ins(%{{.*}}, %{{.*}} : tensor<1x?x2048xbf16>, tensor<96x2048xbf16>) library
// CHECK-NOT: ssm.fuse
// CHECK: return
func.func @factor(%x: tensor<1x?x2048xbf16>, %taps: tensor<2048x4xbf16>, %w: tensor<96x2048xbf16>,
                  %ends: tensor<?xi32>) -> (tensor<1x?x96xbf16>, tensor<1x?x2048xbf16>) {
  %c = ssm.conv1d silu %x, %taps packed(%ends)
      : (tensor<1x?x2048xbf16>, tensor<2048x4xbf16>, tensor<?xi32>) -> tensor<1x?x2048xbf16>
  %y = ssm.linear %c, %w : (tensor<1x?x2048xbf16>, tensor<96x2048xbf16>) -> tensor<1x?x96xbf16>
  %s = ssm.scan %c, %c, %c packed(%ends)
      : (tensor<1x?x2048xbf16>, tensor<1x?x2048xbf16>, tensor<1x?x2048xbf16>, tensor<?xi32>)
      -> tensor<1x?x2048xbf16>
  return %y, %s : tensor<1x?x96xbf16>, tensor<1x?x2048xbf16>
}

// A recurrence walks them, and computes the product that it alone reads in its
// own tiles of tokens.
// CHECK-LABEL: func.func @reader
// CHECK: ssm.kernel "reader_scan_1" ins({{.*}} tensor<?xi32>)
// CHECK: ssm.linear {{.*}}ssm.fuse = "reader"
// CHECK: ssm.scan {{.*}} packed
// CHECK: return
func.func @reader(%x: tensor<1x?x8xbf16>, %w: tensor<64x8xbf16>, %g: tensor<1x?x64xbf16>,
                  %ends: tensor<?xi32>) -> tensor<1x?x64xbf16> {
  %u = ssm.linear %x, %w {ssm.fuse = "reader"} : (tensor<1x?x8xbf16>, tensor<64x8xbf16>) -> tensor<1x?x64xbf16>
  %y = ssm.scan %u, %g, %g packed(%ends)
      : (tensor<1x?x64xbf16>, tensor<1x?x64xbf16>, tensor<1x?x64xbf16>, tensor<?xi32>) -> tensor<1x?x64xbf16>
  return %y : tensor<1x?x64xbf16>
}
