// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Where states lie, and which of their two buffers is which.
#include "StateStore.h"

#include <algorithm>

namespace ssm::rt {
namespace {

Status addState(const Buffer &buffer, int64_t batch, int64_t slots,
                StateLayout &layout) {
  if (buffer.state.empty() || layout.find(buffer.state) >= 0)
    return {};
  bool isCache = hasSlots(buffer.shape);
  SessionState state{buffer.state,     buffer.dtype, {}, 0,
                     layout.bankBytes, isCache};
  for (Dim dim : buffer.shape)
    state.shape.push_back(dim == SSM_DIM_BATCH   ? batch
                          : dim == SSM_DIM_SLOTS ? slots
                                                 : dim);
  SSM_ASSIGN(state.bytes, bytesOf(buffer, {batch, 0}));
  if ((isCache &&
       __builtin_mul_overflow(state.bytes, uint64_t(slots), &state.bytes)) ||
      __builtin_add_overflow(layout.bankBytes, state.bytes,
                             &layout.bankBytes) ||
      !alignWorkspace(layout.bankBytes))
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "the states do not fit 64 bits at batch {}, slots {}",
                     batch, slots);
  layout.states.push_back(std::move(state));
  return {};
}

} // namespace

int StateLayout::find(const std::string &name) const {
  auto found =
      std::find_if(states.begin(), states.end(),
                   [&](const SessionState &each) { return each.name == name; });
  return found == states.end() ? -1 : int(found - states.begin());
}

Result<StateLayout> layOutStates(const std::vector<const Function *> &functions,
                                 int64_t batch, int64_t slots) {
  StateLayout layout;
  for (bool caches : {false, true}) {
    layout.swappedBytes = layout.bankBytes;
    for (const Function *function : functions)
      for (const Buffer &buffer : function->buffers)
        if (hasSlots(buffer.shape) == caches)
          SSM_TRY(addState(buffer, batch, slots, layout));
  }
  return layout;
}

Result<StateStore> StateStore::allocate(const DeviceRef &device,
                                        const StateLayout &layout) {
  StateStore store;
  store.layout = &layout;
  SSM_ASSIGN(store.banks[0], DeviceMemory::allocate(device, layout.bankBytes));
  SSM_ASSIGN(store.banks[1],
             DeviceMemory::allocate(device, layout.swappedBytes));
  store.currentBank.resize(layout.states.size(), false);
  store.lastChange.resize(layout.states.size(), false);
  return store;
}

void *StateStore::at(size_t state, bool bank) const {
  const SessionState &own = layout->states[state];
  return static_cast<char *>(banks[bank && !own.isCache].get()) + own.offset;
}

void StateStore::commit(const std::vector<int> &changed) {
  std::fill(lastChange.begin(), lastChange.end(), false);
  for (int state : changed) {
    lastChange[size_t(state)] = true;
    currentBank[size_t(state)].flip();
  }
  hasHistory = true;
}

void StateStore::commitAll() {
  std::fill(lastChange.begin(), lastChange.end(), true);
  currentBank.flip();
  hasHistory = true;
}

bool StateStore::rollBack() {
  if (!hasHistory)
    return false;
  for (size_t state = 0; state < currentBank.size(); ++state)
    if (lastChange[state])
      currentBank[state].flip();
  hasHistory = false;
  return true;
}

} // namespace ssm::rt
