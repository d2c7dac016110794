// RUN: ssm-opt %s --ssm-tile --canonicalize --split-input-file | FileCheck %s

// A window is a map that reads shifted tokens.
// CHECK-DAG: #[[$M1:.*]] = affine_map<(d0, d1, d2, d3, d4)[s0] -> (d0, d1 - 1, d2)>
// CHECK-DAG: #[[$M0:.*]] = affine_map<(d0, d1, d2, d3, d4)[s0] -> (d0, d1, d2)>
// CHECK-LABEL: ssm.tile.kernel @conv
// CHECK-SAME: extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 4>, #ssm.extent<channel = 8, tile = 8>]
// CHECK-SAME: grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>]
// CHECK-DAG: ssm.tile.load %{{.*}}[#[[$M1]]]
// CHECK-DAG: ssm.tile.load %{{.*}}[#[[$M0]]]
// CHECK: ssm.tile.map
// CHECK: ssm.tile.store
// CHECK-LABEL: func.func @window
// CHECK: ssm.launch @conv(
func.func @window(%x: tensor<?x?x8xf32>, %w: tensor<8x2xf32>) -> tensor<?x?x8xf32> {
  %y = ssm.kernel "conv" ins(%x, %w : tensor<?x?x8xf32>, tensor<8x2xf32>) schedule(<time = 4, channels = 8>) {
  ^bb0(%a: tensor<?x?x8xf32>, %b: tensor<8x2xf32>):
    %0 = ssm.conv1d identity %a, %b : (tensor<?x?x8xf32>, tensor<8x2xf32>) -> tensor<?x?x8xf32>
    ssm.yield %0 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

// Reversed time is a map; the loop still counts up.
// CHECK: #[[$R:.*]] = affine_map<(d0, d1, d2, d3, d4)[s0] -> (d0, -d1 + s0 - 1, d2)>
// CHECK-LABEL: ssm.tile.kernel @k
// CHECK: %[[H0:.*]] = ssm.tile.load {{.*}} -> <channel: 8, f32>
// CHECK: %[[H:.*]] = ssm.tile.for time init(%[[H0]])
// CHECK: ssm.tile.load %{{.*}}[#[[$R]]]
// CHECK: %{{.*}}, %[[F:.*]] = ssm.tile.scan state(
// CHECK: ssm.tile.store %{{.*}}, %{{.*}}[#[[$R]]]
// CHECK: ssm.yield %[[F]]
// CHECK: ssm.tile.store %[[H]],
func.func @reverse(%u: tensor<?x?x8xf32>, %a: tensor<?x?x8xf32>, %h: tensor<?x8xf32>) -> (tensor<?x?x8xf32>, tensor<?x8xf32>) {
  %y:2 = ssm.kernel "k" ins(%u, %a, %h : tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x8xf32>)
      schedule(<time = 4, channels = 8>) {
  ^bb0(%v: tensor<?x?x8xf32>, %b: tensor<?x?x8xf32>, %i: tensor<?x8xf32>):
    %0, %1 = ssm.scan %v, %b, %b init(%i) reverse
        : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x8xf32>) -> (tensor<?x?x8xf32>, tensor<?x8xf32>)
    ssm.yield %0, %1 : tensor<?x?x8xf32>, tensor<?x8xf32>
  } -> tensor<?x?x8xf32>, tensor<?x8xf32>
  return %y#0, %y#1 : tensor<?x?x8xf32>, tensor<?x8xf32>
}

// -----

// A contraction carries its accumulator; the library step knows the stride of a
// split operand.
// CHECK-LABEL: ssm.tile.kernel @k
// CHECK: ssm.tile.for inner init
// CHECK: ssm.tile.dot
// CHECK: arith.addf
// CHECK: ssm.tile.store
// CHECK: ssm.launch @k(%{{.*}}) library(<a = 0, aOffset = 4, aStride = 12, b = 1, bOffset = 0, bStride = 8, c = 3, bias = 2, n = 6, k = 8>)
func.func @contraction(%x: tensor<?x?x12xf32>, %w: tensor<6x8xf32>, %b: tensor<6xf32>) -> tensor<?x?x6xf32> {
  %y = ssm.kernel "k" ins(%x, %w, %b : tensor<?x?x12xf32>, tensor<6x8xf32>, tensor<6xf32>)
      schedule(<time = 4, channels = 8, inner = 2>) library {
  ^bb0(%u: tensor<?x?x12xf32>, %v: tensor<6x8xf32>, %c: tensor<6xf32>):
    %p, %q = ssm.split %u : tensor<?x?x12xf32> -> tensor<?x?x4xf32>, tensor<?x?x8xf32>
    %0 = ssm.linear %q, %v bias(%c) : (tensor<?x?x8xf32>, tensor<6x8xf32>, tensor<6xf32>) -> tensor<?x?x6xf32>
    ssm.yield %0 : tensor<?x?x6xf32>
  } -> tensor<?x?x6xf32>
  return %y : tensor<?x?x6xf32>
}

// -----

// A reduction walks the channels twice.
// CHECK-LABEL: ssm.tile.kernel @k
// CHECK-SAME: grid = [#ssm<axis time>]
// CHECK: ssm.tile.for channel init
// CHECK: ssm.tile.reduce channel
// CHECK: ssm.tile.for channel {
// CHECK: math.sqrt
// CHECK: ssm.tile.store
func.func @reduction(%x: tensor<?x?x12xf32>, %w: tensor<12xf32>) -> tensor<?x?x12xf32> {
  %y = ssm.kernel "k" ins(%x, %w : tensor<?x?x12xf32>, tensor<12xf32>) schedule(<time = 4, channels = 8>) {
  ^bb0(%u: tensor<?x?x12xf32>, %v: tensor<12xf32>):
    %0 = ssm.rms_norm %u, %v : (tensor<?x?x12xf32>, tensor<12xf32>) -> tensor<?x?x12xf32>
    ssm.yield %0 : tensor<?x?x12xf32>
  } -> tensor<?x?x12xf32>
  return %y : tensor<?x?x12xf32>
}

// -----

// A product beside a recurrence: a dot in the loop over time, its weights read
// before the loop, its contracted axis whole in a tile.
// CHECK-DAG: #[[$LOW:.*]] = affine_map<(d0, d1, d2, d3, d4)[s0] -> (d0, -d1 + s0 - 1, d4 + 2)>
// CHECK-DAG: #[[$W:.*]] = affine_map<(d0, d1, d2, d3, d4)[s0] -> (d2, d4)>
// CHECK-LABEL: ssm.tile.kernel @joined
// CHECK-SAME: #ssm.extent<inner = 3, tile = 3>
// CHECK-SAME: grid = [#ssm<axis batch>, #ssm<axis channel>]
// CHECK-DAG: %[[ZERO:.*]] = ssm.tile.fill 0.000000e+00 : <time: 4, channel: 8, f32>
// CHECK-DAG: %[[WEIGHT:.*]] = ssm.tile.load %{{.*}}[#[[$W]]] : memref<8x3xbf16> -> <channel: 8, inner: 3, bf16>
// CHECK: ssm.tile.for time
// CHECK: %[[INPUT:.*]] = ssm.tile.load %{{.*}}[#[[$LOW]]] : memref<?x?x5xbf16> -> <time: 4, inner: 3, bf16>
// CHECK: %[[SUM:.*]] = ssm.tile.dot %[[ZERO]], %[[INPUT]], %[[WEIGHT]]
// CHECK: %[[D:.*]] = ssm.tile.map(%[[SUM]], %{{.*}}) : (!ssm.tile<time: 4, channel: 8, f32>, !ssm.tile<channel: 8, f32>) -> !ssm.tile<time: 4, channel: 8, bf16>
// CHECK: arith.truncf
// CHECK: ssm.tile.scan state(%{{.*}}) ins(%{{.*}}, %[[D]])
// CHECK-NOT: library
func.func @product_in_scan(%u: tensor<?x?x8xbf16>, %low: tensor<?x?x5xbf16>, %w: tensor<8x3xbf16>, %b: tensor<8xf32>) -> tensor<?x?x8xbf16> {
  %y = ssm.kernel "joined" ins(%u, %low, %w, %b : tensor<?x?x8xbf16>, tensor<?x?x5xbf16>, tensor<8x3xbf16>, tensor<8xf32>)
      schedule(<time = 4, channels = 8, inner = 1>) {
  ^bb0(%v: tensor<?x?x8xbf16>, %l: tensor<?x?x5xbf16>, %m: tensor<8x3xbf16>, %s: tensor<8xf32>):
    %0, %1 = ssm.split %l : tensor<?x?x5xbf16> -> tensor<?x?x2xbf16>, tensor<?x?x3xbf16>
    %2 = ssm.linear %1, %m bias(%s) : (tensor<?x?x3xbf16>, tensor<8x3xbf16>, tensor<8xf32>) -> tensor<?x?x8xbf16>
    %3 = ssm.scan %v, %2, %2 reverse : (tensor<?x?x8xbf16>, tensor<?x?x8xbf16>, tensor<?x?x8xbf16>) -> tensor<?x?x8xbf16>
    ssm.yield %3 : tensor<?x?x8xbf16>
  } -> tensor<?x?x8xbf16>
  return %y : tensor<?x?x8xbf16>
}

// -----

// A product beside the window that it multiplies: tiles of the window are
// computed, stored and multiplied in the loop over the contracted axis, by the one
// cell that has all outputs of its tokens.
// CHECK-DAG: #[[$BTK:.*]] = affine_map<(d0, d1, d2, d3, d4)[s0] -> (d0, d1, d4)>
// CHECK-DAG: #[[$BEFORE:.*]] = affine_map<(d0, d1, d2, d3, d4)[s0] -> (d0, d1 - 1, d4 + 5)>
// CHECK-DAG: #[[$BTC:.*]] = affine_map<(d0, d1, d2, d3, d4)[s0] -> (d0, d1, d2)>
// CHECK-LABEL: ssm.tile.kernel @windowed(
// CHECK-SAME: %[[X:[a-z0-9]+]]: memref<?x?x13xf32>, {{.*}}, %[[Y:[a-z0-9]+]]: memref<?x?x3xf32>, %[[C:[a-z0-9]+]]: memref<?x?x8xf32>)
// CHECK-SAME: extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 3, tile = 4>, #ssm.extent<inner = 8, tile = 4>]
// CHECK: %[[SUM:.*]] = ssm.tile.for inner
// CHECK: ssm.tile.load %[[X]][#[[$BEFORE]]] : memref<?x?x13xf32> -> <time: 16, inner: 4, f32>
// CHECK: %[[F:.*]] = ssm.tile.map({{.*}} -> !ssm.tile<time: 16, inner: 4, f32> {
// CHECK: ssm.tile.dot %{{.*}}, %[[F]], %{{.*}} :
// CHECK: ssm.tile.store %[[F]], %[[C]][#[[$BTK]]]
// CHECK: ssm.yield
// CHECK: ssm.tile.store %[[SUM]], %[[Y]][#[[$BTC]]]
// CHECK-NOT: ssm.tile.store
// CHECK: ssm.yield
func.func @product_of_window(%x: tensor<?x?x13xf32>, %taps: tensor<8x2xf32>, %w: tensor<3x8xf32>) -> (tensor<?x?x3xf32>, tensor<?x?x8xf32>) {
  %y:2 = ssm.kernel "windowed" ins(%x, %taps, %w : tensor<?x?x13xf32>, tensor<8x2xf32>, tensor<3x8xf32>)
      schedule(<time = 16, channels = 4, inner = 4>) {
  ^bb0(%a: tensor<?x?x13xf32>, %t: tensor<8x2xf32>, %m: tensor<3x8xf32>):
    %0, %1 = ssm.split %a : tensor<?x?x13xf32> -> tensor<?x?x5xf32>, tensor<?x?x8xf32>
    %2 = ssm.conv1d identity %1, %t : (tensor<?x?x8xf32>, tensor<8x2xf32>) -> tensor<?x?x8xf32>
    %3 = ssm.linear %2, %m : (tensor<?x?x8xf32>, tensor<3x8xf32>) -> tensor<?x?x3xf32>
    ssm.yield %3, %2 : tensor<?x?x3xf32>, tensor<?x?x8xf32>
  } -> tensor<?x?x3xf32>, tensor<?x?x8xf32>
  return %y#0, %y#1 : tensor<?x?x3xf32>, tensor<?x?x8xf32>
}

// -----

// Two states: two carried tiles, two operands of the scan, two stores. The one
// that is zero has no load; an element of an input is widened in the region.
// CHECK: #[[$BC:.*]] = affine_map<(d0, d1, d2, d3, d4)[s0] -> (d0, d2)>
// CHECK-LABEL: ssm.tile.kernel @k
// CHECK: %[[P0:.*]] = ssm.tile.load %{{.*}}[#[[$BC]]] : memref<?x8xf32> -> <channel: 8, f32>
// CHECK: %[[Q0:.*]] = ssm.tile.load %{{.*}}[#[[$BC]]] : memref<?x8xf64> -> <channel: 8, f64>
// CHECK: %[[H:.*]]:2 = ssm.tile.for time init(%[[P0]], %[[Q0]])
// CHECK: ^bb0(%[[P:.*]]: !ssm.tile<channel: 8, f32>, %[[Q:.*]]: !ssm.tile<channel: 8, f64>):
// CHECK: %{{.*}}, %[[F:.*]]:2 = ssm.tile.scan state(%[[P]], %[[Q]]) ins(%{{.*}}) : !ssm.tile<channel: 8, f32>, !ssm.tile<channel: 8, f64>, (!ssm.tile<time: 4, channel: 8, bf16>) -> !ssm.tile<time: 4, channel: 8, f64> {
// CHECK-NEXT: ^bb0(%[[p:.*]]: f32, %[[q:.*]]: f64, %[[u:.*]]: bf16):
// CHECK-NEXT: %[[w:.*]] = arith.extf %[[u]] : bf16 to f32
// CHECK-NEXT: %[[n:.*]] = arith.addf %[[p]], %[[w]] : f32
// CHECK-NEXT: ssm.yield %[[n]], %[[q]], %[[q]] : f32, f64, f64
// CHECK: ssm.yield %[[F]]#0, %[[F]]#1
// CHECK: ssm.tile.store %[[H]]#0, %{{.*}}[#[[$BC]]]
// CHECK: ssm.tile.store %[[H]]#1, %{{.*}}[#[[$BC]]]
func.func @two_states(%u: tensor<?x?x8xbf16>, %p: tensor<?x8xf32>, %q: tensor<?x8xf64>)
    -> (tensor<?x?x8xf32>, tensor<?x8xf32>, tensor<?x8xf64>) {
  %y:3 = ssm.kernel "k" ins(%u, %p, %q : tensor<?x?x8xbf16>, tensor<?x8xf32>, tensor<?x8xf64>)
      schedule(<time = 4, channels = 8>) {
  ^bb0(%v: tensor<?x?x8xbf16>, %i: tensor<?x8xf32>, %j: tensor<?x8xf64>):
    %0:3 = ssm.recurrence ins(%v "btc") init(%i, %j)
        : (tensor<?x?x8xbf16>, tensor<?x8xf32>, tensor<?x8xf64>) -> (tensor<?x?x8xf32>, tensor<?x8xf32>, tensor<?x8xf64>) {
    ^bb0(%ue: f32, %pe: f32, %qe: f64):
      %1 = arith.addf %pe, %ue : f32
      ssm.yield %1, %qe, %qe : f32, f64, f64
    }
    ssm.yield %0#0, %0#1, %0#2 : tensor<?x?x8xf32>, tensor<?x8xf32>, tensor<?x8xf64>
  } -> tensor<?x?x8xf32>, tensor<?x8xf32>, tensor<?x8xf64>
  return %y#0, %y#1, %y#2 : tensor<?x?x8xf32>, tensor<?x8xf32>, tensor<?x8xf64>
}
