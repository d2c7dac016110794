// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A map: all loads, then the scalar code of every element a lane owns, then
// (at the end of the pass) the stores.

#include "lib/Conversion/GPU/Emitter.h"

using namespace mlir;
using namespace mlir::ssm;

LogicalResult mlir::ssm::lowerMap(Emitter &e, TileMapOp op) {
  auto type = cast<TileType>(op.getOutputs()[0].getType());
  Layout layout = e.layoutOf(op, type);
  SmallVector<Layout> parts;
  for (Value input : op.getInputs())
    parts.push_back(layout.slice(cast<TileType>(input.getType()).getAxes()));
  e.makeRoom(llvm::count_if(op.getOutputs(),
                            [&](Value tile) { return e.isOnChip(tile); }) *
             layout.slots());
  auto inputs = e.read(op, op.getInputs(), parts);
  if (failed(inputs))
    return failure();
  SmallVector<SmallVector<Value>> outputs(op.getOutputs().size());
  for (int64_t slot = 0; slot < layout.slots(); ++slot) {
    SmallVector<Value> arguments;
    for (auto [part, values] : llvm::zip(parts, *inputs))
      arguments.push_back(values[layout.project(slot, part)]);
    for (auto [output, value] :
         llvm::zip(outputs, e.inlineScalars(op.getBody(), arguments)))
      output.push_back(value);
  }
  for (auto [i, values] : llvm::enumerate(outputs))
    e.define(op->getResult(i), layout, values);
  return success();
}
