// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The cost model of products by warpgroups beside what an H100 took.

#include "lib/Schedule/Contraction.h"

#include "RankCorrelation.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <fstream>
#include <map>
#include <sstream>
#include <string>

using namespace ssm::schedule;

namespace {
struct Timing {
  Choice choice;
  double microseconds;
};

struct Product {
  KernelFacts facts;
  Shape shape;
  std::vector<Timing> timings;
};
} // namespace

static Machine h100() { return *machineForTarget("sm_90a"); }

static KernelFacts product(int64_t inner, int64_t outputs) {
  KernelFacts facts;
  facts.pattern = Pattern::Contraction;
  facts.channels = outputs;
  facts.inner = inner;
  facts.elementBytes = 2;
  facts.halfFactors = facts.hasFlatTokens = facts.factorsInUnits = true;
  facts.bytesPerToken = 2.0 * static_cast<double>(inner + outputs);
  facts.fmasPerToken =
      static_cast<double>(inner) * static_cast<double>(outputs);
  return facts;
}

/// The rows of product-timings.csv by their product. The blocks that fit a
/// multiprocessor are the model's. Up to eight tokens the model counts what
/// clusters cost where kernels start early, which a kernel alone does not show.
static std::map<std::string, Product> readTimings() {
  std::map<std::string, Product> products;
  std::ifstream file(SSM_PRODUCT_TIMINGS);
  for (std::string line; std::getline(file, line);) {
    if (line.empty() || !isdigit(line[0]))
      continue;
    std::istringstream cells(line);
    std::array<int64_t, 10> at = {};
    for (int64_t &cell : at) {
      std::string text;
      std::getline(cells, text, ',');
      cell = std::stoll(text);
    }
    auto [tokens, inner, outputs, time, channels, tile, stages, warps, cluster,
          group] = at;
    Timing timing;
    cells >> timing.microseconds;
    timing.choice.warpgroups = true;
    timing.choice.time = time;
    timing.choice.channels = channels;
    timing.choice.inner = tile;
    timing.choice.stages = stages;
    timing.choice.warps = warps;
    timing.choice.cluster = cluster;
    timing.choice.group = group;
    timing.choice.blocks =
        warpgroupBlocks(product(inner, outputs), h100(), timing.choice);
    if (tokens <= kThinTokens)
      continue;
    Product &entry = products[line.substr(
        0, line.find(',', line.find(',', line.find(',') + 1) + 1))];
    entry.facts = product(inner, outputs);
    entry.shape = {1, tokens};
    entry.timings.push_back(timing);
  }
  return products;
}

TEST(ProductTimings, TheModelChoosesAmongTheFastest) {
  auto products = readTimings();
  ASSERT_GE(products.size(), 18u);
  for (auto &[name, entry] : products) {
    auto faster = [](const Timing &a, const Timing &b) {
      return a.microseconds < b.microseconds;
    };
    double best =
        std::min_element(entry.timings.begin(), entry.timings.end(), faster)
            ->microseconds;
    auto predicted = [&, &entry = entry](const Timing &timing) {
      return predictSeconds(entry.facts, h100(), entry.shape, timing.choice);
    };
    const Timing &chosen =
        *std::min_element(entry.timings.begin(), entry.timings.end(),
                          [&](const Timing &a, const Timing &b) {
                            return predicted(a) < predicted(b);
                          });
    EXPECT_LE(chosen.microseconds, 1.15 * best) << name;
  }
}

TEST(ProductTimings, TheModelOrdersSchedulesAsMeasured) {
  double sum = 0;
  auto products = readTimings();
  for (auto &[name, entry] : products) {
    std::vector<double> predicted, measured;
    for (const Timing &timing : entry.timings) {
      predicted.push_back(
          predictSeconds(entry.facts, h100(), entry.shape, timing.choice));
      measured.push_back(timing.microseconds);
    }
    sum += ssm::test::rankCorrelation(predicted, measured);
  }
  EXPECT_GE(sum / static_cast<double>(products.size()), 0.75);
}

TEST(ProductTimings, ManyTokensAreWithinAQuarter) {
  for (auto &[name, entry] : readTimings()) {
    if (entry.shape.length <= 1024)
      continue;
    for (const Timing &timing : entry.timings) {
      double seconds =
          predictSeconds(entry.facts, h100(), entry.shape, timing.choice);
      EXPECT_NEAR(1e6 * seconds / timing.microseconds, 1, 0.25)
          << name << " " << timing.choice.time << " " << timing.choice.channels;
    }
  }
}

TEST(ProductTimings, FewTokensAreAWarpsAndManyAWarpgroups) {
  KernelFacts facts = product(2560, 5120);
  EXPECT_FALSE(chooseSchedule(facts, h100(), {1, 1}).warpgroups);
  for (int64_t tokens : {9, 64, 512, 16384}) {
    Choice choice = chooseSchedule(facts, h100(), {1, tokens});
    EXPECT_TRUE(choice.warpgroups) << tokens;
    EXPECT_GE(choice.blocks, 1) << tokens;
  }
  facts.factorsInUnits = false;
  EXPECT_FALSE(chooseSchedule(facts, h100(), {1, 512}).warpgroups);
  EXPECT_FALSE(
      chooseSchedule(product(2560, 192), *machineForTarget("sm_80"), {1, 512})
          .warpgroups);
}
