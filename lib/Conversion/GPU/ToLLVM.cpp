// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-gpu-to-llvm: structured kernels in; the LLVM dialect out. The pipeline
// that ends in it.

#include "lib/Conversion/GPU/Passes.h"

#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/LLVMCommon/ConversionTarget.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/NVVMToLLVM/NVVMToLLVM.h"
#include "mlir/Conversion/SCFToControlFlow/SCFToControlFlow.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Pass/PassRegistry.h"
#include "mlir/Transforms/DialectConversion.h"
#include "mlir/Transforms/Passes.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_GPUTOLLVMPASS
#define GEN_PASS_REGISTRATION
#include "lib/Conversion/GPU/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;

namespace {
struct GPUToLLVMPass : mlir::ssm::impl::GPUToLLVMPassBase<GPUToLLVMPass> {
  using GPUToLLVMPassBase::GPUToLLVMPassBase;

  void runOnOperation() override {
    MLIRContext *context = &getContext();
    LLVMTypeConverter converter(context);
    RewritePatternSet patterns(context);
    populateSCFToControlFlowConversionPatterns(patterns);
    cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
    arith::populateArithToLLVMConversionPatterns(converter, patterns);
    populateMathToLLVMConversionPatterns(converter, patterns);
    populateVectorToLLVMConversionPatterns(converter, patterns);
    populateNVVMToLLVMConversionPatterns(patterns);
    LLVMConversionTarget target(*context);
    target.addLegalDialect<NVVM::NVVMDialect>();
    // The one of them that has no intrinsic: it is an instruction by name.
    target.addIllegalOp<NVVM::WgmmaMmaAsyncOp>();
    target.addLegalOp<gpu::GPUModuleOp>();
    if (failed(
            applyFullConversion(getOperation(), target, std::move(patterns))))
      signalPassFailure();
  }
};
} // namespace

void mlir::ssm::buildGPULoweringPipeline(OpPassManager &manager) {
  manager.addNestedPass<TileKernelOp>(createPlacePass());
  manager.addPass(createSSMToGPUPass());
  OpPassManager &kernels = manager.nest<gpu::GPUModuleOp>();
  kernels.addPass(createNativeScalarsPass());
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createCSEPass());
  kernels.addPass(createGPUToLLVMPass());
  kernels.addPass(createCanonicalizerPass());
  kernels.addPass(createCSEPass());
}

void mlir::ssm::registerSSMToGPUPasses() {
  registerSSMGPULoweringPasses();
  PassPipelineRegistration<>(
      "ssm-lower-to-gpu",
      "Tile programs with schedules to the LLVM dialect for GPUs",
      buildGPULoweringPipeline);
}
