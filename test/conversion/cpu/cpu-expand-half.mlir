// RUN: ssm-opt %s --ssm-cpu-expand-half | FileCheck %s

// bf16 is the upper half of f32.
// CHECK-LABEL: func.func @widen(
// CHECK-SAME: %[[X:.*]]: bf16)
func.func @widen(%x: bf16) -> f32 {
  // CHECK-DAG: %[[C16:.*]] = arith.constant 16 : i32
  // CHECK-DAG: %[[B:.*]] = arith.bitcast %[[X]] : bf16 to i16
  // CHECK: %[[W:.*]] = arith.extui %[[B]] : i16 to i32
  // CHECK: %[[S:.*]] = arith.shli %[[W]], %[[C16]] : i32
  // CHECK: %[[F:.*]] = arith.bitcast %[[S]] : i32 to f32
  // CHECK: return %[[F]]
  %0 = arith.extf %x : bf16 to f32
  return %0 : f32
}

// CHECK-LABEL: func.func @widen_to_double
func.func @widen_to_double(%x: vector<4xbf16>) -> vector<4xf64> {
  // CHECK: %[[F:.*]] = arith.bitcast %{{.*}} : vector<4xi32> to vector<4xf32>
  // CHECK: arith.extf %[[F]] : vector<4xf32> to vector<4xf64>
  %0 = arith.extf %x : vector<4xbf16> to vector<4xf64>
  return %0 : vector<4xf64>
}

// Ties go to even: half of the last place less one, and the last place's own
// bit, are added to what is cut off. NaN keeps its upper half, made quiet.
// CHECK-LABEL: func.func @narrow(
// CHECK-SAME: %[[X:.*]]: f32)
func.func @narrow(%x: f32) -> bf16 {
  // CHECK-DAG: %[[C16:.*]] = arith.constant 16 : i32
  // CHECK-DAG: %[[C1:.*]] = arith.constant 1 : i32
  // CHECK-DAG: %[[HALF:.*]] = arith.constant 32767 : i32
  // CHECK-DAG: %[[QUIET:.*]] = arith.constant 64 : i32
  // CHECK: %[[B:.*]] = arith.bitcast %[[X]] : f32 to i32
  // CHECK: %[[U:.*]] = arith.shrui %[[B]], %[[C16]]
  // CHECK: %[[ODD:.*]] = arith.andi %[[U]], %[[C1]]
  // CHECK: %[[ADD:.*]] = arith.addi %[[ODD]], %[[HALF]]
  // CHECK: %[[SUM:.*]] = arith.addi %[[B]], %[[ADD]]
  // CHECK: %[[R:.*]] = arith.shrui %[[SUM]], %[[C16]]
  // CHECK: %[[Q:.*]] = arith.ori %[[U]], %[[QUIET]]
  // CHECK: %[[NAN:.*]] = arith.cmpf uno, %[[X]], %[[X]]
  // CHECK: %[[S:.*]] = arith.select %[[NAN]], %[[Q]], %[[R]]
  // CHECK: %[[T:.*]] = arith.trunci %[[S]] : i32 to i16
  // CHECK: arith.bitcast %[[T]] : i16 to bf16
  %0 = arith.truncf %x : f32 to bf16
  return %0 : bf16
}

// f64 goes by way of f32.
// CHECK-LABEL: func.func @narrow_double
func.func @narrow_double(%x: f64, %v: vector<8xf64>) -> (f16, vector<8xbf16>) {
  // CHECK: %[[S:.*]] = arith.truncf %{{.*}} : f64 to f32
  // CHECK: arith.truncf %[[S]] : f32 to f16
  %0 = arith.truncf %x : f64 to f16
  // CHECK: %[[V:.*]] = arith.truncf %{{.*}} : vector<8xf64> to vector<8xf32>
  // CHECK: arith.bitcast %[[V]] : vector<8xf32> to vector<8xi32>
  // CHECK-NOT: arith.truncf
  %1 = arith.truncf %v : vector<8xf64> to vector<8xbf16>
  return %0, %1 : f16, vector<8xbf16>
}

// Choosing is done on bits.
// CHECK-LABEL: func.func @choose(
// CHECK-SAME: %[[C:.*]]: i1, %[[X:.*]]: f16, %[[Y:.*]]: f16)
func.func @choose(%c: i1, %x: f16, %y: f16) -> f16 {
  // CHECK-DAG: %[[A:.*]] = arith.bitcast %[[X]] : f16 to i16
  // CHECK-DAG: %[[B:.*]] = arith.bitcast %[[Y]] : f16 to i16
  // CHECK: %[[S:.*]] = arith.select %[[C]], %[[A]], %[[B]] : i16
  // CHECK: arith.bitcast %[[S]] : i16 to f16
  %0 = arith.select %c, %x, %y : f16
  return %0 : f16
}

// Must not fire: the machine converts f16 and chooses between f32 itself.
// CHECK-LABEL: func.func @native
func.func @native(%c: i1, %x: f16, %y: f32, %z: f64) -> (f32, f16, f32, f32) {
  // CHECK-NEXT: arith.extf %{{.*}} : f16 to f32
  // CHECK-NEXT: arith.truncf %{{.*}} : f32 to f16
  // CHECK-NEXT: arith.truncf %{{.*}} : f64 to f32
  // CHECK-NEXT: arith.select %{{.*}} : f32
  // CHECK-NEXT: return
  %0 = arith.extf %x : f16 to f32
  %1 = arith.truncf %y : f32 to f16
  %2 = arith.truncf %z : f64 to f32
  %3 = arith.select %c, %y, %2 : f32
  return %0, %1, %2, %3 : f32, f16, f32, f32
}
