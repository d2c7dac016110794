// RUN: ssm-opt %s --ssm-lower-to-gpu | FileCheck %s
// RUN: ssm-opt %s --ssm-lower-to-gpu | FileCheck %s --check-prefix=NATIVE

// The whole pipeline leaves the LLVM dialect and NVVM in the functions, loops and
// branches included.

// CHECK: gpu.module @ssm_kernels
// CHECK-NOT: {{ (arith|math|vector|scf|cf|ssm\.tile)\.[a-z]}}

#btc = affine_map<(b, t, c, n, k) -> (b, t, c)>

// NATIVE-LABEL: llvm.func @scan(
// NATIVE: nvvm.cp.async.shared.global
// NATIVE: llvm.cond_br
// NATIVE: llvm.call_intrinsic "llvm.nvvm.ex2.approx.ftz.f32"
// NATIVE: nvvm.shfl.sync
// NATIVE: llvm.return
ssm.tile.kernel @scan(%x: memref<?x?x32xbf16>, %y: memref<?x?x32xbf16>)
    attributes {
      extents = [#ssm.extent<batch = ?, tile = 1>, #ssm.extent<time = ?, tile = 8>, #ssm.extent<channel = 32, tile = 8>, #ssm.extent<state = 4, tile = 4>],
      grid = [#ssm<axis batch>, #ssm<axis channel>],
      schedule = #ssm.schedule<time = 8, channels = 8, stages = 2, lanes = 4, owner = warp>} {
  %h0 = ssm.tile.fill 0.0 : !ssm.tile<channel: 8, state: 4, f32>
  %h = ssm.tile.for time init(%h0) : !ssm.tile<channel: 8, state: 4, f32> {
  ^bb0(%hi: !ssm.tile<channel: 8, state: 4, f32>):
    %xt = ssm.tile.load %x [#btc] : memref<?x?x32xbf16> -> !ssm.tile<time: 8, channel: 8, bf16>
    %m = ssm.tile.map (%xt) : (!ssm.tile<time: 8, channel: 8, bf16>) -> !ssm.tile<time: 8, channel: 8, f32> {
    ^bb0(%e: bf16):
      %0 = arith.extf %e : bf16 to f32
      ssm.yield %0 : f32
    }
    %r, %hn = ssm.tile.scan state(%hi) ins(%m) : !ssm.tile<channel: 8, state: 4, f32>, (!ssm.tile<time: 8, channel: 8, f32>) -> !ssm.tile<time: 8, channel: 8, f32> {
    ^bb0(%s: f32, %e: f32):
      %0 = math.exp2 %e : f32
      %1 = arith.mulf %0, %s : f32
      %2 = arith.addf %1, %e : f32
      ssm.yield %2, %2 : f32, f32
    }
    %o = ssm.tile.map (%r) : (!ssm.tile<time: 8, channel: 8, f32>) -> !ssm.tile<time: 8, channel: 8, bf16> {
    ^bb0(%e: f32):
      %0 = arith.truncf %e : f32 to bf16
      ssm.yield %0 : bf16
    }
    ssm.tile.store %o, %y [#btc] : !ssm.tile<time: 8, channel: 8, bf16>, memref<?x?x32xbf16>
    ssm.yield %hn : !ssm.tile<channel: 8, state: 4, f32>
  }
  ssm.yield
}
