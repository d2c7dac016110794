// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The formulas of the ops on caches, slot by slot in the order of the batch.

#include "lib/Reference/BlockOps.h"
#include "lib/Reference/Sequences.h"

#include "llvm/Support/FormatVariadic.h"

#include <map>

using namespace mlir;
using namespace mlir::ssm;
using namespace mlir::ssm::reference;

static int64_t slotOf(const Tensor &slots, int64_t batch) {
  return int64_t(slots.at({batch}));
}

Results mlir::ssm::reference::evaluate(GatherOp op, Operands<GatherOp> in) {
  Tensor cache = in.getCache(), slots = in.getSlots();
  SmallVector<int64_t> shape(cache.getShape());
  shape[0] = slots.getDim(0);
  auto element = [&](ArrayRef<int64_t> index) {
    SmallVector<int64_t> at(index);
    at[0] = slotOf(slots, index[0]);
    return at[0] < 0 ? 0.0 : cache.at(at);
  };
  return {Tensor::evaluate(shape, element)};
}

Results mlir::ssm::reference::evaluate(ScatterOp op, Operands<ScatterOp> in) {
  Tensor rows = in.getRows(), cache = in.getCache(), slots = in.getSlots();
  auto element = [&](ArrayRef<int64_t> index) {
    double value = cache.at(index);
    for (int64_t batch = 0; batch < slots.getDim(0); ++batch) {
      if (slotOf(slots, batch) != index[0])
        continue;
      SmallVector<int64_t> at(index);
      at[0] = batch;
      value = rows.at(at);
    }
    return value;
  };
  return {Tensor::evaluate(cache.getShape(), element)};
}

Results mlir::ssm::reference::evaluate(MaskOp op, Operands<MaskOp> in) {
  Tensor x = in.getX(), slots = in.getSlots();
  std::vector<Sequence> sequences =
      sequencesOf(x.getDim(0), x.getDim(1), in.getEnds());
  auto element = [&](ArrayRef<int64_t> index) {
    for (size_t i = 0; i < sequences.size(); ++i) {
      const Sequence &sequence = sequences[i];
      if (sequence.batch == index[0] && sequence.begin <= index[1] &&
          index[1] < sequence.end)
        return slotOf(slots, i) < 0 ? 0.0 : x.at(index);
    }
    return 0.0;
  };
  return {Tensor::evaluate(x.getShape(), element)};
}

std::string mlir::ssm::reference::checkSlots(Operation *op,
                                             ArrayRef<Tensor> operands) {
  bool writes = isa<ScatterOp>(op);
  if (!writes && !isa<GatherOp>(op))
    return "";
  const Tensor &cache = operands[writes ? 1 : 0], &slots = operands.back();
  std::map<int64_t, int64_t> owners;
  for (int64_t batch = 0; batch < slots.getDim(0); ++batch) {
    int64_t slot = slotOf(slots, batch);
    if (slot >= cache.getDim(0))
      return llvm::formatv("expected sequence {0} in a slot below {1}, got {2}",
                           batch, cache.getDim(0), slot)
          .str();
    auto [owner, isFirst] = owners.try_emplace(slot, batch);
    if (writes && slot >= 0 && !isFirst)
      return llvm::formatv("expected a slot for each sequence, got {0} for {1} "
                           "and {2}",
                           slot, owner->second, batch)
          .str();
  }
  return "";
}
