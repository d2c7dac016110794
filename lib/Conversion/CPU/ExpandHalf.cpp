// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-cpu-expand-half: conversions from and to bf16 in, integer arithmetic out;
// what else is done with bf16 and f16 treats them as 16 bits.

#include "lib/Conversion/CPU/SSMToCPU.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/IR/TypeUtilities.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_EXPANDHALFPASS
#include "lib/Conversion/CPU/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;

/// `type` with another element type.
static Type withElement(Type type, Type element) {
  if (auto vector = dyn_cast<VectorType>(type))
    return vector.clone(element);
  return element;
}

static Value splat(PatternRewriter &rewriter, Location loc, Type type,
                   int64_t value) {
  TypedAttr attr = rewriter.getIntegerAttr(getElementTypeOrSelf(type), value);
  if (auto vector = dyn_cast<VectorType>(type))
    attr = DenseElementsAttr::get(vector, Attribute(attr));
  return arith::ConstantOp::create(rewriter, loc, attr);
}

namespace {

/// bf16 is the upper half of f32.
struct WidenBF16 : OpRewritePattern<arith::ExtFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::ExtFOp op,
                                PatternRewriter &rewriter) const override {
    Type from = op.getIn().getType(), to = op.getType();
    if (!getElementTypeOrSelf(from).isBF16())
      return rewriter.notifyMatchFailure(op, "expected bf16");
    Location loc = op.getLoc();
    Type i16 = withElement(from, rewriter.getI16Type());
    Type i32 = withElement(from, rewriter.getI32Type());
    Type f32 = withElement(from, rewriter.getF32Type());
    Value bits = arith::BitcastOp::create(rewriter, loc, i16, op.getIn());
    bits = arith::ExtUIOp::create(rewriter, loc, i32, bits);
    bits = arith::ShLIOp::create(rewriter, loc, bits,
                                 splat(rewriter, loc, i32, 16));
    Value wide = arith::BitcastOp::create(rewriter, loc, f32, bits);
    if (to != f32)
      wide = arith::ExtFOp::create(rewriter, loc, to, wide);
    rewriter.replaceOp(op, wide);
    return success();
  }
};

/// Rounds to nearest, ties to even; NaN stays NaN.
struct NarrowToBF16 : OpRewritePattern<arith::TruncFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::TruncFOp op,
                                PatternRewriter &rewriter) const override {
    Type from = op.getIn().getType(), to = op.getType();
    if (!getElementTypeOrSelf(to).isBF16() ||
        !getElementTypeOrSelf(from).isF32())
      return rewriter.notifyMatchFailure(op, "expected f32 to bf16");
    Location loc = op.getLoc();
    Type i16 = withElement(from, rewriter.getI16Type());
    Type i32 = withElement(from, rewriter.getI32Type());
    auto constant = [&](int64_t value) {
      return splat(rewriter, loc, i32, value);
    };
    Value bits = arith::BitcastOp::create(rewriter, loc, i32, op.getIn());
    Value upper = arith::ShRUIOp::create(rewriter, loc, bits, constant(16));
    Value odd = arith::AndIOp::create(rewriter, loc, upper, constant(1));
    Value half = arith::AddIOp::create(rewriter, loc, odd, constant(0x7fff));
    Value sum = arith::AddIOp::create(rewriter, loc, bits, half);
    Value rounded = arith::ShRUIOp::create(rewriter, loc, sum, constant(16));
    Value quiet = arith::OrIOp::create(rewriter, loc, upper, constant(0x40));
    Value isNaN = arith::CmpFOp::create(
        rewriter, loc, arith::CmpFPredicate::UNO, op.getIn(), op.getIn());
    Value chosen =
        arith::SelectOp::create(rewriter, loc, isNaN, quiet, rounded);
    Value narrow = arith::TruncIOp::create(rewriter, loc, i16, chosen);
    rewriter.replaceOpWithNewOp<arith::BitcastOp>(op, to, narrow);
    return success();
  }
};

/// f64 to bf16 or f16 by way of f32: the direct way is a library call.
struct NarrowTwice : OpRewritePattern<arith::TruncFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::TruncFOp op,
                                PatternRewriter &rewriter) const override {
    Type from = op.getIn().getType(), to = op.getType();
    if (!getElementTypeOrSelf(from).isF64() || getElementTypeOrSelf(to).isF32())
      return rewriter.notifyMatchFailure(op, "expected f64 to bf16 or f16");
    Value single = arith::TruncFOp::create(
        rewriter, op.getLoc(), withElement(from, rewriter.getF32Type()),
        op.getIn());
    rewriter.replaceOpWithNewOp<arith::TruncFOp>(op, to, single);
    return success();
  }
};

struct SelectBits : OpRewritePattern<arith::SelectOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::SelectOp op,
                                PatternRewriter &rewriter) const override {
    Type type = op.getType(), element = getElementTypeOrSelf(type);
    if (!element.isBF16() && !element.isF16())
      return rewriter.notifyMatchFailure(op, "expected bf16 or f16");
    Type i16 = withElement(type, rewriter.getI16Type());
    auto bits = [&](Value value) {
      return arith::BitcastOp::create(rewriter, op.getLoc(), i16, value);
    };
    Value chosen = arith::SelectOp::create(
        rewriter, op.getLoc(), op.getCondition(), bits(op.getTrueValue()),
        bits(op.getFalseValue()));
    rewriter.replaceOpWithNewOp<arith::BitcastOp>(op, type, chosen);
    return success();
  }
};

struct ExpandHalfPass : mlir::ssm::impl::ExpandHalfPassBase<ExpandHalfPass> {
  using ExpandHalfPassBase::ExpandHalfPassBase;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<WidenBF16, NarrowToBF16, NarrowTwice, SelectBits>(
        &getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
