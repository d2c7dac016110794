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

namespace ssm::interpret {
namespace {

using Texts = std::vector<std::string>;

/// What the library fills; turned into Options afterwards.
struct RawOptions {
  Texts inputs, weightOverrides, outputs, expectations;
  std::string weights, round, outputType;
  int64_t batch = 0, length = 0, slots = 0;
  double tolerance = 0, maxTolerance = 0;
};

struct Groups {
  po::options_description general{"General"}, data{"Data"}, check{"Check"};

  po::options_description all() const {
    po::options_description joined;
    joined.add(general).add(data).add(check);
    return joined;
  }
};

void addGeneral(po::options_description &group, Options &options,
                RawOptions &raw) {
  auto add = group.add_options();
  add("help,h", po::bool_switch(&options.help), "print this text");
  add("version", po::bool_switch(&options.version), "print versions");
  add("function", po::value(&options.function)->value_name("NAME"),
      "the function to run, if there are several");
  add("round", po::value(&raw.round)->value_name("none|declared"),
      "none (the default): every value is a float64; declared: the result of "
      "every op is rounded to the type that the IR declares for it");
  add("print", po::bool_switch(&options.print),
      "print every element of every output");
}

void addData(po::options_description &group, Options &options,
             RawOptions &raw) {
  auto add = group.add_options();
  add("input", po::value(&raw.inputs)->composing()->value_name("SPEC"),
      "NAME=@FILE.npy, or NAME=[SHAPE=]KIND with a shape like 2x64x16xf32 and "
      "KIND random[:SEED[:LOW:HIGH]] (uniform, -1 to 1), permutation[:SEED], "
      "zeros, ones or value:V; the same numbers as ssm-run's");
  add("batch", po::value(&raw.batch)->value_name("N"),
      "where no input's shape tells");
  add("length", po::value(&raw.length)->value_name("N"), "likewise");
  add("slots", po::value(&raw.slots)->value_name("N"), "likewise, of caches");
  add("weights", po::value(&raw.weights)->value_name("FILE|random:SEED"),
      "a safetensors file; random: rows of about unit length");
  add("prefix", po::value(&options.prefix)->value_name("P"),
      "of the names in the file, for example layers.0.mixer.");
  add("weight",
      po::value(&raw.weightOverrides)->composing()->value_name("SPEC"),
      "one weight, as --input; goes before --weights");
  add("convert", po::bool_switch(&options.convert),
      "round other types of elements to the argument's, to nearest even");
  add("output", po::value(&raw.outputs)->composing()->value_name("NAME=@FILE"),
      "write an output as .npy");
  add("output-dtype", po::value(&raw.outputType)->value_name("f64|declared"),
      "of the elements in --output; f64 by default");
}

void addCheck(po::options_description &group, RawOptions &raw) {
  auto add = group.add_options();
  add("expect",
      po::value(&raw.expectations)->composing()->value_name("NAME=@FILE"),
      "compare an output with a .npy file of any float type");
  add("tolerance", po::value(&raw.tolerance)->value_name("T"),
      "bound of |out - ref| / |ref|; by default 1e-12, and with "
      "--round=declared 1e-5 (f32), 2e-3 (f16), 1e-2 (bf16)");
  add("max-tolerance", po::value(&raw.maxTolerance)->value_name("T"),
      "bound of the largest |out - ref| over the largest |ref|");
}

Groups makeGroups(Options &options, RawOptions &raw) {
  Groups groups;
  addGeneral(groups.general, options, raw);
  addData(groups.data, options, raw);
  addCheck(groups.check, raw);
  return groups;
}

/// The value's index among `choices`; 0 if it was not given.
size_t choose(const std::string &option, const std::string &value,
              const Texts &choices) {
  if (value.empty())
    return 0;
  for (size_t i = 0; i < choices.size(); ++i)
    if (value == choices[i])
      return i;
  fail(ExitUsage, "--{}: expected {}, got \"{}\"{}", option,
       fmt::join(choices, ", "), value, run::didYouMean(value, choices));
}

void convert(const RawOptions &raw, const po::variables_map &given,
             Options &options) {
  options.roundDeclared = choose("round", raw.round, {"none", "declared"});
  options.outputDeclared =
      choose("output-dtype", raw.outputType, {"f64", "declared"});
  if (given.count("batch"))
    options.batch = raw.batch;
  if (given.count("length"))
    options.length = raw.length;
  if (given.count("slots"))
    options.slots = raw.slots;
  if (options.batch.value_or(0) < 0 || options.length.value_or(0) < 0 ||
      options.slots.value_or(0) < 0)
    fail(ExitUsage, "--batch, --length and --slots: expected at least 0");
  if (given.count("tolerance"))
    options.tolerance = raw.tolerance;
  if (given.count("max-tolerance"))
    options.maxTolerance = raw.maxTolerance;
  if (raw.weights.compare(0, 6, "random") == 0)
    options.randomWeights = run::parseSource(raw.weights, raw.weights);
  else
    options.weights = raw.weights;
  for (const std::string &text : raw.inputs)
    options.inputs.push_back(run::parseTensorSpec(text));
  for (const std::string &text : raw.weightOverrides)
    options.weightOverrides.push_back(run::parseTensorSpec(text));
  for (const std::string &text : raw.outputs)
    options.outputs.push_back(run::parseFileSpec(text));
  for (const std::string &text : raw.expectations)
    options.expectations.push_back(run::parseFileSpec(text));
}

} // namespace

Options parseOptions(int argc, char **argv) {
  Options options;
  RawOptions raw;
  po::variables_map given = run::parseCommandLine(
      argc, argv, makeGroups(options, raw).all(), "file", options.file);
  convert(raw, given, options);
  return options;
}

std::string helpText() {
  Options options;
  RawOptions raw;
  Groups groups = makeGroups(options, raw);
  std::ostringstream text;
  text << "ssm-interpret FILE [options]: runs a function of block ops in "
          "float64, one\nelement after the other; FILE may be - for stdin\n\n"
       << groups.general << '\n'
       << groups.data << '\n'
       << groups.check << '\n'
       << "Inputs are named by the attribute ssm.name of an argument (or arg0, "
          "arg1, ...),\nweights by ssm.weight, outputs by ssm.name of a result "
          "(or y, result1, ...).\n\n"
          "Exit codes: 0 success, 2 usage, 3 input rejected (IR, .npy, "
          "weights), 6 run\nfailed, 7 check failed.\n\n"
          "Example:\n"
          "  ssm-interpret examples/mamba-block.mlir \\\n"
          "    --input x=2x33x64xf32=random:7 --weights model.safetensors \\\n"
          "    --output y=@y.npy\n";
  return text.str();
}

} // namespace ssm::interpret
