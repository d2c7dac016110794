// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Boost.Program_options to CompileOptions, the help text, and the target of
// this machine.

#include "tools/ssm-compile/Options.h"

#include "lib/Driver/Stages.h"
#include "lib/Schedule/SizeClasses.h"
#include "lib/Transforms/Forms.h"
#include "tools/ssm-compile/Version.h"

#include "ssm/ssm.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Process.h"

#include <boost/program_options.hpp>
#include <fmt/format.h>
#include <iostream>

namespace po = boost::program_options;
using mlir::ssm::CompileOptions;
using mlir::ssm::ReportFormat;

namespace {

/// What the library fills; turned into CompileOptions afterwards.
struct RawOptions {
  std::string input, target, emit, report, forms, stepBatches, sizes,
      overlapLaunches;
  std::optional<long> batch, length, cores;
  bool help = false, version = false;
};

/// Thrown for what the library accepts and we do not.
struct UsageError : std::runtime_error {
  using std::runtime_error::runtime_error;
};

} // namespace

static po::options_description describe(CompileOptions &options,
                                        RawOptions &raw) {
  po::options_description general("General"), output("Output"),
      schedule("Schedule"), look("Look inside");
  general.add_options()("help,h", po::bool_switch(&raw.help),
                        "print this text")(
      "version", po::bool_switch(&raw.version), "print versions");
  output.add_options()("output,o",
                       po::value(&options.output)->value_name("FILE"),
                       "the package; - or nothing: standard output")(
      "target", po::value(&raw.target)->value_name("TARGET"),
      "cpu, sm_80 (runs on everything newer), sm_90a, sm_100a or sm_120a; "
      "default: the GPU of this machine, else the CPU")(
      "emit", po::value(&raw.emit)->value_name("FORM"),
      "package (default), ptx, object, cubin (machine code by ptxas), mlir, "
      "kernels, tile or llvm");
  general.add_options()(
      "forms", po::value(&raw.forms)->value_name("FORM,..."),
      "functions to make of each: prefill (as written, the default), resume "
      "(takes and returns states), step (as resume, for one token), varlen (as "
      "resume, for sequences of any lengths in one row), resume-cached, "
      "step-cached, varlen-cached (with the states of each sequence in a slot "
      "of a cache), trace (from states, returns them after every token)")(
      "trace-every", po::value(&options.traceEvery)->value_name("N"),
      "tokens from one state to the next that trace returns (1)")(
      "step-batches", po::value(&raw.stepBatches)->value_name("N,..."),
      "batches at which the schedules of steps and traces are judged; a call "
      "takes the kernels of the nearest (64,8,1)")(
      "states", po::value(&options.states)->value_name("TYPE"),
      "type in which forms hand states of f32 on: f32 (default), bf16 or f16");
  schedule.add_options()(
      "sizes", po::value(&raw.sizes)->value_name("BxL,..."),
      "size classes, batch x length, at which schedules are judged; a call "
      "takes the kernels of the nearest. 8x2048,1x2048 for a GPU, 8x2048 for a "
      "CPU")("batch", po::value<long>()->value_name("N"),
             "one size class of this batch (8)")(
      "length", po::value<long>()->value_name("N"),
      "one size class of this length, in tokens (2048)")(
      "cores", po::value<long>()->value_name("N"),
      "cores of the CPU that runs the package, among which wide rows of "
      "channels are shared out; by default those of this machine")(
      "convolve", po::value(&options.convolve)->value_name("WHEN"),
      "recurrences that do not change with time become convolutions: auto "
      "(default; where that is expected to be faster at the sizes that are "
      "stated), always or never")(
      "tuning", po::value(&options.tuning)->value_name("FILE|none"),
      "table of measured schedules by ssm-tune, which goes before the cost "
      "model; by default the one that comes with the compiler (shipped)")(
      "overlap-launches", po::value(&raw.overlapLaunches)->value_name("on|off"),
      "kernels start before the one before them has ended, and wait; on by "
      "default, sm_90a and newer");
  look.add_options()("stop-after",
                     po::value(&options.stopAfter)->value_name("STAGE"),
                     "print the IR after a stage (listed below) and stop")(
      "dump-dir", po::value(&options.dumpDir)->value_name("DIR"),
      "write the IR after every stage to DIR, numbered")(
      "report",
      po::value(&raw.report)->implicit_value("text")->value_name("FORM"),
      "what each kernel fuses, moves, saves and needs: text (default) or json "
      "on "
      "standard error, or a page in FILE.html")(
      "mlir-timing", po::bool_switch(&options.timing),
      "print the time of every pass");
  po::options_description all;
  return all.add(general).add(output).add(schedule).add(look);
}

