// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Passes that take tile programs to the LLVM and NVVM dialects.

#ifndef LIB_CONVERSION_GPU_PASSES_H
#define LIB_CONVERSION_GPU_PASSES_H

#include "dialect/SSM.h"
#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"

namespace mlir::ssm {

#define GEN_PASS_DECL
#include "lib/Conversion/GPU/Passes.h.inc"

/// Tile programs with schedules in; `gpu.module @ssm_kernels` in the LLVM
/// dialect beside them out.
void buildGPULoweringPipeline(OpPassManager &manager);

/// The passes one by one, and the pipeline as `ssm-lower-to-gpu`.
void registerSSMToGPUPasses();

} // namespace mlir::ssm

#endif // LIB_CONVERSION_GPU_PASSES_H
