// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From tile programs to code for NVIDIA GPUs, in the order in which the
// pipeline runs them.

#ifndef SSM_CONVERSION_GPU_PASSES_TD
#define SSM_CONVERSION_GPU_PASSES_TD

include "mlir/Pass/PassBase.td"

def PlacePass : Pass<"ssm-place", "::mlir::ssm::TileKernelOp"> {
  let summary = "Decide where each tile lives on a GPU";
  let description = [{
    Gives every tile op the layout in which the lanes of the owner share its work
    (`ssm.layout`) and every result a place (`ssm.places`): `lane`, the registers
    of that layout, or `chip`, a range of on-chip memory. The kernel gets
    `ssm.chip_bytes`.

    * A scan, a dot and a row reduction dictate their layouts, which spread
      through maps and loop-carried values; other maps take the layout their
      first reader wants, or the default for their axes. Loads and maps without
      a time axis are cheap: they are copied for readers that disagree.
    * A dot whose factors are both bf16 or both f16 is given to the matrix units
      of the warps (`ssm.unit = "mma"`): its layout is the fragment of the
      accumulator of mma.m16n8k16, eight lanes of each warp on the axis with
      fewer instructions in all, four on the other. A factor that is loaded before
      the loop around the dot stays with the lanes, as fragments of the units, if
      the schedule leaves them registers for it. Other dots are multiplied by the
      lanes (`"fma"`), f32 ones without a rounding to TF32.
    * On chip: what a scan reads per token, the factors of a dot, what is loaded
      inside a time loop (asynchronously, `stages` tiles deep), and results
      whose readers need another layout.
    * Results of maps that one scan reads together at (time, channel) are
      interleaved, so that a lane reads them as one vector.
    * Rows of tiles in a loop over time with a dot are up to 48 bytes longer where
      that keeps the lanes of the maps around it out of each other's banks.
    * Where blocks of a cluster share the contracted axis, a dot gets a range for
      the sums of the others (`ssm.cluster_scratch`), which nothing overlays.
    * Ranges are planned by liveness; a result may overlay a buffer that its own
      op reads last.

    Assumptions: the kernel has a schedule. Limits: clusters and `stagger` need one
    loop over the contracted axis, whose results are sums of products from zero
    on; loop-carried tiles live in
    registers; at most 99 KB on chip, 227 KB where the unit is a warpgroup.
  }];
  let dependentDialects = ["::mlir::ssm::SSMDialect"];
}

def SSMToGPUPass : Pass<"ssm-to-gpu", "::mlir::ModuleOp"> {
  let summary = "Turn placed tile programs into SIMT code";
  let description = [{
    For every `ssm.tile.kernel` writes an `llvm.func` with `nvvm.kernel` into the
    module `@ssm_kernels`: pointers of the arguments, then i64 batch and length;
    one block a cell, or a cluster of them (`nvvm.cluster_dim`). Bodies are arith, math, vector, scf, nvvm and llvm. Tile
    kernels stay, for they carry the launch facts. Discardable attributes of the
    function: `ssm.block`, `ssm.static_shared_bytes`, `ssm.shared_bytes`, and where
    it applies `ssm.segments`, `ssm.carry_bytes`, `ssm.cluster`.

    Multiplications and additions of scalar regions get the flag `contract`:
    results may change in their last bit.

    Matrix units (`ssm.unit = "mma"`) add the products of 16 elements at once, in
    an order and with a rounding of their own. Elements beyond the extent of the
    contracted axis are cleared in the registers of both factors.

    Assumptions: ssm-place has run. Limits: f64 is refused.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::vector::VectorDialect", "::mlir::scf::SCFDialect",
    "::mlir::LLVM::LLVMDialect", "::mlir::NVVM::NVVMDialect",
    "::mlir::gpu::GPUDialect"
  ];
}

def NativeScalarsPass : Pass<"ssm-native-scalars", "::mlir::gpu::GPUModuleOp"> {
  let summary = "Give scalar functions the form the GPU executes";
  let description = [{
    Results may change in their last bits. exp2, reciprocals and rsqrt become the
    approximate instructions (errors of 2 units in the last place, subnormals
    flushed); other transcendental functions are expanded into arithmetic; bf16
    is widened by integer shifts, and a rounding to bf16 and back is the rounding of
    a pair. What remains and has no form on the GPU is an
    error.
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
    "::mlir::LLVM::LLVMDialect"
  ];
}

def GPUToLLVMPass : Pass<"ssm-gpu-to-llvm", "::mlir::gpu::GPUModuleOp"> {
  let summary = "Lower the bodies of GPU kernels to the LLVM dialect";
  let description = [{
    arith, math, vector, scf and cf become llvm and nvvm ops; nothing else is
    left in the functions afterwards.
  }];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::cf::ControlFlowDialect"
  ];
}

#endif // SSM_CONVERSION_GPU_PASSES_TD
