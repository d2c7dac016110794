// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The cost model: legal choices, known floors, and the orderings that
// measurements gave.

#include "lib/Schedule/CostModel.h"
#include "lib/Schedule/Contraction.h"

#include "RankCorrelation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>

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

//===----------------------------------------------------------------------===//
// Matrix products
//===----------------------------------------------------------------------===//

/// A product of `inner` bf16 or f32 channels with weights for `channels`.
static KernelFacts product(int64_t inner, int64_t channels, bool half) {
  KernelFacts facts;
  facts.pattern = Pattern::Contraction;
  facts.channels = channels;
  facts.inner = inner;
  facts.halfFactors = half;
  facts.elementBytes = half ? 2 : 4;
  facts.bytesPerToken =
      static_cast<double>(facts.elementBytes * (inner + channels));
  facts.fmasPerToken = static_cast<double>(inner * channels);
  return facts;
}

static int64_t cellsOf(const KernelFacts &facts, Shape shape,
                       const Choice &choice) {
  auto tiles = [](int64_t size, int64_t tile) {
    return (size + tile - 1) / tile;
  };
  return shape.batch * tiles(shape.length, choice.time) *
         tiles(facts.channels, choice.channels);
}

TEST(CostModel, ProductsOnMatrixUnitsAreLegalOnEveryMachine) {
  for (const char *target : {"sm_80", "sm_90a", "sm_100a", "sm_120a"})
    for (const Choice &choice : enumerateChoices(product(2560, 10240, true),
                                                 *machineForTarget(target))) {
      // Whole fragments: 16 x 8 of the tile, 16 of the contracted axis.
      EXPECT_EQ(choice.time % 8, 0) << target;
      EXPECT_EQ(choice.channels % 8, 0) << target;
      EXPECT_EQ(choice.inner % 16, 0) << target;
      EXPECT_GE(choice.stages, 2) << target;
      EXPECT_GE(choice.blocks, 1) << target;
      EXPECT_LE(32 * choice.warps * choice.blocks, 2048) << target;
    }
}

TEST(CostModel, LargeProductsTakeWideTiles) {
  Choice choice = chooseSchedule(product(2560, 10240, true), h100(), {8, 2048});
  EXPECT_EQ(choice.time, 128);
  EXPECT_EQ(choice.channels, 128);
}

TEST(CostModel, SmallProductsOccupyTheMachine) {
  Shape shape{1, 512};
  KernelFacts facts = product(1536, 768, true);
  EXPECT_GE(cellsOf(facts, shape, chooseSchedule(facts, h100(), shape)),
            h100().processors / 2);
}

TEST(CostModel, OneTokenTakesShortTiles) {
  KernelFacts facts = product(2560, 10240, true);
  EXPECT_EQ(chooseSchedule(facts, h100(), {1, 1}).time, 8);
}

/// A product of 16-bit factors with 5120 outputs.
static KernelFacts thinProduct(int64_t inner) {
  KernelFacts facts;
  facts.pattern = Pattern::Contraction;
  facts.channels = 5120;
  facts.inner = inner;
  facts.elementBytes = 2;
  facts.halfFactors = facts.hasFlatTokens = true;
  facts.bytesPerToken = 2.0 * (5120.0 + static_cast<double>(inner));
  facts.fmasPerToken = 5120.0 * static_cast<double>(inner);
  return facts;
}

TEST(CostModel, WhatRunsBesideLeavesRoom) {
  KernelFacts facts = thinProduct(2560);
  auto chipShare = [](const Choice &choice) {
    int64_t cells = (5120 + choice.channels - 1) / choice.channels;
    int64_t together = std::min(choice.blocks, (cells + 131) / 132);
    return static_cast<double>(together * factorTileBytes(choice)) /
           static_cast<double>(h100().sharedBytes);
  };
  EXPECT_GT(chipShare(chooseSchedule(facts, h100(), Shape{1, 1})), 0.45);
  facts.runsBeside = true;
  EXPECT_LT(chipShare(chooseSchedule(facts, h100(), Shape{1, 1})), 0.5);
  EXPECT_LT(chipShare(chooseSchedule(facts, h100(), Shape{8, 1})), 0.5);
  // Many tokens are a library's, or wait for products rather than for memory.
  Choice many = chooseSchedule(facts, h100(), Shape{8, 2048});
  facts.runsBeside = false;
  EXPECT_EQ(many.channels,
            chooseSchedule(facts, h100(), Shape{8, 2048}).channels);
}

