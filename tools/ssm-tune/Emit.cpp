// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The block is compiled up to its schedules once; then every candidate is that
// text with one schedule replaced, compiled to the end like any other source.

#include "tools/ssm-tune/Emit.h"

#include "tools/ssm-tune/Candidates.h"
#include "tools/ssm-tune/MeasureScript.h"

#include "lib/Driver/Compile.h"
#include "lib/Driver/Stages.h"
#include "lib/Target/PTX/Ptxas.h"
#include "lib/Transforms/KernelFacts.h"
#include "lib/Transforms/ScheduleChoice.h"
#include "tools/ssm-compile/Nesting.h"
#include "tools/ssm-run/Failure.h"

#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"

#include <algorithm>

namespace tune = ssm::tune;
using namespace ssm::schedule;
using ssm::run::ExitCode;
using ssm::run::ExitCompile;
using ssm::run::ExitInput;
using ssm::run::ExitRun;
using ssm::run::ExitUsage;
using ssm::run::fail;
using namespace mlir;
using mlir::ssm::CompileOptions;
using mlir::ssm::KernelOp;
using mlir::ssm::Outcome;

namespace {

class Emitter {
public:
  explicit Emitter(const tune::Options &options)
      : options(options), machine(*machineForTarget(options.target)),
        ptxas(mlir::ssm::findPtxas()) {}

  void run();

private:
  void makeFolder() const;
  void compileToSchedules();
  void emitKernel(KernelOp kernel);
  std::vector<tune::Candidate> candidatesOf(KernelOp kernel) const;
  std::string compileCandidate(KernelOp kernel, tune::Candidate &candidate);
  std::string findSpills(const std::string &path,
                         const std::string &kernel) const;
  CompileOptions compileOptions() const;
  std::string pathOf(const std::string &name) const {
    return options.output + "/" + name;
  }
  std::string packagePath(const tune::Candidate &candidate) const {
    return pathOf(candidate.number + ".ptx");
  }

  const tune::Options &options;
  Machine machine;
  std::optional<std::string> ptxas;
  std::unique_ptr<MLIRContext> context;
  OwningOpRef<ModuleOp> module;
  tune::CandidateSet set;
};

} // namespace

static std::string readBlock(const std::string &path) {
  auto buffer = llvm::MemoryBuffer::getFileOrSTDIN(path, /*IsText=*/true);
  if (!buffer)
    fail(ExitInput, "cannot read \"{}\": {}", path,
         buffer.getError().message());
  std::string problem =
      ::ssm::compiler::describeDeepNesting((*buffer)->getBuffer(), path);
  if (!problem.empty())
    fail(ExitInput, "{}", problem);
  return (*buffer)->getBuffer().str();
}

/// Times of another block, or of an earlier compiler, must not be mixed with
/// what is written now.
void Emitter::makeFolder() const {
  std::error_code error = llvm::sys::fs::create_directories(options.output);
  llvm::sys::fs::directory_iterator first(options.output, error), end;
  if (error)
    fail(ExitRun, "cannot make the folder \"{}\": {}", options.output,
         error.message());
  if (first != end)
    fail(ExitUsage, "expected a new or empty folder after -o, got \"{}\"",
         options.output);
}

CompileOptions Emitter::compileOptions() const {
  CompileOptions compiled;
  compiled.target = options.target;
  compiled.sizes = {set.shape};
  compiled.tuning = options.tuning;
  return compiled;
}

/// Writes kernels.mlir, which every candidate is made of, and parses it.
void Emitter::compileToSchedules() {
  std::string source = readBlock(options.input);
  makeFolder();
  CompileOptions compiled = compileOptions();
  compiled.stopAfter = "assign-schedule";
  compiled.output = pathOf("kernels.mlir");
  Outcome outcome =
      mlir::ssm::compile(source, options.input, compiled, llvm::errs());
  if (outcome != Outcome::Success)
    fail(static_cast<ExitCode>(outcome), "\"{}\" does not compile",
         options.input);
  DialectRegistry registry;
  mlir::ssm::registerInputDialects(registry);
  context =
      std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  module = parseSourceFile<ModuleOp>(compiled.output, context.get());
  if (!module)
    fail(ExitCompile, "\"{}\" does not parse", compiled.output);
}

/// The schedule that a kernel has at `shape`: a source may hold alternatives.
static mlir::ssm::ScheduleAttr currentSchedule(KernelOp kernel,
                                               const Shape &shape) {
  ArrayAttr alternatives = kernel.getAlternativesAttr();
  if (!alternatives)
    return kernel.getScheduleAttr();
  auto list = alternatives.getAsRange<mlir::ssm::AlternativeAttr>();
  auto at = mlir::ssm::SizeClassAttr::get(kernel.getContext(), shape.batch,
                                          shape.length);
  auto found = llvm::find_if(list, [&](mlir::ssm::AlternativeAttr each) {
    return llvm::is_contained(each.getSizeClasses(), at);
  });
  return (found == list.end() ? *list.begin() : *found).getSchedule();
}

