// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Random numbers of one tensor: in go a seed and the tensor's name, out comes
// the same sequence on every machine and with every C++ library.
//
// The generator is std::mt19937_64 over std::seed_seq, both of which the C++
// standard gives bit by bit (its distributions it does not: none is used). The
// sequence is seeded with the low and the high 32 bits of the seed and then
// the bytes of the name, so tensors of one file are independent, and one keeps
// its numbers whatever stands beside it. Elements are drawn in row-major order.
#ifndef LIB_INITIALISE_RANDOM_H
#define LIB_INITIALISE_RANDOM_H

#include <cstdint>
#include <random>
#include <string_view>

namespace ssm::initialise {

class Random {
public:
  Random(uint64_t seed, std::string_view name);

  /// In [0, 1): the upper 53 bits of a draw, times 2^-53; exact.
  double uniform();
  /// In [low, high).
  double uniform(double low, double high);
  /// Mean 0, variance 1: sqrt(-2 log(1 - u)) cos(2 pi v) of two draws, u first
  /// (Box, Muller 1958). Exact up to the C library's log and cos.
  double normal();

private:
  std::mt19937_64 engine;
};

} // namespace ssm::initialise

#endif // LIB_INITIALISE_RANDOM_H
