// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-native-scalars: functions of scalars in; the instructions a GPU has for
// them, and arithmetic for the others, out.

#include "lib/Conversion/GPU/Passes.h"

#include "lib/Conversion/Math/ExpandMath.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_NATIVESCALARSPASS
#include "lib/Conversion/GPU/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;

static Value callIntrinsic(PatternRewriter &rewriter, Location loc,
                           StringRef name, Value operand) {
  return LLVM::CallIntrinsicOp::create(rewriter, loc, operand.getType(),
                                       rewriter.getStringAttr(name), operand)
      .getResult(0);
}

namespace {

/// One instruction for a function of one f32.
template <typename OpTy> struct UseInstruction : OpRewritePattern<OpTy> {
  UseInstruction(MLIRContext *context, StringRef intrinsic)
      : OpRewritePattern<OpTy>(context), intrinsic(intrinsic) {}

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    if (!op.getType().isF32())
      return rewriter.notifyMatchFailure(op, "expected f32");
    rewriter.replaceOp(
        op, callIntrinsic(rewriter, op.getLoc(), intrinsic, op.getOperand()));
    return success();
  }

  StringRef intrinsic;
};

/// Whether `value` is 1 plus a power, and so at least 1 or NaN.
static bool isAtLeastOne(Value value) {
  auto sum = value.getDefiningOp<arith::AddFOp>();
  if (!sum)
    return false;
  Value terms[] = {sum.getLhs(), sum.getRhs()};
  auto isOne = [](Value term) { return matchPattern(term, m_OneFloat()); };
  auto isPower = [](Value term) {
    return term.getDefiningOp<math::Exp2Op>() != nullptr;
  };
  return llvm::any_of(terms, isOne) && llvm::any_of(terms, isPower);
}

/// A quotient of f32 in two units in the last place. The reciprocal alone is
/// as good where it cannot overflow.
struct DivideApproximately : OpRewritePattern<arith::DivFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::DivFOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getType().isF32())
      return rewriter.notifyMatchFailure(op, "expected f32");
    if (isAtLeastOne(op.getRhs())) {
      Value inverse = callIntrinsic(rewriter, op.getLoc(),
                                    "llvm.nvvm.rcp.approx.ftz.f", op.getRhs());
      rewriter.replaceOpWithNewOp<arith::MulFOp>(op, op.getLhs(), inverse);
      return success();
    }
    auto quotient = LLVM::CallIntrinsicOp::create(
        rewriter, op.getLoc(), op.getType(),
        rewriter.getStringAttr("llvm.nvvm.div.full.ftz"), op.getOperands());
    rewriter.replaceOp(op, quotient.getResults());
    return success();
  }
};

/// bf16 is the upper half of f32.
struct WidenByShift : OpRewritePattern<arith::ExtFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::ExtFOp op,
                                PatternRewriter &rewriter) const override {
    if (!op.getIn().getType().isBF16() || !op.getType().isF32())
      return rewriter.notifyMatchFailure(op, "expected bf16 to f32");
    Location loc = op.getLoc();
    Value bits = arith::BitcastOp::create(rewriter, loc, rewriter.getI16Type(),
                                          op.getIn());
    Value word = widenBits(rewriter, loc, bits);
    rewriter.replaceOpWithNewOp<arith::BitcastOp>(op, op.getType(), word);
    return success();
  }

  /// The 16 bits as the upper half of a word; the upper half of a loaded pair
  /// takes a mask alone.
  static Value widenBits(PatternRewriter &rewriter, Location loc, Value bits) {
    auto constant = [&](int64_t value) -> Value {
      return arith::ConstantOp::create(rewriter, loc,
                                       rewriter.getI32IntegerAttr(value));
    };
    Type i32 = rewriter.getI32Type();
    if (auto cast = bits.getDefiningOp<arith::BitcastOp>();
        cast && cast.getIn().getType() == bits.getType())
      bits = cast.getIn();
    Value source = bits;
    if (auto narrow = source.getDefiningOp<arith::BitcastOp>())
      if (auto inner = narrow.getIn().getDefiningOp<arith::BitcastOp>())
        source = inner.getIn();
    auto half = source.getDefiningOp<arith::TruncIOp>();
    if (half && half.getIn().getType() == i32) {
      auto shift = half.getIn().getDefiningOp<arith::ShRUIOp>();
      APInt count;
      if (shift && matchPattern(shift.getRhs(), m_ConstantInt(&count)) &&
          count == 16)
        return arith::AndIOp::create(rewriter, loc, shift.getLhs(),
                                     constant(-65536));
      return arith::ShLIOp::create(rewriter, loc, half.getIn(), constant(16));
    }
    Value word = arith::ExtUIOp::create(rewriter, loc, i32, bits);
    return arith::ShLIOp::create(rewriter, loc, word, constant(16));
  }
};