/// The most promising schedules of a kernel, and the one that it has now.
std::vector<tune::Candidate> Emitter::candidatesOf(KernelOp kernel) const {
  KernelFacts facts = mlir::ssm::collectFacts(kernel);
  std::vector<Choice> choices = enumerateChoices(facts, machine);
  if (choices.size() < 2)
    return {};
  std::vector<tune::Candidate> found;
  auto add = [&](const Choice &choice) {
    tune::Candidate &candidate = found.emplace_back();
    candidate.function =
        kernel->getParentOfType<func::FuncOp>().getName().str();
    candidate.kernel = kernel.getName().str();
    candidate.signature = signatureOf(facts);
    candidate.choice = choice;
    candidate.predictedMicroseconds =
        1e6 * predictSeconds(facts, machine, set.shape, choice);
  };
  auto sort = [&] {
    std::stable_sort(found.begin(), found.end(),
                     [](const auto &a, const auto &b) {
                       return a.predictedMicroseconds < b.predictedMicroseconds;
                     });
  };
  for (const Choice &choice : choices)
    add(choice);
  sort();
  found.resize(std::min(found.size(), static_cast<size_t>(options.top)));
  Choice current = mlir::ssm::toChoice(currentSchedule(kernel, set.shape));
  if (llvm::none_of(found, [&](const auto &candidate) {
        return candidate.choice == current;
      }))
    add(current);
  sort();
  return found;
}

/// Why ptxas speaks against the package that was just written; empty if nothing
/// does or there is no ptxas.
std::string Emitter::findSpills(const std::string &path,
                                const std::string &kernel) const {
  if (!ptxas)
    return "";
  auto package = llvm::MemoryBuffer::getFile(path, /*IsText=*/true);
  if (!package)
    return package.getError().message();
  auto assembled =
      mlir::ssm::assemble(*ptxas, (*package)->getBuffer(), options.target);
  if (!assembled)
    return llvm::toString(assembled.takeError());
  const mlir::ssm::EntryUsage &usage = assembled->entries[kernel];
  int64_t bytes = usage.spillStoreBytes + usage.spillLoadBytes;
  return bytes ? fmt::format("{} bytes spilled", bytes) : "";
}

/// Which step of the candidate's function launches its kernel; -1: none.
static int findStep(const ::ssm::Package &package,
                    const tune::Candidate &candidate) {
  int function = package.find(candidate.function);
  int steps = function < 0 ? 0 : package.function(function).step_count;
  for (int i = 0; i < steps; ++i) {
    int kernel = package.step(function, i).kernel;
    if (kernel >= 0 && candidate.kernel == package.kernel(kernel).name)
      return i;
  }
  return -1;
}

/// Compiles `kernel` with the candidate's schedule. Returns why it is not worth
/// measuring, or nothing.
std::string Emitter::compileCandidate(KernelOp kernel,
                                      tune::Candidate &candidate) {
  std::string source, messages;
  auto before = kernel->getAttrDictionary();
  kernel.removeAlternativesAttr();
  kernel.setScheduleAttr(
      mlir::ssm::toAttribute(context.get(), candidate.choice));
  llvm::raw_string_ostream(source) << *module;
  kernel->setAttrs(before);
  CompileOptions compiled = compileOptions();
  compiled.output = packagePath(candidate);
  llvm::raw_string_ostream stream(messages);
  if (mlir::ssm::compile(source, "kernels.mlir", compiled, stream) !=
      Outcome::Success)
    return llvm::StringRef(messages).split('\n').first.str();
  std::string spills = findSpills(compiled.output, candidate.kernel);
  if (!spills.empty())
    return spills;
  candidate.step = findStep(::ssm::Package::open(compiled.output), candidate);
  return candidate.step < 0 ? "no step launches it" : "";
}

void Emitter::emitKernel(KernelOp kernel) {
  std::vector<tune::Candidate> candidates = candidatesOf(kernel);
  if (candidates.empty())
    return;
  std::string name = kernel.getName().str();
  for (const tune::Candidate &other : set.candidates)
    if (other.signature == candidates.front().signature) {
      fmt::print(stderr, "ssm-tune: {}: as {}\n", name, other.kernel);
      return;
    }
  size_t kept = 0;
  for (tune::Candidate &candidate : candidates) {
    candidate.number = fmt::format("{:03}", set.candidates.size());
    std::string problem = compileCandidate(kernel, candidate);
    if (problem.empty()) {
      set.candidates.push_back(candidate);
      ++kept;
      continue;
    }
    llvm::sys::fs::remove(packagePath(candidate));
    fmt::print(stderr, "ssm-tune: {}: dropped {}: {}\n", name,
               tune::describe(candidate.choice), problem);
  }
  fmt::print(stderr, "ssm-tune: {}: {} written, {} dropped\n", name, kept,
             candidates.size() - kept);
}

void Emitter::run() {
  set.target = options.target;
  set.shape = {options.batch, options.length};
  compileToSchedules();
  if (!ptxas)
    fmt::print(stderr, "ssm-tune: no ptxas on the PATH, in CUDA_HOME or in "
                       "/usr/local/cuda: spills are unknown\n");
  module->walk([&](KernelOp kernel) { emitKernel(kernel); });
  if (set.candidates.empty())
    fail(ExitInput,
         "expected a kernel with more than one schedule for {}, got "
         "none in \"{}\"",
         options.target, options.input);
  const tune::Candidate &any = set.candidates.front();
  tune::writeFile(pathOf("candidates.json"), tune::printCandidates(set));
  tune::writeFile(
      pathOf("measure.sh"),
      tune::measureScript(set, ::ssm::Package::open(packagePath(any))));
  fmt::print(stderr,
             "ssm-tune: measure where the device is: sh {}/measure.sh\n",
             options.output);
}

void ::ssm::tune::emitCandidates(const Options &options) {
  Emitter(options).run();
}
