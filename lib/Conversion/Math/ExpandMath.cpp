// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The patterns and the pass around the expansions of this directory.

#include "lib/Conversion/Math/ExpandMath.h"

#include "lib/Conversion/Math/FloatLanes.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_EXPANDMATHPASS
#include "lib/Conversion/Math/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;

/// Whether `value` is exp(-|x|), hence within [0, 1].
static bool isUnitExponential(Value value) {
  auto exp = value.getDefiningOp<math::ExpOp>();
  auto negation =
      exp ? exp.getOperand().getDefiningOp<arith::NegFOp>() : nullptr;
  return negation && negation.getOperand().getDefiningOp<math::AbsFOp>();
}

static bool awaitsUnitLog1p(Operation *op) {
  return isUnitExponential(op->getResult(0)) &&
         llvm::any_of(op->getUsers(),
                      [](Operation *user) { return isa<math::Log1pOp>(user); });
}

/// Whether the result is only added to one: its error weighs less there.
static bool isAddedToOne(math::ExpOp op) {
  return llvm::all_of(op->getUsers(), [](Operation *user) {
    auto sum = dyn_cast<arith::AddFOp>(user);
    return sum && (matchPattern(sum.getLhs(), m_OneFloat()) ||
                   matchPattern(sum.getRhs(), m_OneFloat()));
  });
}

static Value expand(math::ExpOp op, FloatLanes &lanes, MathOptions options) {
  if (options.nativeExp2 && !isUnitExponential(op) && !isAddedToOne(op))
    return expandExactExp(lanes, op.getOperand());
  return expandExp(lanes, op.getOperand(), options);
}
static Value expand(math::Exp2Op op, FloatLanes &lanes, MathOptions) {
  return expandExp2(lanes, op.getOperand());
}
static Value expand(math::ExpM1Op op, FloatLanes &lanes, MathOptions) {
  return expandExpM1(lanes, op.getOperand());
}
static Value expand(math::LogOp op, FloatLanes &lanes, MathOptions) {
  return expandLog(lanes, op.getOperand());
}
static Value expand(math::Log2Op op, FloatLanes &lanes, MathOptions) {
  return expandLog2(lanes, op.getOperand());
}
static Value expand(math::Log1pOp op, FloatLanes &lanes, MathOptions) {
  Value x = op.getOperand();
  if (!isUnitExponential(x))
    return expandLog1p(lanes, x);
  bool isApproximate =
      bitEnumContainsAny(op.getFastmath(), arith::FastMathFlags::afn);
  return isApproximate ? approximateUnitLog1p(lanes, x)
                       : expandUnitLog1p(lanes, x);
}
static Value expand(math::TanhOp op, FloatLanes &lanes, MathOptions) {
  return expandTanh(lanes, op.getOperand());
}
static Value expand(math::ErfOp op, FloatLanes &lanes, MathOptions options) {
  return expandErf(lanes, op.getOperand(), options);
}
static Value expand(math::RsqrtOp op, FloatLanes &lanes, MathOptions) {
  return lanes.div(lanes.constant(1.0), lanes.sqrt(op.getOperand()));
}

namespace {

template <typename OpTy> struct ExpandFloat : OpRewritePattern<OpTy> {
  ExpandFloat(MLIRContext *context, const MathOptions &options)
      : OpRewritePattern<OpTy>(context), options(options) {}

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    Type type = op.getType();
    if (!getElementTypeOrSelf(type).isF32())
      return rewriter.notifyMatchFailure(op, "expected f32 elements");
    if (awaitsUnitLog1p(op))
      return rewriter.notifyMatchFailure(op, "log1p of it comes first");
    FloatLanes lanes(rewriter, op.getLoc(), type);
    rewriter.replaceOp(op, expand(op, lanes, options));
    return success();
  }

  MathOptions options;
};

/// Computes functions of bf16 and f16 in f32.
template <typename OpTy> struct WidenHalf : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    Type narrow = op.getType(), element = getElementTypeOrSelf(narrow);
    if (!element.isBF16() && !element.isF16())
      return rewriter.notifyMatchFailure(op, "expected bf16 or f16 elements");
    Type wide = rewriter.getF32Type();
    if (auto vector = dyn_cast<VectorType>(narrow))
      wide = vector.clone(wide);
    Value x =
        arith::ExtFOp::create(rewriter, op.getLoc(), wide, op.getOperand());
    Value y = OpTy::create(rewriter, op.getLoc(), x);
    rewriter.replaceOpWithNewOp<arith::TruncFOp>(op, narrow, y);
    return success();
  }
};

struct ExpandMath : mlir::ssm::impl::ExpandMathPassBase<ExpandMath> {
  using ExpandMathPassBase::ExpandMathPassBase;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    populateExpandMathPatterns(patterns, {nativeExp, nativeExp2, nativeRsqrt});
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace

void mlir::ssm::populateExpandMathPatterns(RewritePatternSet &patterns,
                                           const MathOptions &options) {
  MLIRContext *context = patterns.getContext();
  patterns.add<WidenHalf<math::ExpOp>, WidenHalf<math::Exp2Op>,
               WidenHalf<math::ExpM1Op>, WidenHalf<math::LogOp>,
               WidenHalf<math::Log2Op>, WidenHalf<math::Log1pOp>,
               WidenHalf<math::TanhOp>, WidenHalf<math::ErfOp>,
               WidenHalf<math::SqrtOp>, WidenHalf<math::RsqrtOp>>(context);
  patterns.add<ExpandFloat<math::ExpM1Op>, ExpandFloat<math::LogOp>,
               ExpandFloat<math::Log2Op>, ExpandFloat<math::Log1pOp>,
               ExpandFloat<math::TanhOp>, ExpandFloat<math::ErfOp>>(context,
                                                                    options);
  if (!options.nativeExp)
    patterns.add<ExpandFloat<math::ExpOp>>(context, options);
  if (!options.nativeExp && !options.nativeExp2)
    patterns.add<ExpandFloat<math::Exp2Op>>(context, options);
  if (!options.nativeRsqrt)
    patterns.add<ExpandFloat<math::RsqrtOp>>(context, options);
}
