// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rows of tokens that follow an order: an access is computed as along the row,
// and its token then looked up.

#include "lib/Conversion/CPU/Emitter.h"

using namespace mlir;
using namespace mlir::ssm;

/// The token of a step; in bounds whatever the step is and memory says. Nothing
/// writes the order while a kernel runs, so that LLVM reads it once for all
/// views.
Element VectorEmitter::tokenOf(Element step) {
  auto clamp = [&](Element index) {
    return binary<arith::MinSIOp>(binary<arith::MaxSIOp>(index, integer(0)),
                                  add(length, -1));
  };
  Type i32 = at(0).getI32Type();
  Element address = gep(pointers.lookup(kernel.getOrder()), clamp(step), i32);
  OpBuilder &builder = at(address.depth);
  auto load = LLVM::LoadOp::create(builder, loc, i32, address.value);
  load.setInvariant(true);
  return clamp({arith::ExtSIOp::create(builder, loc, builder.getI64Type(),
                                       load.getResult()),
                address.depth});
}