static void printHelp(const po::options_description &visible) {
  std::cout
      << "Usage: ssm-compile [options] FILE.mlir\n"
         "Compiles blocks of state-space models to a package that ssm-run "
         "executes.\n"
      << visible << "\nStages:\n";
  for (const mlir::ssm::Stage &stage : mlir::ssm::stages())
    std::cout << fmt::format("  {:17}{}\n", stage.name, stage.summary);
  std::cout << "\nExample: ssm-compile block.mlir -o block.ptx --target=sm_90a "
               "--report\n"
               "         ssm-compile block.mlir -o block.ptx --target=sm_90a "
               "--sizes=64x512,1x16384\n"
               "         ssm-compile block.mlir -o block.ptx "
               "--forms=prefill,resume,step\n\n"
               "Exit codes: 0 ok, 2 usage, 3 input rejected, 4 compile failed, "
               "5 device or ptxas missing\n";
}

/// The closest architecture for the first CUDA device, or `cpu`.
static std::string targetOfThisMachine() {
  ssm_device *device = nullptr;
  if (ssm_status *status = ssm_device_create(SSM_CUDA, 0, nullptr, &device)) {
    ssm_status_free(status);
    return "cpu";
  }
  ssm_device_info info;
  ssm_device_describe(device, &info);
  llvm::StringRef arch = info.arch;
  std::string target = arch.starts_with("sm_9")    ? "sm_90a"
                       : arch.starts_with("sm_10") ? "sm_100a"
                       : arch.starts_with("sm_12") ? "sm_120a"
                       : arch.starts_with("sm_8")  ? "sm_80"
                                                   : "cpu";
  ssm_device_destroy(device);
  return target;
}

static std::string stageForEmit(const std::string &emit) {
  return emit == "mlir"      ? "block"
         : emit == "kernels" ? "assign-schedule"
         : emit == "tile"    ? "hoist"
         : emit == "llvm"    ? "target"
                             : "";
}

/// The candidate closest to `word`, as a question, if one is close.
template <typename Range>
static std::string suggestion(llvm::StringRef word, const Range &candidates) {
  std::string best;
  unsigned bestDistance = 3;
  for (llvm::StringRef candidate : candidates)
    if (unsigned distance =
            !word.empty() && candidate.starts_with(word)
                ? 0 // the beginning of a name is as good as the name
                : word.edit_distance(candidate, true, bestDistance);
        distance < bestDistance) {
      best = candidate.str();
      bestDistance = distance;
    }
  return best.empty() ? "" : "; did you mean '" + best + "'?";
}

static void applyEmit(const RawOptions &raw, CompileOptions &options) {
  static const std::vector<llvm::StringRef> forms = {
      "package", "ptx", "object", "cubin", "mlir", "kernels", "tile", "llvm"};
  const std::string &emit = raw.emit;
  if (emit.empty())
    return;
  if (std::find(forms.begin(), forms.end(), emit) == forms.end())
    throw UsageError(fmt::format("expected --emit=package, ptx, object, cubin, "
                                 "mlir, kernels, tile or llvm, got '{}'{}",
                                 emit, suggestion(emit, forms)));
  bool isCPU = options.target == "cpu";
  if ((emit == "object") != isCPU &&
      (emit == "object" || emit == "ptx" || emit == "cubin"))
    throw UsageError(
        fmt::format("expected another --emit for target {}, got '{}'",
                    options.target, emit));
  options.emitCubin = emit == "cubin";
  if (options.stopAfter.empty())
    options.stopAfter = stageForEmit(emit);
}

static void applyTarget(const RawOptions &raw, CompileOptions &options) {
  if (!raw.target.empty()) {
    options.target = raw.target;
    static const std::vector<llvm::StringRef> targets = {
        "cpu", "sm_80", "sm_90a", "sm_100a", "sm_120a"};
    if (!ssm::schedule::machineForTarget(options.target))
      throw UsageError(fmt::format("expected --target=cpu, sm_80, sm_90a, "
                                   "sm_100a or sm_120a, got '{}'{}",
                                   options.target,
                                   suggestion(options.target, targets)));
    return;
  }
  llvm::StringRef output = options.output;
  options.target = output.ends_with(".so")    ? "cpu"
                   : output.ends_with(".ptx") ? "sm_80"
                                              : "";
  std::string machine = targetOfThisMachine();
  if (options.target != "cpu" && machine != "cpu")
    options.target = machine;
  if (options.target.empty())
    options.target = machine;
  std::cerr << fmt::format("ssm-compile: target {} ({})\n", options.target,
                           options.target == machine ? "of this machine"
                                                     : "by the output's name");
}

