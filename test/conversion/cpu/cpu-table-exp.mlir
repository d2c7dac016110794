// RUN: ssm-opt %s --ssm-cpu-table-exp | FileCheck %s

// Sixteen lanes: two tables of sixteen, one permutation, a polynomial of degree
// 2, and no function left. Powers that are not subnormal are scaled, others are 0.
// CHECK-LABEL: llvm.func @full(
// CHECK-SAME: %[[X:.*]]: vector<16xf32>)
llvm.func @full(%x: vector<16xf32>) -> vector<16xf32>
    attributes {target_features = #llvm.target_features<["+avx512f", "+avx512dq"]>} {
  // CHECK-DAG: %[[LEAST:.*]] = arith.constant dense<-1.260000e+02> : vector<16xf32>
  // CHECK-DAG: %[[ZERO:.*]] = arith.constant dense<0.000000e+00> : vector<16xf32>
  // CHECK-DAG: %[[SHIFT:.*]] = arith.constant dense<3.932160e+05> : vector<16xf32>
  // CHECK-NOT: math.exp
  // CHECK: %[[SUM:.*]] = arith.addf %[[X]], %[[SHIFT]]
  // CHECK: %[[N:.*]] = arith.subf %[[SUM]], %[[SHIFT]]
  // CHECK: %[[BITS:.*]] = arith.bitcast %[[SUM]] : vector<16xf32> to vector<16xi32>
  // CHECK: %[[ENTRY:.*]] = llvm.call_intrinsic "llvm.x86.avx512.vpermi2var.ps.512"(%{{.*}}, %[[BITS]], %{{.*}})
  // CHECK: llvm.call_intrinsic "llvm.x86.avx512.mask.reduce.ps.512"(%[[X]], %{{.*}}, %[[X]], %{{.*}}, %{{.*}})
  // CHECK: math.fma
  // CHECK: %[[GROWTH:.*]] = arith.mulf
  // CHECK: %[[PRODUCT:.*]] = math.fma %[[ENTRY]], %[[GROWTH]], %[[ENTRY]]
  // CHECK: %[[NORMAL:.*]] = arith.cmpf uge, %[[N]], %[[LEAST]]
  // CHECK: %[[MASK:.*]] = llvm.bitcast %[[NORMAL]] : vector<16xi1> to i16
  // CHECK: llvm.call_intrinsic "llvm.x86.avx512.mask.scalef.ps.512"(%[[PRODUCT]], %[[N]], %[[ZERO]], %[[MASK]], %{{.*}})
  // CHECK-NOT: math.
  %0 = math.exp2 %x : vector<16xf32>
  llvm.return %0 : vector<16xf32>
}

// A product that may contract adds a 64th on its way; from there all goes down,
// and the scale takes the sum as it is.
// CHECK-LABEL: llvm.func @product(
llvm.func @product(%x: vector<16xf32>, %y: vector<16xf32>) -> vector<16xf32>
    attributes {target_features = #llvm.target_features<["+avx512f", "+avx512dq"]>} {
  // CHECK-DAG: %[[HALF:.*]] = arith.constant dense<1.562500e-02> : vector<16xf32>
  // CHECK: %[[P:.*]] = arith.mulf
  // CHECK: %[[T:.*]] = arith.addf %[[P]], %[[HALF]] fastmath<contract>
  // CHECK: llvm.call_intrinsic "llvm.x86.avx512.add.ps.512"(%[[T]], %{{.*}}, %{{.*}})
  // CHECK: llvm.call_intrinsic "llvm.x86.avx512.mask.reduce.ps.512"(%[[T]],
  // CHECK: llvm.call_intrinsic "llvm.x86.avx512.mask.scalef.ps.512"(%{{.*}}, %[[T]], %{{.*}}, %{{.*}}, %{{.*}})
  %0 = arith.mulf %x, %y fastmath<contract> : vector<16xf32>
  %1 = math.exp2 %0 : vector<16xf32>
  llvm.return %1 : vector<16xf32>
}

