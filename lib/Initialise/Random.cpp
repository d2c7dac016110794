// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The standard's engine, and distributions written out.
#include "Random.h"

#include <cmath>
#include <vector>

namespace ssm::initialise {
namespace {

std::mt19937_64 engineFor(uint64_t seed, std::string_view name) {
  std::vector<uint32_t> words = {uint32_t(seed), uint32_t(seed >> 32)};
  for (char byte : name)
    words.push_back(uint8_t(byte));
  std::seed_seq sequence(words.begin(), words.end());
  return std::mt19937_64(sequence);
}

} // namespace

Random::Random(uint64_t seed, std::string_view name)
    : engine(engineFor(seed, name)) {}

double Random::uniform() { return std::ldexp(double(engine() >> 11), -53); }

double Random::uniform(double low, double high) {
  return low + (high - low) * uniform();
}

double Random::normal() {
  double radius = std::sqrt(-2 * std::log1p(-uniform()));
  return radius * std::cos(2 * std::acos(-1.0) * uniform());
}

} // namespace ssm::initialise
