// RUN: ssm-opt %s --split-input-file --ssm-mark-transitions --verify-diagnostics | FileCheck %s

// A state of its own; the read may be anything.
// CHECK-LABEL: func.func @diagonal
func.func @diagonal(%x: tensor<?x?x8xf32>, %a: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  // CHECK: ssm.scan {{.*}} {ssm.transition = "diagonal"}
  %0 = ssm.scan %x, %a, %a
      : (tensor<?x?x8xf32>, tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  // CHECK: ssm.recurrence {{.*}} {ssm.transition = "diagonal"}
  %1 = ssm.recurrence ins(%0 "btc", %a "btc") : (tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %ae: f32, %p: f32, %q: f32):
    %e = math.exp %ae : f32
    %d = arith.divf %p, %e : f32
    %n = arith.negf %d : f32
    %next = arith.subf %u, %n : f32
    %t = math.tanh %next : f32
    ssm.yield %next, %u, %t : f32, f32, f32
  }
  return %1 : tensor<?x?x8xf32>
}

// -----

// Each part of a rotation reads the other.
// CHECK-LABEL: func.func @coupled
func.func @coupled(%x: tensor<?x?x8xf32>, %c: tensor<8xf32>, %s: tensor<8xf32>) -> tensor<?x?x8xf32> {
  // CHECK: ssm.recurrence {{.*}} {ssm.transition = "coupled"}
  %0 = ssm.recurrence ins(%x "btc", %c "c", %s "c")
      : (tensor<?x?x8xf32>, tensor<8xf32>, tensor<8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %ce: f32, %se: f32, %p: f32, %q: f32):
    %1 = arith.mulf %ce, %p : f32
    %2 = arith.mulf %q, %se : f32
    %3 = arith.subf %1, %2 : f32
    %re = arith.addf %3, %u : f32
    %4 = arith.mulf %se, %p : f32
    %5 = arith.mulf %ce, %q : f32
    %im = arith.addf %4, %5 : f32
    ssm.yield %re, %im, %re : f32, f32, f32
  }
  return %0 : tensor<?x?x8xf32>
}

// -----

// A choice by an input, through another type: affine.
// CHECK-LABEL: func.func @chosen
func.func @chosen(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  // CHECK: ssm.recurrence {{.*}} {ssm.transition = "diagonal"}
  %0 = ssm.recurrence ins(%x "btc") : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %p: f32):
    %zero = arith.constant 0.0 : f32
    %open = arith.cmpf ogt, %u, %zero : f32
    %low = arith.truncf %p : f32 to bf16
    %wide = arith.extf %low : bf16 to f32
    %next = arith.select %open, %wide, %u : f32
    ssm.yield %next, %next : f32, f32
  }
  return %0 : tensor<?x?x8xf32>
}

// -----

// A choice by the state, a product of states, a quotient by one, a function of one.
// CHECK-LABEL: func.func @compared
func.func @compared(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  // CHECK: ssm.recurrence {{.*}} {ssm.transition = "nonlinear"}
  // expected-remark@+1 {{ssm.recurrence is not linear in its states: its tokens are walked one after the other in every schedule}}
  %0 = ssm.recurrence ins(%x "btc") : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %p: f32):
    %zero = arith.constant 0.0 : f32
    // expected-note@+1 {{arith.cmpf is not affine in the states that it reads}}
    %open = arith.cmpf ogt, %p, %zero : f32
    %next = arith.select %open, %p, %u : f32
    ssm.yield %next, %next : f32, f32
  }
  return %0 : tensor<?x?x8xf32>
}

// -----

// CHECK-LABEL: func.func @product
func.func @product(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  // expected-remark@+1 {{is not linear in its states}}
  %0 = ssm.recurrence ins(%x "btc") : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %p: f32, %q: f32):
    // expected-note@+1 {{arith.mulf is not affine}}
    %1 = arith.mulf %p, %q : f32
    %next = arith.addf %1, %u : f32
    ssm.yield %u, %next, %p : f32, f32, f32
  }
  return %0 : tensor<?x?x8xf32>
}

// -----

// CHECK-LABEL: func.func @quotient
func.func @quotient(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  // expected-remark@+1 {{is not linear in its states}}
  %0 = ssm.recurrence ins(%x "btc") : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %p: f32):
    // expected-note@+1 {{arith.divf is not affine}}
    %next = arith.divf %u, %p : f32
    ssm.yield %next, %p : f32, f32
  }
  return %0 : tensor<?x?x8xf32>
}

// -----

// CHECK-LABEL: func.func @function
func.func @function(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  // expected-remark@+1 {{is not linear in its states}}
  %0 = ssm.recurrence ins(%x "btc") : (tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  ^bb0(%u: f32, %p: f32):
    %sum = arith.addf %u, %p : f32
    // expected-note@+1 {{math.tanh is not affine}}
    %t = math.tanh %sum : f32
    // What follows is not the cause.
    %next = arith.mulf %t, %p : f32
    ssm.yield %next, %next : f32, f32
  }
  return %0 : tensor<?x?x8xf32>
}

// -----

// What is no recurrence is left alone.
// CHECK-LABEL: func.func @none
func.func @none(%x: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  // CHECK-NOT: ssm.transition
  %0 = ssm.gate silu %x, %x : (tensor<?x?x8xf32>, tensor<?x?x8xf32>) -> tensor<?x?x8xf32>
  return %0 : tensor<?x?x8xf32>
}
