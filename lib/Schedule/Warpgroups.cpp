// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Matrix products whose factors warpgroups read from on-chip memory. What a
// block does for one tile follows one another: it starts the copies of a tile
// to come, multiplies, and waits for both. Blocks that share a multiprocessor,
// and all that share the cache, wait for each other's copies. The constants
// were fitted to 123 timings on an H100 (test/unit/product-timings.csv).

#include "lib/Schedule/Contraction.h"

#include <algorithm>

using namespace ssm::schedule;

/// Bytes a cycle that one multiprocessor copies while the others do not, and
/// that a block sends to the first of its cluster.
static constexpr double kLocalPerCycle = 52, kSentPerCycle = 23;

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

namespace {
/// What a block copies, in bytes.
struct Traffic {
  int64_t tiles; // of the contracted axis
  double tile;   // of both factors
  double sums;   // of a cluster's other blocks, to the first
  double result;
};
} // namespace

static Traffic trafficOf(const KernelFacts &kernel, const Choice &choice) {
  int64_t area = choice.time * choice.channels;
  return {
      ceilDiv(ceilDiv(kernel.inner, choice.inner), choice.cluster),
      2.0 * static_cast<double>(choice.inner * (choice.time + choice.channels)),
      4.0 * static_cast<double>((choice.cluster - 1) * area),
      2.0 * static_cast<double>(area)};
}

/// A lane holds its sums, what addresses take, and what is added to sums.
int64_t ssm::schedule::warpgroupBlocks(const KernelFacts &kernel,
                                       const Machine &machine,
                                       const Choice &choice) {
  constexpr int64_t kSystemBytes = 1024, kAddresses = 32, kAdded = 16,
                    kMostPerLane = 255, kMostBlocks = 8;
  int64_t area = choice.time * choice.channels;
  int64_t bytes =
      choice.stages * 2 * choice.inner * (choice.time + choice.channels) +
      (choice.cluster - 1) * 4 * area + kSystemBytes;
  int64_t other = kAddresses + (kernel.changesSums ? kAdded : 0);
  int64_t registers = ceilDiv(area / (32 * choice.warps) + other, 8) * 8;
  if (registers > kMostPerLane)
    return 0;
  return std::min({machine.registers / (32 * choice.warps * registers),
                   machine.sharedBytes / bytes, machine.maxWarps / choice.warps,
                   kMostBlocks});
}

bool ssm::schedule::takesWarpgroups(const KernelFacts &kernel,
                                    const Machine &machine) {
  return kernel.pattern == Pattern::Contraction && machine.hasWarpgroups &&
         kernel.halfFactors && kernel.factorsInUnits && !kernel.computesFactor;
}

void ssm::schedule::addWarpgroups(const KernelFacts &kernel,
                                  const Machine &machine,
                                  std::vector<Choice> &choices) {
  constexpr int64_t kInner = 64;
  if (!takesWarpgroups(kernel, machine))
    return;
  auto add = [&](int64_t time, int64_t channels, int64_t inner, int64_t stages,
                 int64_t warps, int64_t cluster = 1, int64_t group = 1) {
    Choice choice;
    choice.warpgroups = true;
    choice.time = time;
    choice.channels = channels;
    choice.inner = inner;
    choice.warps = warps;
    choice.cluster = cluster;
    choice.group = group;
    int64_t tiles = trafficOf(kernel, choice).tiles;
    // No more tiles are ever ahead than there are.
    choice.stages = std::min(stages, tiles + 1);
    choice.blocks = warpgroupBlocks(kernel, machine, choice);
    bool sharesNothing = cluster > 1 && cluster > ceilDiv(kernel.inner, inner);
    if (choice.blocks > 0 && !sharesNothing)
      choices.push_back(choice);
  };
  // Groups of as many rows of cells as there are columns under way at once.
  constexpr int64_t kGroup = 16;
  add(128, 192, kInner, 2, 8, 1, kGroup);
  add(128, 128, kInner, 3, 8, 1, kGroup);
  add(64, 192, kInner, 3, 4, 1, kGroup);
  add(128, 64, kInner, 4, 8, 1, kGroup);
  add(64, 128, kInner, 4, 4);
  add(64, 96, kInner, 5, 4);
  add(64, 64, 2 * kInner, 3, 4);
  add(64, 64, kInner, 6, 4);
  // Few tokens: clusters give all multiprocessors a part of the weights.
  for (int64_t cluster = 1; cluster <= machine.largestCluster; cluster *= 2) {
    add(64, 128, kInner, 4, 4, cluster);
    if (cluster > 1)
      add(64, 64, 2 * kInner, 3, 4, cluster);
    add(64, 32, 2 * kInner, 4, 4, cluster);
    add(64, 16, 2 * kInner, 4, 4, cluster);
    for (int64_t time : {32, 16, 8})
      add(time, 64, 2 * kInner, 4, 4, cluster);
  }
}

