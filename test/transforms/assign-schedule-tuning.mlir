// RUN: split-file %s %t
// RUN: ssm-opt %t/add.mlir --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_90a sizes=4x900 tuning=%t/table.json}))' | FileCheck %s
// RUN: ssm-opt %t/add.mlir --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_90a sizes=16x1000 tuning=%t/table.json}))' | FileCheck %s
// The entry for longer sequences is the closer one.
// RUN: ssm-opt %t/add.mlir --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_90a sizes=8x1700 tuning=%t/table.json}))' | FileCheck %s --check-prefix=LONGER
// Too different: the batch, the length, the target; and no table.
// RUN: ssm-opt %t/add.mlir --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_90a sizes=17x1000 tuning=%t/table.json}))' | FileCheck %s --check-prefix=MODEL
// RUN: ssm-opt %t/add.mlir --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_90a sizes=8x499 tuning=%t/table.json}))' | FileCheck %s --check-prefix=MODEL
// Clusters are taken where the target has them, not where it has none.
// RUN: ssm-opt %t/add.mlir --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_90a sizes=100x10 tuning=%t/table.json}))' | FileCheck %s --check-prefix=CLUSTER
// RUN: ssm-opt %t/add.mlir --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_80 sizes=8x1000 tuning=%t/table.json}))' | FileCheck %s --check-prefix=MODEL
// RUN: ssm-opt %t/add.mlir --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_90a sizes=8x1000 tuning=none}))' | FileCheck %s --check-prefix=MODEL
// RUN: ssm-opt %t/add.mlir --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_90a sizes=8x1000}))' | FileCheck %s --check-prefix=MODEL
// Other kernels, and a schedule that is there.
// RUN: ssm-opt %t/others.mlir --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_90a sizes=8x1000 tuning=%t/table.json}))' | FileCheck %s --check-prefix=OTHERS
// RUN: not ssm-opt %t/add.mlir --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_90a tuning=%t/none.json}))' 2>&1 | FileCheck %s --check-prefix=MISSING
// RUN: not ssm-opt %t/add.mlir --pass-pipeline='builtin.module(func.func(ssm-assign-schedule{target=sm_90a tuning=%t/add.mlir}))' 2>&1 | FileCheck %s --check-prefix=DAMAGED

// MISSING: error: tuning table {{.*}}none.json: cannot read it: No such file or directory
// DAMAGED: error: tuning table {{.*}}add.mlir: expected JSON, got something else at byte {{[0-9]+}}

//--- table.json
{"format": "ssm-tuning", "version": 1, "entries": [
{"target":"sm_80","kernel":{"pattern":"pointwise","channels":8,"states":1,"inner":1,"stream_bytes":8,"element_bytes":4,"state_rows":0,"half_factors":false,"transcendentals":0},"batch":8,"length":1000,"schedule":{"time":28,"channels":8,"inner":1,"stages":3,"cluster":2,"segments":1,"lanes":1,"owner":"warp","warps":1,"blocks":7,"rows":7},"microseconds":1.5,"device":"a","date":"2026-11-27"},
{"target":"sm_90a","kernel":{"pattern":"pointwise","channels":8,"states":1,"inner":1,"stream_bytes":8,"element_bytes":4,"state_rows":0,"half_factors":false,"transcendentals":0},"batch":100,"length":10,"schedule":{"time":28,"channels":8,"inner":1,"stages":3,"cluster":2,"segments":1,"lanes":1,"owner":"warp","warps":1,"blocks":7,"rows":7},"microseconds":1.5,"device":"a","date":"2026-11-27"},
{"target":"sm_90a","kernel":{"pattern":"pointwise","channels":8,"states":1,"inner":1,"stream_bytes":8,"element_bytes":4,"state_rows":0,"half_factors":false,"transcendentals":0},"batch":8,"length":1000,"schedule":{"time":28,"channels":8,"inner":1,"stages":3,"segments":1,"lanes":1,"owner":"warp","warps":1,"blocks":7,"rows":7},"microseconds":1.5,"device":"a","date":"2026-11-27"},
{"target":"sm_90a","kernel":{"pattern":"pointwise","channels":8,"states":1,"inner":1,"stream_bytes":8,"element_bytes":4,"state_rows":0,"half_factors":false,"transcendentals":0},"batch":8,"length":2000,"schedule":{"time":12,"channels":16,"inner":1,"stages":1,"segments":1,"lanes":1,"owner":"block","warps":2,"blocks":5,"rows":1},"microseconds":3,"device":"a","date":"2026-11-27"}
]}

//--- add.mlir
// CHECK: ssm.kernel "k"
// CHECK-SAME: schedule(<time = 28, channels = 8, stages = 3, owner = warp, blocks = 7, rows = 7>)
// CHECK-SAME: attributes {ssm.schedule_source = "tuning"}
// CLUSTER: schedule(<time = 28, channels = 8, stages = 3, cluster = 2, owner = warp, blocks = 7, rows = 7>)
// LONGER: schedule(<time = 12, channels = 16, warps = 2, blocks = 5>)
// LONGER-SAME: attributes {ssm.schedule_source = "tuning"}
// MODEL-NOT: ssm.schedule_source
// MODEL: schedule(<time = {{[0-9]+}}, channels = {{[0-9]+}}, {{.*}}>)
// MODEL-NOT: ssm.schedule_source
func.func @add(%x: tensor<?x?x8xf32>, %z: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  %y = ssm.kernel "k" ins(%x, %z : tensor<?x?x8xf32>, tensor<?x?x8xf32>) {
  ^bb0(%a: tensor<?x?x8xf32>, %b: tensor<?x?x8xf32>):
    %0 = arith.addf %a, %b : tensor<?x?x8xf32>
    ssm.yield %0 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

//--- others.mlir
// One exponential more for each element.
// OTHERS-LABEL: func.func @more
// OTHERS-NOT: ssm.schedule_source
// OTHERS: return
func.func @more(%x: tensor<?x?x8xf32>, %z: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  %y = ssm.kernel "k" ins(%x, %z : tensor<?x?x8xf32>, tensor<?x?x8xf32>) {
  ^bb0(%a: tensor<?x?x8xf32>, %b: tensor<?x?x8xf32>):
    %e = math.exp %a : tensor<?x?x8xf32>
    %0 = arith.addf %e, %b : tensor<?x?x8xf32>
    ssm.yield %0 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}

// The schedule was written by somebody who left the mark of the table's.
// OTHERS-LABEL: func.func @given
// OTHERS: schedule(<time = 20, channels = 8, rows = 5>) {
func.func @given(%x: tensor<?x?x8xf32>, %z: tensor<?x?x8xf32>) -> tensor<?x?x8xf32> {
  %y = ssm.kernel "k" ins(%x, %z : tensor<?x?x8xf32>, tensor<?x?x8xf32>)
      schedule(<time = 20, channels = 8, rows = 5>) attributes {ssm.schedule_source = "tuning"} {
  ^bb0(%a: tensor<?x?x8xf32>, %b: tensor<?x?x8xf32>):
    %0 = arith.addf %a, %b : tensor<?x?x8xf32>
    ssm.yield %0 : tensor<?x?x8xf32>
  } -> tensor<?x?x8xf32>
  return %y : tensor<?x?x8xf32>
}
