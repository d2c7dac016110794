// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-cpu-table-exp: exp and exp2 of full AVX-512 vectors in, a permutation of
// a table that fits two registers out. That leaves a polynomial of degree 2:
// half the multiplications of the general expansion. It gives by how much the
// entry grows, so that one rounding is left at the end. The whole part of the
// exponent is applied last, by an instruction that knows overflow and
// infinities. Subnormal results would cost a hundred cycles: they are 0.

#include "lib/Conversion/CPU/Plan.h"
#include "lib/Conversion/CPU/SSMToCPU.h"
#include "lib/Conversion/Math/FloatLanes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <cmath>

namespace mlir::ssm {
#define GEN_PASS_DEF_TABLEEXPPASS
#include "lib/Conversion/CPU/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;

/// Entries of the table: 2^(i/32).
static constexpr int64_t kEntries = 32;
static constexpr double kLog2e = 1.44269504088896340736;

/// Rounding as these instructions encode it, without exceptions.
static constexpr int32_t kNearest = 0, kDown = 1, kAsInMode = 4, kQuiet = 8;

static Value tableHalf(OpBuilder &builder, Location loc, VectorType type,
                       int64_t first) {
  SmallVector<float> entries;
  for (int64_t i = first; i < first + kEntries / 2; ++i)
    entries.push_back(
        static_cast<float>(std::exp2(static_cast<double>(i) / kEntries)));
  auto values = DenseElementsAttr::get(type, ArrayRef<float>(entries));
  return arith::ConstantOp::create(builder, loc, values);
}

/// Added to t, it leaves 32 t as an integer in the lowest bits of the sum.
static constexpr double kShift = 12582912.0 / kEntries;

/// Whether a sum may take the product `x` as its own first step.
static bool isProduct(Value x) {
  auto product = x.getDefiningOp<arith::MulFOp>();
  return product && product->hasOneUse() &&
         arith::bitEnumContainsAll(product.getFastmath(),
                                   arith::FastMathFlags::contract);
}

namespace {
/// The instructions of one vector.
struct Machine {
  OpBuilder &builder;
  Location loc;
  VectorType type;

