// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs passes on .mlir files, with the conventions of mlir-opt.

#include "dialect/SSM.h"
#include "lib/Transforms/Passes.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Tools/mlir-opt/MlirOptMain.h"
#include "mlir/Transforms/Passes.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry.insert<mlir::ssm::SSMDialect, mlir::func::FuncDialect,
                  mlir::arith::ArithDialect, mlir::math::MathDialect>();
  mlir::ssm::registerElementwiseWork(registry);
  mlir::registerCanonicalizerPass();
  mlir::registerCSEPass();
  mlir::ssm::registerSSMTransformsPasses();
  return mlir::asMainReturnCode(
      mlir::MlirOptMain(argc, argv, "SSM optimizer driver\n", registry));
}
