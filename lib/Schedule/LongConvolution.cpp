// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Bytes of the passes over padded tensors on a GPU, operations of transforms on
// a CPU, multiply-adds of the direct sum on both.

#include "lib/Schedule/LongConvolution.h"

#include <algorithm>
#include <cmath>

using namespace ssm::schedule;

/// Bytes that a GPU moves for one column of `length` tokens, padded to twice as
/// many: cleared, copied, transformed, multiplied, transformed back, copied.
static double columnBytes(double length) {
  constexpr double kElement = 4, kOnePass = 8192;
  double padded = 2 * length;
  double passes = padded > kOnePass ? 2 : 1;
  double transform = passes * 2 * kElement * padded;
  double clear = kElement * padded, copies = 4 * kElement * length;
  double product = 2 * kElement * padded;
  return clear + copies + 2 * transform + product;
}

/// Operations of two real transforms of twice the length, and of their product.
static double columnFlops(double length) {
  double padded = std::max(2.0, 2 * length);
  return 5 * padded * std::log2(padded) + 3 * padded;
}

double ssm::schedule::transformSeconds(int64_t channels, const Machine &machine,
                                       const Shape &shape) {
  double batch = static_cast<double>(shape.batch);
  double columns = (batch + 1) * static_cast<double>(channels);
  double length = static_cast<double>(shape.length);
  // For the kernel of the convolution, and for each sequence.
  constexpr double kCalls = 4, kCallsPerSequence = 5;
  // What transforms in strides reach of a copy's rate: 0.22 to 0.34 on an H100.
  constexpr double kShare = 0.25;
  if (machine.isGPU)
    return columns * columnBytes(length) /
               (kShare * machine.memoryBytesPerSecond) +
           (kCalls + kCallsPerSequence * batch) * machine.launchSeconds;
  return columns * columnFlops(length) / machine.transformFlopsPerSecond;
}

double ssm::schedule::directSeconds(int64_t channels, const Machine &machine,
                                    const Shape &shape) {
  // What a sum that reads its factors from a cache reaches of the lanes' rate.
  constexpr double kShare = 0.25;
  double length = static_cast<double>(shape.length);
  double sums = static_cast<double>(shape.batch * channels) * length * length;
  return sums / (kShare * machine.fmasPerSecond) + machine.launchSeconds;
}

int64_t ssm::schedule::directBelow(int64_t channels, const Machine &machine,
                                   int64_t batch) {
  constexpr int64_t kLongest = int64_t(1) << 16;
  int64_t length = 1;
  while (length < kLongest &&
         directSeconds(channels, machine, {batch, length}) <
             transformSeconds(channels, machine, {batch, length}))
    length *= 2;
  return length;
}
