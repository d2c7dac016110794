// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-cpu-table-exp: exp and exp2 of full AVX-512 vectors in, a permutation of
// a table that fits two registers out. That leaves a polynomial of degree 2:
// half the multiplications of the general expansion.

#include "lib/Conversion/CPU/Plan.h"
#include "lib/Conversion/CPU/SSMToCPU.h"
#include "lib/Conversion/Math/FloatLanes.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

#include <cmath>
#include <cstring>

namespace mlir::ssm {
#define GEN_PASS_DEF_TABLEEXPPASS
#include "lib/Conversion/CPU/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;

/// Entries of the table: 2^(i/32).
static constexpr int64_t kEntries = 32;
/// An integer added to entry i must leave 2^(n/32) for n = i modulo 32: the
/// entry lacks what i itself adds.
static constexpr int64_t kExponentShift = 23 - 5;
static constexpr double kLog2e = 1.44269504088896340736;

static Value tableHalf(OpBuilder &builder, Location loc, VectorType type,
                       int64_t first) {
  SmallVector<float> entries;
  for (int64_t i = first; i < first + kEntries / 2; ++i) {
    float power =
        static_cast<float>(std::exp2(static_cast<double>(i) / kEntries));
    uint32_t bits;
    std::memcpy(&bits, &power, sizeof bits);
    bits -= static_cast<uint32_t>(i) << kExponentShift;
    std::memcpy(&power, &bits, sizeof power);
    entries.push_back(power);
  }
  auto values = DenseElementsAttr::get(type, ArrayRef<float>(entries));
  return arith::ConstantOp::create(builder, loc, values);
}

/// Added to t, it leaves round(32 t) in the lowest bits of the sum.
static constexpr double kShift = 12582912.0 / kEntries;

/// 2^(n/32), with n in the lowest bits of `bits`.
static Value lookUp(OpBuilder &builder, Location loc, FloatLanes &lanes,
                    VectorType type, Value bits) {
  // The permutation takes the lowest five bits of each index.
  Value entry = LLVM::CallIntrinsicOp::create(
                    builder, loc, type,
                    builder.getStringAttr("llvm.x86.avx512.vpermi2var.ps.512"),
                    ValueRange{tableHalf(builder, loc, type, 0), bits,
                               tableHalf(builder, loc, type, kEntries / 2)})
                    ->getResult(0);
  Value exponent = lanes.shiftLeft(bits, lanes.bits(kExponentShift));
  return lanes.fromBits(lanes.addBits(lanes.toBits(entry), exponent));
}

/// t - round(32 t) / 32; 0 for infinities.
static Value reduce(OpBuilder &builder, Location loc, FloatLanes &lanes,
                    Value t) {
  constexpr int32_t kFractionBits = 5 << 4, kNearest = 0, kRoundAsImmediate = 4;
  auto integer = [&](int64_t value, unsigned width) -> Value {
    return arith::ConstantIntOp::create(builder, loc, value, width);
  };
  return LLVM::CallIntrinsicOp::create(
             builder, loc, t.getType(),
             builder.getStringAttr("llvm.x86.avx512.mask.reduce.ps.512"),
             ValueRange{t, integer(kFractionBits | kNearest, 32), t,
                        integer(-1, 16), integer(kRoundAsImmediate, 32)})
      ->getResult(0);
}

namespace {

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
    // 2^r on [-1/64, 1/64], relative error 5.3e-8.
    static const float coefficients[] = {0x1.000000p+0f, 0x1.62e584p-1f,
                                         0x1.ebfbdep-3f};
    Value t = op.getOperand();
    auto type = cast<VectorType>(t.getType());
    // Between these ends the sums are floats of one sign and exponent, in the
    // order of their bits; at the ends the power is 0 and infinity. Clamping
    // bits rather than t leaves the units of floating point to the polynomial.
    Value bits = lanes.toBits(lanes.add(t, lanes.constant(kShift)));
    bits = lanes.maxBits(bits, lanes.bitsOf(kShift - 127));
    bits = lanes.minBits(bits, lanes.bitsOf(kShift + 128));
    Value power = lookUp(rewriter, op.getLoc(), lanes, type, bits);
    Value r = reduce(rewriter, op.getLoc(), lanes, t);
    return lanes.mul(lanes.polynomial(r, coefficients), power);
  }

  Value expand(PatternRewriter &rewriter, math::ExpOp op,
               FloatLanes &lanes) const {
    // e^r on [-log(2)/64, log(2)/64], relative error 5.3e-8.
    static const float coefficients[] = {0x1.000000p+0f, 0x1.0000f6p+0f,
                                         0x1.fffffep-2f};
    Value x = lanes.clamp(op.getOperand(), -88.02969, 88.73);
    Value t = lanes.mul(x, lanes.constant(kLog2e));
    Value sum = lanes.add(t, lanes.constant(kShift));
    Value n = lanes.sub(sum, lanes.constant(kShift));
    Value power = lookUp(rewriter, op.getLoc(), lanes,
                         cast<VectorType>(x.getType()), lanes.toBits(sum));
    Value r = lanes.fma(n, lanes.constant(-0x1.62e43p-1), x);
    r = lanes.fma(n, lanes.constant(0x1.05c61p-29), r);
    return lanes.mul(lanes.polynomial(r, coefficients), power);
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
