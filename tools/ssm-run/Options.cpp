// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Boost.Program_options to Options, and the help text.
#include "Options.h"

#include "CommandLine.h"
#include "Failure.h"
#include "Suggest.h"

#include <boost/program_options.hpp>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstdio>
#include <sstream>

namespace po = boost::program_options;

namespace ssm::run {
namespace {

using Texts = std::vector<std::string>;

/// What the library fills; turned into Options afterwards.
struct RawOptions {
  Texts inputs, weightOverrides, outputs, expectations, ceilings;
  std::string weights, matmul, format, poison, pin;
  int64_t batch = 0, length = 0, slots = 0;
  double tolerance = 0, maxTolerance = 0;
};

struct Groups {
  po::options_description general{"General"}, device{"Device"}, data{"Data"},
      check{"Check"}, bench{"Measure"};

  po::options_description all() const {
    po::options_description joined;
    joined.add(general).add(device).add(data).add(check).add(bench);
    return joined;
  }
};

void addGeneral(po::options_description &group, Options &options,
                RawOptions &raw) {
  auto add = group.add_options();
  add("help,h", po::bool_switch(&options.help), "print this text");
  add("version", po::bool_switch(&options.version), "print versions");
  add("describe", po::bool_switch(&options.describe),
      "print what the package holds, with --batch and --length its work too; "
      "needs no device");
  add("list-devices", po::bool_switch(&options.listDevices),
      "print the devices of this machine");
  add("function", po::value(&options.function)->value_name("NAME"),
      "the function to run, if there are several");
  add("format", po::value(&raw.format)->value_name("text|json|csv"),
      "of --describe (text, json) and --bench (all three)");
}

void addDevice(po::options_description &group, Options &options,
               RawOptions &raw) {
  auto add = group.add_options();
  add("device", po::value(&options.device)->value_name("auto|cpu|cuda[:N]"),
      "auto: by the package's target");
  add("matmul", po::value(&raw.matmul)->value_name("auto|library|generated"),
      "matrix products and long convolutions by libraries, or by the package's "
      "kernels");
  add("pin", po::value(&raw.pin)->value_name("BATCHxLENGTH"),
      "run the kernels of this size class of the package (--describe lists "
      "them) whatever the sizes; by default those of the nearest");
  add("threads", po::value(&options.threads)->value_name("N"),
      "CPU workers; all processors by default");
  add("cpu-features", po::value(&options.cpuFeatures)->value_name("LIST"),
      "of the CPU's features use these alone, for example avx2,fma,f16c: the "
      "same code of the package on every processor that has them");
  add("cuda-library", po::value(&options.cudaLibrary)->value_name("PATH"),
      "instead of libcuda.so.1");
  add("cublaslt-library",
      po::value(&options.cublasLtLibrary)->value_name("PATH"),
      "instead of libcublasLt.so.13 or .12");
  add("dnnl-library", po::value(&options.dnnlLibrary)->value_name("PATH"),
      "instead of libdnnl.so.3 or .2");
  add("cufft-library", po::value(&options.cufftLibrary)->value_name("PATH"),
      "instead of libcufft.so.12 or .11");
  add("cublas-library", po::value(&options.cublasLibrary)->value_name("PATH"),
      "instead of libcublas.so.13 or .12");
  add("kissfft-library", po::value(&options.kissFftLibrary)->value_name("PATH"),
      "instead of libkissfft-float.so.131");
}

void addData(po::options_description &group, Options &options,
             RawOptions &raw) {
  auto add = group.add_options();
  add("input", po::value(&raw.inputs)->composing()->value_name("SPEC"),
      "NAME=@FILE.npy, or NAME=[SHAPE=]KIND with a shape like 2x64x16xf32 and "
      "KIND random[:SEED[:LOW:HIGH]] (uniform, -1 to 1), permutation[:SEED], "
      "zeros, ones or value:V");
  add("batch", po::value(&raw.batch)->value_name("N"),
      "where no input's shape tells");
  add("length", po::value(&raw.length)->value_name("N"), "likewise");
  add("slots", po::value(&raw.slots)->value_name("N"), "likewise, of caches");
  add("weights", po::value(&raw.weights)->value_name("[@]FILE|random:SEED"),
      "a safetensors file; random: rows of about unit length");
  add("prefix", po::value(&options.prefix)->value_name("P"),
      "of the names in the file, for example layers.0.mixer.");
  add("weight",
      po::value(&raw.weightOverrides)->composing()->value_name("SPEC"),
      "one weight, as --input; goes before --weights");
  add("convert", po::bool_switch(&options.convert),
      "round other types of elements to the buffer's, to nearest even");
  add("load-state", po::value(&options.loadState)->value_name("FILE"),
      "a safetensors file with the states among the inputs; without, those "
      "that "
      "--input does not give are zero");
  add("save-state", po::value(&options.saveState)->value_name("FILE"),
      "write the states among the outputs as a safetensors file");
  add("output", po::value(&raw.outputs)->composing()->value_name("NAME=@FILE"),
      "write an output as .npy; bf16 as <V2, raw two bytes; @- is standard "
      "output");
}

void addCheck(po::options_description &group, Options &options,
              RawOptions &raw) {
  auto add = group.add_options();
  add("expect",
      po::value(&raw.expectations)->composing()->value_name("NAME=@FILE"),
      "compare an output with a .npy file of any float type");
  add("tolerance", po::value(&raw.tolerance)->value_name("T"),
      "bound of |out - ref| / |ref|; by default 1e-12 (f64), 1e-5 (f32), "
      "2e-3 (f16), 1e-2 (bf16)");
  add("max-tolerance", po::value(&raw.maxTolerance)->value_name("T"),
      "bound of the largest |out - ref| over the largest |ref|");
  add("poison", po::value(&raw.poison)->value_name("on|off"),
      "fill outputs and workspace with NaN before the run; on by default");
  add("repeat", po::value(&options.repeat)->value_name("N"),
      "run N times; the outputs must be the same bits");
}

void addBench(po::options_description &group, Options &options,
              RawOptions &raw) {
  auto add = group.add_options();
  add("bench", po::bool_switch(&options.bench),
      "measure; on CUDA by replays of a graph, over buffers that together "
      "exceed the cache");
  add("per-step", po::bool_switch(&options.perStep),
      "measure every step by itself too");
  add("samples", po::value(&options.samples)->value_name("N"),
      "timed passes; 50 by default");
  add("warmups", po::value(&options.warmups)->value_name("N"),
      "passes before; 3 by default");
  add("sets", po::value(&options.sets)->value_name("N"),
      "sets of inputs and outputs to rotate over");
  add("plot", po::value(&options.plot)->value_name("FILE.svg"),
      "draw the roofline with every step on it; measures --per-step");
  add("ceiling", po::value(&raw.ceilings)->composing()->value_name("NAME=RATE"),
      "what the device does in a second at most, for floors: memory (bytes), "
      "arithmetic, matrix (products of 16-bit factors), transcendentals "
      "(operations); by default those of the package's target");
}

Groups makeGroups(Options &options, RawOptions &raw) {
  Groups groups;
  addGeneral(groups.general, options, raw);
  addDevice(groups.device, options, raw);
  addData(groups.data, options, raw);
  addCheck(groups.check, options, raw);
  addBench(groups.bench, options, raw);
  return groups;
}

/// One name, one value: the second would be ignored.
template <typename Spec>
void expectOnce(const char *option, const std::vector<Spec> &specs) {
  for (size_t i = 0; i < specs.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (specs[i].name == specs[j].name)
        fail(ExitUsage, "--{}: expected \"{}\" once, got it twice", option,
             specs[i].name);
}

void parseWeights(const std::string &text, Options &options) {
  if (text == "random" || text.compare(0, 7, "random:") == 0)
    options.randomWeights = parseSource(text, text);
  else
    options.weights = text.substr(text[0] == '@');
}

/// NAME=RATE into its place.
void parseCeiling(const std::string &text, CeilingOptions &ceilings) {
  const std::pair<const char *, std::optional<double> CeilingOptions::*>
      places[] = {{"memory", &CeilingOptions::memory},
                  {"arithmetic", &CeilingOptions::arithmetic},
                  {"matrix", &CeilingOptions::matrix},
                  {"transcendentals", &CeilingOptions::transcendentals}};
  size_t equals = text.find('=');
  std::string name = text.substr(0, equals);
  Texts known;
  for (const auto &[each, place] : places) {
    known.push_back(each);
    if (name != each)
      continue;
    double rate = 0;
    char end = 0;
    if (equals == std::string::npos ||
        std::sscanf(text.c_str() + equals, "=%lf%c", &rate, &end) != 1 ||
        !(rate > 0) || std::isinf(rate))
      fail(ExitUsage,
           "--ceiling: expected {}=RATE with a positive number, got \"{}\"",
           name, text);
    if (ceilings.*place)
      fail(ExitUsage, "--ceiling: expected \"{}\" once, got it twice", name);
    ceilings.*place = rate;
    return;
  }
  fail(ExitUsage, "--ceiling: expected {}, got \"{}\"{}",
       fmt::join(known, ", "), name, didYouMean(name, known));
}

ssm_size_class parseSizeClass(const std::string &text) {
  ssm_size_class sizes = {};
  size_t x = text.find('x');
  auto read = [](std::string_view digits, int64_t &size) {
    const char *end = digits.data() + digits.size();
    auto [rest, error] = std::from_chars(digits.data(), end, size);
    return error == std::errc() && rest == end && size >= 1;
  };
  if (x == std::string::npos ||
      !read(std::string_view(text).substr(0, x), sizes.batch) ||
      !read(std::string_view(text).substr(x + 1), sizes.length))
    fail(ExitUsage, "--pin: expected BATCHxLENGTH, got \"{}\"", text);
  return sizes;
}

/// What can be asked for together.
void checkTogether(const Options &options, const po::variables_map &given) {
  if (given.count("format") && !options.describe && !options.bench)
    fail(ExitUsage, "--format: expected --describe or --bench with it");
  if (options.describe && !options.cpuFeatures.empty())
    fail(ExitUsage, "--cpu-features: expected no --describe with it");
  if (!options.bench && (!options.plot.empty() || options.ceilings.any()))
    fail(ExitUsage, "--{}: expected --bench with it",
         options.plot.empty() ? "ceiling" : "plot");
  int streams = options.bench + (options.plot == "-");
  for (const FileSpec &output : options.outputs)
    streams += output.path == "-";
  if (streams > 1)
    fail(ExitUsage, "expected one output on standard output, got {}{}", streams,
         options.bench ? " with --bench" : "");
}

/// The value's index among `choices`.
template <typename Enum>
Enum choose(const std::string &option, const std::string &value,
            const Texts &choices) {
  for (size_t i = 0; i < choices.size(); ++i)
    if (value == choices[i])
      return Enum(i);
  fail(ExitUsage, "--{}: expected {}, got \"{}\"{}", option,
       fmt::join(choices, ", "), value, didYouMean(value, choices));
}

void convert(const RawOptions &raw, const po::variables_map &given,
             Options &options) {
  if (given.count("format"))
    options.format =
        choose<Format>("format", raw.format, {"text", "json", "csv"});
  if (given.count("matmul"))
    options.matmul = choose<ssm_matmul_mode>("matmul", raw.matmul,
                                             {"auto", "library", "generated"});
  if (given.count("pin"))
    options.pin = parseSizeClass(raw.pin);
  if (given.count("poison"))
    options.poison = choose<int>("poison", raw.poison, {"off", "on"}) == 1;
  if (given.count("batch"))
    options.batch = raw.batch;
  if (given.count("length"))
    options.length = raw.length;
  if (given.count("slots"))
    options.slots = raw.slots;
  if (given.count("tolerance"))
    options.tolerance = raw.tolerance;
  if (given.count("max-tolerance"))
    options.maxTolerance = raw.maxTolerance;
  if (!raw.weights.empty())
    parseWeights(raw.weights, options);
  for (const std::string &text : raw.inputs)
    options.inputs.push_back(parseTensorSpec(text));
  for (const std::string &text : raw.weightOverrides)
    options.weightOverrides.push_back(parseTensorSpec(text));
  for (const std::string &text : raw.outputs)
    options.outputs.push_back(parseFileSpec(text));
  for (const std::string &text : raw.expectations)
    options.expectations.push_back(parseFileSpec(text));
  for (const std::string &text : raw.ceilings)
    parseCeiling(text, options.ceilings);
  expectOnce("input", options.inputs);
  expectOnce("weight", options.weightOverrides);
  expectOnce("output", options.outputs);
  expectOnce("expect", options.expectations);
  if (raw.batch < 0 || raw.length < 0)
    fail(ExitUsage, "--batch and --length: expected at least 0, got {}",
         std::min(raw.batch, raw.length));
  if (raw.slots < 0)
    fail(ExitUsage, "--slots: expected at least 0, got {}", raw.slots);
  if (options.samples < 1 || options.warmups < 0 || options.repeat < 1 ||
      options.threads < 0 || options.sets < 0)
    fail(ExitUsage, "--samples, --warmups, --repeat, --threads and --sets: "
                    "expected a positive number");
}

} // namespace

Options parseOptions(int argc, char **argv) {
  Options options;
  RawOptions raw;
  po::variables_map given = parseCommandLine(
      argc, argv, makeGroups(options, raw).all(), "package", options.package);
  convert(raw, given, options);
  checkTogether(options, given);
  if (options.package == "-")
    options.package = "/dev/stdin";
  return options;
}

std::string helpText() {
  Options options;
  RawOptions raw;
  Groups groups = makeGroups(options, raw);
  std::ostringstream text;
  text << "ssm-run PACKAGE [options]: executes a package of ssm-compile (- is "
          "standard input)\n\n"
       << groups.general << '\n'
       << groups.device << '\n'
       << groups.data << '\n'
       << groups.check << '\n'
       << groups.bench << '\n'
       << "Exit codes: 0 success, 2 usage, 3 input rejected (package, .npy, "
          "weights),\n5 device or driver missing or of another architecture, 6 "
          "run failed,\n7 check failed (4 is ssm-compile's: compilation "
          "failed).\n\n"
          "Random element i with seed S is LOW + (HIGH - LOW) u / 2^24, u the "
          "upper 24 bits\nof the i-th number of SplitMix64 started at S; for a "
          "weight S is S xor the\n64-bit FNV-1a of its name.\n\n"
          "Example:\n"
          "  ssm-run block.ptx --input x=2x64x768xbf16=random:7 \\\n"
          "    --weights model.safetensors --prefix layers.0.mixer. \\\n"
          "    --output y=@y.npy --expect y=@reference.npy --tolerance 1e-2\n"
          "  ssm-run block.ptx --input x=8x2048x768xbf16=random:7 \\\n"
          "    --weights random:1 --bench --plot roofline.svg\n"
          "  ssm-run block.ptx --pin 8x2048 --input x=1x64x768xbf16=random:7 "
          "\\\n"
          "    --weights random:1 --bench --per-step\n";
  return text.str();
}

} // namespace ssm::run
