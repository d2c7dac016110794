// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a report says of the states that a function hands on: functions of block
// ops in, the size of each state and what its type costs out.

#include "lib/Driver/StateReport.h"

#include <cmath>
#include <fmt/format.h>

using namespace mlir;
using namespace mlir::ssm;

/// The type that the op which makes a final state computes it in; its own if
/// that is no recurrence.
static Type computedType(Value state) {
  auto work = state.getDefiningOp<WorkOpInterface>();
  if (work)
    for (auto [value, type] :
         llvm::zip(work.getFinalStateValues(), work.getStateElementTypes()))
      if (value == state)
        return type;
  return getElementTypeOrSelf(state.getType());
}

std::vector<StateReport> mlir::ssm::describeStates(func::FuncOp function) {
  std::vector<StateReport> states;
  Operation *yield = function.getBody().front().getTerminator();
  for (auto [i, value] : llvm::enumerate(yield->getOperands())) {
    auto name = function.getResultAttrOfType<StringAttr>(i, kStateAttr);
    if (!name)
      continue;
    auto type = cast<RankedTensorType>(value.getType());
    auto element = cast<FloatType>(type.getElementType());
    StateReport &state = states.emplace_back();
    state.name = name.str();
    llvm::raw_string_ostream(state.dtype) << element;
    state.bytes = element.getWidth() / 8;
    for (int64_t size : type.getShape().drop_front())
      state.bytes *= static_cast<double>(size);
    auto computed = cast<FloatType>(computedType(value));
    if (computed.getWidth() > element.getWidth()) {
      state.roundedFrom = computed.getWidth();
      state.roundingBits = element.getFPMantissaWidth();
    }
  }
  return states;
}

std::string mlir::ssm::stateAsText(const StateReport &state) {
  std::string text = fmt::format("{}: {:.0f} bytes a sequence in {}",
                                 state.name, state.bytes, state.dtype);
  if (state.roundedFrom)
    text += fmt::format(
        "; every call rounds it, by 2^-{} of its size at most, where f{} takes "
        "{:.0f} bytes",
        state.roundingBits, state.roundedFrom,
        state.bytes * static_cast<double>(state.roundedFrom) / 16);
  return text;
}