  Value call(StringRef name, ValueRange operands) {
    return LLVM::CallIntrinsicOp::create(builder, loc, type,
                                         builder.getStringAttr(name), operands)
        ->getResult(0);
  }
  Value integer(int64_t value, unsigned width) {
    return arith::ConstantIntOp::create(builder, loc, value, width);
  }
  /// 2^(i/32), with i in the lowest five bits of `bits`.
  Value lookUp(Value bits) {
    return call("llvm.x86.avx512.vpermi2var.ps.512",
                ValueRange{tableHalf(builder, loc, type, 0), bits,
                           tableHalf(builder, loc, type, kEntries / 2)});
  }
  /// x + y, rounded towards minus infinity.
  Value addDown(Value x, Value y) {
    return call("llvm.x86.avx512.add.ps.512",
                ValueRange{x, y, integer(kDown | kQuiet, 32)});
  }
  /// t less a multiple of 1/32; 0 for infinities.
  Value rest(Value t, int32_t rounding) {
    constexpr int32_t kFractionBits = 5 << 4;
    return call("llvm.x86.avx512.mask.reduce.ps.512",
                ValueRange{t, integer(kFractionBits | kQuiet | rounding, 32), t,
                           integer(-1, 16), integer(kAsInMode, 32)});
  }
  /// x 2^floor(t), 0 for t below -126.
  Value scale(Value x, Value t, FloatLanes &lanes) {
    Value isNormal = arith::CmpFOp::create(
        builder, loc, arith::CmpFPredicate::UGE, t, lanes.constant(-126));
    Value mask =
        LLVM::BitcastOp::create(builder, loc, builder.getI16Type(), isNormal);
    return call(
        "llvm.x86.avx512.mask.scalef.ps.512",
        ValueRange{x, t, lanes.constant(0), mask, integer(kAsInMode, 32)});
  }
};

template <typename OpTy> struct TablePattern : OpRewritePattern<OpTy> {
  using OpRewritePattern<OpTy>::OpRewritePattern;

  LogicalResult matchAndRewrite(OpTy op,
                                PatternRewriter &rewriter) const override {
    auto type = dyn_cast<VectorType>(op.getType());
    auto function = op->template getParentOfType<LLVM::LLVMFuncOp>();
    if (!type || !type.getElementType().isF32() || type.getRank() != 1 ||
        type.getDimSize(0) != kEntries / 2)
      return rewriter.notifyMatchFailure(op, "expected sixteen lanes of f32");
    if (!function || !function.getTargetFeatures() ||
        !function.getTargetFeatures()->contains("+avx512f") ||
        !function.getTargetFeatures()->contains("+avx512dq"))
      return rewriter.notifyMatchFailure(op, "expected AVX-512");
    FloatLanes lanes(rewriter, op.getLoc(), type);
    rewriter.replaceOp(op, expand(rewriter, op, lanes));
    return success();
  }

  Value expand(PatternRewriter &rewriter, math::Exp2Op op,
               FloatLanes &lanes) const {
    if (isProduct(op.getOperand()))
      return expandProduct(rewriter, op, lanes);
    // (2^r - 1) / r on [-1/64, 1/64]; error of the power 5.3e-8.
    static const float coefficients[] = {0x1.62e584p-1f, 0x1.ebfbdep-3f};
    Value t = op.getOperand();
    Machine machine{rewriter, op.getLoc(), cast<VectorType>(t.getType())};
    Value sum = lanes.add(t, lanes.constant(kShift));
    Value n = lanes.sub(sum, lanes.constant(kShift));
    Value entry = machine.lookUp(lanes.toBits(sum));
    Value r = machine.rest(t, kNearest);
    Value growth = lanes.mul(lanes.polynomial(r, coefficients), r);
    return machine.scale(lanes.fma(entry, growth, entry), n, lanes);
  }

  /// A product takes the addition of a 64th along. Down from there is to the
  /// nearest multiple of 1/32, and the scale goes down to the whole number
  /// below that: it needs no multiple.
  Value expandProduct(PatternRewriter &rewriter, math::Exp2Op op,
                      FloatLanes &lanes) const {
    // 2^(r - 1/64) - 1 on [0, 1/32], error 5.3e-8, 6e-11 at 1/64: decays close
    // to 1 are multiplied often.
    static const float coefficients[] = {-0x1.60f988p-7f, 0x1.5f0d8cp-1f,
                                         0x1.ebfbdep-3f};
    Machine machine{rewriter, op.getLoc(), cast<VectorType>(op.getType())};
    Value t = arith::AddFOp::create(rewriter, op.getLoc(), op.getOperand(),
                                    lanes.constant(1.0 / (2 * kEntries)),
                                    arith::FastMathFlags::contract);
    Value sum = machine.addDown(t, lanes.constant(kShift));
    Value entry = machine.lookUp(lanes.toBits(sum));
    Value growth = lanes.polynomial(machine.rest(t, kDown), coefficients);
    return machine.scale(lanes.fma(entry, growth, entry), t, lanes);
  }

  Value expand(PatternRewriter &rewriter, math::ExpOp op,
               FloatLanes &lanes) const {
    // (e^r - 1) / r on [-log(2)/64, log(2)/64]; error of the power 5.3e-8.
    static const float coefficients[] = {0x1.0000f6p+0f, 0x1.fffffep-2f};
    Value x = lanes.clamp(op.getOperand(), -105, 89);
    Machine machine{rewriter, op.getLoc(), cast<VectorType>(x.getType())};
    Value t = lanes.mul(x, lanes.constant(kLog2e));
    Value sum = lanes.add(t, lanes.constant(kShift));
    Value n = lanes.sub(sum, lanes.constant(kShift));
    Value entry = machine.lookUp(lanes.toBits(sum));
    Value r = lanes.fma(n, lanes.constant(-0x1.62e43p-1), x);
    r = lanes.fma(n, lanes.constant(0x1.05c61p-29), r);
    Value growth = lanes.mul(lanes.polynomial(r, coefficients), r);
    return machine.scale(lanes.fma(entry, growth, entry), n, lanes);
  }
};

struct TableExpPass : mlir::ssm::impl::TableExpPassBase<TableExpPass> {
  using TableExpPassBase::TableExpPassBase;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<TablePattern<math::Exp2Op>, TablePattern<math::ExpOp>>(
        &getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
