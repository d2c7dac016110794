// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The command line of ssm-interpret: in go the arguments, out come typed
// options.
#ifndef TOOLS_SSM_INTERPRET_OPTIONS_H
#define TOOLS_SSM_INTERPRET_OPTIONS_H

#include "tools/ssm-run/TensorSpec.h"

#include <string>
#include <vector>

namespace ssm::interpret {

struct Options {
  std::string file, function;
  bool help = false, version = false;

  std::optional<int64_t> batch, length, slots;
  std::vector<run::TensorSpec> inputs, weightOverrides;
  std::string weights; // a path, or "" with randomWeights
  std::optional<run::Source> randomWeights;
  std::string prefix;
  bool convert = false;

  bool roundDeclared = false, outputDeclared = false, print = false;
  std::vector<run::FileSpec> outputs, expectations;
  std::optional<double> tolerance, maxTolerance;
};

/// Throws run::Failure with the usage's exit code.
Options parseOptions(int argc, char **argv);
std::string helpText();

} // namespace ssm::interpret

#endif // TOOLS_SSM_INTERPRET_OPTIONS_H
