// RUN: ssm-opt %s --ssm-place --ssm-to-gpu | FileCheck %s
// RUN: ssm-opt %s --ssm-place --ssm-to-gpu | FileCheck %s --check-prefix=PLAIN

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>
#c = affine_map<(b, t, c, n, k) -> (c)>

// A kernel that starts early lets the next one start, and waits before it touches
// memory that others write, in whole tiles and in those that end early. What an earlier kernel may write has no promise that it stands still;
// the weight, argument 1, keeps its own.
// CHECK: llvm.func @early(
// CHECK-SAME: %{{[a-z0-9]+}}: !llvm.ptr<1> {llvm.align = 16 : i64, llvm.readonly},
// CHECK-SAME: %{{[a-z0-9]+}}: !llvm.ptr<1> {llvm.align = 16 : i64, llvm.noalias, llvm.readonly},
// CHECK-SAME: %{{[a-z0-9]+}}: !llvm.ptr<1> {llvm.align = 16 : i64, llvm.noalias, llvm.writeonly},
// CHECK: nvvm.griddepcontrol{{ +}}launch_dependents
// CHECK-NOT: llvm.load
// CHECK: llvm.inline_asm has_side_effects {{.*}}"griddepcontrol.wait;", "~{memory}"
// CHECK: llvm.load
// CHECK: } else {
// CHECK-NOT: llvm.load
// CHECK: llvm.inline_asm has_side_effects {{.*}}"griddepcontrol.wait;", "~{memory}"
// CHECK: llvm.load
// CHECK-NOT: griddepcontrol
ssm.tile.kernel @early(%x: memref<?x?x64xf32>, %w: memref<64xf32>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 64>,
      ssm.starts_early = array<i64: 1>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
  %1 = ssm.tile.load %w [#c] : memref<64xf32> -> !ssm.tile<channel: 64, f32>
  %2 = ssm.tile.map(%0, %1) : (!ssm.tile<time: 8, channel: 64, f32>, !ssm.tile<channel: 64, f32>) -> !ssm.tile<time: 8, channel: 64, f32> {
  ^bb0(%a: f32, %b: f32):
    %p = arith.mulf %a, %b : f32
    ssm.yield %p : f32
  }
  ssm.tile.store %2, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}

// Without the attribute nothing waits.
// PLAIN: llvm.func @plain(
// PLAIN-SAME: {llvm.align = 16 : i64, llvm.noalias, llvm.readonly}
// PLAIN-NOT: griddepcontrol
// PLAIN: llvm.return
ssm.tile.kernel @plain(%x: memref<?x?x64xf32>, %y: memref<?x?x64xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 64, tile = 64>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 64>} {
  %0 = ssm.tile.load %x [#btc] : memref<?x?x64xf32> -> !ssm.tile<time: 8, channel: 64, f32>
  ssm.tile.store %0, %y [#btc] : !ssm.tile<time: 8, channel: 64, f32>, memref<?x?x64xf32>
  ssm.yield
}

// Copies of the weight, two tiles ahead, are under way before the wait; those of
// the other factor follow it, each with its group.
// CHECK-LABEL: llvm.func @product(
// CHECK: nvvm.griddepcontrol{{ +}}launch_dependents
// CHECK: scf.if
// CHECK-NOT: commit
// CHECK-COUNT-2: nvvm.cp.async.shared.global {{.*}}, 16, cache ={{ +}}cg
// CHECK-NOT: nvvm.cp.async
// CHECK: llvm.inline_asm has_side_effects {{.*}}"griddepcontrol.wait;"
// CHECK: nvvm.cp.async.shared.global
// CHECK: nvvm.cp.async.commit.group
// CHECK: nvvm.cp.async.shared.global
// CHECK: nvvm.cp.async.commit.group
// CHECK: scf.for
// CHECK: nvvm.cp.async.wait.group 1
// The way with checks waits too.
// CHECK: } else {
// CHECK: griddepcontrol.wait
// CHECK: scf.for
ssm.tile.kernel @product(%x: memref<?x?x64xbf16>, %w: memref<16x64xbf16>, %y: memref<?x?x16xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<inner = 64, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 16, inner = 16, stages = 3>,
      ssm.starts_early = array<i64: 1>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 16, channel: 16, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 16, channel: 16, f32> {
  ^bb0(%acc: !ssm.tile<time: 16, channel: 16, f32>):
    %xt = ssm.tile.load %x [affine_map<(b, t, c, n, k) -> (b, t, k)>] : memref<?x?x64xbf16> -> !ssm.tile<time: 16, inner: 16, bf16>
    %wt = ssm.tile.load %w [affine_map<(b, t, c, n, k) -> (c, k)>] : memref<16x64xbf16> -> !ssm.tile<channel: 16, inner: 16, bf16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 16, channel: 16, f32>, !ssm.tile<time: 16, inner: 16, bf16>, !ssm.tile<channel: 16, inner: 16, bf16>
    ssm.yield %2 : !ssm.tile<time: 16, channel: 16, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 16, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}

// A loop over what stands still alone does not wait: the store does, in whole
// tiles and in others.
// CHECK-LABEL: llvm.func @beside(
// CHECK: nvvm.griddepcontrol{{ +}}launch_dependents
// CHECK-NOT: griddepcontrol.wait
// CHECK: nvvm.cp.async.commit.group
// CHECK: nvvm.cp.async.commit.group
// CHECK-NOT: griddepcontrol.wait
// CHECK: scf.for
// CHECK-NOT: griddepcontrol.wait
// CHECK: nvvm.mma.sync
// CHECK: scf.yield
// CHECK: griddepcontrol.wait
// CHECK: llvm.store
// CHECK: } else {
// CHECK: scf.for
// CHECK: nvvm.mma.sync
// CHECK: scf.yield
// CHECK: griddepcontrol.wait
// CHECK: llvm.store
ssm.tile.kernel @beside(%x: memref<?x?x64xbf16>, %w: memref<16x64xbf16>, %y: memref<?x?x16xf32>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 16>, #ssm.extent<channel = 16, tile = 16>, #ssm.extent<inner = 64, tile = 16>],
      grid = [#ssm<axis batch>, #ssm<axis time>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 16, channels = 16, inner = 16, stages = 3>,
      ssm.starts_early = array<i64: 0, 1>} {
  %0 = ssm.tile.fill 0.0 : !ssm.tile<time: 16, channel: 16, f32>
  %1 = ssm.tile.for inner init(%0) : !ssm.tile<time: 16, channel: 16, f32> {
  ^bb0(%acc: !ssm.tile<time: 16, channel: 16, f32>):
    %xt = ssm.tile.load %x [affine_map<(b, t, c, n, k) -> (b, t, k)>] : memref<?x?x64xbf16> -> !ssm.tile<time: 16, inner: 16, bf16>
    %wt = ssm.tile.load %w [affine_map<(b, t, c, n, k) -> (c, k)>] : memref<16x64xbf16> -> !ssm.tile<channel: 16, inner: 16, bf16>
    %2 = ssm.tile.dot %acc, %xt, %wt : !ssm.tile<time: 16, channel: 16, f32>, !ssm.tile<time: 16, inner: 16, bf16>, !ssm.tile<channel: 16, inner: 16, bf16>
    ssm.yield %2 : !ssm.tile<time: 16, channel: 16, f32>
  }
  ssm.tile.store %1, %y [#btc] : !ssm.tile<time: 16, channel: 16, f32>, memref<?x?x16xf32>
  ssm.yield
}
