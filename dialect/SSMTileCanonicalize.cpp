// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Canonical forms of tile ops with a scalar region: no input that the region
// does not read, no result that nobody reads or that is an input unchanged.

#include "dialect/SSM.h"

#include "mlir/IR/PatternMatch.h"

using namespace mlir;
using namespace mlir::ssm;

bool mlir::ssm::dropUnusedInputs(Operation *op, unsigned first) {
  Block &body = op->getRegion(0).front();
  llvm::BitVector unused(op->getNumOperands());
  for (unsigned i = first; i < op->getNumOperands(); ++i)
    unused[i] = body.getArgument(i).use_empty();
  body.eraseArguments(unused);
  op->eraseOperands(unused);
  return unused.any();
}

static LogicalResult dropInputs(Operation *op, unsigned first,
                                PatternRewriter &rewriter) {
  auto arguments = op->getRegion(0).front().getArguments().drop_front(first);
  if (llvm::none_of(arguments, [](Value each) { return each.use_empty(); }))
    return rewriter.notifyMatchFailure(op, "the region reads every input");
  rewriter.modifyOpInPlace(op, [&] { dropUnusedInputs(op, first); });
  return success();
}

namespace {

struct DropScanInputs : OpRewritePattern<TileScanOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(TileScanOp scan,
                                PatternRewriter &rewriter) const override {
    return dropInputs(scan, scan.getNumStates(), rewriter);
  }
};

struct DropMapInputs : OpRewritePattern<TileMapOp> {
  using OpRewritePattern::OpRewritePattern;
  LogicalResult matchAndRewrite(TileMapOp map,
                                PatternRewriter &rewriter) const override {
    return dropInputs(map, 0, rewriter);
  }
};

/// Results that are not read, and results that are an input of the same type.
struct ForwardMapResults : OpRewritePattern<TileMapOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(TileMapOp map,
                                PatternRewriter &rewriter) const override {
    Operation *yield = map.getBody().front().getTerminator();
    SmallVector<Value> values, replacements(map.getNumResults());
    SmallVector<Type> types;
    SmallVector<unsigned> kept;
    for (auto [i, value] : llvm::enumerate(yield->getOperands())) {
      Value output = map.getOutputs()[i];
      if (auto argument = dyn_cast<BlockArgument>(value))
        replacements[i] = map.getInputs()[argument.getArgNumber()];
      bool forwarded =
          replacements[i] && replacements[i].getType() == output.getType();
      if (forwarded || output.use_empty())
        continue;
      kept.push_back(i);
      values.push_back(value);
      types.push_back(output.getType());
    }
    if (kept.size() == map.getNumResults())
      return rewriter.notifyMatchFailure(map, "every result is computed and "
                                              "read");
    if (!kept.empty()) {
      auto smaller =
          TileMapOp::create(rewriter, map.getLoc(), types, map.getInputs());
      rewriter.modifyOpInPlace(yield, [&] { yield->setOperands(values); });
      smaller.getBody().takeBody(map.getBody());
      for (auto [i, output] : llvm::zip(kept, smaller.getOutputs()))
        replacements[i] = output;
    }
    for (auto [output, replacement] : llvm::zip(map.getOutputs(), replacements))
      if (!output.use_empty())
        rewriter.replaceAllUsesWith(output, replacement);
    rewriter.eraseOp(map);
    return success();
  }
};

} // namespace

void TileScanOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                             MLIRContext *context) {
  patterns.add<DropScanInputs>(context);
}

void TileMapOp::getCanonicalizationPatterns(RewritePatternSet &patterns,
                                            MLIRContext *context) {
  patterns.add<DropMapInputs, ForwardMapResults>(context);
}