TEST(CostModel, SeveralTokensTakeFewerCells) {
  // Measured in a step of d_model 2560: 34.8 and 37.6 us with 16 and 32
  // channels at one token, 49.4 and 46.5 at eight.
  KernelFacts facts = thinProduct(2560);
  EXPECT_EQ(chooseSchedule(facts, h100(), Shape{1, 1}).channels, 16);
  EXPECT_EQ(chooseSchedule(facts, h100(), Shape{8, 1}).channels, 32);
}

TEST(CostModel, SharedRowsAreReadApartAndBySeldomCells) {
  // The last product of the same step, 2560 of 5120 elements: 46.5 us with
  // cells of 16 channels in step, 43.5 with clusters of four and 64 that begin
  // apart; at one token 34.7 and 36.1.
  KernelFacts facts = thinProduct(5120);
  facts.channels = 2560;
  Choice several = chooseSchedule(facts, h100(), Shape{8, 1});
  EXPECT_EQ(several.cluster, 4);
  EXPECT_EQ(several.channels, 64);
  EXPECT_TRUE(several.stagger);
  Choice one = chooseSchedule(facts, h100(), Shape{1, 1});
  EXPECT_EQ(one.cluster, 1);
  EXPECT_FALSE(one.stagger);
}

TEST(CostModel, FewRowsAreALibrarysWhereItIsFaster) {
  auto rows = [](int64_t channels, int64_t inner, int64_t tokens) {
    KernelFacts facts = thinProduct(inner);
    facts.channels = channels;
    Shape shape{1, tokens};
    return rowsForLibrary(facts, h100(), shape,
                          chooseSchedule(facts, h100(), shape));
  };
  // Measured at 64 tokens: 2.8 us for cuBLASLt's 4.2, 6.9 for 3.8, 8.8 for 4.3,
  // 45 for 21.
  EXPECT_EQ(rows(80, 1536, 64), 65);
  EXPECT_EQ(rows(192, 5120, 32), 33);
  EXPECT_LE(rows(192, 5120, 64), 9);
  EXPECT_LE(rows(5120, 160, 32), 9);
  EXPECT_EQ(rows(3072, 768, 64), 1);
  EXPECT_LE(rows(768, 1536, 64), 9);
  EXPECT_EQ(rows(10240, 2560, 64), 1);
  // One token reads weights and starts early; many are a library's.
  EXPECT_EQ(rows(10240, 2560, 1), 9);
  EXPECT_EQ(rows(2560, 5120, 8), 9);
  EXPECT_LE(rows(80, 1536, 512), 9);
  EXPECT_EQ(rows(10240, 2560, 16384), 1);
}

TEST(CostModel, OlderMachinesHaveNoClusters) {
  for (const Choice &choice :
       enumerateChoices(thinProduct(5120), *machineForTarget("sm_80")))
    EXPECT_EQ(choice.cluster, 1);
}

TEST(CostModel, OneTokenOfAShortRowTakesThinTiles) {
  for (int64_t inner : {48, 64, 96, 128, 160})
    EXPECT_EQ(chooseSchedule(thinProduct(inner), h100(), Shape{1, 1}).time, 8)
        << inner;
}

TEST(CostModel, OneStageTakesFiniteTime) {
  Choice choice = chooseSchedule(thinProduct(2560), h100(), Shape{1, 1});
  choice.stages = 1;
  EXPECT_TRUE(std::isfinite(
      predictSeconds(thinProduct(2560), h100(), Shape{1, 1}, choice)));
}