// Must not fire: a product with a value of its own.
// CHECK-LABEL: llvm.func @rounded_product(
llvm.func @rounded_product(%x: vector<16xf32>, %y: vector<16xf32>) -> vector<16xf32>
    attributes {target_features = #llvm.target_features<["+avx512f", "+avx512dq"]>} {
  // CHECK-NOT: fastmath<contract>
  // CHECK-NOT: llvm.x86.avx512.add.ps.512
  // CHECK: llvm.return
  %0 = arith.mulf %x, %y : vector<16xf32>
  %1 = math.exp2 %0 : vector<16xf32>
  llvm.return %1 : vector<16xf32>
}

// e^x takes two steps more, from x to the rest of the power of two.
// CHECK-LABEL: llvm.func @natural
llvm.func @natural(%x: vector<16xf32>) -> vector<16xf32>
    attributes {target_features = #llvm.target_features<["+avx512f", "+avx512dq"]>} {
  // CHECK-NOT: math.exp
  // CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpermi2var.ps.512"
  // CHECK-COUNT-4: math.fma
  // CHECK: llvm.call_intrinsic "llvm.x86.avx512.mask.scalef.ps.512"
  // CHECK-NOT: math.
  %0 = math.exp %x : vector<16xf32>
  llvm.return %0 : vector<16xf32>
}

// Must not fire: half the lanes.
// CHECK-LABEL: llvm.func @eight
llvm.func @eight(%x: vector<8xf32>) -> vector<8xf32>
    attributes {target_features = #llvm.target_features<["+avx512f", "+avx512dq"]>} {
  // CHECK-NEXT: math.exp2 %{{.*}} : vector<8xf32>
  %0 = math.exp2 %x : vector<8xf32>
  llvm.return %0 : vector<8xf32>
}

// Must not fire: another type.
// CHECK-LABEL: llvm.func @double
llvm.func @double(%x: vector<16xf64>) -> vector<16xf64>
    attributes {target_features = #llvm.target_features<["+avx512f", "+avx512dq"]>} {
  // CHECK-NEXT: math.exp %{{.*}} : vector<16xf64>
  %0 = math.exp %x : vector<16xf64>
  llvm.return %0 : vector<16xf64>
}

// Must not fire: another function of the same vector.
// CHECK-LABEL: llvm.func @expm1
llvm.func @expm1(%x: vector<16xf32>) -> vector<16xf32>
    attributes {target_features = #llvm.target_features<["+avx512f", "+avx512dq"]>} {
  // CHECK-NEXT: math.expm1
  %0 = math.expm1 %x : vector<16xf32>
  llvm.return %0 : vector<16xf32>
}

// Must not fire: the function's machine takes no fraction in one step.
// CHECK-LABEL: llvm.func @no_fraction
llvm.func @no_fraction(%x: vector<16xf32>) -> vector<16xf32>
    attributes {target_features = #llvm.target_features<["+avx512f"]>} {
  // CHECK-NEXT: math.exp2
  %0 = math.exp2 %x : vector<16xf32>
  llvm.return %0 : vector<16xf32>
}

// Must not fire: the function's machine has no such permutation.
// CHECK-LABEL: llvm.func @narrow_machine
llvm.func @narrow_machine(%x: vector<16xf32>) -> vector<16xf32>
    attributes {target_features = #llvm.target_features<["+avx2"]>} {
  // CHECK-NEXT: math.exp2
  %0 = math.exp2 %x : vector<16xf32>
  llvm.return %0 : vector<16xf32>
}

// CHECK-LABEL: llvm.func @any_machine
llvm.func @any_machine(%x: vector<16xf32>) -> vector<16xf32> {
  // CHECK-NEXT: math.exp
  %0 = math.exp %x : vector<16xf32>
  llvm.return %0 : vector<16xf32>
}