static void applyReport(const RawOptions &raw, CompileOptions &options) {
  llvm::StringRef report = raw.report;
  if (report.empty())
    return;
  options.report = report == "text"            ? ReportFormat::Text
                   : report == "json"          ? ReportFormat::Json
                   : report.ends_with(".html") ? ReportFormat::Html
                                               : ReportFormat::None;
  static const std::vector<llvm::StringRef> forms = {"text", "json"};
  if (options.report == ReportFormat::None)
    throw UsageError(
        fmt::format("expected --report=text, json or FILE.html, got "
                    "'{}'{}",
                    raw.report, suggestion(report, forms)));
  if (!options.stopAfter.empty())
    throw UsageError("expected a whole compilation for --report, got one that "
                     "stops after " +
                     options.stopAfter);
  if (options.report == ReportFormat::Html)
    options.reportFile = raw.report;
}

static void applySizes(const RawOptions &raw, CompileOptions &options) {
  bool isOne = raw.batch || raw.length;
  if (!raw.sizes.empty() && isOne)
    throw UsageError("expected --sizes or --batch and --length, got both");
  std::vector<std::string> texts;
  if (isOne) {
    ssm::schedule::Shape shape;
    shape.batch = raw.batch.value_or(shape.batch);
    shape.length = raw.length.value_or(shape.length);
    if (shape.batch < 1 || shape.length < 1)
      throw UsageError("expected --batch and --length of at least 1");
    texts.push_back(ssm::schedule::sizeClassText(shape));
  } else if (!raw.sizes.empty()) {
    llvm::SmallVector<llvm::StringRef> parts;
    llvm::StringRef(raw.sizes).split(parts, ',');
    texts.assign(parts.begin(), parts.end());
  }
  if (texts.empty())
    return;
  std::string problem;
  auto parsed = ssm::schedule::parseSizeClasses(texts, problem);
  if (!parsed)
    throw UsageError("--sizes: " + problem);
  options.sizes = std::move(*parsed);
}

static void applyForms(const RawOptions &raw, CompileOptions &options) {
  if (raw.forms.empty())
    return;
  llvm::SmallVector<llvm::StringRef> parts;
  llvm::StringRef(raw.forms).split(parts, ',');
  options.forms.assign(parts.begin(), parts.end());
  if (std::string problem = mlir::ssm::checkForms(options.forms);
      !problem.empty())
    throw UsageError("--forms: " + problem);
}

static void applyStepBatches(const RawOptions &raw, CompileOptions &options) {
  if (raw.stepBatches.empty())
    return;
  auto isStep = [](llvm::StringRef form) {
    return form.starts_with("step") || form == "trace";
  };
  if (llvm::none_of(options.forms, isStep))
    throw UsageError("expected --forms=step, step-cached or trace beside "
                     "--step-batches, got none");
  llvm::SmallVector<llvm::StringRef> parts;
  llvm::StringRef(raw.stepBatches).split(parts, ',');
  for (llvm::StringRef part : parts) {
    int64_t batch = 0;
    if (part.getAsInteger(10, batch))
      throw UsageError(fmt::format(
          "expected --step-batches=N,... with whole numbers, got '{}'",
          part.str()));
    options.stepBatches.push_back(batch);
  }
  if (std::string problem = mlir::ssm::checkStepBatches(options.stepBatches);
      !problem.empty())
    throw UsageError("--step-batches: " + problem);
}

static void checkStates(const CompileOptions &options) {
  const std::vector<llvm::StringRef> types = {"f32", "bf16", "f16"};
  if (std::find(types.begin(), types.end(), options.states) == types.end())
    throw UsageError(fmt::format("expected --states=f32, bf16 or f16, got "
                                 "'{}'{}",
                                 options.states,
                                 suggestion(options.states, types)));
  if (options.states != "f32" && options.forms.empty())
    throw UsageError("expected --forms beside --states, got none");
  if (options.traceEvery < 1)
    throw UsageError(fmt::format("expected --trace-every of at least 1, got {}",
                                 options.traceEvery));
  if (options.traceEvery > 1 && !llvm::is_contained(options.forms, "trace"))
    throw UsageError("expected --forms=trace beside --trace-every, got none");
}

static void applyCores(const RawOptions &raw, CompileOptions &options) {
  constexpr long kMost = 1024;
  if (!raw.cores)
    return;
  if (options.target != "cpu")
    throw UsageError(fmt::format("expected --cores with --target=cpu, got "
                                 "--target={}",
                                 options.target));
  if (*raw.cores < 1 || *raw.cores > kMost)
    throw UsageError(
        fmt::format("expected --cores of 1 to {}, got {}", kMost, *raw.cores));
  options.cores = *raw.cores;
}

