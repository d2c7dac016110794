// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a config.json says of one Mamba layer: in goes its text, out come sizes
// and choices, defaults filled in as the libraries do.
#ifndef TOOLS_SSM_IMPORT_CONFIG_H
#define TOOLS_SSM_IMPORT_CONFIG_H

#include "Options.h"

#include "llvm/ADT/StringRef.h"

#include <cstdint>

namespace ssm::import {

struct Config {
  int64_t hidden = 0; // channels of the model
  int64_t inner = 0;  // channels of the mixer
  int64_t states = 16;
  int64_t taps = 4;
  int64_t rank = 0; // of the projection that makes dt
  bool convBias = true;
  bool projectionBias = false;
  bool residualInF32 = true;
  double epsilon = 1e-5;
};

/// Throws run::Failure (input rejected) with what was expected.
Config parseConfig(llvm::StringRef text, Part part);

} // namespace ssm::import

#endif // TOOLS_SSM_IMPORT_CONFIG_H
