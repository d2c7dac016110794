// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Parses, runs the stages, emits the target's code and writes the package.

#include "lib/Driver/Compile.h"

#include "lib/Conversion/CPU/Variant.h"
#include "lib/Driver/InputCheck.h"
#include "lib/Driver/Manifest.h"
#include "lib/Driver/Report.h"
#include "lib/Driver/Stages.h"
#include "lib/Schedule/SizeClasses.h"
#include "lib/Schedule/Tuning.h"
#include "lib/Target/ELF/EmitObject.h"
#include "lib/Target/PTX/EmitPTX.h"
#include "lib/Target/PTX/Ptxas.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Parser/Parser.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/SourceMgr.h"

#include <fmt/format.h>

#include <thread>

using namespace mlir;
using namespace mlir::ssm;

namespace {

class Compilation {
public:
  Compilation(const CompileOptions &options, llvm::raw_ostream &messages)
      : options(options), messages(messages), reporter(options) {}

  Outcome run(llvm::StringRef source, llvm::StringRef name);

private:
  bool parse(llvm::StringRef source, llvm::StringRef name);
  bool checkTuning();
  bool runStages();
  void separateDeviceCode();
  bool dump(unsigned number, const Stage &stage);
  chart::Ceilings targetCeilings() const;
  Outcome finishCUDA();
  Outcome finishCPU();
  Outcome report(const std::map<std::string, LaunchFacts> &facts,
                 const AssembledModule *assembled);
  Outcome write(llvm::StringRef text);
  Outcome writeFile(const std::string &path, llvm::StringRef text);
  Outcome fail(const std::string &message) {
    messages << "ssm-compile: " << message << "\n";
    return Outcome::CompileFailed;
  }
  std::map<std::string, LaunchFacts> collectCUDAFacts();
  std::map<std::string, LaunchFacts> collectCPUFacts();

  const CompileOptions &options;
  llvm::raw_ostream &messages;
  llvm::SourceMgr sources;
  std::unique_ptr<MLIRContext> context;
  std::unique_ptr<SourceMgrDiagnosticHandler> diagnostics;
  OwningOpRef<ModuleOp> module;
  /// The module as tile programs, before the target's code replaces them.
  OwningOpRef<ModuleOp> tilePrograms;
  Reporter reporter;
  bool stopped = false;
};

} // namespace

bool Compilation::parse(llvm::StringRef source, llvm::StringRef name) {
  DialectRegistry registry;
  registerInputDialects(registry);
  registerTargetDialects(registry);
  context =
      std::make_unique<MLIRContext>(registry, MLIRContext::Threading::DISABLED);
  context->printOpOnDiagnostic(false);
  sources.AddNewSourceBuffer(llvm::MemoryBuffer::getMemBufferCopy(source, name),
                             llvm::SMLoc());
  diagnostics = std::make_unique<SourceMgrDiagnosticHandler>(
      sources, context.get(), messages);
  module = parseSourceFile<ModuleOp>(sources, context.get());
  return static_cast<bool>(module);
}

/// A table that cannot be read is the caller's mistake, not the compiler's.
bool Compilation::checkTuning() {
  std::string problem;
  if (::ssm::schedule::loadTuningTable(options.tuning, problem))
    return true;
  messages << "ssm-compile: " << problem << "\n";
  return false;
}

bool Compilation::dump(unsigned number, const Stage &stage) {
  if (options.dumpDir.empty())
    return true;
  std::error_code error = llvm::sys::fs::create_directories(options.dumpDir);
  std::string path =
      fmt::format("{}/{:02}-{}.mlir", options.dumpDir, number, stage.name);
  if (!error) {
    llvm::raw_fd_ostream file(path, error);
    if (!error)
      module->print(file);
  }
  if (error)
    messages << "ssm-compile: cannot write " << path << ": " << error.message()
             << "\n";
  return !error;
}

