// RUN: not ssm-opt %s --pass-pipeline='builtin.module(func.func(ssm-join-products{target=abacus}))' 2>&1 | FileCheck %s

// CHECK: expected target cpu, sm_80, sm_90a, sm_100a or sm_120a, got 'abacus'
func.func @f() {
  return
}
