// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How all tools read a command line: long names in full, one argument without
// a name, a suggestion for what is misspelt.

#ifndef TOOLS_SSM_RUN_COMMANDLINE_H
#define TOOLS_SSM_RUN_COMMANDLINE_H

#include <boost/program_options.hpp>

#include <string>

namespace ssm::run {

/// Fills what `options` point to, and `argument` with what has no name; `what`
/// says in messages what that is. Returns which options were given; fails with
/// ExitUsage.
boost::program_options::variables_map
parseCommandLine(int argc, char **argv,
                 boost::program_options::options_description options,
                 const char *what, std::string &argument);

} // namespace ssm::run

#endif // TOOLS_SSM_RUN_COMMANDLINE_H
