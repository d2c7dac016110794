// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A cell on one of several packed sequences: from then on the length is that of
// the sequence, and rows of tokens begin with its first one.

#include "lib/Conversion/CPU/Emitter.h"

using namespace mlir;
using namespace mlir::ssm;

/// Where sequence `index` ends, within a row of `row` tokens whatever memory
/// says.
Element VectorEmitter::loadEnd(Element index, Element row) {
  Type i32 = at(0).getI32Type();
  Element address = gep(pointers.lookup(kernel.getEnds()), index, i32);
  OpBuilder &builder = at(address.depth);
  Value end = LLVM::LoadOp::create(builder, loc, i32, address.value);
  Element wide{arith::ExtSIOp::create(builder, loc, builder.getI64Type(), end),
               address.depth};
  return binary<arith::MinSIOp>(binary<arith::MaxSIOp>(wide, integer(0)), row);
}

void VectorEmitter::enterSequence() {
  Element row = length, index = state(Axis::Batch).origin;
  Element before = add(index, -1);
  Element first = loadEnd(binary<arith::MaxSIOp>(before, integer(0)), row);
  Element isFirst = less(before, integer(0));
  unsigned depth = std::max(isFirst.depth, first.depth);
  Element start{arith::SelectOp::create(at(depth), loc, isFirst.value,
                                        integer(0).value, first.value),
                depth};
  Element end = binary<arith::MaxSIOp>(loadEnd(index, row), start);
  length = binary<arith::SubIOp>(end, start);
  for (BlockArgument argument : kernel.getBody().getArguments()) {
    auto view = cast<MemRefType>(argument.getType());
    if (!kernel.isPacked(view))
      continue;
    int64_t size = 1;
    for (int64_t each : view.getShape().drop_front(2))
      size *= each;
    pointers[argument] =
        gep(pointers.lookup(argument),
            binary<arith::MulIOp>(start, integer(size)), view.getElementType());
  }
}
