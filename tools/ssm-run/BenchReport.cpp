// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The three formats of a measurement, and its picture.
#include "BenchReport.h"

#include "Failure.h"
#include "lib/Chart/Quantity.h"
#include "lib/Chart/Roofline.h"

#include <nlohmann/json.hpp>

namespace ssm::run {
namespace {

using chart::formatQuantity;

/// Billions of something a second.
double rate(double count, const BenchRow &row) {
  return row.median > 0 ? count / row.median / 1e3 : 0;
}

double floorShare(const BenchRow &row) {
  return row.median > 0 ? row.floor / row.median : 0;
}

const char *timedBy(ssm_device_kind kind) {
  return kind == SSM_CUDA ? "graph replays" : "passes";
}

std::string ceilingsText(const BenchResult &result) {
  const chart::Ceilings &ceilings = result.ceilings;
  const struct {
    const char *name, *unit;
    double rate;
  } all[] = {{"memory", "B/s", ceilings.memory},
             {"arithmetic", "op/s", ceilings.arithmetic},
             {"matrix units", "op/s", ceilings.matrix},
             {"transcendentals", "op/s", ceilings.transcendentals}};
  std::string text;
  for (const auto &each : all)
    if (each.rate > 0)
      text += fmt::format("{}{} {}", text.empty() ? "" : ", ", each.name,
                          formatQuantity(each.rate, each.unit));
  if (text.empty())
    return "no ceilings known: --ceiling gives them\n";
  return fmt::format("ceilings of {}: {}\n", result.ceilingsOrigin, text);
}

std::string rowText(const BenchRow &row) {
  std::string text = fmt::format(
      "{:<28}{:>12.2f}{:>12.2f}{:>12.2f}{:>12.3f}{:>10.1f}{:>11.1f}{:>11.2f}",
      row.name, row.median, row.low, row.high, row.counts.bytes / 1e6,
      rate(row.counts.bytes, row), rate(row.counts.flops, row),
      rate(row.counts.transcendentals, row));
  if (row.floor > 0)
    text += fmt::format("{:>12.2f}{:>6.1f} %  {}", row.floor,
                        100 * floorShare(row), row.bound);
  return text.substr(0, text.find_last_not_of(' ') + 1) + "\n";
}

std::string asText(const Session &session, const BenchResult &result) {
  ssm_device_info info = session.device.describe();
  const Options &options = session.options;
  std::string text = fmt::format(
      "{} on {} ({}): batch {}, length {}{}{}, {} samples of {}, {} warm-ups, "
      "{} buffer sets of {} (cache {})\n",
      session.functionName, info.name, info.arch, session.batch, session.length,
      session.sizeClassName.empty() ? "" : ", kernels for ",
      session.sizeClassName, options.samples, timedBy(info.kind),
      options.warmups, result.sets,
      formatQuantity(double(result.setBytes), "B"),
      formatQuantity(double(info.cache_bytes), "B"));
  text += ceilingsText(result);
  text += fmt::format(
      "{:<28}{:>12}{:>12}{:>12}{:>12}{:>10}{:>11}{:>11}{:>12}{:>8}  {}\n", "",
      "median us", "10 %", "90 %", "MB", "GB/s", "GFLOP/s", "Gtrans/s",
      "floor us", "share", "floor set by");
  for (const BenchRow &row : result.rows)
    text += rowText(row);
  return text +
         fmt::format("a call from the host: {:.2f} us to issue, {:.2f} us "
                     "until done\n",
                     result.host.issue, result.host.done);
}

std::string asCsv(const Session &session, const BenchResult &result) {
  std::string text = "function,step,batch,length,median_us,p10_us,p90_us,"
                     "best_us,bytes,flops,matrix_flops,transcendentals,"
                     "gb_per_s,floor_us,floor_share,bound,size_class\n";
  for (const BenchRow &row : result.rows)
    text += fmt::format("{},{},{},{},{:.3f},{:.3f},{:.3f},{:.3f},{:.0f},{:.0f},"
                        "{:.0f},{:.0f},{:.2f},{:.3f},{:.4f},{},{}\n",
                        session.functionName, row.name, session.batch,
                        session.length, row.median, row.low, row.high, row.best,
                        row.counts.bytes, row.counts.flops,
                        row.counts.matrixFlops, row.counts.transcendentals,
                        rate(row.counts.bytes, row), row.floor, floorShare(row),
                        row.bound, session.sizeClassName);
  return text;
}

nlohmann::ordered_json rowJson(const BenchRow &row) {
  nlohmann::ordered_json entry = {
      {"step", row.name},
      {"median_us", row.median},
      {"p10_us", row.low},
      {"p90_us", row.high},
      {"best_us", row.best},
      {"bytes", row.counts.bytes},
      {"flops", row.counts.flops},
      {"matrix_flops", row.counts.matrixFlops},
      {"transcendentals", row.counts.transcendentals},
      {"gb_per_s", rate(row.counts.bytes, row)}};
  if (row.floor > 0) {
    entry["floor_us"] = row.floor;
    entry["floor_share"] = floorShare(row);
  }
  if (!row.bound.empty())
    entry["bound"] = row.bound;
  return entry;
}

std::string asJson(const Session &session, const BenchResult &result) {
  ssm_device_info info = session.device.describe();
  nlohmann::ordered_json report = {
      {"function", session.functionName},
      {"device", info.name},
      {"arch", info.arch},
      {"batch", session.batch},
      {"length", session.length},
      {"size_class", session.sizeClassName},
      {"samples", session.options.samples},
      {"warmups", session.options.warmups},
      {"timed_by", timedBy(info.kind)},
      {"buffer_sets", result.sets},
      {"set_bytes", result.setBytes},
      {"cache_bytes", info.cache_bytes},
      {"ceilings",
       {{"of", result.ceilingsOrigin},
        {"memory", result.ceilings.memory},
        {"arithmetic", result.ceilings.arithmetic},
        {"matrix", result.ceilings.matrix},
        {"transcendentals", result.ceilings.transcendentals}}},
      {"host_issue_us", result.host.issue},
      {"host_done_us", result.host.done}};
  for (const BenchRow &row : result.rows)
    report["rows"].push_back(rowJson(row));
  return report.dump(2) + "\n";
}

} // namespace

std::string reportOf(const Session &session, const BenchResult &result) {
  switch (session.options.format) {
  case Format::Csv:
    return asCsv(session, result);
  case Format::Json:
    return asJson(session, result);
  case Format::Text:
    break;
  }
  return asText(session, result);
}

std::string rooflineOf(const BenchResult &result) {
  std::vector<chart::RooflineKernel> kernels;
  // Row 0 is all steps together; steps may share a name, not a number.
  for (size_t i = 1; i < result.rows.size(); ++i) {
    const BenchRow &row = result.rows[i];
    kernels.push_back({fmt::format("{} {}", i - 1, row.name), "", row.counts,
                       row.median / 1e6});
  }
  auto picture = chart::drawRoofline(result.ceilings, kernels, "median",
                                     result.ceilingsOrigin);
  if (!picture)
    fail(ExitRun, "--plot: no step computes anything by the manifest's counts");
  return picture->finishFile();
}

} // namespace ssm::run
