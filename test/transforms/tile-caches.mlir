// RUN: ssm-opt %s --ssm-tile --split-input-file | FileCheck %s

// The initial state is loaded from the slot of the batch, the final state stored
// there; the two arguments are one memory. The mask reads the slot as a number.
// CHECK-DAG: #[[BC:.*]] = affine_map<(d0, d1, d2, d3, d4)[s0] -> (d0, d2)>
// CHECK-DAG: #[[B:.*]] = affine_map<(d0, d1, d2, d3, d4)[s0] -> (d0)>
// CHECK: ssm.tile.kernel @scan(
// CHECK-SAME: %[[H:[a-z0-9]+]]: memref<?x8xf32> {ssm.cache}, %[[SLOTS:[a-z0-9]+]]: memref<?xi32>
// CHECK-SAME: %[[Y:[a-z0-9]+]]: memref<?x?x8xf32>, %[[OUT:[a-z0-9]+]]: memref<?x8xf32> {ssm.cache, ssm.in_place = 1 : i64})
// CHECK-SAME: grid = [#ssm<axis batch>, #ssm<axis channel>]
// CHECK-DAG: %[[H0:.*]] = ssm.tile.load %[[H]][#[[BC]]] at(%[[SLOTS]] : memref<?xi32>) : memref<?x8xf32> -> <channel: 8, f32>
// CHECK-DAG: %[[S:.*]] = ssm.tile.load %[[SLOTS]][#[[B]]] : memref<?xi32> -> <i32>
// CHECK: %[[H1:.*]] = ssm.tile.for time init(%[[H0]])
// CHECK: ssm.tile.map(%{{.*}}, %[[S]])
// CHECK: arith.cmpi sge
// CHECK: arith.select
// CHECK: ssm.tile.store %{{.*}}, %[[Y]]
// CHECK: ssm.tile.store %[[H1]], %[[OUT]][#[[BC]]] at(%[[SLOTS]] : memref<?xi32>) : <channel: 8, f32>, memref<?x8xf32>
func.func @f(%x: tensor<?x?x8xf32>, %h: tensor<?x8xf32> {ssm.cache, ssm.name = "h"}, %slots: tensor<?xi32>)
    -> (tensor<?x?x8xf32>, tensor<?x8xf32> {ssm.in_place = "h"}) {
  %0:2 = ssm.kernel "scan" ins(%x, %h, %slots : tensor<?x?x8xf32>, tensor<?x8xf32>, tensor<?xi32>)
      schedule(<time = 4, channels = 8>) {
  ^bb0(%a: tensor<?x?x8xf32>, %b: tensor<?x8xf32>, %c: tensor<?xi32>):
    %h0 = ssm.gather %b at(%c) : (tensor<?x8xf32>, tensor<?xi32>) -> tensor<?x8xf32>
    %y, %h1 = ssm.scan %a, %a, %a init(%h0)
        : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x8xf32>) -> (tensor<?x?x8xf32>, tensor<?x8xf32>)
    %m = ssm.mask %y at(%c) : (tensor<?x?x8xf32>, tensor<?xi32>) -> tensor<?x?x8xf32>
    %h2 = ssm.scatter %h1 into %b at(%c) : (tensor<?x8xf32>, tensor<?x8xf32>, tensor<?xi32>) -> tensor<?x8xf32>
    ssm.yield %m, %h2 : tensor<?x?x8xf32>, tensor<?x8xf32>
  } -> tensor<?x?x8xf32>, tensor<?x8xf32>
  return %0#0, %0#1 : tensor<?x?x8xf32>, tensor<?x8xf32>
}

// -----

