// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Boost.Program_options with our messages.

#include "CommandLine.h"

#include "Failure.h"
#include "Suggest.h"

namespace po = boost::program_options;

po::variables_map ssm::run::parseCommandLine(int argc, char **argv,
                                             po::options_description options,
                                             const char *what,
                                             std::string &argument) {
  std::vector<std::string> names;
  for (const auto &option : options.options())
    names.push_back("--" + option->long_name());
  options.add_options()("argument", po::value(&argument));
  po::positional_options_description positional;
  positional.add("argument", 1);
  // No abbreviations: a script must not break when an option is added.
  namespace style = po::command_line_style;
  int accepted = style::unix_style & ~style::allow_guessing;
  po::variables_map given;
  try {
    po::store(po::command_line_parser(argc, argv)
                  .options(options)
                  .positional(positional)
                  .style(accepted)
                  .run(),
              given);
    po::notify(given);
  } catch (const po::unknown_option &problem) {
    std::string name = problem.get_option_name();
    name = name.substr(0, name.find('='));
    fail(ExitUsage, "unknown option \"{}\"{}", name, didYouMean(name, names));
  } catch (const po::too_many_positional_options_error &) {
    fail(ExitUsage, "expected one {}", what);
  } catch (const po::error &problem) {
    fail(ExitUsage, "{}", problem.what());
  }
  return given;
}
