// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The fused scan as one writes it in plain C++, float32, one sequence.
#ifndef TEST_BENCH_NAIVESCAN_H
#define TEST_BENCH_NAIVESCAN_H

#include <cstdint>

namespace bench {

struct ScanArguments {
  int64_t length, channels, states;
  const float *u, *dt, *z; // (length, channel)
  const float *B, *C;      // (length, state)
  const float *A;          // (channel, state)
  const float *bias, *D;   // (channel)
  float *y;                // (length, channel)
};

/// for token, for channel, for state; the states in memory, (channel, state),
/// go from those on entry to those after the last token.
void scanTimeOutermost(const ScanArguments &scan, float *h);

/// for channel, for token, for state; the states of one channel in an array.
/// At most 256 states.
void scanChannelOutermost(const ScanArguments &scan);

/// The least that can be done to states: each times the same factor.
void scaleStates(const float *from, float *to, int64_t count, float factor);

} // namespace bench

#endif // TEST_BENCH_NAIVESCAN_H
