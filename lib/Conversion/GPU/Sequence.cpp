// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A cell on one of several packed sequences: from then on the length is that of
// the sequence, and rows of tokens begin with its first one.

#include "lib/Conversion/GPU/Emitter.h"

using namespace mlir;
using namespace mlir::ssm;

/// Where sequence `index` ends, i64, within the row whatever memory says.
Value Emitter::loadEnd(Value index) {
  Type i32Type = b.getI32Type();
  Value ends = pointers[kernel.getEnds()];
  Value address = LLVM::GEPOp::create(b, loc, ends.getType(), i32Type, ends,
                                      ValueRange{index});
  Value end = extend(LLVM::LoadOp::create(b, loc, i32Type, address));
  return arith::MinSIOp::create(
      b, loc, arith::MaxSIOp::create(b, loc, end, i64(0)), length);
}

void Emitter::enterSequence() {
  Value index = positions[static_cast<unsigned>(Axis::Batch)].start;
  Value before = sub(index, i64(1));
  Value first = loadEnd(arith::MaxSIOp::create(b, loc, before, i64(0)));
  Value start = select(less(before, i64(0)), i64(0), first);
  Value end = arith::MaxSIOp::create(b, loc, loadEnd(index), start);
  length = sub(end, start);
  for (BlockArgument argument : kernel.getBody().getArguments()) {
    auto view = cast<MemRefType>(argument.getType());
    if (!kernel.isPacked(view))
      continue;
    int64_t row = 1;
    for (int64_t size : view.getShape().drop_front(2))
      row *= size;
    Value &pointer = pointers[argument];
    pointer =
        LLVM::GEPOp::create(b, loc, pointer.getType(), view.getElementType(),
                            pointer, ValueRange{mul(start, row)});
  }
}
