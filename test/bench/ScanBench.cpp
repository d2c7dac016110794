// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The fused scan of a Mamba-1 layer, over sequences and for one token from
// states: the generated packages on one and two threads, and plain loops. Every
// one is checked against double precision before it is timed.

#include "NaiveScan.h"
#include "ScanProblem.h"
#include "Session.h"

#include <algorithm>
#include <cmath>

using namespace bench;

/// Multiplications, multiply-adds and divisions, of which a processor does the
/// fewest at a time: 7 for a state (delta A, 3 for the power of two, the decay,
/// the update, the read) and 26 for the softplus, the skip and the gate of a
/// channel.
static constexpr double kProducts = 7 + 26.0 / kStates;

static void reportFloor(benchmark::State &state, std::optional<double> time,
                        int threads) {
  if (time)
    state.counters["of_floor"] = kProducts / (fmaPeak() * threads) / *time;
}

/// So many states a run, each read once and written once, and nothing else.
static void reportTraffic(benchmark::State &state, int64_t states) {
  double bytes = 2 * sizeof(float) * double(states);
  state.counters["bytes"] = benchmark::Counter(
      bytes * double(state.iterations()), benchmark::Counter::kIsRate);
}

static std::optional<double> runPackage(benchmark::State &state,
                                        const std::string &kind,
                                        const ScanCase &scan, int threads) {
  std::string package =
      kind + "-" + std::to_string(scan.channels) + "-" + nameOf(scan.dtype);
  Session session(package, problemOf(scan).values, scan.length, threads);
  return timeScan(state, scan,
                  {[&] { session.run(); }, [&] { return session.outputs(); }});
}

static ScanArguments argumentsOf(const Values &values, const ScanCase &scan,
                                 std::vector<float> &y) {
  auto data = [&](const char *name) { return values.at(name).data(); };
  y.assign(values.at("u").size(), NAN);
  return {scan.length, scan.channels,   kStates,   data("u"),
          data("dt"),  data("z"),       data("B"), data("C"),
          data("A"),   data("dt_bias"), data("D"), y.data()};
}

static std::vector<double> doublesOf(const std::vector<float> &floats) {
  return std::vector<double>(floats.begin(), floats.end());
}

namespace {
using NaiveLoop = void (*)(const ScanArguments &, std::vector<float> &states);
} // namespace

static void timeOutermost(const ScanArguments &scan, std::vector<float> &h) {
  std::fill(h.begin(), h.end(), 0.0f);
  scanTimeOutermost(scan, h.data());
}

static void channelOutermost(const ScanArguments &scan, std::vector<float> &) {
  scanChannelOutermost(scan);
}

static void runNaive(benchmark::State &state, const ScanCase &scan,
                     NaiveLoop loop) {
  std::vector<float> y, h(scan.channels * kStates);
  ScanArguments arguments = argumentsOf(problemOf(scan).values, scan, y);
  std::optional<double> time = timeScan(
      state, scan,
      {[&] { loop(arguments, h); },
       [&] { return std::vector<std::vector<double>>{doublesOf(y)}; }});
  reportFloor(state, time, 1);
}

/// In place, on the states of one sequence after the other.
static void runNaiveStep(benchmark::State &state, const ScanCase &step) {
  const Values &values = problemOf(step).values;
  std::vector<float> y;
  ScanArguments arguments = argumentsOf(values, step, y);
  const std::vector<float> &initial = values.at("scan_0");
  std::vector<std::vector<float>> sequences(
      coldSets(initial.size() * sizeof(float)), initial);
  size_t last = 0;
  auto run = [&] {
    last = (last + 1) % sequences.size();
    scanTimeOutermost(arguments, sequences[last].data());
  };
  auto outputs = [&] {
    return std::vector<std::vector<double>>{doublesOf(y),
                                            doublesOf(sequences[last])};
  };
  timeScan(state, step, {run, outputs});
  reportTraffic(state, step.channels * kStates);
}

/// What a step cannot do without, alone: the states of one sequence after the
/// other read, and written to where the next step finds them. Each of the
/// threads has a share of the channels.
static void moveStates(benchmark::State &state, int64_t channels) {
  size_t count = channels * kStates / state.threads();
  std::vector<std::vector<float>> sequences(
      coldSets(2 * channels * kStates * sizeof(float)),
      std::vector<float>(2 * count, 1.0f));
  size_t last = 0;
  for (auto _ : state) {
    last = (last + 1) % sequences.size();
    float *from = sequences[last].data();
    scaleStates(from, from + count, int64_t(count), 0.5f);
    benchmark::ClobberMemory();
  }
  reportTraffic(state, int64_t(count));
}

static benchmark::internal::Benchmark *
add(const std::string &name, std::function<void(benchmark::State &)> run) {
  return benchmark::RegisterBenchmark(name.c_str(), run)
      ->Unit(benchmark::kMillisecond)
      ->UseRealTime();
}

void bench::registerScans() {
  for (ssm_dtype dtype : {SSM_F32, SSM_BF16})
    for (int64_t channels : {64, 1536, 5120})
      for (int64_t length : {512, 2048}) {
        ScanCase scan = {dtype, channels, length, true, false};
        std::string name = scan.nameWithLength();
        for (int threads : {1, 2})
          add("scan/" + name + "/threads:" + std::to_string(threads),
              [=](benchmark::State &state) {
                reportFloor(state, runPackage(state, "scan", scan, threads),
                            threads);
              });
        if (dtype != SSM_F32)
          continue;
        add("naive-time-outermost/" + name, [=](benchmark::State &state) {
          runNaive(state, scan, timeOutermost);
        });
        add("naive-channel-outermost/" + name, [=](benchmark::State &state) {
          runNaive(state, scan, channelOutermost);
        });
      }
}

void bench::registerSteps() {
  for (int64_t channels : {1536, 5120}) {
    for (ssm_dtype dtype : {SSM_F32, SSM_BF16})
      for (int threads : {1, 2}) {
        ScanCase step = {dtype, channels, 1, true, true};
        add("step/" + step.name() + "/threads:" + std::to_string(threads),
            [=](benchmark::State &state) {
              runPackage(state, "step", step, threads);
              reportTraffic(state, channels * kStates);
            });
      }
    ScanCase step = {SSM_F32, channels, 1, true, true};
    add("naive-step/" + step.name(),
        [=](benchmark::State &state) { runNaiveStep(state, step); });
    for (int threads : {1, 2})
      add("move-states/channels:" + std::to_string(channels),
          [=](benchmark::State &state) { moveStates(state, channels); })
          ->Threads(threads);
  }
}
