// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rows of tokens that follow an order: an access is computed as along the row,
// and each of its tokens then looked up.

#include "lib/Conversion/GPU/Emitter.h"
#include "lib/Transforms/OverlapLaunches.h"

#include "llvm/ADT/DenseMap.h"

using namespace mlir;
using namespace mlir::ssm;

/// The nearest token to `index`, i64.
static Value clampToken(Emitter &e, Value index) {
  Value last = e.sub(e.length, e.i64(1));
  Value least = arith::MaxSIOp::create(e.b, e.loc, index, e.i64(0));
  return arith::MinSIOp::create(e.b, e.loc, least, last);
}

/// The token of a step, i64; in bounds whatever the step is and memory says.
Value Emitter::loadOrder(Value step) {
  BlockArgument order = kernel.getOrder();
  Type i32Type = b.getI32Type();
  Value base = pointers[order];
  Value address = LLVM::GEPOp::create(b, loc, base.getType(), i32Type, base,
                                      ValueRange{clampToken(*this, step)});
  auto load = LLVM::LoadOp::create(b, loc, i32Type, address);
  load.setInvariant(!mustWaitFor(kernel, order.getArgNumber()));
  return clampToken(*this, extend(load));
}

/// The token at element `index` of a lane along dimension `at`. Views share
/// what was looked up at the same place of the program, or around it.
Value Emitter::tokenAt(const AccessDim &at, const AxisShare *share,
                       int64_t index) {
  TokenKey key = {index, at.offset, at.reversed};
  if (at.axis)
    key[3] = reinterpret_cast<intptr_t>(
        positions[static_cast<unsigned>(*at.axis)].start.getAsOpaquePointer());
  if (share)
    llvm::copy(ArrayRef({share->lanes, share->stride, share->near, share->run}),
               key.begin() + 4);
  Block *here = b.getInsertionBlock();
  for (Block *block = here; block;) {
    auto known = tokens.find({block, key});
    if (known != tokens.end())
      return known->second;
    Operation *around = block->getParentOp();
    block = around ? around->getBlock() : nullptr;
  }
  Value lane = share && share->lanes > 1 ? laneOffset(*share) : Value();
  Value token = loadOrder(coordinate(at, lane, index));
  tokens[{here, key}] = token;
  return token;
}

void Emitter::findRows(GlobalAccess &access) {
  const AccessDim &at = access.dims[1];
  int64_t stride = 1;
  for (int64_t size : access.view.getShape().drop_front(2))
    stride *= size;
  const AxisShare *along = at.axis ? access.layout.find(*at.axis) : nullptr;
  llvm::SmallDenseMap<int64_t, Value> known;
  for (int64_t slot = 0; slot < access.layout.slots(); ++slot) {
    int64_t index = 0;
    for (auto [share, i] :
         llvm::zip(access.layout.shares, access.layout.indices(slot)))
      if (at.axis == share.axis)
        index = i;
    Value &row = known[index];
    if (!row) {
      Value token = tokenAt(at, along, index);
      row =
          LLVM::GEPOp::create(b, loc, access.pointer.getType(), access.element,
                              access.pointer, ValueRange{mul(token, stride)});
    }
    access.rows.push_back(row);
  }
}
