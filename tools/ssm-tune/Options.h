// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The command line of ssm-tune: its two commands and what each takes.

#ifndef TOOLS_SSM_TUNE_OPTIONS_H
#define TOOLS_SSM_TUNE_OPTIONS_H

#include <string>

namespace ssm::tune {

enum class Command { Help, Version, Emit, Collect };

struct Options {
  Command command = Command::Help;
  /// emit: the block; collect: the folder with candidates and times.
  std::string input;
  /// emit: the folder to write; collect: the table, `-` for standard output,
  /// empty for none.
  std::string output;
  // emit
  std::string target, tuning = "shipped";
  long batch = 8, length = 2048, top = 16;
  // collect
  std::string merge, device, date;
};

/// Throws a Failure for what is not understood.
Options parseOptions(int argc, char **argv);

std::string helpText();

} // namespace ssm::tune

#endif // TOOLS_SSM_TUNE_OPTIONS_H
