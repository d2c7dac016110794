// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The passes from tile kernels to the LLVM dialect, each with its reason.

#include "lib/Conversion/CPU/SSMToCPU.h"
#include "lib/Conversion/Math/ExpandMath.h"

#include "mlir/Conversion/Passes.h"
#include "mlir/Dialect/Arith/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Transforms/Passes.h"

using namespace mlir;
using namespace mlir::ssm;

void mlir::ssm::addLowerToCPUPasses(OpPassManager &pm,
                                    const LowerToCPUOptions &options) {
  CopyVariantsPassOptions variants;
  llvm::append_range(variants.variants, options.variants);
  pm.addPass(createCopyVariantsPass(variants));
  pm.addNestedPass<TileKernelOp>(createPlanCPUPass());
  pm.addPass(createSSMToCPUPass());
  // Addresses of neighbouring elements share most of their arithmetic. Shared
  // first: the canonicaliser looks through a loop's body after each rewrite in
  // it, which takes a time that grows with the square of its length.
  pm.addPass(createCSEPass());
  pm.addPass(createCanonicalizerPass());
  pm.addPass(createCSEPass());
  // What uses exponentials comes first, then exponentials of full vectors, then
  // those that are left.
  ExpandMathPassOptions keepExponentials;
  keepExponentials.nativeExp = true;
  pm.addPass(createExpandMathPass(keepExponentials));
  pm.addPass(createTableExpPass());
  pm.addPass(createExpandMathPass());
  // bf16 and f16 have no arithmetic of their own: it is done in f32.
  arith::ArithEmulateUnsupportedFloatsOptions emulate;
  emulate.sourceTypeStrs = {"bf16", "f16"};
  emulate.targetTypeStr = "f32";
  pm.addPass(arith::createArithEmulateUnsupportedFloats(emulate));
  pm.addPass(createExpandHalfPass());
  pm.addPass(arith::createArithExpandOpsPass());
  pm.addPass(createSCFToControlFlowPass());
  pm.addPass(createConvertVectorToLLVMPass());
  pm.addPass(createConvertMathToLLVMPass());
  // What is left of math is f64: calls of the C library, lane by lane.
  pm.addPass(createConvertMathToLibmPass());
  pm.addPass(createConvertVectorToLLVMPass());
  pm.addPass(createConvertFuncToLLVMPass());
  pm.addPass(createArithToLLVMConversionPass());
  pm.addPass(createConvertControlFlowToLLVMPass());
  pm.addPass(createReconcileUnrealizedCastsPass());
}
