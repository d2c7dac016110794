// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs passes on .mlir files, with the conventions of mlir-opt.

#include "lib/Conversion/CPU/SSMToCPU.h"
#include "lib/Conversion/GPU/Passes.h"
#include "lib/Conversion/Math/ExpandMath.h"
#include "lib/Driver/Stages.h"
#include "lib/Transforms/Passes.h"

#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::ssm::registerInputDialects(registry);
  mlir::ssm::registerTargetDialects(registry);
  mlir::registerCanonicalizerPass();
  mlir::registerCSEPass();
  mlir::ssm::registerSSMTransformsPasses();
  mlir::ssm::registerSSMMathPasses();
  mlir::ssm::registerSSMToGPUPasses();
  mlir::ssm::registerSSMToCPUPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "SSM optimizer driver\n", registry));
}
