// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Times over rotating buffers, set against what the manifest says must move.
#include "Bench.h"

#include "Buffers.h"
#include "Failure.h"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <chrono>
#include <cmath>

namespace ssm::run {
namespace {

/// One measured range of steps.
struct Row {
  std::string name;
  double median = 0, low = 0, high = 0, best = 0; // microseconds
  double bytes = 0, flops = 0;
};

/// One call issued from the host, without a graph; medians in microseconds.
struct HostTimes {
  double issue = 0; // until ssm_run returns
  double done = 0;  // until the stream is empty
};

/// The element of a sorted list at a fraction of its length.
double quantile(const std::vector<double> &sorted, double fraction) {
  size_t last = sorted.size() - 1;
  return sorted[size_t(std::lround(fraction * double(last)))];
}

/// How many sets together exceed the cache three times.
int setCount(const Session &session, uint64_t setBytes) {
  if (session.options.sets)
    return session.options.sets;
  ssm_device_info info = session.device.describe();
  uint64_t wanted = 3 * info.cache_bytes;
  uint64_t sets = setBytes ? wanted / setBytes + 2 : 2;
  uint64_t room = setBytes ? info.memory_bytes / 4 / setBytes : sets;
  return int(std::clamp<uint64_t>(std::min(sets, room), 1, 256));
}

/// The calls of one pass: every set in turn, often enough that the gap between
/// two replays does not count.
std::vector<ssm_call> passOver(const Session &session,
                               const std::vector<BufferSet> &sets,
                               const Memory &workspace) {
  constexpr size_t callsPerPass = 20;
  std::vector<ssm_call> calls;
  while (calls.empty() || calls.size() < callsPerPass)
    for (const BufferSet &set : sets)
      calls.push_back(set.call(session, workspace));
  return calls;
}

class Measurement {
public:
  Measurement(Session &session, Memory &workspace) : session(session) {
    sets.emplace_back(session);
    int count = setCount(session, sets[0].bytes());
    for (int i = 1; i < count; ++i)
      sets.emplace_back(session);
    calls = passOver(session, sets, workspace);
    if (session.device.describe().kind == SSM_CPU)
      calls.resize(sets.size(), calls[0]);
  }

  /// Steps [first, first + count) of the function.
  Row time(const std::string &name, int first, int count) {
    const Options &options = session.options;
    ssm_measure_options wanted = {};
    wanted.struct_size = sizeof wanted;
    wanted.warmups = options.warmups;
    wanted.samples = options.samples;
    wanted.first_step = first;
    wanted.step_count = count;
    std::vector<double> samples = session.executable.measure(calls, wanted);
    std::sort(samples.begin(), samples.end());
    Row row;
    row.name = name;
    row.median = 1e3 * quantile(samples, 0.5);
    row.low = 1e3 * quantile(samples, 0.1);
    row.high = 1e3 * quantile(samples, 0.9);
    row.best = 1e3 * samples.front();
    for (int i = first; i < first + count; ++i) {
      ssm_work work = session.package.work(session.function, i, session.batch,
                                           session.length);
      row.bytes += work.bytes_read + work.bytes_written;
      row.flops += work.flops;
    }
    return row;
  }

  HostTimes timeFromHost() {
    using Clock = std::chrono::steady_clock;
    using Microseconds = std::chrono::duration<double, std::micro>;
    std::vector<double> issue, done;
    const Options &options = session.options;
    for (int i = -options.warmups; i < options.samples; ++i) {
      session.device.synchronize();
      auto start = Clock::now();
      session.executable.run(calls[size_t(i + options.warmups) % calls.size()]);
      Microseconds issued = Clock::now() - start;
      session.device.synchronize();
      Microseconds finished = Clock::now() - start;
      if (i < 0)
        continue;
      issue.push_back(issued.count());
      done.push_back(finished.count());
    }
    std::sort(issue.begin(), issue.end());
    std::sort(done.begin(), done.end());
    return {quantile(issue, 0.5), quantile(done, 0.5)};
  }