// Rows that another kernel made are copied into the cache; the larger dimension
// of a row is shared out, and the kernel does not take its batch as one sequence.
// CHECK-LABEL: ssm.tile.kernel @scatter(
// CHECK-SAME: %[[R:[a-z0-9]+]]: memref<?x3x64xf32>, %{{[a-z0-9]+}}: memref<?x3x64xf32> {ssm.cache}, %[[SLOTS:[a-z0-9]+]]: memref<?xi32>
// CHECK-SAME: %[[OUT:[a-z0-9]+]]: memref<?x3x64xf32> {ssm.cache, ssm.in_place = 1 : i64})
// CHECK-SAME: #ssm.extent<batch = ?, tile = 1>, #ssm.extent<channel = 64, tile = 32>, #ssm.extent<state = 3, tile = 3>
// CHECK-SAME: grid = [#ssm<axis batch>, #ssm<axis channel>]
// CHECK-NOT: flat_tokens
// CHECK: %[[T:.*]] = ssm.tile.load %[[R]]
// CHECK-NEXT: ssm.tile.store %[[T]], %[[OUT]][#{{.*}}] at(%[[SLOTS]] : memref<?xi32>)
// CHECK-NEXT: ssm.yield
func.func @g(%r: tensor<?x3x64xf32>, %t: tensor<?x3x64xf32> {ssm.cache, ssm.name = "t"}, %slots: tensor<?xi32>)
    -> (tensor<?x3x64xf32> {ssm.in_place = "t"}) {
  %0 = ssm.kernel "scatter" ins(%r, %t, %slots : tensor<?x3x64xf32>, tensor<?x3x64xf32>, tensor<?xi32>)
      schedule(<time = 4, channels = 32>) {
  ^bb0(%a: tensor<?x3x64xf32>, %b: tensor<?x3x64xf32>, %c: tensor<?xi32>):
    %u = ssm.scatter %a into %b at(%c) : (tensor<?x3x64xf32>, tensor<?x3x64xf32>, tensor<?xi32>) -> tensor<?x3x64xf32>
    ssm.yield %u : tensor<?x3x64xf32>
  } -> tensor<?x3x64xf32>
  return %0 : tensor<?x3x64xf32>
}

// -----

// A window reads the tokens before the first from the slot.
// CHECK: ssm.tile.kernel @window(
// CHECK-SAME: %[[T:[a-z0-9]+]]: memref<?x1x8xf32> {ssm.cache}, %[[SLOTS:[a-z0-9]+]]: memref<?xi32>
// CHECK: ssm.tile.load %[[T]][#{{.*}}] at(%[[SLOTS]] : memref<?xi32>) : memref<?x1x8xf32> -> <time: 4, channel: 8, f32>
func.func @w(%x: tensor<?x?x8xf32>, %w: tensor<8x2xf32>, %t: tensor<?x1x8xf32> {ssm.cache}, %slots: tensor<?xi32>)
    -> tensor<?x?x8xf32> {
  %0 = ssm.kernel "window" ins(%x, %w, %t, %slots : tensor<?x?x8xf32>, tensor<8x2xf32>, tensor<?x1x8xf32>, tensor<?xi32>)
      schedule(<time = 4, channels = 8>) {
  ^bb0(%a: tensor<?x?x8xf32>, %b: tensor<8x2xf32>, %c: tensor<?x1x8xf32>, %d: tensor<?xi32>):
    %t0 = ssm.gather %c at(%d) : (tensor<?x1x8xf32>, tensor<?xi32>) -> tensor<?x1x8xf32>
    %y = ssm.conv1d silu %a, %b init(%t0) : (tensor<?x?x8xf32>, tensor<8x2xf32>, tensor<?x1x8xf32>) -> tensor<?x?x8xf32>
    ssm.yield %y : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %0 : tensor<?x?x8xf32>
}

// -----

// Where a token asks for the slot of its sequence, the sequences of a batch are
// not taken as one.
// CHECK: ssm.tile.kernel @mask(
// CHECK-SAME: grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>]
// CHECK-NOT: flat_tokens
// CHECK: ssm.yield
func.func @m(%x: tensor<?x?x8xf32>, %slots: tensor<?xi32>) -> tensor<?x?x8xf32> {
  %0 = ssm.kernel "mask" ins(%x, %slots : tensor<?x?x8xf32>, tensor<?xi32>) schedule(<time = 4, channels = 8>) {
  ^bb0(%a: tensor<?x?x8xf32>, %b: tensor<?xi32>):
    %y = ssm.mask %a at(%b) : (tensor<?x?x8xf32>, tensor<?xi32>) -> tensor<?x?x8xf32>
    ssm.yield %y : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %0 : tensor<?x?x8xf32>
}