/// A rounding to bf16 and back: the instruction that rounds a pair, the other
/// of which is zero, leaves the f32. The one for a single number shares the
/// unit of the special functions.
struct RoundAsPair : OpRewritePattern<arith::ExtFOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(arith::ExtFOp op,
                                PatternRewriter &rewriter) const override {
    auto rounding = op.getIn().getDefiningOp<arith::TruncFOp>();
    if (!rounding || !rounding.getType().isBF16() || !op.getType().isF32() ||
        !rounding.getIn().getType().isF32())
      return rewriter.notifyMatchFailure(op, "expected f32 rounded to bf16");
    Location loc = op.getLoc();
    Value zero =
        arith::ConstantOp::create(rewriter, loc, rewriter.getF32FloatAttr(0.0));
    auto pair = LLVM::CallIntrinsicOp::create(
        rewriter, loc, VectorType::get({2}, rewriter.getBF16Type()),
        rewriter.getStringAttr("llvm.nvvm.ff2bf16x2.rn"),
        ValueRange{rounding.getIn(), zero});
    rewriter.replaceOpWithNewOp<LLVM::BitcastOp>(op, op.getType(),
                                                 pair.getResult(0));
    return success();
  }
};

struct NativeScalarsPass
    : mlir::ssm::impl::NativeScalarsPassBase<NativeScalarsPass> {
  using NativeScalarsPassBase::NativeScalarsPassBase;

  void runOnOperation() override {
    MLIRContext *context = &getContext();
    RewritePatternSet expansions(context), divisions(context),
        patterns(context);
    MathOptions options;
    options.nativeExp2 = options.nativeRsqrt = true;
    populateExpandMathPatterns(expansions, options);
    if (failed(applyPatternsGreedily(getOperation(), std::move(expansions))))
      return signalPassFailure();
    divisions.add<DivideApproximately>(context);
    if (failed(applyPatternsGreedily(getOperation(), std::move(divisions))))
      return signalPassFailure();
    patterns.add<UseInstruction<math::Exp2Op>>(context,
                                               "llvm.nvvm.ex2.approx.ftz.f32");
    patterns.add<UseInstruction<math::RsqrtOp>>(context,
                                                "llvm.nvvm.rsqrt.approx.ftz.f");
    patterns.add<WidenByShift>(context);
    patterns.add<RoundAsPair>(context, /*benefit=*/2);
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      return signalPassFailure();
    if (failed(checkForms()))
      signalPassFailure();
  }

  /// Functions that would need a library.
  LogicalResult checkForms() {
    WalkResult result = getOperation().walk([](Operation *op) {
      if (isa<math::FmaOp, math::AbsFOp, math::SqrtOp, math::FloorOp,
              math::CeilOp, math::TruncOp, math::RoundEvenOp, math::CopySignOp>(
              op) ||
          !isa<math::MathDialect>(op->getDialect()))
        return WalkResult::advance();
      op->emitOpError("expected a function that has a form on the GPU");
      return WalkResult::interrupt();
    });
    return failure(result.wasInterrupted());
  }
};

} // namespace
