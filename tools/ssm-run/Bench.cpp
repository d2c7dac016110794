// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Times over rotating buffers, set against what the manifest says must move.
#include "Bench.h"

#include "BenchReport.h"
#include "Buffers.h"
#include "TextFile.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

namespace ssm::run {
namespace {

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
  Measurement(Session &session, Memory &workspace,
              const chart::Ceilings &ceilings)
      : session(session), ceilings(ceilings) {
    sets.emplace_back(session);
    int count = setCount(session, sets[0].bytes());
    for (int i = 1; i < count; ++i)
      sets.emplace_back(session);
    calls = passOver(session, sets, workspace);
    if (session.device.describe().kind == SSM_CPU)
      calls.resize(sets.size(), calls[0]);
  }

  /// Steps [first, first + count) of the function.
  BenchRow time(const std::string &name, int first, int count) {
    const Options &options = session.options;
    ssm_measure_options wanted = {};
    wanted.struct_size = sizeof wanted;
    wanted.warmups = options.warmups;
    wanted.samples = options.samples;
    wanted.first_step = first;
    wanted.step_count = count;
    std::vector<double> samples = session.executable.measure(calls, wanted);
    std::sort(samples.begin(), samples.end());
    BenchRow row;
    row.name = name;
    row.median = 1e3 * quantile(samples, 0.5);
    row.low = 1e3 * quantile(samples, 0.1);
    row.high = 1e3 * quantile(samples, 0.9);
    row.best = 1e3 * samples.front();
    for (int i = first; i < first + count; ++i)
      addStep(i, row);
    if (count != 1)
      row.bound.clear();
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
  uint64_t setBytes() const { return sets.front().bytes(); }

private:
  void addStep(int index, BenchRow &row) const {
    ssm_work work =
        session.package.work(session.function, index, session.sizeClass,
                             session.batch, session.length);
    chart::Counts counts{work.bytes_read + work.bytes_written, work.flops,
                         work.matrix_flops, work.transcendentals};
    chart::Floor floor = floorOf(counts, ceilings);
    row.counts.bytes += counts.bytes;
    row.counts.flops += counts.flops;
    row.counts.matrixFlops += counts.matrixFlops;
    row.counts.transcendentals += counts.transcendentals;
    row.floor += 1e6 * floor.seconds;
    row.bound = floor.bound;
  }

  Session &session;
  chart::Ceilings ceilings;
  std::vector<BufferSet> sets;
  std::vector<ssm_call> calls;
};

std::string stepName(const Session &session, int index) {
  ssm_step_info step = session.package.step(session.function, index);
  if (step.kind == SSM_MATMUL)
    return fmt::format("matmul {}x{}", step.n, step.k);
  if (step.kind == SSM_LONG_CONV)
    return fmt::format("long_conv {}", step.n);
  int kernel =
      session.package.stepKernel(session.function, index, session.sizeClass);
  return session.package.kernel(kernel).name;
}

/// The ceilings of the package with those of the command line in their place.
void setCeilings(const Session &session, BenchResult &result) {
  ssm_ceilings known = session.package.ceilings();
  const Options &options = session.options;
  result.ceilings = {
      options.ceilings.memory.value_or(known.bytes),
      options.ceilings.arithmetic.value_or(known.flops),
      options.ceilings.matrix.value_or(known.matrix_flops),
      options.ceilings.transcendentals.value_or(known.transcendentals)};
  ssm_package_info package = session.package.describe();
  result.ceilingsOrigin = package.target == SSM_CPU
                              ? std::string("the compiler's cpu")
                              : std::string(package.arch);
  if (options.ceilings.any()) {
    result.ceilingsOrigin += " and the command line";
    return;
  }
  std::string compiled = package.arch, device = session.device.describe().arch;
  while (!compiled.empty() && compiled.back() >= 'a')
    compiled.pop_back();
  if (package.target == SSM_CUDA && compiled != device)
    fmt::print(stderr,
               "ssm-run: note: floors are those of {}, which the package was "
               "compiled for, not of {}; --ceiling gives others\n",
               package.arch, device);
}

} // namespace

void measure(Session &session, Memory &workspace) {
  const Options &options = session.options;
  BenchResult result;
  setCeilings(session, result);
  Measurement measurement(session, workspace, result.ceilings);
  result.sets = measurement.setsUsed();
  result.setBytes = measurement.setBytes();
  int steps = session.package.function(session.function).step_count;
  result.rows.push_back(measurement.time("all steps", 0, steps));
  bool perStep = options.perStep || !options.plot.empty();
  for (int i = 0; perStep && i < steps; ++i)
    result.rows.push_back(measurement.time(stepName(session, i), i, 1));
  result.host = measurement.timeFromHost();
  if (!options.plot.empty())
    writeTextFile(options.plot, rooflineOf(result));
  fmt::print("{}", reportOf(session, result));
}

} // namespace ssm::run
