// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Collects a report: kernels while they hold block ops, then their tile
// programs, then what the target made of them.

#include "lib/Driver/Report.h"

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
  report.batch = options.batch;
  report.length = options.length;
  report.machine = *::ssm::schedule::machineForTarget(options.target);
  if (options.report == ReportFormat::Html)
    report.sourceLines = splitLines(source);
}

void Reporter::observe(const Stage &stage, ModuleOp module) {
  if (options.report == ReportFormat::None)
    return;
  if (stage.name == "fuse")
    module.walk([&](KernelOp kernel) {
      if (kernel.getSchedule())
        scheduled.insert(kernel.getName().str());
    });
  // Kernels have their schedules and still hold block ops.
  if (stage.name == "assign-schedule")
    records = recordKernels(module, report.source);
  if (options.report == ReportFormat::Html)
    report.stages.push_back(
        {stage.name, stage.summary, listModule(module, report.source)});
}

KernelReport Reporter::describe(TileKernelOp kernel,
                                const LaunchFacts &facts) const {
  KernelReport entry;
  entry.name = kernel.getName().str();
  if (ScheduleAttr schedule = kernel.getScheduleAttr()) {
    llvm::raw_string_ostream stream(entry.schedule);
    stream << Attribute(schedule);
  }
  entry.onChipBytes =
      facts.staticSharedBytes + facts.sharedBytes + facts.scratchBytes;
  auto atSizes = [&](const Polynomial &count) {
    return count.evaluate(options.batch, options.length);
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
  if (!scheduled.count(entry.name))
    entry.scheduleSource = record.isTuned ? "tuning" : "model";
  entry.bytesSaved = atSizes(record.bytesSaved);
  // The model counts less than the floor (no weights): never below it.
  entry.predictedSeconds =
      std::max(entry.floorSeconds,
               ::ssm::schedule::predictSeconds(record.facts, report.machine,
                                               {options.batch, options.length},
                                               record.choice));
  return entry;
}

CompilationReport
Reporter::finish(ModuleOp module,
                 const std::map<std::string, LaunchFacts> &facts,
                 const AssembledModule *assembled) {
  bool hasKernels = !module.getOps<TileKernelOp>().empty();
  if (report.machine.isGPU && hasKernels)
    report.ptxas = assembled ? PtxasState::Ran : PtxasState::Missing;
  for (auto function : module.getOps<func::FuncOp>()) {
    FunctionReport &entry = report.functions.emplace_back();
    entry.name = function.getName().str();
    function.walk([&](LaunchOp launch) {
      auto kernel = module.lookupSymbol<TileKernelOp>(launch.getKernel());
      auto found = facts.find(launch.getKernel().str());
      KernelReport &described = entry.kernels.emplace_back(describe(
          kernel, found == facts.end() ? LaunchFacts() : found->second));
      if (!assembled)
        return;
      auto usage = assembled->entries.find(described.name);
      if (usage != assembled->entries.end())
        described.usage = usage->second;
    });
  }
  return std::move(report);
}
