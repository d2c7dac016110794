// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Boost.Program_options to Options, and the help text.

#include "tools/ssm-tune/Options.h"

#include "lib/Schedule/Tuning.h"
#include "tools/ssm-run/CommandLine.h"
#include "tools/ssm-run/Failure.h"
#include "tools/ssm-run/Suggest.h"

#include <boost/program_options.hpp>

#include <sstream>

namespace po = boost::program_options;
using ssm::run::didYouMean;
using ssm::run::ExitUsage;
using ssm::run::fail;

namespace ssm::tune {
namespace {

using Texts = std::vector<std::string>;

po::options_description emitOptions(Options &options) {
  po::options_description group("emit BLOCK.mlir");
  auto add = group.add_options();
  add("output,o", po::value(&options.output)->value_name("DIR"),
      "folder for the packages, candidates.json and measure.sh; new or empty");
  add("target", po::value(&options.target)->value_name("TARGET"),
      "sm_80, sm_90a, sm_100a or sm_120a");
  add("batch", po::value(&options.batch)->value_name("N"),
      "batch to tune for (8)");
  add("length", po::value(&options.length)->value_name("N"),
      "length to tune for, in tokens (2048)");
  add("top", po::value(&options.top)->value_name("N"),
      "schedules of each kernel, the best by the cost model (16); the one in "
      "use now comes on top");
  add("tuning", po::value(&options.tuning)->value_name("FILE|none"),
      "table that gives the other kernels their schedules, as for ssm-compile");
  return group;
}

po::options_description collectOptions(Options &options) {
  po::options_description group("collect DIR");
  auto add = group.add_options();
  add("output,o", po::value(&options.output)->value_name("FILE"),
      "table of the winners; - is standard output; none by default");
  add("merge", po::value(&options.merge)->value_name("FILE"),
      "table to add the winners to; for the same kernel and sizes they replace "
      "its entries");
  add("device", po::value(&options.device)->value_name("NAME"),
      "name of the device in the table; by default as ssm-run says");
  add("date", po::value(&options.date)->value_name("YYYY-MM-DD"),
      "of the measurement; by default as measure.sh noted");
  return group;
}

/// Parses what follows the command. `what` names the positional argument.
void parse(int argc, char **argv, po::options_description group,
           const char *what, Options &options) {
  bool help = false;
  group.add_options()("help,h", po::bool_switch(&help), "print help");
  run::parseCommandLine(argc, argv, group, what, options.input);
  if (help)
    options.command = Command::Help;
  else if (options.input.empty())
    fail(ExitUsage, "expected a {}; see --help", what);
}

void checkEmit(const Options &options) {
  const Texts targets = {"sm_80", "sm_90a", "sm_100a", "sm_120a"};
  if (std::find(targets.begin(), targets.end(), options.target) ==
      targets.end())
    fail(ExitUsage,
         "expected --target=sm_80, sm_90a, sm_100a or sm_120a, got \"{}\"{}",
         options.target, didYouMean(options.target, targets));
  if (options.output.empty() || options.output == "-")
    fail(ExitUsage, "expected a folder after -o");
  if (options.batch < 1 || options.length < 1 || options.top < 1)
    fail(ExitUsage, "expected --batch, --length and --top of at least 1");
}

} // namespace

Options parseOptions(int argc, char **argv) {
  Options options;
  std::string command = argc > 1 ? argv[1] : "";
  const Texts commands = {"emit", "collect", "--help", "-h", "--version"};
  if (command == "--version") {
    options.command = Command::Version;
  } else if (command == "emit") {
    options.command = Command::Emit;
    parse(argc - 1, argv + 1, emitOptions(options), "block (.mlir)", options);
    if (options.command == Command::Emit)
      checkEmit(options);
  } else if (command == "collect") {
    options.command = Command::Collect;
    parse(argc - 1, argv + 1, collectOptions(options), "folder", options);
    if (!options.date.empty() && !schedule::isTuningDate(options.date))
      fail(ExitUsage, "expected --date=YYYY-MM-DD, got \"{}\"", options.date);
  } else if (command != "--help" && command != "-h") {
    fail(ExitUsage, "expected emit or collect, got \"{}\"{}", command,
         didYouMean(command, commands));
  }
  return options;
}

std::string helpText() {
  Options options;
  std::ostringstream text;
  text << "Usage: ssm-tune emit BLOCK.mlir --target=TARGET -o DIR [options]\n"
          "       ssm-tune collect DIR [options]\n"
          "Finds the fastest schedules of a block's kernels: emit writes one "
          "package for each\nschedule worth measuring (needs no GPU), "
          "DIR/measure.sh measures them with ssm-run\n(needs no compiler), "
          "collect picks the winners and writes the tuning table that\n"
          "ssm-compile --tuning reads.\n\n"
       << emitOptions(options) << '\n'
       << collectOptions(options)
       << "\nExample:\n"
          "  ssm-tune emit block.mlir --target=sm_90a --batch 8 --length 2048 "
          "-o tune\n"
          "  sh tune/measure.sh\n"
          "  ssm-tune collect tune -o table.json\n"
          "  ssm-compile block.mlir --target=sm_90a --tuning=table.json -o "
          "block.ptx\n\n"
          "Exit codes: 0 success, 2 usage, 3 input rejected, 4 compile failed, "
          "6 the output\ncannot be written.\n";
  return text.str();
}

} // namespace ssm::tune