/// Keeps the module for the manifest; what the target sees is kernels alone.
void Compilation::separateDeviceCode() {
  tilePrograms = module->clone();
  for (auto function :
       llvm::make_early_inc_range(module->getOps<func::FuncOp>()))
    function.erase();
}

bool Compilation::runStages() {
  StageOptions stageOptions;
  stageOptions.target = options.target;
  stageOptions.forms = options.forms;
  stageOptions.states = options.states;
  stageOptions.traceEvery = options.traceEvery;
  stageOptions.stepBatches = options.stepBatches;
  stageOptions.sizes = options.sizes;
  stageOptions.hasStatedSizes = !options.sizes.empty();
  stageOptions.convolve = options.convolve;
  stageOptions.tuning = options.tuning;
  stageOptions.cores =
      options.cores > 0
          ? options.cores
          : std::max<int64_t>(1, std::thread::hardware_concurrency());
  stageOptions.overlapLaunches = options.overlapLaunches;
  if (stageOptions.sizes.empty())
    stageOptions.sizes = ::ssm::schedule::defaultSizeClasses(
        *::ssm::schedule::machineForTarget(options.target));
  for (auto [number, stage] : llvm::enumerate(stages())) {
    if (stage.name == "target")
      separateDeviceCode();
    PassManager manager(context.get());
    if (options.timing)
      manager.enableTiming();
    stage.addPasses(manager, stageOptions);
    if (failed(manager.run(*module)) || !dump(number, stage))
      return false;
    reporter.observe(stage, *module);
    if (stage.name == options.stopAfter) {
      stopped = true;
      return true;
    }
  }
  return true;
}

std::map<std::string, LaunchFacts> Compilation::collectCUDAFacts() {
  std::map<std::string, LaunchFacts> facts;
  module->walk([&](LLVM::LLVMFuncOp function) {
    auto number = [&](llvm::StringRef name) {
      auto attribute = function->getAttrOfType<IntegerAttr>(name);
      return attribute ? attribute.getInt() : 0;
    };
    LaunchFacts &entry = facts[function.getName().str()];
    entry.block = number("ssm.block");
    entry.sharedBytes = number("ssm.shared_bytes");
    entry.staticSharedBytes = number("ssm.static_shared_bytes");
    entry.carryBytes = number("ssm.carry_bytes");
    entry.segments = std::max<int64_t>(1, number("ssm.segments"));
    entry.cluster = std::max<int64_t>(1, number("ssm.cluster"));
  });
  return facts;
}

std::map<std::string, LaunchFacts> Compilation::collectCPUFacts() {
  std::map<std::string, LaunchFacts> facts;
  for (auto function : module->getOps<LLVM::LLVMFuncOp>()) {
    auto scratch = function->getAttrOfType<IntegerAttr>("ssm.scratch_bytes");
    if (!scratch)
      continue;
    auto [kernel, suffix] = function.getName().rsplit('.');
    LaunchFacts &entry = facts[kernel.str()];
    entry.scratchBytes = std::max(entry.scratchBytes, scratch.getInt());
    KernelVariant variant{function.getName().str(), {}};
    if (const Variant *known = lookupVariant(suffix))
      for (llvm::StringRef feature : known->features)
        variant.features.push_back(feature.str());
    entry.variants.push_back(std::move(variant));
  }
  return facts;
}

Outcome Compilation::report(const std::map<std::string, LaunchFacts> &facts,
                            const AssembledModule *assembled) {
  if (options.report == ReportFormat::None)
    return Outcome::Success;
  CompilationReport report = reporter.finish(*tilePrograms, facts, assembled);
  if (options.report == ReportFormat::Html)
    return writeFile(options.reportFile, reportAsHtml(report));
  messages << (options.report == ReportFormat::Json ? reportAsJson(report)
                                                    : reportAsText(report));
  return Outcome::Success;
}

Outcome Compilation::write(llvm::StringRef text) {
  if (options.output != "-")
    return writeFile(options.output, text);
  llvm::outs() << text;
  return Outcome::Success;
}

