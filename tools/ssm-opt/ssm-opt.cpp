// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs passes on .mlir files, with the conventions of mlir-opt.

#include "lib/Conversion/CPU/SSMToCPU.h"
#include "lib/Conversion/GPU/Passes.h"
#include "lib/Conversion/Math/ExpandMath.h"
#include "lib/Driver/Stages.h"
#include "lib/Transforms/Passes.h"
#include "tools/ssm-compile/Nesting.h"

#include "mlir/Dialect/ControlFlow/IR/ControlFlow.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"
#include "llvm/Support/MemoryBuffer.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::ssm::registerInputDialects(registry);
  mlir::ssm::registerTargetDialects(registry);
  // What ssm-to-gpu and ssm-to-cpu write.
  registry.insert<mlir::cf::ControlFlowDialect, mlir::scf::SCFDialect,
                  mlir::vector::VectorDialect>();
  mlir::registerCanonicalizerPass();
  mlir::registerCSEPass();
  mlir::ssm::registerSSMTransformsPasses();
  mlir::ssm::registerSSMMathPasses();
  mlir::ssm::registerSSMToGPUPasses();
  mlir::ssm::registerSSMToCPUPasses();
  auto [input, output] = mlir::registerAndParseCLIOptions(
      argc, argv, "SSM optimizer driver\n", registry);
  // Standard input can be read only once: a file alone is looked at before.
  if (auto file = llvm::MemoryBuffer::getFile(input)) {
    std::string problem =
        ssm::compiler::describeDeepNesting((*file)->getBuffer(), input);
    if (!problem.empty()) {
      llvm::errs() << problem << "\n";
      return EXIT_FAILURE;
    }
  }
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, input, output, registry));
}
