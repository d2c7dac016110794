// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The tensors of one layer: in go its kind and sizes, out come named tensors.
#ifndef TOOLS_SSM_INIT_WEIGHTS_H
#define TOOLS_SSM_INIT_WEIGHTS_H

#include "Options.h"

#include "files/Npy.h"

#include <map>

namespace ssm::init {

using Tensors = std::map<std::string, rt::HostTensor>;

/// F32 tensors by their names in the file. Throws std::invalid_argument for
/// numbers of states and step sizes that the library refuses.
Tensors makeWeights(const Options &options);

} // namespace ssm::init

#endif // TOOLS_SSM_INIT_WEIGHTS_H
