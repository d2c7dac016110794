// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Language server for .mlir files: diagnostics, definitions and hover in an
// editor, for the dialects that ssm-opt reads.

#include "dialect/SSM.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  registry.insert<mlir::ssm::SSMDialect, mlir::func::FuncDialect,
                  mlir::arith::ArithDialect, mlir::math::MathDialect>();
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
