// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Boost.Program_options to Options, and the help text.
#include "Options.h"

#include "tools/ssm-run/CommandLine.h"
#include "tools/ssm-run/Failure.h"
#include "tools/ssm-run/Suggest.h"

#include <boost/program_options.hpp>

#include <sstream>

namespace po = boost::program_options;
using ssm::run::ExitUsage;
using ssm::run::fail;

namespace ssm::import {
namespace {

using Texts = std::vector<std::string>;

struct RawOptions {
  std::string part = "mixer", elementType = "f32";
};

po::options_description makeOptions(Options &options, RawOptions &raw) {
  po::options_description all("Options");
  auto add = all.add_options();
  add("help,h", po::bool_switch(&options.help), "print this text");
  add("version", po::bool_switch(&options.version), "print versions");
  add("output,o", po::value(&options.output)->value_name("FILE"),
      "the .mlir file; - (the default) is stdout");
  add("what", po::value(&raw.part)->value_name("mixer|layer"),
      "mixer (the default): function @mamba; layer: function @layer, x + "
      "mixer(norm(x))");
  add("dtype", po::value(&raw.elementType)->value_name("f32|bf16|f16|f64"),
      "of activations and of the weights that multiply them; A_log, D, the "
      "bias of dt and delta are f32 (f64)");
  add("states", po::bool_switch(&options.states),
      "take the state of the scan before the first token (initial_state) and "
      "give the one after the last (final_state)");
  add("prefix", po::value(&options.prefix)->value_name("P"),
      "of the weights' names, for example backbone.layers.0.mixer. or, for a "
      "layer, backbone.layers.0.");
  return all;
}

/// The value's index among `choices`.
template <typename Enum>
Enum choose(const char *option, const std::string &value,
            const Texts &choices) {
  for (size_t i = 0; i < choices.size(); ++i)
    if (value == choices[i])
      return Enum(i);
  fail(ExitUsage, "--{}: expected {}, got \"{}\"{}", option,
       fmt::join(choices, ", "), value, run::didYouMean(value, choices));
}

} // namespace

Options parseOptions(int argc, char **argv) {
  Options options;
  RawOptions raw;
  run::parseCommandLine(argc, argv, makeOptions(options, raw), "config.json",
                        options.config);
  options.part = choose<Part>("what", raw.part, {"mixer", "layer"});
  options.elementType = choose<ElementType>("dtype", raw.elementType,
                                            {"f32", "bf16", "f16", "f64"});
  return options;
}

std::string helpText() {
  Options options;
  RawOptions raw;
  std::ostringstream text;
  text << "ssm-import CONFIG [options]: writes a layer of a Mamba model as "
          "block ops\n\n"
          "CONFIG is the config.json of transformers (model_type mamba) or of "
          "mamba_ssm\n(d_model, ssm_cfg); - is stdin.\n\n"
       << makeOptions(options, raw)
       << "\nExit codes: 0 success, 2 usage, 3 input rejected, 6 the output "
          "cannot be\nwritten.\n\n"
          "Example:\n"
          "  ssm-import config.json --dtype=bf16 \\\n"
          "    --prefix backbone.layers.0.mixer. -o block.mlir\n";
  return text.str();
}

} // namespace ssm::import
