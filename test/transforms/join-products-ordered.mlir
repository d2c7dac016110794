// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-fuse,ssm-join-products{target=sm_90a}))' | FileCheck %s

// Must not fire: a window along an order takes steps, a product shares out tokens.
// CHECK-LABEL: func.func @factor
// CHECK: ssm.kernel "factor_conv1d_0"
// CHECK: ssm.kernel "factor_linear_1" ins(%{{.*}}, %{{.*}} : tensor<?x?x2048xbf16>, tensor<96x2048xbf16>) library
// CHECK-NOT: ssm.fuse
// CHECK: return
func.func @factor(%x: tensor<?x?x2048xbf16>, %taps: tensor<2048x4xbf16>, %w: tensor<96x2048xbf16>,
                  %order: tensor<1x?xi32>) -> (tensor<?x?x96xbf16>, tensor<?x?x2048xbf16>) {
  %c = ssm.conv1d silu %x, %taps ordered(%order)
      : (tensor<?x?x2048xbf16>, tensor<2048x4xbf16>, tensor<1x?xi32>) -> tensor<?x?x2048xbf16>
  %y = ssm.linear %c, %w : (tensor<?x?x2048xbf16>, tensor<96x2048xbf16>) -> tensor<?x?x96xbf16>
  %s = ssm.scan %c, %c, %c ordered(%order)
      : (tensor<?x?x2048xbf16>, tensor<?x?x2048xbf16>, tensor<?x?x2048xbf16>, tensor<1x?xi32>)
      -> tensor<?x?x2048xbf16>
  return %y, %s : tensor<?x?x96xbf16>, tensor<?x?x2048xbf16>
}

// A product sees each token alone: a recurrence that walks an order computes it
// for the tokens of its tile.
// CHECK-LABEL: func.func @reader
// CHECK: ssm.kernel "reader_scan_1" ins({{.*}} tensor<1x?xi32>)
// CHECK: ssm.linear {{.*}}ssm.fuse = "reader"
// CHECK: ssm.scan {{.*}} ordered
// CHECK: return
func.func @reader(%x: tensor<?x?x8xbf16>, %w: tensor<64x8xbf16>, %g: tensor<?x?x64xbf16>,
                  %order: tensor<1x?xi32>) -> tensor<?x?x64xbf16> {
  %u = ssm.linear %x, %w {ssm.fuse = "reader"} : (tensor<?x?x8xbf16>, tensor<64x8xbf16>) -> tensor<?x?x64xbf16>
  %y = ssm.scan %u, %g, %g ordered(%order)
      : (tensor<?x?x64xbf16>, tensor<?x?x64xbf16>, tensor<?x?x64xbf16>, tensor<1x?xi32>) -> tensor<?x?x64xbf16>
  return %y : tensor<?x?x64xbf16>
}
