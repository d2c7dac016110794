// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names of targets to machines.

#include "lib/Transforms/TargetMachine.h"

using ::ssm::schedule::Machine;

std::optional<Machine> mlir::ssm::machineOf(func::FuncOp function,
                                            llvm::StringRef target) {
  std::optional<Machine> machine = ::ssm::schedule::machineForTarget(target);
  if (!machine)
    function.emitError("expected target cpu, sm_80, sm_90a, sm_100a or "
                       "sm_120a, got '")
        << target << "'";
  return machine;
}
