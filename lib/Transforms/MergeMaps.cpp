// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-merge-maps: chains of maps in, one map (or a scan that computes them)
// out.

#include "lib/Transforms/Passes.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_MERGEMAPSPASS
#include "lib/Transforms/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;

/// Clones the body of `producer` to the front of `block`, whose arguments from
/// `first` on are those of the producer, and maps its results in `mapping`.
static void inlineBody(RewriterBase &rewriter, TileMapOp producer, Block *block,
                       unsigned first, SmallVectorImpl<Value> &yielded) {
  IRMapping mapping;
  Block &body = producer.getBody().front();
  for (auto [i, argument] : llvm::enumerate(body.getArguments()))
    mapping.map(argument, block->getArgument(first + i));
  OpBuilder::InsertionGuard guard(rewriter);
  rewriter.setInsertionPointToStart(block);
  for (Operation &op : body.without_terminator())
    rewriter.clone(op, mapping);
  for (Value value : body.getTerminator()->getOperands())
    yielded.push_back(mapping.lookupOrDefault(value));
}

/// Rebuilds the inputs of `reader` (operands and region arguments from `fixed`
/// on) with `producer` computed inside of its region.
static SmallVector<Value> absorb(RewriterBase &rewriter, TileMapOp producer,
                                 Operation *reader, unsigned fixed,
                                 SmallVectorImpl<Value> &yielded) {
  Block &body = reader->getRegion(0).front();
  unsigned first = body.getNumArguments();
  for (Value argument : producer.getBody().getArguments())
    body.addArgument(argument.getType(), argument.getLoc());
  inlineBody(rewriter, producer, &body, first, yielded);
  SmallVector<Value> operands(reader->getOperands());
  llvm::append_range(operands, producer.getInputs());
  // Operand i is region argument i: replace what the producer yields, and
  // unify operands that occur twice.
  for (unsigned i = operands.size(); i-- > fixed;) {
    Value argument = body.getArgument(i);
    Value replacement;
    if (operands[i].getDefiningOp() == producer)
      replacement = yielded[cast<OpResult>(operands[i]).getResultNumber()];
    for (unsigned j = fixed; j < i && !replacement; ++j)
      if (operands[j] == operands[i])
        replacement = body.getArgument(j);
    if (!replacement)
      continue;
    for (Value &value : yielded)
      if (value == argument)
        value = replacement;
    rewriter.replaceAllUsesWith(argument, replacement);
    body.eraseArgument(i);
    operands.erase(operands.begin() + i);
  }
  return operands;
}

static bool sameAxes(TileType a, TileType b) {
  return a.getAxes() == b.getAxes() && a.getSizes() == b.getSizes();
}

static TileType outputType(TileMapOp map) {
  return cast<TileType>(map.getOutputs()[0].getType());
}

namespace {

/// map -> map over the same axes.
struct MapIntoMap : OpRewritePattern<TileMapOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(TileMapOp reader,
                                PatternRewriter &rewriter) const override {
    for (Value input : reader.getInputs())
      if (auto producer = input.getDefiningOp<TileMapOp>())
        if (succeeded(merge(producer, reader, rewriter)))
          return success();
    return rewriter.notifyMatchFailure(
        reader, "no input is a map over the same axes, read from here on");
  }

  static LogicalResult merge(TileMapOp producer, TileMapOp reader,
                             PatternRewriter &rewriter) {
    if (producer->getBlock() != reader->getBlock())
      return rewriter.notifyMatchFailure(reader, "producer in another loop");
    if (!sameAxes(outputType(producer), outputType(reader)))
      return rewriter.notifyMatchFailure(reader, "producer over other axes");
    SmallVector<Value> kept;
    for (Value output : producer.getOutputs())
      for (Operation *user : output.getUsers()) {
        if (user == reader)
          continue;
        Operation *ancestor = reader->getBlock()->findAncestorOpInBlock(*user);
        if (!ancestor || ancestor->isBeforeInBlock(reader))
          return rewriter.notifyMatchFailure(
              reader, "the producer is also read before this map");
        if (!llvm::is_contained(kept, output))
          kept.push_back(output);
      }

    SmallVector<Value> yielded;
    SmallVector<Value> inputs = absorb(rewriter, producer, reader, 0, yielded);
    SmallVector<Type> types(reader.getOutputs().getTypes());
    Operation *yield = reader.getBody().front().getTerminator();
    SmallVector<Value> values(yield->getOperands());
    for (Value output : kept) {
      types.push_back(output.getType());
      values.push_back(yielded[cast<OpResult>(output).getResultNumber()]);
    }
    rewriter.modifyOpInPlace(yield, [&] { yield->setOperands(values); });
    auto merged = TileMapOp::create(rewriter, reader.getLoc(), types, inputs);
    merged.getBody().takeBody(reader.getBody());
    unsigned own = reader.getNumResults();
    rewriter.replaceOp(reader, merged.getOutputs().take_front(own));
    for (auto [output, value] :
         llvm::zip(kept, merged.getOutputs().drop_front(own)))
      rewriter.replaceAllUsesWith(output, value);
    rewriter.eraseOp(producer);
    return success();
  }
};

/// map over all axes of a scan -> scan.
struct MapIntoScan : OpRewritePattern<TileScanOp> {
  using OpRewritePattern::OpRewritePattern;

  LogicalResult matchAndRewrite(TileScanOp scan,
                                PatternRewriter &rewriter) const override {
    TileType state = scan.getStateType(), read = scan.getRead().getType();
    if (read.getRank() == state.getRank() + 1)
      return rewriter.notifyMatchFailure(scan, "no axis is summed");
    for (Value input : scan.getInputs()) {
      auto producer = input.getDefiningOp<TileMapOp>();
      if (!producer || outputType(producer).getRank() != state.getRank() + 1)
        continue;
      if (llvm::any_of(producer->getUsers(),
                       [&](Operation *user) { return user != scan; }))
        return rewriter.notifyMatchFailure(producer,
                                           "expected the scan as only reader");
      SmallVector<Value> yielded;
      SmallVector<Value> operands =
          absorb(rewriter, producer, scan, scan.getNumStates(), yielded);
      rewriter.modifyOpInPlace(scan, [&] { scan->setOperands(operands); });
      rewriter.eraseOp(producer);
      return success();
    }
    return rewriter.notifyMatchFailure(scan,
                                       "no input is a map over all its axes");
  }
};

struct MergeMapsPass : mlir::ssm::impl::MergeMapsPassBase<MergeMapsPass> {
  using MergeMapsPassBase::MergeMapsPassBase;

  void runOnOperation() override {
    RewritePatternSet patterns(&getContext());
    patterns.add<MapIntoMap, MapIntoScan>(&getContext());
    if (failed(applyPatternsGreedily(getOperation(), std::move(patterns))))
      signalPassFailure();
  }
};

} // namespace
