// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A report as text and as JSON.

#include "lib/Chart/Quantity.h"
#include "lib/Driver/Report.h"
#include "lib/Transforms/JoinProducts.h"

#include <cmath>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

using namespace mlir;
using namespace mlir::ssm;
using chart::formatQuantity;
using Json = nlohmann::ordered_json;

static std::string bytes(double value) { return formatQuantity(value, "B"); }
static std::string seconds(double value) { return formatQuantity(value, "s"); }

static std::string kernelAsText(const KernelReport &kernel, bool isGPU) {
  std::string fused;
  for (const FusedOp &op : kernel.ops)
    fused += (fused.empty() ? "" : ", ") + op.name;
  std::string text = kernel.name + "\n";
  auto line = [&](const char *what, const std::string &said) {
    text += fmt::format("  {:<10}{}\n", what, said);
  };
  if (!fused.empty())
    line("fused", fused);
  if (!kernel.productPlace.empty())
    line("product", fmt::format("{}: {}",
                                kernel.productPlace == kFuseWithReader
                                    ? "in the kernel of its reader"
                                : kernel.productPlace == kFuseWithFactor
                                    ? "in the kernel of its factor"
                                    : "in a kernel of its own",
                                kernel.productReason));
  if (!kernel.parts.empty())
    line("parts", fmt::format("{}: {}", kernel.parts, kernel.partsReason));
  if (!kernel.way.empty())
    line("way", fmt::format("a {}: {}", kernel.way, kernel.wayReason));
  if (kernel.library)
    line("library",
         fmt::format("{} by a library stand{} in where there is one; the times "
                     "are the generated kernel's",
                     kernel.way.empty() ? "a matrix product"
                                        : "Fourier transforms",
                     kernel.way.empty() ? "s" : ""));
  if (!kernel.schedule.empty())
    line("schedule",
         fmt::format("{}, from the {}", kernel.schedule,
                     kernel.scheduleSource == "tuning"  ? "tuning table"
                     : kernel.scheduleSource == "model" ? "cost model"
                                                        : "source"));
  line("on chip", fmt::format("{} bytes a {}", kernel.onChipBytes,
                              isGPU ? "block" : "worker"));
  line("memory",
       fmt::format("{} read, {} written, {} saved", bytes(kernel.bytesRead),
                   bytes(kernel.bytesWritten), bytes(kernel.bytesSaved)));
  line("time", fmt::format("{} predicted, at least {} ({})",
                           seconds(kernel.predictedSeconds),
                           seconds(kernel.floorSeconds), kernel.bound));
  if (kernel.usage)
    line("ptxas",
         fmt::format("{} registers, {} bytes spilled", kernel.usage->registers,
                     kernel.usage->spillStoreBytes +
                         kernel.usage->spillLoadBytes));
  return text;
}

std::string mlir::ssm::reportAsText(const CompilationReport &report) {
  std::string text = fmt::format("report for {}\n", report.target);
  if (report.ptxas == PtxasState::Missing)
    text += "registers and spills are unknown: no ptxas on the PATH, in "
            "CUDA_HOME or in /usr/local/cuda\n";
  for (const FunctionReport &function : report.functions) {
    text += fmt::format("{} at batch {}, length {}\n", function.name,
                        function.shape.batch, function.shape.length);
    for (const KernelReport &kernel : function.kernels)
      text += kernelAsText(kernel, report.machine.isGPU);
    text += fmt::format(
        "total of {}, kernels: {}\n  memory    {} read, {} written, {} saved\n"
        "  time      {} predicted, at least {}\n",
        function.name, function.kernels.size(),
        bytes(function.sum(&KernelReport::bytesRead)),
        bytes(function.sum(&KernelReport::bytesWritten)),
        bytes(function.sum(&KernelReport::bytesSaved)),
        seconds(function.sum(&KernelReport::predictedSeconds)),
        seconds(function.sum(&KernelReport::floorSeconds)));
    for (const StateReport &state : function.states)
      text += fmt::format("  state     {}\n", stateAsText(state));
  }
  return text;
}

/// A count as a whole number, as long as it is exact.
static Json whole(double value) {
  constexpr double kExact = 9007199254740992;
  if (value > kExact)
    return value;
  return static_cast<int64_t>(std::llround(value));
}

static Json kernelAsJson(const KernelReport &kernel) {
  Json fused = Json::array();
  for (const FusedOp &op : kernel.ops) {
    Json entry = {{"op", op.name}};
    if (op.line)
      entry["line"] = op.line;
    fused.push_back(entry);
  }
  Json json = {{"kernel", kernel.name},
               {"fused", fused},
               {"library", kernel.library},
               {"schedule", kernel.schedule},
               {"schedule_source", kernel.scheduleSource},
               {"on_chip_bytes", kernel.onChipBytes},
               {"bytes_read", whole(kernel.bytesRead)},
               {"bytes_written", whole(kernel.bytesWritten)},
               {"bytes_saved", whole(kernel.bytesSaved)},
               {"flops", whole(kernel.flops)},
               {"transcendentals", whole(kernel.transcendentals)},
               {"predicted_us", 1e6 * kernel.predictedSeconds},
               {"floor_us", 1e6 * kernel.floorSeconds},
               {"bound", kernel.bound}};
  if (!kernel.productPlace.empty())
    json["product"] = {{"fuse", kernel.productPlace},
                       {"reason", kernel.productReason}};
  if (!kernel.parts.empty())
    json["parts"] = {{"are", kernel.parts}, {"reason", kernel.partsReason}};
  if (!kernel.way.empty())
    json["convolve"] = {{"way", kernel.way}, {"reason", kernel.wayReason}};
  if (kernel.usage) {
    json["registers"] = kernel.usage->registers;
    json["spill_bytes"] =
        kernel.usage->spillStoreBytes + kernel.usage->spillLoadBytes;
  }
  return json;
}

std::string mlir::ssm::reportAsJson(const CompilationReport &report) {
  Json functions = Json::array();
  for (const FunctionReport &function : report.functions) {
    Json kernels = Json::array();
    for (const KernelReport &kernel : function.kernels)
      kernels.push_back(kernelAsJson(kernel));
    Json states = Json::array();
    for (const StateReport &state : function.states) {
      Json entry = {{"name", state.name},
                    {"dtype", state.dtype},
                    {"bytes_a_sequence", whole(state.bytes)}};
      if (state.roundedFrom)
        entry["rounding"] = std::ldexp(1.0, -int(state.roundingBits));
      states.push_back(entry);
    }
    functions.push_back(
        {{"function", function.name},
         {"batch", function.shape.batch},
         {"length", function.shape.length},
         {"kernels", kernels},
         {"states", states},
         {"total",
          {{"bytes_read", whole(function.sum(&KernelReport::bytesRead))},
           {"bytes_written", whole(function.sum(&KernelReport::bytesWritten))},
           {"bytes_saved", whole(function.sum(&KernelReport::bytesSaved))},
           {"predicted_us",
            1e6 * function.sum(&KernelReport::predictedSeconds)},
           {"floor_us", 1e6 * function.sum(&KernelReport::floorSeconds)}}}});
  }
  Json json = {{"source", report.source}, {"target", report.target}};
  if (report.ptxas != PtxasState::NotNeeded)
    json["ptxas"] = report.ptxas == PtxasState::Ran;
  json["functions"] = functions;
  return json.dump(1, ' ', false, Json::error_handler_t::replace) + "\n";
}
