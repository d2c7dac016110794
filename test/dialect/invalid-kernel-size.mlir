// A kernel as large as one may be, and larger by an op. The chain is written by
// a program; its function stands for @kernel_c3.
// RUN: %python %root/test/tools/chain.py kernel 2048 > %t.most.mlir
// RUN: ssm-opt %t.most.mlir -o /dev/null
// RUN: %python %root/test/tools/chain.py kernel 2049 > %t.mlir
// RUN: not ssm-opt %t.mlir 2>&1 | FileCheck %s
// CHECK: {{.*}}.mlir:2:6: error: 'ssm.kernel' op expected at most 2048 ops in a kernel, got 2049
