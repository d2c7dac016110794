// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-approximate: tile kernels in; the same kernels out, the transcendental
// functions of those that write 16-bit elements alone marked.

#include "lib/Transforms/Passes.h"

#include "mlir/Dialect/Math/IR/Math.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_APPROXIMATEPASS
#include "lib/Transforms/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;

static bool writesHalfAlone(TileKernelOp kernel) {
  return !kernel
              .walk([](TileStoreOp store) {
                Type element = store.getTile().getType().getElementType();
                return element.getIntOrFloatBitWidth() == 16
                           ? WalkResult::advance()
                           : WalkResult::interrupt();
              })
              .wasInterrupted();
}

namespace {
struct ApproximatePass : mlir::ssm::impl::ApproximatePassBase<ApproximatePass> {
  using ApproximatePassBase::ApproximatePassBase;

  void runOnOperation() override {
    if (!writesHalfAlone(getOperation()))
      return;
    getOperation().walk([](arith::ArithFastMathInterface op) {
      if (!isa<math::MathDialect>(op->getDialect()))
        return;
      arith::FastMathFlags flags = op.getFastMathFlagsAttr().getValue();
      op->setAttr(op.getFastMathAttrName(),
                  arith::FastMathFlagsAttr::get(
                      op->getContext(), flags | arith::FastMathFlags::afn));
    });
  }
};
} // namespace
