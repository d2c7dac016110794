// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two orders of the same loops. Nothing is done by hand for the vectoriser; the
// build gives this file -Ofast -march=native.

#include "NaiveScan.h"

#include <cmath>

using namespace bench;

/// One token of one channel.
static inline void step(const ScanArguments &scan, int64_t t, int64_t c,
                        float *__restrict h) {
  int64_t at = t * scan.channels + c, states = scan.states;
  const float *A = scan.A + c * states;
  const float *B = scan.B + t * states;
  const float *C = scan.C + t * states;
  float v = scan.dt[at] + scan.bias[c];
  float delta = v > 20 ? v : std::log1p(std::exp(v));
  float u = scan.u[at], z = scan.z[at], sum = 0;
  for (int64_t n = 0; n < states; ++n) {
    h[n] = std::exp(delta * A[n]) * h[n] + delta * B[n] * u;
    sum += C[n] * h[n];
  }
  scan.y[at] = (sum + scan.D[c] * u) * z / (1 + std::exp(-z));
}

void bench::scanTimeOutermost(const ScanArguments &scan, float *h) {
  for (int64_t t = 0; t < scan.length; ++t)
    for (int64_t c = 0; c < scan.channels; ++c)
      step(scan, t, c, h + c * scan.states);
}

void bench::scanChannelOutermost(const ScanArguments &scan) {
  for (int64_t c = 0; c < scan.channels; ++c) {
    float h[256] = {};
    for (int64_t t = 0; t < scan.length; ++t)
      step(scan, t, c, h);
  }
}

void bench::scaleStates(const float *__restrict from, float *__restrict to,
                        int64_t count, float factor) {
  for (int64_t i = 0; i < count; ++i)
    to[i] = from[i] * factor;
}
