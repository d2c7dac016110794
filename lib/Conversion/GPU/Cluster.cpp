// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Blocks of a cluster that share a cell: each walks a part of the contracted
// axis and leaves its sums in on-chip memory of the first, which adds them up
// in the order of the blocks and does what follows. The place of the sums
// belongs to nothing else, so that they may come while the first block still
// multiplies.

#include "lib/Conversion/GPU/Emitter.h"

using namespace mlir;
using namespace mlir::ssm;

static constexpr int64_t kSumBytes = 4;
static constexpr unsigned kClusterSpace = 7;

/// A sum of the loop: its dot, and the groups of warps that have shared it.
namespace {
struct PartialSum {
  MutableArrayRef<Value> values;
  std::optional<AxisShare> group;
  int64_t place;
};
} // namespace

static SmallVector<PartialSum> sumsOf(Emitter &e, TileForOp loop) {
  SmallVector<PartialSum> sums;
  Operation *yield = loop.getBody().front().getTerminator();
  for (auto [output, value] :
       llvm::zip(loop.getOutputs(), yield->getOperands())) {
    auto dot = value.getDefiningOp<TileDotOp>();
    RegisterTile &tile = e.tiles[output];
    sums.push_back(
        {tile.values, sharedInner(dot, tile.layout),
         dot->getAttrOfType<IntegerAttr>(kClusterScratchAttr).getInt()});
  }
  return sums;
}

Value Emitter::enterCluster(Value block) {
  NVVM::ClusterArriveRelaxedOp::create(b, loc, b.getUnitAttr());
  Value blocks = i32(schedule.getCluster());
  rank = arith::RemUIOp::create(b, loc, block, blocks);
  return arith::DivUIOp::create(b, loc, block, blocks);
}

Value Emitter::isFirstOfCluster() {
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, rank, i32(0));
}

/// The lane of the first group that has the same sums.
static Value laneOfSums(Emitter &e, const std::optional<AxisShare> &group) {
  if (!group)
    return e.thread;
  int64_t others = (group->lanes - 1) * group->stride;
  return arith::AndIOp::create(e.b, e.loc, e.thread, e.i32(~others));
}

/// Bytes that one block leaves in the first.
static int64_t partBytes(Emitter &e, const PartialSum &sum) {
  return kSumBytes * e.threads * static_cast<int64_t>(sum.values.size());
}

static Value at(Emitter &e, Value base, Value index) {
  return LLVM::GEPOp::create(e.b, e.loc, base.getType(), e.b.getI8Type(), base,
                             ValueRange{e.mul(index, kSumBytes)});
}

void Emitter::sendSums(TileForOp loop) {
  // All blocks of the cluster have begun: their memory is theirs.
  NVVM::ClusterWaitOp::create(b, loc, b.getUnitAttr());
  for (PartialSum &sum : sumsOf(*this, loop)) {
    Value lane = laneOfSums(*this, sum.group);
    Value sends =
        arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne, rank, i32(0));
    if (sum.group)
      sends = both(sends, arith::CmpIOp::create(
                              b, loc, arith::CmpIPredicate::eq, lane, thread));
    auto branch = scf::IfOp::create(b, loc, sends, false);
    OpBuilder::InsertionGuard guard(b);
    b.setInsertionPoint(branch.thenBlock()->getTerminator());
    Value part = mul(sub(rank, i32(1)), partBytes(*this, sum) / kSumBytes);
    Value own = offsetPointer(at(*this, chip, add(part, lane)), sum.place);
    auto type = LLVM::LLVMPointerType::get(b.getContext(), kClusterSpace);
    Value first = NVVM::MapaOp::create(b, loc, type, own, i32(0));
    for (auto [i, value] : llvm::enumerate(sum.values))
      LLVM::StoreOp::create(b, loc, value,
                            offsetPointer(first, kSumBytes * threads * i));
  }
  NVVM::ClusterArriveOp::create(b, loc, b.getUnitAttr());
}

void Emitter::receiveSums(TileForOp loop) {
  NVVM::ClusterWaitOp::create(b, loc, b.getUnitAttr());
  for (PartialSum &sum : sumsOf(*this, loop)) {
    Value base = at(*this, chip, laneOfSums(*this, sum.group));
    for (int64_t other = 1; other < schedule.getCluster(); ++other)
      for (auto [i, value] : llvm::enumerate(sum.values)) {
        int64_t offset = sum.place + (other - 1) * partBytes(*this, sum) +
                         kSumBytes * threads * static_cast<int64_t>(i);
        value =
            addFloat(value, LLVM::LoadOp::create(b, loc, b.getF32Type(),
                                                 offsetPointer(base, offset)));
      }
  }
}