bool ssm::schedule::isForTokens(const KernelFacts &kernel,
                                const Machine &machine, const Shape &shape,
                                const Choice &choice) {
  return !takesWarpgroups(kernel, machine) || choice.warpgroups ||
         shape.batch * shape.length <= kThinTokens;
}

/// Cycles of a block that has a multiprocessor for itself.
static double cyclesAlone(const KernelFacts &kernel, const Shape &shape,
                          const Choice &choice) {
  // 2048 by the data sheet, at a clock that long products do not keep.
  constexpr double kProductsPerCycle = 1740, kIssuedPerCycle = 128,
                   kPerTile = 190, kStart = 2340, kStoredPerCycle = 400,
                   kMeet = 190;
  // Until the first bytes come: from the cache, or where there are more tokens
  // than it holds, from memory.
  constexpr double kCacheLatency = 820, kMemoryLatency = 1680, kCached = 25e6;
  Traffic traffic = trafficOf(kernel, choice);
  double products =
      static_cast<double>(choice.time * choice.channels * choice.inner);
  double rows =
      2.0 * static_cast<double>(shape.batch * shape.length * kernel.inner);
  double latency = rows > kCached ? kMemoryLatency : kCacheLatency;
  double ahead = std::max<double>(1, static_cast<double>(choice.stages - 1));
  double tile = std::max(traffic.tile / kIssuedPerCycle +
                             products / kProductsPerCycle + kPerTile,
                         (latency + traffic.tile / kLocalPerCycle) / ahead);
  double cycles = kStart + static_cast<double>(traffic.tiles) * tile +
                  traffic.result / kStoredPerCycle;
  if (choice.cluster > 1)
    cycles += traffic.sums / kSentPerCycle + kMeet;
  return cycles;
}

double ssm::schedule::warpgroupSeconds(const KernelFacts &kernel,
                                       const Machine &machine,
                                       const Shape &shape,
                                       const Choice &choice) {
  constexpr double kAllPerCycle = 37, kWrittenPerCycle = 13.2, kRoom = 1600,
                   kBlock = 600, kExposed = 0.1;
  Traffic traffic = trafficOf(kernel, choice);
  int64_t all = shape.batch * ceilDiv(shape.length, choice.time) *
                ceilDiv(kernel.channels, choice.channels) * choice.cluster;
  double copied = static_cast<double>(traffic.tiles) * traffic.tile;
  double local = copied / kLocalPerCycle + traffic.sums / kSentPerCycle +
                 (choice.cluster > 1 ? kRoom : 0);
  double shared =
      copied / kAllPerCycle +
      traffic.result / kWrittenPerCycle / static_cast<double>(choice.cluster);
  double alone = cyclesAlone(kernel, shape, choice);
  auto together = [&](int64_t blocks) {
    auto most = static_cast<double>(ceilDiv(blocks, machine.processors));
    return std::max({alone + kBlock * (most - 1), most * local,
                     static_cast<double>(blocks) * shared /
                         static_cast<double>(machine.processors)});
  };
  int64_t wave = machine.processors * std::max<int64_t>(1, choice.blocks);
  double cycles = static_cast<double>(all / wave) * together(wave);
  if (all % wave > 0)
    cycles += together(all % wave);
  double seconds = cycles / clockOf(machine);
  // With a few tokens kernels start early, to have their weights under way.
  bool isEarly = shape.batch * shape.length <= kThinTokens;
  double weights =
      isEarly ? weightSeconds(kernel, machine, choice, all)
              : 2.0 * static_cast<double>(kernel.channels * kernel.inner) /
                    machine.memoryBytesPerSecond;
  return std::max(seconds, weights) + kExposed * std::min(seconds, weights) +
         (isEarly ? clusterSeconds(machine, choice) : 0);
}
