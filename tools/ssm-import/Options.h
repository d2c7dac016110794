// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The command line of ssm-import: in go the arguments, out come typed options.
#ifndef TOOLS_SSM_IMPORT_OPTIONS_H
#define TOOLS_SSM_IMPORT_OPTIONS_H

#include <string>

namespace ssm::import {

/// What one function holds: the mixer alone, or x + mixer(norm(x)).
enum class Part { Mixer, Layer };

/// The type of activations and of the weights that multiply them.
enum class ElementType { F32, BF16, F16, F64 };

struct Options {
  std::string config, output = "-";
  bool help = false, version = false;
  Part part = Part::Mixer;
  ElementType elementType = ElementType::F32;
  bool states = false;
  std::string prefix;
};

/// Throws run::Failure with the usage's exit code.
Options parseOptions(int argc, char **argv);
std::string helpText();

} // namespace ssm::import

#endif // TOOLS_SSM_IMPORT_OPTIONS_H