TEST(CostModel, NoMoreStagesThanTiles) {
  for (int64_t inner : {16, 96, 160, 250, 2560})
    for (const Choice &choice : enumerateChoices(thinProduct(inner), h100()))
      EXPECT_LE(choice.stages, (inner + choice.inner - 1) / choice.inner + 1);
}

TEST(CostModel, WideFactorsAreLeftToTheLanes) {
  KernelFacts facts = product(2560, 10240, false);
  for (const Choice &choice : enumerateChoices(facts, h100()))
    EXPECT_LE(choice.time * choice.channels / (32 * choice.warps), 16);
  EXPECT_GT(floorSeconds(facts, h100(), {8, 2048}),
            4 * floorSeconds(product(2560, 10240, true), h100(), {8, 2048}));
}

TEST(CostModel, EveryValueOfAStateTakesRegisters) {
  KernelFacts real, complex;
  real.pattern = complex.pattern = Pattern::Recurrence;
  real.states = complex.states = 16;
  complex.valuesPerState = 2;
  Choice choice;
  choice.lanes = 4;
  EXPECT_EQ(recurrenceRegisters(complex, choice),
            recurrenceRegisters(real, choice) + 3 * 4);
}

TEST(CostModel, VectorsOnACPU) {
  Machine cpu = *machineForTarget("cpu");
  KernelFacts facts = selectiveScan(16, 8);
  EXPECT_EQ(chooseSchedule(facts, cpu, {1, 512}).channels, 16);
  facts.isDouble = true;
  EXPECT_EQ(chooseSchedule(facts, cpu, {1, 512}).channels, 8);
}

TEST(CostModel, RowsOnACPU) {
  Machine cpu = *machineForTarget("cpu");
  // Equal parts of whole vectors, as many for each of two cores.
  EXPECT_EQ(chooseSchedule(selectiveScan(5120, 16), cpu, {1, 512}).channels,
            640);
  EXPECT_EQ(chooseSchedule(selectiveScan(1536, 16), cpu, {1, 512}).channels,
            384);
  EXPECT_EQ(chooseSchedule(selectiveScan(64, 16), cpu, {1, 512}).channels, 32);
  EXPECT_EQ(chooseSchedule(selectiveScan(32, 16), cpu, {1, 512}).channels, 16);
  // More cores take narrower parts of what there is.
  Machine large = cpu;
  large.processors = 8;
  EXPECT_EQ(chooseSchedule(selectiveScan(5120, 16), large, {1, 512}).channels,
            640);
  large.processors = 64;
  EXPECT_EQ(chooseSchedule(selectiveScan(5120, 16), large, {1, 512}).channels,
            80);
  // A step fills no tile.
  EXPECT_EQ(chooseSchedule(selectiveScan(5120, 16), cpu, {64, 1}).channels, 16);
  // Blocks of states, where registers do not hold all, walk a longer tile.
  Choice many = chooseSchedule(selectiveScan(5120, 64), cpu, {1, 512});
  EXPECT_EQ(many.channels, 640);
  EXPECT_EQ(many.time, 32);
  // Few states: four vectors side by side, or what there is for each core.
  EXPECT_EQ(chooseSchedule(selectiveScan(5120, 4), cpu, {1, 512}).channels, 64);
  EXPECT_EQ(chooseSchedule(selectiveScan(5120, 5), cpu, {1, 512}).channels,
            640);
  EXPECT_EQ(chooseSchedule(selectiveScan(64, 1), cpu, {1, 512}).channels, 32);
  // No tile of rows divides the tokens between states that are results.
  KernelFacts trace = selectiveScan(5120, 16);
  trace.statePeriod = 24;
  EXPECT_EQ(chooseSchedule(trace, cpu, {1, 512}).channels, 16);
  EXPECT_EQ(chooseSchedule(trace, cpu, {1, 512}).time, 24);
}

