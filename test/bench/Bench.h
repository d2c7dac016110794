// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the benchmarks share: how each is checked before it is timed, and what
// the processor could do at best.
#ifndef TEST_BENCH_BENCH_H
#define TEST_BENCH_BENCH_H

#include "ssm/ssm.h"

#include <benchmark/benchmark.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace bench {

void registerScans();
void registerSteps();
void registerBlocks();
void registerGgml();

/// Multiply-adds that one thread finishes in a nanosecond, measured once.
double fmaPeak();

/// Set once a result was wrong; the process then ends with 1.
extern bool hasFailed;

/// |out - exact| / |exact|; NaN if a value is.
double relativeError(const std::vector<double> &out,
                     const std::vector<double> &exact);

/// What is timed, and the outputs that its last run wrote.
struct Candidate {
  std::function<void()> run;
  std::function<std::vector<std::vector<double>>()> outputs;
};

/// An output in double precision, and how far from it a result may be.
struct Expected {
  std::vector<double> exact;
  double bound; // on relativeError
};

/// Nanoseconds of a run, with the counter `error`, the largest of the outputs.
/// Nothing, and the benchmark fails, if the first run ends further from
/// `expected` than it may.
std::optional<double> checkAndTime(benchmark::State &state,
                                   const Candidate &candidate,
                                   const std::vector<Expected> &expected);

/// The element type's place in benchmark names.
std::string nameOf(ssm_dtype dtype);

/// The object that `make` gives for `key`; kept until another key is asked for,
/// because repetitions of a benchmark ask for the same and large ones do not
/// fit memory side by side.
template <typename T>
T &lastOf(const std::string &key, const std::function<T *()> &make) {
  static std::string lastKey;
  static std::unique_ptr<T> last;
  if (!last || key != lastKey) {
    last.reset();
    last.reset(make());
    lastKey = key;
  }
  return *last;
}

} // namespace bench

#endif // TEST_BENCH_BENCH_H
