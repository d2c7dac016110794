// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A cell whose sequence has its states in a slot of a cache: the slot is read
// once, where the cell begins, and every access to a cache asks whether it is
// one.

#include "lib/Conversion/GPU/Emitter.h"

using namespace mlir;
using namespace mlir::ssm;

void Emitter::enterSlots() {
  Type i32Type = b.getI32Type();
  for (BlockArgument view : kernel.getSlotViews()) {
    Value pointer = pointers[view];
    Value index = positions[static_cast<unsigned>(Axis::Batch)].start;
    Value address = LLVM::GEPOp::create(b, loc, pointer.getType(), i32Type,
                                        pointer, ValueRange{index});
    slots[view] = extend(LLVM::LoadOp::create(b, loc, i32Type, address));
  }
}

/// The slot in `view`, or slot 0, which is not touched, for one that is none.
void Emitter::chooseSlot(GlobalAccess &access, Value view) {
  Value slot = slots.lookup(view);
  access.hasSlot =
      arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ult, slot, slotCount);
  access.slot = select(access.hasSlot, slot, i64(0));
}
