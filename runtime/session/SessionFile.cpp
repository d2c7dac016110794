// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The states of a session in a file: safetensors, each under its name. Loading
// reads and checks all of the file before a state changes.
#include "Session.h"

#include "files/Safetensors.h"

namespace ssm::rt {
namespace {

Status checkTensor(const SessionState &state, const HostTensor &tensor) {
  if (tensor.dtype == state.dtype && tensor.shape == state.shape)
    return {};
  return SSM_ERROR(SSM_INVALID_ARGUMENT, "state \"{}\": expected {}, got {}",
                   state.name, tensorText(state.dtype, state.shape),
                   tensorText(tensor.dtype, tensor.shape));
}

/// The tensors of a file in the order of the states, each as its state is.
Result<std::vector<HostTensor>> readStates(const std::string &path,
                                           const StateLayout &layout) {
  SSM_ASSIGN(Safetensors file, Safetensors::open(path));
  for (const auto &[name, entry] : file.entries())
    if (layout.find(name) < 0)
      return SSM_ERROR(SSM_INVALID_ARGUMENT,
                       "\"{}\": expected the states of the session, got \"{}\" "
                       "too",
                       path, name);
  std::vector<HostTensor> tensors;
  for (const SessionState &state : layout.states) {
    if (!file.entries().count(state.name))
      return SSM_ERROR(SSM_INVALID_ARGUMENT,
                       "\"{}\": expected state \"{}\", got no such tensor",
                       path, state.name);
    auto tensor = file.read(state.name);
    if (!tensor.ok())
      return tensor.takeStatus().within("\"" + path + "\"");
    SSM_TRY(checkTensor(state, *tensor).within("\"" + path + "\""));
    tensors.push_back(std::move(*tensor));
  }
  return tensors;
}

} // namespace

Status Session::saveStates(const std::string &path) {
  std::map<std::string, HostTensor> tensors;
  const auto &states = model->layout().states;
  for (size_t i = 0; i < states.size(); ++i) {
    HostTensor tensor;
    tensor.dtype = states[i].dtype;
    tensor.shape = states[i].shape;
    tensor.storage.resize(size_t(states[i].bytes));
    SSM_TRY(model->device()->copyOut(tensor.data(), store.current(i),
                                     tensor.bytes(), stream));
    tensors.emplace(states[i].name, std::move(tensor));
  }
  return writeSafetensors(path, tensors);
}

Status Session::loadStates(const std::string &path) {
  SSM_ASSIGN(std::vector<HostTensor> tensors,
             readStates(path, model->layout()));
  beginChange();
  for (size_t i = 0; i < tensors.size(); ++i)
    SSM_TRY(model->device()->copyIn(store.spare(i), tensors[i].data(),
                                    tensors[i].bytes(), stream));
  store.commitAll();
  return {};
}

} // namespace ssm::rt
