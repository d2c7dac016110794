// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Gathers the lines of a report and prints them as text or JSON.

#include "lib/Driver/Report.h"

#include "lib/Schedule/Machine.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace mlir;
using namespace mlir::ssm;
using Json = nlohmann::ordered_json;

/// The time a machine needs at least for `work`, in microseconds.
static double floorMicroseconds(const Work &work, const CompileOptions &options) {
  auto machine = ::ssm::schedule::machineForTarget(options.target);
  double bytes = work.bytesRead.evaluate(options.batch, options.length) +
                 work.bytesWritten.evaluate(options.batch, options.length);
  double flops = work.flops.evaluate(options.batch, options.length);
  double special = work.transcendentals.evaluate(options.batch, options.length);
  return 1e6 * std::max({bytes / machine->memoryBytesPerSecond,
                         special / machine->transcendentalsPerSecond,
                         flops / (2 * machine->fmasPerSecond)});
}

static Json describe(TileKernelOp kernel, const CompileOptions &options,
                     const LaunchFacts &facts, const AssembledModule *assembled) {
  Json json = {{"kernel", kernel.getName().str()}};
  Json fused = Json::array();
  if (ArrayAttr names = kernel.getFusedAttr())
    for (auto each : names.getAsRange<StringAttr>())
      fused.push_back(each.str());
  json["fused"] = fused;
  if (ScheduleAttr schedule = kernel.getScheduleAttr()) {
    std::string text;
    llvm::raw_string_ostream stream(text);
    stream << Attribute(schedule);
    json["schedule"] = text;
  }
  json["on_chip_bytes"] =
      facts.staticSharedBytes + facts.sharedBytes + facts.scratchBytes;
  Work work = countWork(kernel);
  json["bytes_read"] = work.bytesRead.evaluate(options.batch, options.length);
  json["bytes_written"] =
      work.bytesWritten.evaluate(options.batch, options.length);
  json["floor_us"] = floorMicroseconds(work, options);
  if (!assembled)
    return json;
  auto entry = assembled->entries.find(kernel.getName().str());
  if (entry == assembled->entries.end())
    return json;
  json["registers"] = entry->second.registers;
  json["spill_bytes"] =
      entry->second.spillStoreBytes + entry->second.spillLoadBytes;
  return json;
}

static void printText(const Json &kernels, const CompileOptions &options,
                      llvm::raw_ostream &out) {
  out << fmt::format("report for {} at batch {}, length {}\n", options.target,
                     options.batch, options.length);
  for (const Json &kernel : kernels) {
    std::string fused;
    for (const Json &name : kernel["fused"])
      fused += (fused.empty() ? "" : ", ") + name.get<std::string>();
    out << fmt::format("{}\n  fused     {}\n", kernel["kernel"].get<std::string>(),
                       fused);
    if (kernel.contains("schedule"))
      out << fmt::format("  schedule  {}\n",
                         kernel["schedule"].get<std::string>());
    out << fmt::format("  on chip   {} bytes a cell\n",
                       kernel["on_chip_bytes"].get<int64_t>());
    out << fmt::format("  memory    {:.1f} MB read, {:.1f} MB written; at least "
                       "{:.1f} us\n",
                       kernel["bytes_read"].get<double>() / 1e6,
                       kernel["bytes_written"].get<double>() / 1e6,
                       kernel["floor_us"].get<double>());
    if (kernel.contains("registers"))
      out << fmt::format("  ptxas     {} registers, {} bytes spilled\n",
                         kernel["registers"].get<int64_t>(),
                         kernel["spill_bytes"].get<int64_t>());
  }
}

void mlir::ssm::writeReport(ModuleOp module, const CompileOptions &options,
                            const std::map<std::string, LaunchFacts> &facts,
                            const AssembledModule *assembled,
                            llvm::raw_ostream &out) {
  if (options.report == ReportFormat::None)
    return;
  Json kernels = Json::array();
  for (auto kernel : module.getOps<TileKernelOp>()) {
    auto found = facts.find(kernel.getName().str());
    kernels.push_back(describe(
        kernel, options,
        found == facts.end() ? LaunchFacts() : found->second, assembled));
  }
  if (options.report == ReportFormat::Json)
    out << kernels.dump(1) << "\n";
  else
    printText(kernels, options, out);
}
