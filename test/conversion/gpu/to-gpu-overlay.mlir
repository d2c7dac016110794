// RUN: ssm-compile %s --target=sm_80 -o - | FileCheck %s

// The reads of a scan take the place of delta where four lanes share a channel:
// all lanes must have read delta before the first one stores, whatever barriers
// the other inputs needed.

// CHECK-LABEL: .visible .entry k(
// CHECK: bar.warp.sync
// CHECK: shfl.sync.bfly
// CHECK: shfl.sync.bfly
// CHECK-NOT: st.shared
// CHECK: bar.warp.sync
// CHECK: st.shared
// CHECK-NOT: shfl.sync
func.func @overlay(%u: tensor<?x?x32xbf16>, %d: tensor<?x?x32xbf16>, %z: tensor<?x?x32xbf16>,
    %B: tensor<?x?x4xbf16>, %C: tensor<?x?x4xbf16>, %A: tensor<32x4xf32>)
    -> (tensor<?x?x32xbf16>, tensor<?x32x4xf32>) {
  %r:2 = ssm.kernel "k" ins(%u, %d, %z, %B, %C, %A : tensor<?x?x32xbf16>, tensor<?x?x32xbf16>, tensor<?x?x32xbf16>,
      tensor<?x?x4xbf16>, tensor<?x?x4xbf16>, tensor<32x4xf32>)
      schedule(<time = 4, channels = 8, stages = 2, lanes = 4, owner = warp>) {
  ^bb0(%x: tensor<?x?x32xbf16>, %dt: tensor<?x?x32xbf16>, %g: tensor<?x?x32xbf16>,
      %b: tensor<?x?x4xbf16>, %c: tensor<?x?x4xbf16>, %a: tensor<32x4xf32>):
    %delta = ssm.activation softplus %dt : (tensor<?x?x32xbf16>) -> tensor<?x?x32xf32>
    %abar, %bbar = ssm.discretize mamba %delta, %a, %b
        : (tensor<?x?x32xf32>, tensor<32x4xf32>, tensor<?x?x4xbf16>) -> (tensor<?x?x32x4xf32>, tensor<?x?x32x4xf32>)
    %y, %h = ssm.scan %x, %abar, %bbar read(%c)
        : (tensor<?x?x32xbf16>, tensor<?x?x32x4xf32>, tensor<?x?x32x4xf32>, tensor<?x?x4xbf16>)
        -> (tensor<?x?x32xf32>, tensor<?x32x4xf32>)
    %o = ssm.gate silu %y, %g : (tensor<?x?x32xf32>, tensor<?x?x32xbf16>) -> tensor<?x?x32xbf16>
    ssm.yield %o, %h : tensor<?x?x32xbf16>, tensor<?x32x4xf32>
  } -> tensor<?x?x32xbf16>, tensor<?x32x4xf32>
  return %r#0, %r#1 : tensor<?x?x32xbf16>, tensor<?x32x4xf32>
}
