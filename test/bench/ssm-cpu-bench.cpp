// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-cpu-bench: Google Benchmark's command line over the scans, the
// steps and the blocks.
// Ends with 1 if a result was wrong; what was wrong is not timed.

#include "Bench.h"

#include "ssm/ssm.hpp"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstdio>

bool bench::hasFailed = false;

double bench::relativeError(const std::vector<double> &out,
                            const std::vector<double> &exact) {
  double error = 0, norm = 0;
  for (size_t i = 0; i < exact.size(); ++i) {
    error += (out[i] - exact[i]) * (out[i] - exact[i]);
    norm += exact[i] * exact[i];
  }
  return std::sqrt(error / norm);
}

std::optional<double>
bench::checkAndTime(benchmark::State &state, const Candidate &candidate,
                    const std::vector<Expected> &expected) {
  candidate.run();
  std::vector<std::vector<double>> outputs = candidate.outputs();
  outputs.resize(expected.size());
  double largest = 0;
  for (size_t i = 0; i < expected.size(); ++i) {
    const auto &[exact, bound] = expected[i];
    bool isWhole = outputs[i].size() == exact.size();
    double error = isWhole ? relativeError(outputs[i], exact) : NAN;
    if (!(error <= bound)) {
      char text[120];
      std::snprintf(text, sizeof text,
                    "expected a relative error of at most %.3g, got %.3g in "
                    "output %zu",
                    bound, error, i);
      state.SkipWithError(text);
      hasFailed = true;
      return std::nullopt;
    }
    largest = std::max(largest, error);
  }
  auto start = std::chrono::steady_clock::now();
  for (auto _ : state)
    candidate.run();
  std::chrono::duration<double, std::nano> took =
      std::chrono::steady_clock::now() - start;
  state.counters["error"] = largest;
  return took.count() / double(state.iterations());
}

std::string bench::nameOf(ssm_dtype dtype) { return ssm_dtype_name(dtype); }

static void describeMachine() {
  ssm::Device device = ssm::Device::create(SSM_CPU);
  benchmark::AddCustomContext("processor", device.describe().name);
  char peak[40];
  std::snprintf(peak, sizeof peak, "%.0f GFLOP/s", 2 * bench::fmaPeak());
  benchmark::AddCustomContext("float32 multiply-adds, one thread", peak);
}

int main(int argc, char **argv) {
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv))
    return 2;
  try {
    describeMachine();
    bench::registerScans();
    bench::registerSteps();
    bench::registerBlocks();
#ifdef SSM_BENCH_GGML
    bench::registerGgml();
#endif
    benchmark::RunSpecifiedBenchmarks();
  } catch (const std::exception &problem) {
    std::fprintf(stderr, "ssm-cpu-bench: %s\n", problem.what());
    return 1;
  }
  benchmark::Shutdown();
  return bench::hasFailed ? 1 : 0;
}
