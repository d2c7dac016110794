// RUN: ssm-opt %s --split-input-file --verify-diagnostics --ssm-tile | FileCheck %s

// States that are results are stored in the loop, by the tile that ends theirs.

// CHECK-LABEL: ssm.tile.kernel @k
// CHECK: ssm.tile.for time init
// CHECK: %{{.*}}, %[[H:.*]] = ssm.tile.scan
// CHECK: %[[NARROW:.*]] = ssm.tile.map(%[[H]])
// CHECK: ssm.tile.store %[[NARROW]], %{{.*}}[#[[EVERY:.*]]] : <channel: 8, bf16>, memref<?x?x8xbf16>
// CHECK: ssm.yield %[[H]]
// CHECK-NOT: ssm.tile.store
func.func @f(%x: tensor<?x?x8xf32>) -> (tensor<?x?x8xf32>, tensor<?x?x8xbf16> {ssm.every = 8}) {
  %0:2 = ssm.kernel "k" ins(%x : tensor<?x?x8xf32>) schedule(<time = 4, channels = 8>) {
  ^bb0(%u: tensor<?x?x8xf32>):
    %y, %h = ssm.scan %u, %u, %u every 8
        : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>)
        -> (tensor<?x?x8xf32>, tensor<?x?x8xbf16>)
    ssm.yield %y, %h : tensor<?x?x8xf32>, tensor<?x?x8xbf16>
  } -> tensor<?x?x8xf32>, tensor<?x?x8xbf16>
  return %0#0, %0#1 : tensor<?x?x8xf32>, tensor<?x?x8xbf16>
}

// -----

func.func @uneven(%x: tensor<?x?x8xf32>) -> (tensor<?x?x8xf32> {ssm.every = 8}) {
  %0 = ssm.kernel "k" ins(%x : tensor<?x?x8xf32>) schedule(<time = 3, channels = 8>) {
  ^bb0(%u: tensor<?x?x8xf32>):
    // expected-error@+1 {{expected a schedule whose tokens a tile divide the 8 from one state that is a result to the next, got 3}}
    %y, %h = ssm.scan %u, %u, %u every 8
        : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>)
        -> (tensor<?x?x8xf32>, tensor<?x?x8xf32>)
    ssm.yield %h : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %0 : tensor<?x?x8xf32>
}
