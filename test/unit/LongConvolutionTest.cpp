// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The two ways to convolve: how their expected times grow, and the length from
// which transforms are taken.
#include "lib/Schedule/LongConvolution.h"

#include <gtest/gtest.h>

using namespace ssm::schedule;

namespace {

const char *const targets[] = {"cpu", "sm_80", "sm_90a", "sm_100a", "sm_120a"};

TEST(LongConvolution, DirectSumGrowsWithTheSquare) {
  for (const char *target : targets) {
    Machine machine = *machineForTarget(target);
    double once = directSeconds(768, machine, {8, 4096});
    double twice = directSeconds(768, machine, {8, 8192});
    EXPECT_GT(twice, 3.5 * once) << target;
    EXPECT_LT(transformSeconds(768, machine, {8, 8192}),
              3 * transformSeconds(768, machine, {8, 4096}))
        << target;
  }
}

TEST(LongConvolution, ThresholdIsWhereTransformsAreNoSlower) {
  for (const char *target : targets)
    for (int64_t batch : {1, 8, 64})
      for (int64_t channels : {16, 768}) {
        Machine machine = *machineForTarget(target);
        int64_t tokens = directBelow(channels, machine, batch);
        EXPECT_GT(tokens, 1) << target;
        EXPECT_LT(tokens, int64_t(1) << 16) << target;
        EXPECT_GE(directSeconds(channels, machine, {batch, tokens}),
                  transformSeconds(channels, machine, {batch, tokens}));
        EXPECT_LT(directSeconds(channels, machine, {batch, tokens / 2}),
                  transformSeconds(channels, machine, {batch, tokens / 2}));
      }
}

TEST(LongConvolution, SequencesCostMoreThanTheKernel) {
  for (const char *target : targets) {
    Machine machine = *machineForTarget(target);
    double one = transformSeconds(768, machine, {1, 4096});
    double many = transformSeconds(768, machine, {9, 4096});
    EXPECT_GT(many, 4 * one) << target;
    EXPECT_LT(many, 9 * one) << target;
  }
}

} // namespace
