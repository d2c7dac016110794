// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-delay-kernels: kernels in the order of the source go in; out they come
// with those that depend on no other right before the first that reads them.

#include "lib/Transforms/DelayKernels.h"
#include "lib/Transforms/Caches.h"
#include "lib/Transforms/Passes.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_DELAYKERNELSPASS
#include "lib/Transforms/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;

/// The first kernel that reads a result; null if none does.
static Operation *firstReader(KernelOp kernel) {
  Operation *first = nullptr;
  for (Operation *user : kernel->getUsers())
    if (isa<KernelOp>(user) && (!first || user->isBeforeInBlock(first)))
      first = user;
  return first;
}

bool mlir::ssm::canRunAnyTime(KernelOp kernel) {
  return llvm::all_of(kernel.getInputs(), isStillArgument);
}

namespace {
struct DelayKernelsPass
    : mlir::ssm::impl::DelayKernelsPassBase<DelayKernelsPass> {
  using DelayKernelsPassBase::DelayKernelsPassBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    Block &block = function.getBody().front();
    for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
      if (auto kernel = dyn_cast<KernelOp>(op); kernel && canRunAnyTime(kernel))
        if (Operation *reader = firstReader(kernel))
          kernel->moveBefore(reader);
  }
};
} // namespace
