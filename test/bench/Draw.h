// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Seeded uniform numbers, each rounded to the type of the buffer it is for.
#ifndef TEST_BENCH_DRAW_H
#define TEST_BENCH_DRAW_H

#include "Reference.h"

#include <random>

namespace bench {

class Draw {
public:
  explicit Draw(Values &values) : values(values), generator(7) {}

  void operator()(const std::string &name, int64_t count, float low, float high,
                  ssm_dtype dtype) {
    std::uniform_real_distribution<float> uniform(low, high);
    std::vector<float> &drawn = values[name];
    for (int64_t i = 0; i < count; ++i)
      drawn.push_back(float(rounded(dtype, uniform(generator))));
  }

private:
  Values &values;
  std::mt19937 generator;
};

} // namespace bench

#endif // TEST_BENCH_DRAW_H
