// RUN: ssm-opt %s --ssm-gpu-to-llvm --split-input-file --verify-diagnostics | FileCheck %s

gpu.module @scalars {
  // CHECK-LABEL: llvm.func @contracted(
  // CHECK-SAME: %[[X:.*]]: f32, %[[N:.*]]: i32)
  // CHECK: %[[P:.*]] = llvm.fmul %[[X]], %[[X]] {fastmathFlags = #llvm.fastmath<contract>}
  // CHECK: %[[F:.*]] = llvm.intr.fma(%[[P]], %[[X]], %[[X]])
  // CHECK: %[[B:.*]] = llvm.bitcast %[[F]] : f32 to i32
  // CHECK: %[[C:.*]] = llvm.icmp "slt" %[[B]], %[[N]]
  // CHECK: llvm.select %[[C]], %[[P]], %[[F]]
  llvm.func @contracted(%x: f32, %n: i32) -> f32 {
    %0 = arith.mulf %x, %x fastmath<contract> : f32
    %1 = math.fma %0, %x, %x : f32
    %2 = arith.bitcast %1 : f32 to i32
    %3 = arith.cmpi slt, %2, %n : i32
    %4 = arith.select %3, %0, %1 : f32
    llvm.return %4 : f32
  }

  // CHECK-LABEL: llvm.func @rounded(
  // CHECK: llvm.fptrunc %{{.*}} : f32 to bf16
  llvm.func @rounded(%x: f32) -> bf16 {
    %0 = arith.truncf %x : f32 to bf16
    llvm.return %0 : bf16
  }

  // Must not touch what is NVVM already.
  // CHECK-LABEL: llvm.func @native(
  // CHECK-NEXT: nvvm.read.ptx.sreg.tid.x
  // CHECK-NEXT: nvvm.barrier0
  // CHECK-NEXT: llvm.return
  llvm.func @native() -> i32 {
    %0 = nvvm.read.ptx.sreg.tid.x : i32
    nvvm.barrier0
    llvm.return %0 : i32
  }
}

// -----

gpu.module @left {
  llvm.func @erf(%x: f32) -> f32 {
    // expected-error @+1 {{failed to legalize operation 'math.erf'}}
    %0 = math.erf %x : f32
    llvm.return %0 : f32
  }
}