TEST(CostModel, UnknownTargetsAreUnknown) {
  EXPECT_FALSE(machineForTarget("sm_1"));
  EXPECT_FALSE(machineForTarget(""));
}

//===----------------------------------------------------------------------===//
// Against measured times
//===----------------------------------------------------------------------===//

namespace {
struct Timing {
  Choice choice;
  double seconds;
};

/// Everything of a row that is not the schedule.
struct Measured {
  KernelFacts facts;
  Shape shape;
  std::vector<Timing> timings;
};
} // namespace

/// The rows of scan-timings.csv by the shape they belong to.
static std::map<std::string, Measured> readTimings() {
  std::map<std::string, Measured> shapes;
  std::ifstream file(SSM_SCAN_TIMINGS);
  std::string line;
  while (std::getline(file, line)) {
    if (line.empty() || !isdigit(line[0]))
      continue;
    std::istringstream fields(line);
    std::vector<std::string> cells;
    for (std::string cell; std::getline(fields, cell, ',');)
      cells.push_back(cell);
    auto number = [&](int i) { return std::stoll(cells[i]); };
    std::string key = cells[0] + "x" + cells[1] + "x" + cells[2] + "x" +
                      cells[3] + " " + cells[4];
    Measured &measured = shapes[key];
    measured.facts = selectiveScan(number(1), number(3));
    if (cells[4] == "f32") {
      measured.facts.elementBytes = 4;
      measured.facts.streamBytes *= 2;
      measured.facts.bytesPerToken *= 2;
    }
    measured.shape = {number(0), number(2)};
    Timing timing;
    timing.choice.lanes = number(5);
    timing.choice.warps = number(6);
    timing.choice.warpOwns = number(6) == 1;
    timing.choice.channels = 32 * number(6) / number(5);
    timing.choice.time = number(7);
    timing.choice.stages = number(8);
    timing.choice.blocks = number(9);
    timing.choice.segments = number(10);
    timing.seconds = 1e-6 * std::stod(cells[11]);
    measured.timings.push_back(timing);
  }
  return shapes;
}

TEST(CostModel, OrdersSchedulesAsMeasured) {
  auto shapes = readTimings();
  ASSERT_GE(shapes.size(), 9u);
  double sum = 0;
  for (auto &[name, measured] : shapes) {
    std::vector<double> predicted, seconds;
    for (const Timing &timing : measured.timings) {
      predicted.push_back(predictSeconds(measured.facts, h100(), measured.shape,
                                         timing.choice));
      seconds.push_back(timing.seconds);
    }
    double correlation = ssm::test::rankCorrelation(predicted, seconds);
    RecordProperty(name, std::to_string(correlation));
    printf("%-28s %3zu schedules, rank correlation %.2f\n", name.c_str(),
           seconds.size(), correlation);
    sum += correlation;
    EXPECT_GE(correlation, 0.4) << name;
  }
  // Most schedules 45 % slower than the best are not in the table: those that
  // are easy to order.
  EXPECT_GE(sum / static_cast<double>(shapes.size()), 0.75);
}

TEST(CostModel, ChoosesNearTheBestMeasured) {
  for (auto &[name, measured] : readTimings()) {
    Choice choice = chooseSchedule(measured.facts, h100(), measured.shape);
    double best = INFINITY, chosen = INFINITY;
    for (const Timing &timing : measured.timings) {
      best = std::min(best, timing.seconds);
      const Choice &other = timing.choice;
      if (other.lanes == choice.lanes && other.warps == choice.warps &&
          other.time == choice.time && other.stages == choice.stages &&
          other.segments == choice.segments)
        chosen = std::min(chosen, timing.seconds);
    }
    printf("%-28s lanes %d, warps %d, time %d, blocks %d, segments %d: %.0f "
           "us, best %.0f us\n",
           name.c_str(), int(choice.lanes), int(choice.warps), int(choice.time),
           int(choice.blocks), int(choice.segments), 1e6 * chosen, 1e6 * best);
    EXPECT_LE(chosen, 1.1 * best) << name << ", or not measured";
  }
}
