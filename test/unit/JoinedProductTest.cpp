// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A product in the kernel of a recurrence, as the cost model sees it.

#include "lib/Schedule/JoinedProduct.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace ssm::schedule;

static Machine h100() { return *machineForTarget("sm_90a"); }

/// The selective scan in bf16 with 16 states: x, dt, z and y of every channel.
static KernelFacts selectiveScan(int64_t channels) {
  KernelFacts facts;
  facts.pattern = Pattern::Recurrence;
  facts.channels = channels;
  facts.states = 16;
  facts.streamBytes = 6;
  facts.elementBytes = 2;
  facts.bytesPerToken = 8.0 * channels + 64;
  facts.transcendentalsPerToken = 20.0 * channels;
  return facts;
}

/// The same with dt computed in it, a product of `inner` summands.
static KernelFacts joinedScan(int64_t channels, int64_t inner) {
  KernelFacts facts = selectiveScan(channels);
  facts.inner = inner;
  facts.joinsProduct = facts.halfFactors = true;
  facts.streamBytes = 4;
  facts.bytesPerToken = 6.0 * channels + 2.0 * inner + 64;
  return facts;
}

/// That product alone.
static KernelFacts product(int64_t channels, int64_t inner) {
  KernelFacts facts;
  facts.pattern = Pattern::Contraction;
  facts.channels = channels;
  facts.inner = inner;
  facts.halfFactors = true;
  facts.elementBytes = 2;
  facts.bytesPerToken = 2.0 * (channels + inner);
  facts.fmasPerToken = static_cast<double>(channels * inner);
  return facts;
}

static double expected(const KernelFacts &facts, const Shape &shape) {
  return predictSeconds(facts, h100(), shape,
                        chooseSchedule(facts, h100(), shape));
}

TEST(JoinedProduct, SchedulesFitTheMachine) {
  for (int64_t inner : {1, 48, 160, 1000}) {
    KernelFacts facts = joinedScan(5120, inner);
    for (const Choice &choice : enumerateChoices(facts, h100())) {
      bool held = lanesHoldWeights(facts, choice, h100().registers);
      int64_t bytes = joinedBytes(facts, choice, held) +
                      choice.stages * 4 * choice.time * choice.channels;
      EXPECT_LE(bytes, h100().sharedBytesPerBlock);
      EXPECT_LE(bytes * choice.blocks, h100().sharedBytes);
      int64_t registers = recurrenceRegisters(facts, choice) +
                          (held ? weightRegisters(facts, choice) : 0);
      EXPECT_LE(registers * 32 * choice.warps * choice.blocks,
                h100().registers);
    }
  }
}

TEST(JoinedProduct, NoScheduleHoldsALongRow) {
  EXPECT_TRUE(enumerateChoices(joinedScan(5120, 60000), h100()).empty());
}

TEST(JoinedProduct, LanesHoldWeightsWhereRegistersAreLeft) {
  KernelFacts facts = joinedScan(5120, 160);
  Choice choice;
  choice.time = 16;
  choice.channels = 64;
  choice.lanes = 2;
  choice.warps = 4;
  // Two rows of 80 pairs, four lanes a row.
  EXPECT_EQ(weightRegisters(facts, choice), 40);
  choice.blocks = 3; // 168 registers a lane
  EXPECT_TRUE(lanesHoldWeights(facts, choice, h100().registers));
  choice.blocks = 4; // 128
  EXPECT_FALSE(lanesHoldWeights(facts, choice, h100().registers));
  EXPECT_EQ(joinedBytes(facts, choice, false) -
                joinedBytes(facts, choice, true),
            64 * 336);
}

TEST(JoinedProduct, ChannelsShareTheRowsTheyRead) {
  Shape shape{8, 2048};
  KernelFacts facts = joinedScan(5120, 160);
  Choice narrow, wide;
  narrow.channels = 16;
  wide.channels = 64;
  EXPECT_DOUBLE_EQ(joinedCacheSeconds(facts, h100(), shape, narrow),
                   4 * joinedCacheSeconds(facts, h100(), shape, wide));
  // A warp's own copy of 160 numbers a token is more than all else it reads.
  EXPECT_GE(chooseSchedule(facts, h100(), shape).channels, 64);
}

TEST(JoinedProduct, PaysWhereItIsThin) {
  Shape shape{8, 2048};
  // On an H100: 222 us beside 171 + 25 with 48, 741 beside 575 + 89 with 160.
  struct Thin {
    int64_t channels, inner;
    bool pays;
  };
  for (auto [channels, inner, pays] :
       {Thin{1536, 8, true}, Thin{1536, 48, false}, Thin{5120, 160, false}}) {
    double together = expected(joinedScan(channels, inner), shape);
    double apart = expected(selectiveScan(channels), shape) +
                   expected(product(channels, inner), shape);
    EXPECT_EQ(together < apart, pays)
        << inner << ": " << 1e6 * together << " us, apart " << 1e6 * apart;
  }
  KernelFacts wide = joinedScan(5120, 160);
  wide.halfFactors = false;
  EXPECT_GT(expected(wide, shape), 1.5 * expected(selectiveScan(5120), shape));
}

/// A product of `outputs` sums over a window of `inner` channels, whose result
/// others read too.
static KernelFacts productOfWindow(int64_t outputs, int64_t inner) {
  KernelFacts facts = product(outputs, inner);
  facts.computesFactor = true;
  facts.opsPerElement = 25;
  facts.transcendentalsPerToken = 2.0 * inner;
  facts.bytesPerToken = 4.0 * inner + 2.0 * outputs;
  return facts;
}

TEST(ProductOfWindow, OneCellHasAllOutputs) {
  for (int64_t outputs : {1, 80, 192, 512})
    for (const Choice &choice :
         enumerateChoices(productOfWindow(outputs, 5120), h100())) {
      EXPECT_EQ(choice.channels, outputs);
      EXPECT_GE(choice.blocks, 1);
    }
  EXPECT_FALSE(enumerateChoices(productOfWindow(192, 5120), h100()).empty());
  EXPECT_TRUE(enumerateChoices(productOfWindow(2048, 5120), h100()).empty());
}

TEST(ProductOfWindow, TakesLongerThanApartAsMeasured) {
  KernelFacts window;
  window.channels = 5120;
  window.elementBytes = 2;
  window.bytesPerToken = 4.0 * 5120;
  auto apart = [&](const Shape &shape) {
    return expected(window, shape) + expected(product(192, 5120), shape);
  };
  KernelFacts facts = productOfWindow(192, 5120);
  // On an H100: 347 us beside 121 + 70.
  EXPECT_GT(expected(facts, {8, 2048}), 1.5 * apart({8, 2048}));
  EXPECT_GT(expected(facts, {1, 256}), apart({1, 256}));
  facts.halfFactors = false;
  EXPECT_GT(expected(facts, {8, 2048}), apart({8, 2048}));
}
