// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-factor-exp: exp(x y) in a scan becomes exp2(x (y log2 e)).

#include "lib/Transforms/Passes.h"
#include "lib/Transforms/ScanAxes.h"

#include "mlir/IR/PatternMatch.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_FACTOREXPPASS
#include "lib/Transforms/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;

/// Rewrites `exp` if one factor of its argument varies along fewer axes.
static LogicalResult factor(math::ExpOp exp, const ScanAxes &axes,
                            RewriterBase &rewriter) {
  if (!exp.getType().isF32())
    return rewriter.notifyMatchFailure(exp, "expected f32");
  auto product = exp.getOperand().getDefiningOp<arith::MulFOp>();
  if (!product)
    return rewriter.notifyMatchFailure(exp, "expected a product");
  Value x = product.getLhs(), y = product.getRhs();
  auto varies = [&](Value value) { return axes.of(value); };
  bool xTime = varies(x) & axisBit(Axis::Time);
  bool yTime = varies(y) & axisBit(Axis::Time);
  if (!xTime || (yTime && llvm::popcount(varies(x)) < llvm::popcount(varies(y))))
    std::swap(x, y);
  if (varies(y) == axes.all())
    return rewriter.notifyMatchFailure(exp,
                                       "both factors vary with all axes");
  rewriter.setInsertionPoint(exp);
  Location loc = exp.getLoc();
  Value log2e = arith::ConstantOp::create(
      rewriter, loc, rewriter.getF32FloatAttr(1.44269504088896340736f));
  Value scaled = arith::MulFOp::create(rewriter, loc, y, log2e);
  Value argument = arith::MulFOp::create(rewriter, loc, x, scaled);
  rewriter.replaceOpWithNewOp<math::Exp2Op>(exp, argument);
  return success();
}

namespace {
struct FactorExpPass : mlir::ssm::impl::FactorExpPassBase<FactorExpPass> {
  using FactorExpPassBase::FactorExpPassBase;

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    getOperation().walk([&](TileScanOp scan) {
      ScanAxes axes(scan);
      SmallVector<math::ExpOp> exps;
      scan.walk([&](math::ExpOp exp) { exps.push_back(exp); });
      for (math::ExpOp exp : exps)
        (void)factor(exp, axes, rewriter);
    });
  }
};
} // namespace
