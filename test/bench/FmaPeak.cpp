// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rate of float32 multiply-adds of one thread: chains that need nothing but
// registers, enough of them to hide the latency.

#include "Bench.h"

#include <algorithm>
#include <chrono>

namespace {
#ifdef __AVX512F__
constexpr int kBytes = 64;
#else
constexpr int kBytes = 32;
#endif
typedef float Vector __attribute__((vector_size(kBytes)));
} // namespace

/// The empty assembly keeps the compiler from joining or dropping steps.
static inline void step(Vector &chain, Vector a, Vector b) {
  chain = chain * a + b;
  asm volatile("" : "+x"(chain));
}

static double measureOnce() {
  constexpr int steps = 1000000, chains = 10;
  Vector a = {}, b = {};
  a += 0.999f;
  b += 0.001f;
  Vector c0 = b, c1 = b, c2 = b, c3 = b, c4 = b;
  Vector c5 = b, c6 = b, c7 = b, c8 = b, c9 = b;
  auto start = std::chrono::steady_clock::now();
  for (int i = 0; i < steps; ++i) {
    step(c0, a, b), step(c1, a, b), step(c2, a, b), step(c3, a, b);
    step(c4, a, b), step(c5, a, b), step(c6, a, b), step(c7, a, b);
    step(c8, a, b), step(c9, a, b);
  }
  std::chrono::duration<double, std::nano> took =
      std::chrono::steady_clock::now() - start;
  return double(steps) * chains * (kBytes / sizeof(float)) / took.count();
}

double bench::fmaPeak() {
  static const double peak = [] {
    double best = 0;
    for (int i = 0; i < 20; ++i)
      best = std::max(best, measureOnce());
    return best;
  }();
  return peak;
}
