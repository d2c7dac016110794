// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The command line of ssm-init: in go the arguments, out come typed options.
#ifndef TOOLS_SSM_INIT_OPTIONS_H
#define TOOLS_SSM_INIT_OPTIONS_H

#include "lib/Initialise/StepSizes.h"

#include <cstdint>
#include <string>

namespace ssm::init {

/// Which layer, and for S4D which eigenvalues.
enum class Family { Mamba, S4DInv, S4DLegS, S4DLin, S4DReal, S5 };

struct Options {
  bool help = false, version = false;
  Family family = Family::Mamba;
  int64_t channels = 0, states = 0;
  uint64_t seed = 0;
  initialise::StepRange steps;
  double stepFloor = 1e-4;
  std::string prefix, output;
};

/// Throws run::Failure with the usage's exit code. Numbers of states and step
/// sizes are left to the library to judge.
Options parseOptions(int argc, char **argv);
std::string helpText();

} // namespace ssm::init

#endif // TOOLS_SSM_INIT_OPTIONS_H