  size_t setsUsed() const { return sets.size(); }

private:
  Session &session;
  std::vector<BufferSet> sets;
  std::vector<ssm_call> calls;
};

std::string stepName(const Session &session, int index) {
  ssm_step_info step = session.package.step(session.function, index);
  if (step.kind == SSM_MATMUL)
    return fmt::format("matmul {}x{}", step.n, step.k);
  return session.package.kernel(step.kernel).name;
}

double gigabytesPerSecond(const Row &row) {
  return row.bytes / row.median / 1e3;
}

/// Time at peak bandwidth over the measured time; 0 when no peak is given.
double floorShare(const Session &session, const Row &row) {
  double peak = session.options.peakBandwidth;
  return peak > 0 ? gigabytesPerSecond(row) / peak : 0;
}

std::string asText(const Session &session, const std::vector<Row> &rows,
                   const HostTimes &host, size_t sets) {
  ssm_device_info info = session.device.describe();
  const Options &options = session.options;
  std::string text = fmt::format(
      "{} on {} ({}): batch {}, length {}, {} samples, {} buffer sets\n",
      session.functionName, info.name, info.arch, session.batch, session.length,
      options.samples, sets);
  text += fmt::format("{:<28}{:>12}{:>12}{:>12}{:>12}{:>10}{:>10}{:>8}\n", "",
                      "median us", "10 %", "90 %", "MB", "GB/s", "TFLOP/s",
                      options.peakBandwidth > 0 ? "floor" : "");
  for (const Row &row : rows) {
    text +=
        fmt::format("{:<28}{:>12.2f}{:>12.2f}{:>12.2f}{:>12.3f}{:>10.1f}"
                    "{:>10.2f}",
                    row.name, row.median, row.low, row.high, row.bytes / 1e6,
                    gigabytesPerSecond(row), row.flops / row.median / 1e6);
    if (options.peakBandwidth > 0)
      text += fmt::format("{:>6.1f} %", 100 * floorShare(session, row));
    text += '\n';
  }
  return text +
         fmt::format("a call from the host: {:.2f} us to issue, {:.2f} us "
                     "until done\n",
                     host.issue, host.done);
}

std::string asCsv(const Session &session, const std::vector<Row> &rows) {
  std::string text = "function,step,batch,length,median_us,p10_us,p90_us,"
                     "best_us,bytes,flops,gb_per_s,floor_share\n";
  for (const Row &row : rows)
    text += fmt::format("{},{},{},{},{:.3f},{:.3f},{:.3f},{:.3f},{:.0f},{:.0f},"
                        "{:.2f},{:.4f}\n",
                        session.functionName, row.name, session.batch,
                        session.length, row.median, row.low, row.high, row.best,
                        row.bytes, row.flops, gigabytesPerSecond(row),
                        floorShare(session, row));
  return text;
}

std::string asJson(const Session &session, const std::vector<Row> &rows,
                   const HostTimes &host, size_t sets) {
  ssm_device_info info = session.device.describe();
  nlohmann::ordered_json report = {{"function", session.functionName},
                                   {"device", info.name},
                                   {"arch", info.arch},
                                   {"batch", session.batch},
                                   {"length", session.length},
                                   {"samples", session.options.samples},
                                   {"buffer_sets", sets},
                                   {"host_issue_us", host.issue},
                                   {"host_done_us", host.done}};
  for (const Row &row : rows) {
    nlohmann::ordered_json entry = {
        {"step", row.name},    {"median_us", row.median},
        {"p10_us", row.low},   {"p90_us", row.high},
        {"best_us", row.best}, {"bytes", row.bytes},
        {"flops", row.flops},  {"gb_per_s", gigabytesPerSecond(row)}};
    if (session.options.peakBandwidth > 0)
      entry["floor_share"] = floorShare(session, row);
    report["rows"].push_back(std::move(entry));
  }
  return report.dump(2) + "\n";
}

} // namespace

std::string measure(Session &session, Memory &workspace) {
  Measurement measurement(session, workspace);
  int steps = session.package.function(session.function).step_count;
  std::vector<Row> rows{measurement.time("all steps", 0, steps)};
  for (int i = 0; session.options.perStep && i < steps; ++i)
    rows.push_back(measurement.time(stepName(session, i), i, 1));
  HostTimes host = measurement.timeFromHost();
  switch (session.options.format) {
  case Format::Csv:
    return asCsv(session, rows);
  case Format::Json:
    return asJson(session, rows, host, measurement.setsUsed());
  case Format::Text:
    break;
  }
  return asText(session, rows, host, measurement.setsUsed());
}

} // namespace ssm::run
