// RUN: ssm-opt %s --ssm-cpu-table-exp | FileCheck %s

// Sixteen lanes: two tables of sixteen, one permutation, a polynomial of degree
// 2, and no function left. The bits of the sum are held between the ends.
// CHECK-LABEL: llvm.func @full(
// CHECK-SAME: %[[X:.*]]: vector<16xf32>)
llvm.func @full(%x: vector<16xf32>) -> vector<16xf32>
    attributes {target_features = #llvm.target_features<["+avx512f", "+avx512dq"]>} {
  // CHECK-NOT: math.exp
  // CHECK: %[[SUM:.*]] = arith.bitcast %{{.*}} : vector<16xf32> to vector<16xi32>
  // CHECK: %[[ABOVE:.*]] = arith.maxsi %[[SUM]], %{{.*}}
  // CHECK: %[[BITS:.*]] = arith.minsi %[[ABOVE]], %{{.*}}
  // CHECK: %[[ENTRY:.*]] = llvm.call_intrinsic "llvm.x86.avx512.vpermi2var.ps.512"(%{{.*}}, %[[BITS]], %{{.*}})
  // CHECK: arith.bitcast %[[ENTRY]]
  // CHECK: llvm.call_intrinsic "llvm.x86.avx512.mask.reduce.ps.512"(%[[X]], %{{.*}}, %[[X]], %{{.*}}, %{{.*}})
  // CHECK-COUNT-2: math.fma
  // CHECK-NOT: math.
  %0 = math.exp2 %x : vector<16xf32>
  llvm.return %0 : vector<16xf32>
}

// e^x takes two steps more, from x to the rest of the power of two.
// CHECK-LABEL: llvm.func @natural
llvm.func @natural(%x: vector<16xf32>) -> vector<16xf32>
    attributes {target_features = #llvm.target_features<["+avx512f", "+avx512dq"]>} {
  // CHECK-NOT: math.exp
  // CHECK: llvm.call_intrinsic "llvm.x86.avx512.vpermi2var.ps.512"
  // CHECK-COUNT-4: math.fma
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
