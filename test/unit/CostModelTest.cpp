// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The cost model: legal choices, known floors, and the orderings that
// measurements gave.

#include "lib/Schedule/CostModel.h"

#include <gtest/gtest.h>

using namespace ssm::schedule;

/// The selective scan in bf16: x, dt, z and y of every channel, B and C once.
static KernelFacts selectiveScan(int64_t channels, int64_t states) {
  KernelFacts facts;
  facts.pattern = Pattern::Recurrence;
  facts.channels = channels;
  facts.states = states;
  facts.streamBytes = 6;
  facts.elementBytes = 2;
  facts.bytesPerToken = 8.0 * channels + 4.0 * states;
  facts.transcendentalsPerToken = static_cast<double>(channels) * (states + 4);
  return facts;
}

static Machine h100() { return *machineForTarget("sm_90a"); }

TEST(CostModel, FloorOfTheSelectiveScan) {
  // 8 x 2048 tokens, 5120 channels, 20 transcendentals each, at 4.15 T/s.
  double seconds =
      floorSeconds(selectiveScan(5120, 16), h100(), Shape{8, 2048});
  EXPECT_NEAR(seconds * 1e6, 8.0 * 2048 * 5120 * 20 / 4.15e6, 0.1);
}

TEST(CostModel, NoPredictionBelowTheFloor) {
  for (int64_t channels : {33, 1536, 5120})
    for (int64_t states : {1, 5, 16, 100, 256}) {
      KernelFacts facts = selectiveScan(channels, states);
      Shape shape{2, 700};
      for (const Choice &choice : enumerateChoices(facts, h100()))
        EXPECT_GE(predictSeconds(facts, h100(), shape, choice),
                  floorSeconds(facts, h100(), shape));
    }
}

TEST(CostModel, EveryChoiceIsLegal) {
  for (int64_t states : {1, 2, 5, 16, 64, 100, 127, 256}) {
    auto choices = enumerateChoices(selectiveScan(5120, states), h100());
    ASSERT_FALSE(choices.empty()) << states << " states";
    for (const Choice &choice : choices) {
      EXPECT_EQ(choice.lanes * choice.channels, 32 * choice.warps);
      EXPECT_EQ(choice.warpOwns, choice.warps == 1);
      EXPECT_LE(choice.lanes, states);
      EXPECT_EQ(choice.time % choice.lanes, 0);
      EXPECT_GE(choice.blocks, 1);
    }
  }
}

TEST(CostModel, ManyChannelsShareFewLanes) {
  Choice wide = chooseSchedule(selectiveScan(5120, 16), h100(), {8, 2048});
  EXPECT_EQ(wide.lanes, 2);
  EXPECT_TRUE(wide.warpOwns);
}

TEST(CostModel, FewCellsShareMoreLanes) {
  Choice wide = chooseSchedule(selectiveScan(5120, 16), h100(), {8, 2048});
  Choice narrow = chooseSchedule(selectiveScan(1536, 16), h100(), {1, 2048});
  EXPECT_GT(narrow.lanes, wide.lanes);
}

TEST(CostModel, LongerTakesLonger) {
  KernelFacts facts = selectiveScan(5120, 16);
  Choice choice = chooseSchedule(facts, h100(), {8, 2048});
  EXPECT_GT(predictSeconds(facts, h100(), {8, 4096}, choice),
            1.5 * predictSeconds(facts, h100(), {8, 2048}, choice));
}

TEST(CostModel, VectorsOnACPU) {
  Machine cpu = *machineForTarget("cpu");
  KernelFacts facts = selectiveScan(1536, 16);
  EXPECT_EQ(chooseSchedule(facts, cpu, {1, 512}).channels, 16);
  facts.isDouble = true;
  EXPECT_EQ(chooseSchedule(facts, cpu, {1, 512}).channels, 8);
}

TEST(CostModel, UnknownTargetsAreUnknown) {
  EXPECT_FALSE(machineForTarget("sm_1"));
  EXPECT_FALSE(machineForTarget(""));
}