/// Writes to a temporary file beside `path` and renames it: whoever looks sees
/// the old file or the whole new one. A pipe, a device or a link is written to,
/// not replaced.
Outcome Compilation::writeFile(const std::string &path, llvm::StringRef text) {
  llvm::sys::fs::file_status status;
  bool isReplaced = llvm::sys::fs::status(path, status, /*follow=*/false) ||
                    status.type() == llvm::sys::fs::file_type::regular_file;
  std::string temporary = isReplaced ? path + ".part" : path;
  std::error_code error;
  {
    llvm::raw_fd_ostream file(temporary, error);
    if (!error) {
      file << text;
      file.close();
      error = file.error();
      file.clear_error();
    }
  }
  if (!error && isReplaced)
    error = llvm::sys::fs::rename(temporary, path);
  if (!error)
    return Outcome::Success;
  if (isReplaced)
    llvm::sys::fs::remove(temporary);
  return fail("cannot write " + path + ": " + error.message());
}

chart::Ceilings Compilation::targetCeilings() const {
  return ceilingsOf(*::ssm::schedule::machineForTarget(options.target));
}

Outcome Compilation::finishCUDA() {
  auto kernels = module->getOps<gpu::GPUModuleOp>();
  std::string body;
  if (!kernels.empty()) {
    PTXOptions ptx;
    ptx.chip = options.target;
    FailureOr<std::string> text = emitPTX(*kernels.begin(), ptx);
    if (failed(text))
      return Outcome::CompileFailed;
    body = *text;
  }
  FailureOr<std::string> manifest =
      buildManifest(*tilePrograms, {true, options.target, targetCeilings()},
                    collectCUDAFacts(), body);
  if (failed(manifest))
    return Outcome::CompileFailed;

  std::optional<AssembledModule> assembled;
  bool reportsUsage = options.report != ReportFormat::None && !body.empty();
  if (options.emitCubin || reportsUsage) {
    std::optional<std::string> ptxas = findPtxas();
    if (!ptxas && options.emitCubin) {
      fail("expected ptxas on the PATH for --emit=cubin");
      return Outcome::DeviceMissing;
    }
    if (ptxas) {
      auto result = assemble(*ptxas, body, options.target);
      if (!result)
        return fail(llvm::toString(result.takeError()));
      assembled = std::move(*result);
    }
  }
  Outcome reported =
      report(collectCUDAFacts(), assembled ? &*assembled : nullptr);
  if (reported != Outcome::Success)
    return reported;
  return write(options.emitCubin ? assembled->code
                                 : joinPTXPackage(*manifest, body));
}

Outcome Compilation::finishCPU() {
  std::map<std::string, LaunchFacts> facts = collectCPUFacts();
  FailureOr<std::string> manifest = buildManifest(
      *tilePrograms, {false, "x86_64", targetCeilings()}, facts, "");
  if (failed(manifest))
    return Outcome::CompileFailed;
  FailureOr<std::string> object = emitObject(*module, stampManifest(*manifest));
  if (failed(object))
    return Outcome::CompileFailed;
  Outcome reported = report(facts, nullptr);
  if (reported != Outcome::Success)
    return reported;
  if (llvm::Error error = linkSharedObject(*object, options.output))
    return fail(llvm::toString(std::move(error)));
  return Outcome::Success;
}

Outcome Compilation::run(llvm::StringRef source, llvm::StringRef name) {
  if (!checkTuning() || !parse(source, name))
    return Outcome::InputRejected;
  reporter.begin(source, name);
  if (failed(checkInput(*module)) || !runStages())
    return Outcome::CompileFailed;
  if (stopped) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    module->print(stream);
    return write(text);
  }
  return options.target == "cpu" ? finishCPU() : finishCUDA();
}

Outcome mlir::ssm::compile(llvm::StringRef source, llvm::StringRef name,
                           const CompileOptions &options,
                           llvm::raw_ostream &messages) {
  return Compilation(options, messages).run(source, name);
}
