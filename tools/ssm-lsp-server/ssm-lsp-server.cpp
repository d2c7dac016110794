// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Language server for .mlir files: diagnostics, definitions and hover in an
// editor, for the dialects that ssm-opt reads.

#include "lib/Driver/Stages.h"

#include "mlir/Tools/mlir-lsp-server/MlirLspServerMain.h"

int main(int argc, char **argv) {
  mlir::DialectRegistry registry;
  mlir::ssm::registerInputDialects(registry);
  mlir::ssm::registerTargetDialects(registry);
  return mlir::failed(mlir::MlirLspServerMain(argc, argv, registry));
}
