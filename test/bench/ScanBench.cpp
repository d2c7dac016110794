// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The fused scan of a Mamba-1 layer with 16 states: the generated package on
// one and two threads, and plain loops. Every one is checked against double
// precision before it is timed.

#include "Bench.h"
#include "Draw.h"
#include "NaiveScan.h"
#include "Session.h"

#include <algorithm>

using namespace bench;

namespace {

constexpr int64_t kStates = 16;
/// Multiplications, multiply-adds and divisions, of which a processor does the
/// fewest at a time: 7 for a state (delta A, 3 for the power of two, the decay,
/// the update, the read) and 26 for the softplus, the skip and the gate of a
/// channel.
constexpr double kProducts = 7 + 26.0 / kStates;

struct Sizes {
  ssm_dtype dtype;
  int64_t channels, length;

  std::string name() const {
    return nameOf(dtype) + "/channels:" + std::to_string(channels) +
           "/length:" + std::to_string(length);
  }
};

/// The arguments of a scan and its result in double precision.
struct Problem {
  explicit Problem(const Sizes &sizes);

  int64_t length;
  Values values;
  std::vector<double> exact;
  /// On the relative error: float32, and what rounding to bf16 must cost.
  double bound;
};

} // namespace

Problem::Problem(const Sizes &sizes) : length(sizes.length) {
  Draw draw(values);
  int64_t tokens = sizes.length * sizes.channels;
  for (const char *name : {"u", "dt", "z"})
    draw(name, tokens, -1, 1, sizes.dtype);
  for (const char *name : {"B", "C"})
    draw(name, sizes.length * kStates, -1, 1, sizes.dtype);
  // The ranges of a trained layer: decays from exp(-2) to almost 1.
  draw("A", sizes.channels * kStates, -16, -1, SSM_F32);
  draw("dt_bias", sizes.channels, -6, -3, SSM_F32);
  // Small, so that the result is not mostly the skip.
  draw("D", sizes.channels, 0, 0.1f, SSM_F32);
  exact = referenceScan(values, length, SSM_F64);
  std::vector<double> ideal = exact;
  for (double &value : ideal)
    value = rounded(sizes.dtype, value);
  bound = 1e-5 + 1.01 * relativeError(ideal, exact);
}

static Problem &problemOf(const Sizes &sizes) {
  return lastOf<Problem>(sizes.name(), [&] { return new Problem(sizes); });
}

static void timeScan(benchmark::State &state, const Sizes &sizes, int threads,
                     const Candidate &candidate) {
  Problem &problem = problemOf(sizes);
  std::optional<double> took =
      checkAndTime(state, candidate, problem.exact, problem.bound);
  if (!took)
    return;
  double time = *took / double(sizes.channels * sizes.length * kStates);
  state.counters["ns/state"] = time;
  state.counters["of_floor"] = kProducts / (fmaPeak() * threads) / time;
}

static void runPackage(benchmark::State &state, const Sizes &sizes,
                       int threads) {
  std::string package =
      "scan-" + std::to_string(sizes.channels) + "-" + nameOf(sizes.dtype);
  Session session(package, problemOf(sizes).values, sizes.length, threads);
  timeScan(state, sizes, threads,
           {[&] { session.run(); }, [&] { return session.output(); }});
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

static void runNaive(benchmark::State &state, const Sizes &sizes,
                     NaiveLoop loop) {
  const Values &values = problemOf(sizes).values;
  std::vector<float> y(values.at("u").size()), h(values.at("A").size());
  auto data = [&](const char *name) { return values.at(name).data(); };
  ScanArguments scan = {sizes.length, sizes.channels,  kStates,   data("u"),
                        data("dt"),   data("z"),       data("B"), data("C"),
                        data("A"),    data("dt_bias"), data("D"), y.data()};
  timeScan(state, sizes, 1,
           {[&] { loop(scan, h); },
            [&] { return std::vector<double>(y.begin(), y.end()); }});
}

void bench::registerScans() {
  auto add = [](const std::string &name, auto run) {
    benchmark::RegisterBenchmark(name.c_str(), run)
        ->Unit(benchmark::kMillisecond)
        ->UseRealTime();
  };
  for (ssm_dtype dtype : {SSM_F32, SSM_BF16})
    for (int64_t channels : {64, 1536, 5120})
      for (int64_t length : {512, 2048}) {
        Sizes sizes = {dtype, channels, length};
        for (int threads : {1, 2})
          add("scan/" + sizes.name() + "/threads:" + std::to_string(threads),
              [=](benchmark::State &state) {
                runPackage(state, sizes, threads);
              });
        if (dtype != SSM_F32)
          continue;
        add("naive-time-outermost/" + sizes.name(),
            [=](benchmark::State &state) {
              runNaive(state, sizes, timeOutermost);
            });
        add("naive-channel-outermost/" + sizes.name(),
            [=](benchmark::State &state) {
              runNaive(state, sizes, channelOutermost);
            });
      }
}
