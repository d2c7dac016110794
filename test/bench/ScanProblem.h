// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Selective scans with 16 states on random arguments, what they must give in
// double precision, and their time in nanoseconds of a state.
#ifndef TEST_BENCH_SCANPROBLEM_H
#define TEST_BENCH_SCANPROBLEM_H

#include "Bench.h"
#include "Reference.h"

namespace bench {

constexpr int64_t kStates = 16;

struct ScanCase {
  ssm_dtype dtype;
  int64_t channels, length;
  bool fused;  // with a bias of dt, the skip and the gate
  bool states; // from given states and back to states, else from zero

  /// Type and channels, as they are written in names.
  std::string name() const;
  std::string nameWithLength() const;
};

/// The arguments and the results: y, then the states if they are asked for.
struct ScanProblem {
  explicit ScanProblem(const ScanCase &scan);

  Values values;
  std::vector<Expected> expected;
};

/// The problem of the last case, see lastOf.
ScanProblem &problemOf(const ScanCase &scan);

/// Nanoseconds of a token, channel and state, also as a counter.
std::optional<double> timeScan(benchmark::State &state, const ScanCase &scan,
                               const Candidate &candidate);

} // namespace bench

#endif // TEST_BENCH_SCANPROBLEM_H
