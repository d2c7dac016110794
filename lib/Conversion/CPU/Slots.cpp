// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A cell whose sequence has its states in a slot of a cache: the slot is read
// once, where the cell begins.

#include "lib/Conversion/CPU/Emitter.h"

using namespace mlir;
using namespace mlir::ssm;

void VectorEmitter::enterSlots() {
  for (BlockArgument view : kernel.getSlotViews()) {
    Element address = gep(pointers.lookup(view), state(Axis::Batch).origin,
                          here().getI32Type());
    OpBuilder &builder = at(address.depth);
    Value slot =
        LLVM::LoadOp::create(builder, loc, builder.getI32Type(), address.value);
    slots[view] = {
        arith::ExtSIOp::create(builder, loc, builder.getI64Type(), slot),
        address.depth};
  }
}
