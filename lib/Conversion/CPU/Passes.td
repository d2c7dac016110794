// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From tile programs to LLVM functions for a CPU, in the order in which
// addLowerToCPUPasses runs them.

#ifndef SSM_CONVERSION_CPU_PASSES_TD
#define SSM_CONVERSION_CPU_PASSES_TD

include "mlir/Pass/PassBase.td"

def CopyVariantsPass : Pass<"ssm-cpu-variants", "::mlir::ModuleOp"> {
  let summary = "Copy every tile kernel for each instruction set";
  let description = [{
    Replaces `@scan` by `@scan.avx512` and `@scan.avx2`, each with the attribute
    `ssm.variant`. A kernel with a product of two bf16 tiles, pairs of whose
    elements are pairs in memory, has the variant `avx512bf16` too. A program that
    is linked for one machine asks for one variant.
  }];
  let options = [
    ListOption<"variants", "variants", "std::string",
               "instruction sets, best first: avx512bf16, avx512, avx2">
  ];
}

def PlanCPUPass : Pass<"ssm-plan-cpu", "::mlir::ssm::TileKernelOp"> {
  let summary = "Decide where the tiles of a kernel live on a CPU";
  let description = [{
    Writes its decisions as attributes, which a person can read and change before
    `ssm-to-cpu` carries them out:

    | attribute | on | meaning |
    |---|---|---|
    | `ssm.lanes` | kernel | channels of a vector |
    | `ssm.blocks` | kernel | vectors of channels whose tiles are in scratch at a time; a cell of more is cut |
    | `ssm.place` | ops with tiles | `inline`: computed where it is read; `scratch`: held in memory; `registers`: held in vectors |
    | `ssm.nest` | ops that need loops | ops of equal number share their loops |
    | `ssm.states` | scan | states of a channel held in registers at a time |

    A tile is inline where that computes each element once. Weights that are read
    for every token, tiles that are read across their memory order and tiles that
    lack the channel axis go to scratch. States stay in registers if they fit;
    otherwise the time tile is walked once for each block of states.

    Where registers hold the states of less than four vectors, and the cell has
    more than they hold, each walks the tile in turn (`ssm.place` of the states is
    `scratch`): rows of the tensors are then read as wide as the cell is, where
    vectors that walk all tokens alone read a line of every row, and of every page.

    Divisions and transcendental functions that the tokens of a scan in registers
    read go to scratch in a nest before it. A token waits for the one before, so a
    softplus in its loop is a chain of dependent steps in front of every token; in
    a nest of its own the chains of many tokens overlap.
  }];
  let options = [
    Option<"vectorWidth", "vector-width", "int64_t", "0",
           "f32 lanes of a vector: 16 or 8; 0 for what the variant has">
  ];
}

def SSMToCPUPass : Pass<"ssm-to-cpu", "::mlir::ModuleOp"> {
  let summary = "Turn tile kernels into functions over vectors";
  let description = [{
    Every `ssm.tile.kernel` becomes an `llvm.func`

        void symbol(void *const *buffers, int64_t batch, int64_t length,
                    int64_t first, int64_t last, void *scratch)

    that runs the cells [first, last), with `scf` loops over vectors of channels.
    Its attribute `ssm.scratch_bytes` tells how much scratch a call needs. A
    kernel without a plan gets that of `ssm-plan-cpu`.

    Results may differ in their last bits from scalar code: products and sums of
    the kernel contract to fused multiply-adds, and sums over states, channels and
    contracted axes are split between accumulators; the order is always the same.
    For `avx512bf16`, products of bf16 take subnormal values as 0.

    Limits: the state of a recurrence has the axes channel and state at most.
  }];
  let dependentDialects = [
    "::mlir::LLVM::LLVMDialect", "::mlir::scf::SCFDialect",
    "::mlir::vector::VectorDialect", "::mlir::arith::ArithDialect",
    "::mlir::math::MathDialect"
  ];
}

def TableExpPass : Pass<"ssm-cpu-table-exp"> {
  let summary = "Compute exponentials of AVX-512 vectors with a table";
  let description = [{
    `math.exp` and `math.exp2` of sixteen lanes of f32, in functions for AVX-512
    with DQ, become a permutation of 32 powers of two held in registers and a
    polynomial of degree 2, with an error of 2 units in the last place, scaled by a
    power of two. Results below 2^-126 are 0: a subnormal one would cost a hundred
    cycles. NaN stays NaN.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect",
                           "::mlir::arith::ArithDialect"];
}

def ExpandHalfPass : Pass<"ssm-cpu-expand-half"> {
  let summary = "Write conversions of bf16 as integer arithmetic";
  let description = [{
    bf16 is the upper half of f32: widening is a shift, narrowing rounds to
    nearest, ties to even, and keeps NaN. LLVM would call a library for it.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect"];
}

#endif // SSM_CONVERSION_CPU_PASSES_TD