static void checkConvolve(const CompileOptions &options) {
  const std::vector<llvm::StringRef> modes = {"auto", "always", "never"};
  if (std::find(modes.begin(), modes.end(), options.convolve) == modes.end())
    throw UsageError(fmt::format("expected --convolve=auto, always or never, "
                                 "got '{}'{}",
                                 options.convolve,
                                 suggestion(options.convolve, modes)));
}

static void apply(const RawOptions &raw, CompileOptions &options) {
  applyTarget(raw, options);
  applyEmit(raw, options);
  if (!options.stopAfter.empty()) {
    std::vector<llvm::StringRef> names;
    for (const mlir::ssm::Stage &stage : mlir::ssm::stages())
      names.push_back(stage.name);
    if (std::find(names.begin(), names.end(), options.stopAfter) == names.end())
      throw UsageError(fmt::format("expected a stage after --stop-after, got "
                                   "'{}'{}",
                                   options.stopAfter,
                                   suggestion(options.stopAfter, names)));
  }
  applyReport(raw, options);
  applySizes(raw, options);
  applyForms(raw, options);
  applyStepBatches(raw, options);
  checkStates(options);
  checkConvolve(options);
  applyCores(raw, options);
  if (!raw.overlapLaunches.empty() && raw.overlapLaunches != "on" &&
      raw.overlapLaunches != "off")
    throw UsageError(fmt::format("expected --overlap-launches=on or off, got "
                                 "'{}'",
                                 raw.overlapLaunches));
  options.overlapLaunches = raw.overlapLaunches != "off";
  bool writesObject = options.target == "cpu" && options.stopAfter.empty();
  if (writesObject && options.output == "-" &&
      llvm::sys::Process::StandardOutIsDisplayed())
    throw UsageError("expected -o FILE.so for target cpu on a terminal");
  if (llvm::sys::fs::equivalent(raw.input, options.output))
    throw UsageError(fmt::format("expected an output other than the input, got "
                                 "'{}' twice",
                                 raw.input));
}

/// The arguments, `--report` with its value: the word after it may well be the
/// input.
static std::vector<std::string> separateReport(int argc, char **argv) {
  std::vector<std::string> arguments(argv + 1, argv + argc);
  for (size_t i = 0; i < arguments.size(); ++i) {
    llvm::StringRef next =
        i + 1 < arguments.size() ? llvm::StringRef(arguments[i + 1]) : "";
    if (arguments[i] == "--report" && next != "text" && next != "json" &&
        !next.ends_with(".html"))
      arguments[i] = "--report=text";
  }
  return arguments;
}

std::optional<ssm::compiler::CommandLine>
ssm::compiler::parseCommandLine(int argc, char **argv, int &exitCode) {
  CommandLine line;
  RawOptions raw;
  po::options_description visible = describe(line.options, raw), all;
  all.add(visible).add_options()("input", po::value(&raw.input));
  po::positional_options_description positional;
  positional.add("input", 1);
  exitCode = 0;
  // No abbreviations: a script must not break when an option is added.
  namespace style = po::command_line_style;
  int accepted = style::unix_style & ~style::allow_guessing;
  try {
    po::variables_map values;
    po::store(po::command_line_parser(separateReport(argc, argv))
                  .options(all)
                  .positional(positional)
                  .style(accepted)
                  .run(),
              values);
    po::notify(values);
    if (values.count("batch"))
      raw.batch = values["batch"].as<long>();
    if (values.count("length"))
      raw.length = values["length"].as<long>();
    if (values.count("cores"))
      raw.cores = values["cores"].as<long>();
    if (raw.help) {
      printHelp(visible);
      return std::nullopt;
    }
    if (raw.version) {
      std::cout << versionText();
      return std::nullopt;
    }
    if (raw.input.empty())
      throw UsageError("expected an input file (- for standard input)");
    apply(raw, line.options);
  } catch (const po::unknown_option &error) {
    std::vector<std::string> names;
    for (const auto &option : all.options())
      names.push_back("--" + option->long_name());
    std::vector<llvm::StringRef> references(names.begin(), names.end());
    std::string given = error.get_option_name();
    given = given.substr(0, given.find('='));
    std::cerr << fmt::format(
        "ssm-compile: expected a known option, got '{}'{}\n", given,
        suggestion(given, references));
    exitCode = static_cast<int>(mlir::ssm::Outcome::Usage);
    return std::nullopt;
  } catch (const po::too_many_positional_options_error &) {
    std::cerr << "ssm-compile: expected one input file\n";
    exitCode = static_cast<int>(mlir::ssm::Outcome::Usage);
    return std::nullopt;
  } catch (const std::exception &error) {
    std::cerr << "ssm-compile: " << error.what() << "\n";
    exitCode = static_cast<int>(mlir::ssm::Outcome::Usage);
    return std::nullopt;
  }
  line.input = raw.input;
  return line;
}
