// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Boost.Program_options to Options, and the help text.
#include "Options.h"

#include "tools/ssm-run/CommandLine.h"
#include "tools/ssm-run/Failure.h"
#include "tools/ssm-run/Suggest.h"

#include <algorithm>
#include <sstream>

namespace po = boost::program_options;
using ssm::run::ExitUsage;
using ssm::run::fail;

namespace ssm::init {
namespace {

constexpr int64_t kMaxChannels = 16384;

/// In the order of Family.
const std::vector<std::string> &familyNames() {
  static const std::vector<std::string> names = {
      "mamba", "s4d-inv", "s4d-legs", "s4d-lin", "s4d-real", "s5"};
  return names;
}

po::options_description makeOptions(Options &options, int64_t &seed) {
  po::options_description all("Options");
  auto add = all.add_options();
  add("help,h", po::bool_switch(&options.help), "print this text");
  add("version", po::bool_switch(&options.version), "print the version");
  add("output,o", po::value(&options.output)->value_name("FILE"),
      "the safetensors file, of F32 tensors");
  add("channels", po::value(&options.channels)->value_name("N"),
      "channels in and out; mamba works on twice as many inside");
  add("states", po::value(&options.states)->value_name("N"),
      "of a channel (s5: of all). Of complex states, which all but mamba and "
      "s4d-real have, one of each conjugate pair is kept: N/2");
  add("seed", po::value(&seed)->value_name("N"),
      "of the random numbers, at least 0 (0); the same on every machine");
  add("dt-min", po::value(&options.steps.low)->value_name("T"),
      "least step size at the start (0.001)");
  add("dt-max", po::value(&options.steps.high)->value_name("T"),
      "greatest step size at the start (0.1); log-uniform between the two");
  add("dt-floor", po::value(&options.stepFloor)->value_name("T"),
      "mamba alone: less is raised to this (0.0001)");
  add("prefix", po::value(&options.prefix)->value_name("P"),
      "of the tensors' names, for example layers.0.; with another prefix they "
      "have other random numbers");
  return all;
}

Family familyNamed(const std::string &name) {
  const std::vector<std::string> &names = familyNames();
  auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end())
    fail(ExitUsage, "expected {}, got \"{}\"{}", fmt::join(names, ", "), name,
         run::didYouMean(name, names));
  return Family(found - names.begin());
}

void check(const Options &options, int64_t seed, bool hasFloor) {
  if (options.channels < 1 || options.channels > kMaxChannels)
    fail(ExitUsage, "--channels: expected a number from 1 to {}, got {}",
         kMaxChannels, options.channels);
  if (seed < 0)
    fail(ExitUsage, "--seed: expected at least 0, got {}", seed);
  if (hasFloor && options.family != Family::Mamba)
    fail(ExitUsage, "--dt-floor: expected mamba, got {}",
         familyNames()[size_t(options.family)]);
  if (options.output.empty() || options.output == "-")
    fail(ExitUsage, "expected a file after -o");
}

} // namespace

Options parseOptions(int argc, char **argv) {
  Options options;
  int64_t seed = 0;
  std::string family;
  po::variables_map given = run::parseCommandLine(
      argc, argv, makeOptions(options, seed), "kind of layer", family);
  if (options.help || options.version)
    return options;
  options.family = familyNamed(family);
  for (const char *name : {"channels", "states"})
    if (!given.count(name))
      fail(ExitUsage, "expected --{}; see --help", name);
  check(options, seed, given.count("dt-floor"));
  options.seed = uint64_t(seed);
  return options;
}

std::string helpText() {
  Options options;
  int64_t seed = 0;
  std::ostringstream text;
  text
      << "ssm-init KIND [options]: writes the weights that a layer starts "
         "from\n\n"
         "KIND is one of\n"
         "  s4d-lin, s4d-inv, s4d-legs  a layer as examples/08-s4d-complex.mlir"
         "\n"
         "  s4d-real                    as examples/06-s4d-bidirectional.mlir\n"
         "  s5                          as examples/09-s5.mlir, discretised by "
         "the\n"
         "                              zero-order hold\n"
         "  mamba                       as examples/mamba-block.mlir, or what "
         "ssm-import\n"
         "                              writes for the sizes\n\n"
      << makeOptions(options, seed)
      << "\nExit codes: 0 success, 2 usage, 6 the output cannot be written.\n\n"
         "Example:\n"
         "  ssm-init s4d-lin --channels 48 --states 16 --seed 1 \\\n"
         "    -o weights.safetensors\n"
         "  ssm-compile examples/08-s4d-complex.mlir --target=cpu -o s4d.so\n"
         "  ssm-run s4d.so --input x=2x512x48xf32=random:7 \\\n"
         "    --input initial_re=zeros --input initial_im=zeros \\\n"
         "    --weights weights.safetensors --output y=@y.npy\n";
  return text.str();
}

} // namespace ssm::init
