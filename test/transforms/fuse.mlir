// RUN: ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-fuse))' --split-input-file | FileCheck %s

// A selective scan with everything around it is one kernel; the split is copied
// into it and no value of rank 4 is an input or a result of a kernel.
// CHECK-LABEL: func.func @selective
func.func @selective(%u: tensor<?x?x8xf32>, %dt: tensor<?x?x8xf32>, %bc: tensor<?x?x4xf32>,
    %A_log: tensor<8x2xf32>, %D: tensor<8xf32>, %z: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  %B, %C = ssm.split %bc : tensor<?x?x4xf32> -> tensor<?x?x2xf32>, tensor<?x?x2xf32>
  %delta = ssm.activation softplus %dt : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  %e = math.exp %A_log : tensor<8x2xf32>
  %A = arith.negf %e : tensor<8x2xf32>
  %a, %b = ssm.discretize mamba %delta, %A, %B
      : (tensor<?x?x8xf32>, tensor<8x2xf32>, tensor<?x?x2xf32>)
      -> (tensor<?x?x8x2xf32>, tensor<?x?x8x2xf32>)
  %y = ssm.scan %u, %a, %b read(%C) skip(%D)
      : (tensor<?x?x8xf32>, tensor<?x?x8x2xf32>, tensor<?x?x8x2xf32>, tensor<?x?x2xf32>, tensor<8xf32>)
      -> tensor<?x?x8xf32>
  %g = ssm.gate silu %y, %z : (tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  // CHECK-NEXT: %[[K:.*]] = ssm.kernel "selective_scan_0" ins(
  // CHECK-NOT: 8x2xf32>) ins
  // CHECK: ssm.activation softplus
  // CHECK: math.exp
  // CHECK: ssm.split
  // CHECK: ssm.discretize mamba
  // CHECK: ssm.scan
  // CHECK: %[[G:.*]] = ssm.gate silu
  // CHECK-NEXT: ssm.yield %[[G]]
  // CHECK: } -> tensor<?x?x8xf32>
  // CHECK-NEXT: return %[[K]]
  return %g : tensor<?x?x8xf32>
}

// -----

// A contraction is a kernel of its own that a library may stand for.
// CHECK-LABEL: func.func @contraction
func.func @contraction(%x: tensor<?x?x8xf32>, %w: tensor<4x8xf32>) -> tensor<?x?x4xf32> {
  // CHECK: %[[A:.*]] = ssm.kernel "contraction_activation_0"
  %s = ssm.activation silu %x : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  // CHECK: ssm.kernel "contraction_linear_1" ins(%[[A]], {{.*}}) library {
  %y = ssm.linear %s, %w : (tensor<?x?x8xf32>, tensor<4x8xf32>) -> tensor<?x?x4xf32>
  return %y : tensor<?x?x4xf32>
}

// -----

// Read by two kernels: stored once, not computed twice.
// CHECK-LABEL: func.func @two_readers
func.func @two_readers(%x: tensor<?x?x8xf32>, %w: tensor<8x8xf32>) -> (tensor<?x?x8xf32>, tensor<?x?x8xf32>) {
  // CHECK: %[[S:.*]] = ssm.kernel "two_readers_activation_0"
  %s = ssm.activation silu %x : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  // CHECK: ssm.kernel "two_readers_linear_1" ins(%[[S]],
  %y = ssm.linear %s, %w : (tensor<?x?x8xf32>, tensor<8x8xf32>) -> tensor<?x?x8xf32>
  // CHECK: ssm.kernel "two_readers_gate_2" ins(%[[S]],
  %g = ssm.gate sigmoid %s, %x : (tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %y, %g : tensor<?x?x8xf32>, tensor<?x?x8xf32>
}

// -----

// Must not fuse: the window reads its producer at other tokens.
// CHECK-LABEL: func.func @shifted
func.func @shifted(%x: tensor<?x?x8xf32>, %w: tensor<8x4xf32>) -> tensor<?x?x8xf32> {
  // CHECK: %[[S:.*]] = ssm.kernel "shifted_activation_0"
  %s = ssm.activation silu %x : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  // CHECK: ssm.kernel "shifted_conv1d_1" ins(%[[S]],
  %y = ssm.conv1d identity %s, %w : (tensor<?x?x8xf32>, tensor<8x4xf32>) -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// -----

// Must not fuse: one recurrence a kernel, and none read backwards.
// CHECK-LABEL: func.func @recurrences
func.func @recurrences(%u: tensor<?x?x8xf32>, %a: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  // CHECK: ssm.kernel "recurrences_scan_0"
  %y = ssm.scan %u, %a, %a : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  // CHECK: ssm.kernel "recurrences_scan_1"
  %v = ssm.scan %y, %a, %a : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  // CHECK: ssm.kernel "recurrences_activation_2"
  // CHECK: ssm.reverse
  %r = ssm.reverse %v : tensor<?x?x8xf32>
  %o = ssm.activation tanh %r : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %o : tensor<?x?x8xf32>
}

// -----

// A result that no op computes is copied by a kernel.
// CHECK-LABEL: func.func @passes
func.func @passes(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  // CHECK: %[[K:.*]] = ssm.kernel "passes_activation_0"
  // CHECK: ssm.activation identity
  // CHECK: return %[[K]]
  return %x : tensor<?x?x8xf32>
}

// -----

// Too large to store: copied into the kernels of both readers.
// CHECK-LABEL: func.func @two_scans
func.func @two_scans(%u: tensor<?x?x8xf32>, %A: tensor<8x2xf32>, %B: tensor<?x?x2xf32>)
    -> (tensor<?x?x8xf32>, tensor<?x?x8xf32>) {
  %a, %b = ssm.discretize mamba %u, %A, %B
      : (tensor<?x?x8xf32>, tensor<8x2xf32>, tensor<?x?x2xf32>) -> (tensor<?x?x8x2xf32>, tensor<?x?x8x2xf32>)
  // CHECK: ssm.kernel "two_scans_scan_0"
  // CHECK: ssm.discretize
  %y = ssm.scan %u, %a, %b read(%B)
      : (tensor<?x?x8xf32>, tensor<?x?x8x2xf32>, tensor<?x?x8x2xf32>, tensor<?x?x2xf32>) -> tensor<?x?x8xf32>
  // CHECK: ssm.kernel "two_scans_scan_1"
  // CHECK: ssm.discretize
  %z = ssm.scan %u, %a, %b read(%B) reverse
      : (tensor<?x?x8xf32>, tensor<?x?x8x2xf32>, tensor<?x?x8x2xf32>, tensor<?x?x2xf32>) -> tensor<?x?x8xf32>
  return %y, %z : tensor<?x?x8xf32>, tensor<?x?x8xf32>
}

// -----

// A state is no activation: what computes it or reads it stands apart.
// CHECK-LABEL: func.func @states
func.func @states(%u: tensor<?x?x8xf32>, %a: tensor<?x?x8xf32>, %h: tensor<?x4x8xf32>, %A: tensor<4x8xf32>,
    %B: tensor<?x?x8xf32>, %x: tensor<?x?x4xf32>) -> (tensor<?x?x4xf32>, tensor<?x4x8xf32>) {
  // CHECK: %[[N:.*]] = ssm.kernel "states_negf_0"
  %n = arith.negf %h : tensor<?x4x8xf32>
  %ab, %bb = ssm.discretize mamba %x, %A, %B
      : (tensor<?x?x4xf32>, tensor<4x8xf32>, tensor<?x?x8xf32>) -> (tensor<?x?x4x8xf32>, tensor<?x?x4x8xf32>)
  // CHECK: %[[S:.*]]:2 = ssm.kernel "states_scan_1"
  // CHECK: ssm.scan
  %y, %f = ssm.scan %x, %ab, %bb read(%B) init(%n)
      : (tensor<?x?x4xf32>, tensor<?x?x4x8xf32>, tensor<?x?x4x8xf32>, tensor<?x?x8xf32>, tensor<?x4x8xf32>) -> (tensor<?x?x4xf32>, tensor<?x4x8xf32>)
  // CHECK: ssm.kernel "states_negf_2" ins(%[[S]]#1
  %g = arith.negf %f : tensor<?x4x8xf32>
  return %y, %g : tensor<?x?x4xf32>, tensor<?x4x8xf32>
}

// -----

// A recurrence with a region goes with the pointwise ops around it.
// CHECK-LABEL: func.func @region
func.func @region(%u: tensor<?x?x8xf32>, %a: tensor<8xf32>) -> tensor<?x?x8xf32> {
  %s = ssm.activation silu %u : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  // CHECK: ssm.kernel "region_recurrence_0"
  // CHECK: ssm.activation silu
  // CHECK: ssm.recurrence ins(%{{.*}} "btc", %{{.*}} "c")
  // CHECK: arith.mulf
  // CHECK: ssm.gate sigmoid
  // CHECK-NOT: ssm.kernel
  %y = ssm.recurrence ins(%s "btc", %a "c") : (tensor<?x?x8xf32>, tensor<8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%ue: f32, %ae: f32, %h: f32):
    %0 = arith.mulf %ae, %h : f32
    %1 = arith.addf %0, %ue : f32
    ssm.yield %1, %1 : f32, f32
  }
  %g = ssm.gate sigmoid %y, %s : (tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %g : tensor<?x?x8xf32>
}

// -----

// Neither of two final states is known before the last token: who starts from
// one is another kernel.
// CHECK-LABEL: func.func @states
func.func @states(%u: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  // CHECK: %[[F:.*]] = ssm.kernel "states_recurrence_0"
  %y, %p, %q = ssm.recurrence ins(%u "btc")
      : (tensor<?x?x8xf32>) -> (tensor<?x?x8xf32>, tensor<?x8xf32>, tensor<?x8xf32>) {
  ^bb0(%ue: f32, %pe: f32, %qe: f32):
    %1 = arith.addf %pe, %ue : f32
    ssm.yield %qe, %1, %1 : f32, f32, f32
  }
  // CHECK: ssm.kernel "states_recurrence_1" ins(%{{.*}}, %[[F]] :
  %z = ssm.recurrence ins(%u "btc") init(%q) : (tensor<?x?x8xf32>, tensor<?x8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%ue: f32, %h: f32):
    %1 = arith.addf %h, %ue : f32
    ssm.yield %1, %1 : f32, f32
  }
  return %z : tensor<?x?x8xf32>
}
