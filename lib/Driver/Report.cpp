// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Collects a report: kernels while they hold block ops, then their tile
// programs, then what the target made of them.

#include "lib/Driver/Report.h"

#include "lib/Schedule/SizeClasses.h"

using namespace mlir;
using namespace mlir::ssm;

double FunctionReport::sum(double KernelReport::*part) const {
  double total = 0;
  for (const KernelReport &kernel : kernels)
    total += kernel.*part;
  return total;
}

void Reporter::begin(llvm::StringRef source, llvm::StringRef name) {
  if (options.report == ReportFormat::None)
    return;
  report.source = name.str();
  report.target = options.target;
  report.machine = *::ssm::schedule::machineForTarget(options.target);
  if (options.report == ReportFormat::Html)
    report.sourceLines = splitLines(source);
}

void Reporter::observe(const Stage &stage, ModuleOp module) {
  if (options.report == ReportFormat::None)
    return;
  if (stage.name == "derive-forms")
    for (auto function : module.getOps<func::FuncOp>())
      if (!function.isExternal())
        states[function.getName().str()] = describeStates(function);
  if (stage.name == "fuse")
    module.walk([&](KernelOp kernel) {
      std::string name = kernel.getName().str();
      if (kernel.getSchedule())
        scheduled.insert(name);
      if (ArrayAttr alternatives = kernel.getAlternativesAttr())
        for (auto each : alternatives.getAsRange<AlternativeAttr>())
          scheduled.insert(each.getKernelName(name));
    });
  // Kernels have their schedules and still hold block ops.
  if (stage.name == "assign-schedule")
    records = recordKernels(module, report.source);
  if (options.report == ReportFormat::Html)
    report.stages.push_back(
        {stage.name, stage.summary, listModule(module, report.source)});
}

KernelReport Reporter::describe(TileKernelOp kernel, const LaunchFacts &facts,
                                const ::ssm::schedule::Shape &shape) const {
  KernelReport entry;
  entry.name = kernel.getName().str();
  if (ScheduleAttr schedule = kernel.getScheduleAttr()) {
    llvm::raw_string_ostream stream(entry.schedule);
    stream << Attribute(schedule);
  }
  entry.onChipBytes =
      facts.staticSharedBytes + facts.sharedBytes + facts.scratchBytes;
  auto atSizes = [&](const Polynomial &count) {
    return count.evaluate(shape.batch, shape.length);
  };
  Work work = countWork(kernel);
  entry.bytesRead = atSizes(work.bytesRead);
  entry.bytesWritten = atSizes(work.bytesWritten);
  entry.flops = atSizes(work.flops);
  entry.matrixFlops = atSizes(work.matrixFlops);
  entry.transcendentals = atSizes(work.transcendentals);
  chart::Floor floor = floorOf(entry.counts(), ceilingsOf(report.machine));
  entry.floorSeconds = floor.seconds;
  entry.bound = floor.bound;
  entry.predictedSeconds = entry.floorSeconds;
  auto found = records.find(entry.name);
  // A file may begin with tile programs: then nothing was fused here.
  if (found == records.end()) {
    if (ArrayAttr names = kernel.getFusedAttr())
      for (auto each : names.getAsRange<StringAttr>())
        entry.ops.push_back({each.str()});
    return entry;
  }
  const KernelRecord &record = found->second;
  entry.ops = record.ops;
  entry.library = record.library;
  entry.productPlace = record.productPlace;
  entry.productReason = record.productReason;
  entry.parts = record.parts;
  entry.partsReason = record.partsReason;
  entry.way = record.way;
  entry.wayReason = record.wayReason;
  if (!scheduled.count(entry.name))
    entry.scheduleSource = record.isTuned ? "tuning" : "model";
  entry.bytesSaved = atSizes(record.bytesSaved);
  // The model counts less than the floor (no weights): never below it.
  entry.predictedSeconds =
      std::max(entry.floorSeconds,
               ::ssm::schedule::predictSeconds(record.facts, report.machine,
                                               shape, record.choice));
  return entry;
}

/// The size classes of a function; for one that does not say, what was asked
/// for.
std::vector<::ssm::schedule::Shape>
Reporter::shapesOf(func::FuncOp function) const {
  std::vector<::ssm::schedule::Shape> shapes;
  for (SizeClassAttr each : getSizeClasses(function))
    shapes.push_back({each.getBatch(), each.getLength()});
  if (shapes.empty())
    shapes = options.sizes;
  if (shapes.empty())
    shapes = ::ssm::schedule::defaultSizeClasses(report.machine);
  return shapes;
}

FunctionReport
Reporter::describe(func::FuncOp function, size_t sizeClass,
                   const std::map<std::string, LaunchFacts> &facts,
                   const AssembledModule *assembled) const {
  FunctionReport entry;
  std::vector<::ssm::schedule::Shape> shapes = shapesOf(function);
  entry.name = function.getName().str();
  entry.shape = shapes[sizeClass];
  if (auto found = states.find(entry.name); found != states.end())
    entry.states = found->second;
  if (shapes.size() > 1)
    entry.at = ::ssm::schedule::sizeClassText(entry.shape);
  auto module = function->getParentOfType<ModuleOp>();
  function.walk([&](LaunchOp launch) {
    auto symbols = launch.getKernels().getAsRange<FlatSymbolRefAttr>();
    size_t number = launch.getKernels().size() == 1 ? 0 : sizeClass;
    llvm::StringRef name = (*std::next(symbols.begin(), number)).getValue();
    auto found = facts.find(name.str());
    KernelReport &described = entry.kernels.emplace_back(describe(
        module.lookupSymbol<TileKernelOp>(name),
        found == facts.end() ? LaunchFacts() : found->second, entry.shape));
    described.at = entry.at;
    if (!assembled)
      return;
    auto usage = assembled->entries.find(described.name);
    if (usage != assembled->entries.end())
      described.usage = usage->second;
  });
  return entry;
}

CompilationReport
Reporter::finish(ModuleOp module,
                 const std::map<std::string, LaunchFacts> &facts,
                 const AssembledModule *assembled) {
  bool hasKernels = !module.getOps<TileKernelOp>().empty();
  if (report.machine.isGPU && hasKernels)
    report.ptxas = assembled ? PtxasState::Ran : PtxasState::Missing;
  for (auto function : module.getOps<func::FuncOp>())
    for (size_t i = 0, count = shapesOf(function).size(); i < count; ++i)
      report.functions.push_back(describe(function, i, facts, assembled));
  return std::move(report);
}
