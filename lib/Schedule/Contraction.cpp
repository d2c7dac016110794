// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Matrix products on a GPU: a cell adds tiles along the contracted axis into
// the registers of its lanes. What a multiprocessor spends on a cell is the
// longest of what its units are busy with: products, on-chip memory, and the
// cache it copies from.

#include "lib/Schedule/Contraction.h"

#include <algorithm>

using namespace ssm::schedule;

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

int64_t ssm::schedule::factorRowBytes(int64_t inner, int64_t elementBytes) {
  return (ceilDiv(inner * elementBytes, 16) | 1) * 16;
}

int64_t ssm::schedule::factorTileBytes(const Choice &choice) {
  constexpr int64_t kHalfBytes = 2;
  return choice.stages * (choice.time + choice.channels) *
         factorRowBytes(choice.inner, kHalfBytes);
}

WarpStep ssm::schedule::warpStep(const Choice &choice) {
  auto split = [&](int64_t rows, int64_t columns, bool channelsAreRows) {
    return WarpStep{ceilDiv(rows, 16 * choice.warps), ceilDiv(columns, 8),
                    channelsAreRows};
  };
  WarpStep time = split(choice.time, choice.channels, false);
  WarpStep channels = split(choice.channels, choice.time, true);
  return time.rowBlocks * time.columnBlocks <=
                 channels.rowBlocks * channels.columnBlocks
             ? time
             : channels;
}

/// A contracted axis that fits one tile.
static constexpr int64_t kShortAxis = 256;

/// What a multiprocessor copies from the cache.
static constexpr double kCacheBytesPerCycle = 24;

/// Tiles that one block of a cell's cluster walks.
static int64_t tilesOf(const KernelFacts &kernel, const Choice &choice) {
  return ceilDiv(ceilDiv(kernel.inner, choice.inner), choice.cluster);
}

/// Blocks of a launch.
static int64_t blocksOf(const KernelFacts &kernel, const Shape &shape,
                        const Choice &choice) {
  return shape.batch * ceilDiv(shape.length, choice.time) *
         ceilDiv(kernel.channels, choice.channels) * choice.cluster;
}

/// Groups of warps that take a part of the contracted elements each.
static int64_t groupsOf(const Choice &choice) {
  int64_t rows =
      warpStep(choice).channelsAreRows ? choice.channels : choice.time;
  int64_t groups = choice.warps / std::max<int64_t>(1, ceilDiv(rows, 16));
  while (groups > 1 && choice.inner % (16 * groups) != 0)
    groups /= 2;
  return std::max<int64_t>(1, groups);
}

/// Sums, the fragments of one step, and what copies and addresses take, or the
/// elements of a factor that is computed.
static int64_t registersPerLane(const KernelFacts &kernel,
                                const Choice &choice) {
  constexpr int64_t kOther = 60, kComputing = 140;
  WarpStep step = warpStep(choice);
  if (kernel.computesFactor)
    return 4 * step.rowBlocks * step.columnBlocks + kComputing;
  return 4 * step.rowBlocks * step.columnBlocks + 4 * step.rowBlocks +
         2 * step.columnBlocks + kOther;
}

static int64_t residentBlocks(const KernelFacts &kernel, const Machine &machine,
                              const Choice &choice) {
  constexpr int64_t kSystemBytes = 1024, kMostBlocks = 8, kMostPerLane = 255;
  int64_t bytes = factorTileBytes(choice) +
                  (choice.cluster - 1) * 4 * choice.time * choice.channels;
  int64_t registers = ceilDiv(registersPerLane(kernel, choice), 8) * 8;
  if (bytes > machine.sharedBytesPerBlock || registers > kMostPerLane + 1)
    return 0;
  return std::min({machine.registers / (32 * choice.warps * registers),
                   machine.sharedBytes / (bytes + kSystemBytes),
                   machine.maxWarps / choice.warps, kMostBlocks});
}

std::vector<Choice> ssm::schedule::contractionsOnGPU(const KernelFacts &kernel,
                                                     const Machine &machine) {
  std::vector<Choice> choices;
  auto add = [&](int64_t time, int64_t channels, int64_t inner, int64_t warps,
                 int64_t stages, int64_t cluster = 1) {
    Choice choice;
    choice.cluster = cluster;
    choice.time = time;
    choice.channels = channels;
    choice.inner = inner;
    choice.warps = warps;
    // No more tiles are ever ahead than there are.
    choice.stages = std::min(stages, tilesOf(kernel, choice) + 1);
    choice.blocks = residentBlocks(kernel, machine, choice);
    if (choice.blocks == 0)
      return;
    choices.push_back(choice);
    choice.stagger = time == kThinTokens && tilesOf(kernel, choice) > 1;
    if (choice.stagger)
      choices.push_back(choice);
  };
  constexpr int64_t kMostChannels = 512;
  if (!kernel.halfFactors) {
    Choice lanes;
    lanes.time = lanes.channels = 64;
    lanes.inner = 16;
    lanes.warps = 8;
    lanes.blocks = 2;
    if (kernel.computesFactor) {
      lanes.time = 32;
      lanes.channels = kernel.channels;
      lanes.blocks = 1;
      if (kernel.channels > kMostChannels)
        return {};
    }
    return {lanes};
  }
  if (kernel.computesFactor) {
    // All channels in one cell, which alone stores the factor of its tokens.
    int64_t channels = kernel.channels;
    if (channels > kMostChannels)
      return {};
    for (int64_t inner : {64, 32}) {
      add(128, channels, inner, 8, 2);
      add(64, channels, inner, 4, 2);
      add(32, channels, inner, 4, 2);
      add(16, channels, inner, 4, 2);
    }
    for (Choice &choice : choices)
      choice.rows = 4;
    return choices;
  }
  // Wide tiles read the factors least often; narrow ones are more cells.
  add(128, 128, 64, 4, 2);
  add(128, 64, 32, 4, 3);
  add(64, 64, 32, 4, 3);
  add(64, 32, 64, 4, 3);
  add(32, 32, 64, 2, 3);
  // Few tokens: the channels are the rows, and groups of warps share the
  // contracted elements, so that there are cells for all multiprocessors. Where
  // memory is all that counts, the first of these were the fastest: with all
  // blocks at once on the multiprocessors and as much as fits under way.
  if (kernel.inner <= kShortAxis && kernel.inner % 16 == 0)
    add(kThinTokens, 32, kernel.inner, 2, 2);
  add(kThinTokens, 16, 256, 4, 8);
  add(kThinTokens, 16, 256, 4, 3);
  add(kThinTokens, 16, 512, 8, 4);
  add(kThinTokens, 8, 1024, 8, 3);
  add(kThinTokens, 8, 512, 4, 4);
  add(kThinTokens, 32, 128, 2, 4);
  add(16, 64, 64, 4, 4);
  add(kThinTokens, 64, 64, 4, 4);
  // Wide tiles read the shared rows least often, and clusters give all
  // multiprocessors a part of them.
  for (int64_t cluster = 2; cluster <= machine.largestCluster; cluster *= 2) {
    if (kernel.inner <= kShortAxis)
      break;
    add(kThinTokens, 8, 512, 4, 4, cluster);
    add(kThinTokens, 16, 256, 4, 4, cluster);
    add(kThinTokens, 32, 256, 4, 4, cluster);
    add(kThinTokens, 64, 128, 4, 4, cluster);
    add(kThinTokens, 64, 256, 8, 3, cluster);
  }
  addWarpgroups(kernel, machine, choices);
  return choices;
}

bool ssm::schedule::leavesRoom(const KernelFacts &kernel,
                               const Machine &machine, const Shape &shape,
                               const Choice &choice) {
  int64_t tokens = shape.batch * shape.length;
  Shape together = {1, tokens};
  if (!machine.overlapsLaunches || !kernel.runsBeside || !kernel.halfFactors ||
      tokens > kThinTokens)
    return true;
  constexpr int64_t kSystemBytes = 1024;
  int64_t resident =
      std::min(choice.blocks,
               ceilDiv(blocksOf(kernel, together, choice), machine.processors));
  return 2 * resident * (factorTileBytes(choice) + kSystemBytes) <=
         machine.sharedBytes;
}

namespace {
/// Cycles of a multiprocessor.
struct CellCycles {
  double busy;  // its busiest unit, for one cell
  double alone; // from one end to the other of a cell that has it for itself
};
} // namespace

namespace {
/// Cycles of a multiprocessor for one tile of a factor.
struct FactorCycles {
  double slots;   // of its four schedulers
  double special; // of its unit for special functions
};
} // namespace

static FactorCycles factorCycles(const KernelFacts &kernel,
                                 const Choice &choice) {
  // Measured: what the lanes load of a window waits for itself.
  constexpr double kPerOp = 6;
  auto elements = static_cast<double>(choice.time * choice.inner);
  double special =
      kernel.transcendentalsPerToken / static_cast<double>(kernel.inner);
  return {elements * kernel.opsPerElement * kPerOp / 128,
          elements * special / 16};
}

static CellCycles cellCycles(const KernelFacts &kernel, const Choice &choice) {
  constexpr double kProductsPerCycle = 1024, kChipBytesPerCycle = 128,
                   kLatency = 1000, kPerTile = 150;
  auto warps = static_cast<double>(choice.warps);
  auto tiles = static_cast<double>(tilesOf(kernel, choice));
  auto steps = static_cast<double>(choice.inner) / 16 /
               static_cast<double>(groupsOf(choice));
  WarpStep step = warpStep(choice);
  auto rows = static_cast<double>(step.rowBlocks);
  auto columns = static_cast<double>(step.columnBlocks);
  double products = warps * steps * rows * columns * (16 * 8 * 16);
  double copied =
      2.0 * static_cast<double>((choice.time + choice.channels) * choice.inner);
  double fragments = warps * steps * (512 * rows + 256 * columns);
  double busy = std::max({products / kProductsPerCycle,
                          (fragments + copied) / kChipBytesPerCycle,
                          copied / kCacheBytesPerCycle});
  if (kernel.computesFactor) {
    FactorCycles factor = factorCycles(kernel, choice);
    busy = std::max({busy, factor.slots, factor.special});
    // A tile is read, computed and multiplied, one after the other.
    double part =
        std::max(factor.slots, factor.special) + products / kProductsPerCycle;
    return {tiles * busy, tiles * (kLatency + part + kPerTile)};
  }
  // With more stages than tiles all are under way from the start.
  double ahead = std::max<double>(1, static_cast<double>(choice.stages - 1));
  double apart = ahead < tiles ? kLatency / ahead : 0;
  return {tiles * busy, kLatency + tiles * std::max(busy + kPerTile, apart)};
}

double ssm::schedule::weightSeconds(const KernelFacts &kernel,
                                    const Machine &machine,
                                    const Choice &choice, int64_t blocks) {
  constexpr double kLoadedSeconds = 1.4e-6;
  double weights = 2.0 * static_cast<double>(kernel.channels * kernel.inner);
  int64_t resident = std::min(blocks, choice.blocks * machine.processors);
  int64_t tiles = std::max<int64_t>(1, choice.stages - 1);
  double ahead = 2.0 * static_cast<double>(resident * tiles * choice.channels *
                                           choice.inner);
  double whole = weights / machine.memoryBytesPerSecond;
  return ahead < weights ? std::max(whole, kLoadedSeconds * weights / ahead)
                         : whole;
}

/// Every cell reads the same few rows from the cache. Measured: one of them
/// comes beside the weights, and where cells do not ask for the same at once
/// some more.
static double sharedRowSeconds(const KernelFacts &kernel,
                               const Machine &machine, const Choice &choice,
                               int64_t cells, int64_t tokens) {
  constexpr double kBeside = 0.12, kBytesPerCycle = 16;
  double weights = 2.0 * static_cast<double>(kernel.channels * kernel.inner);
  double row = 2.0 * static_cast<double>(cells * kernel.inner);
  double beside = row + (choice.stagger ? kBeside * weights : 0);
  double rate = kBytesPerCycle * clockOf(machine) *
                static_cast<double>(machine.processors);
  return std::max(0.0, row * static_cast<double>(tokens) - beside) / rate;
}

double ssm::schedule::clusterSeconds(const Machine &machine,
                                     const Choice &choice) {
  constexpr double kExchange = 0.4e-6, kRoom = 0.25e-6;
  double start = choice.warpgroups ? 0.5e-6 : 1.3e-6;
  if (choice.cluster == 1)
    return 0;
  return machine.overlapsLaunches
             ? kExchange + start + kRoom * static_cast<double>(choice.cluster)
             : kExchange;
}

/// Whole waves of cells, then the rest, spread evenly.
double ssm::schedule::contractionSeconds(const KernelFacts &kernel,
                                         const Machine &machine,
                                         const Shape &shape,
                                         const Choice &choice) {
  if (choice.warpgroups)
    return warpgroupSeconds(kernel, machine, shape, choice);
  int64_t all = blocksOf(kernel, shape, choice);
  int64_t resident = std::max<int64_t>(1, choice.blocks);
  CellCycles cell = cellCycles(kernel, choice);
  auto together = [&](int64_t blocks) {
    return std::max(cell.alone, static_cast<double>(blocks) * cell.busy);
  };
  double cycles = static_cast<double>(all / (machine.processors * resident)) *
                  together(resident);
  if (int64_t rest = all % (machine.processors * resident))
    cycles += together(ceilDiv(rest, machine.processors));
  double clock = clockOf(machine);
  double weights = 2.0 * static_cast<double>(kernel.channels * kernel.inner);
  double seconds =
      std::max(cycles / clock, weights / machine.memoryBytesPerSecond);
  int64_t tokens = shape.batch * shape.length;
  if (tokens <= kThinTokens)
    seconds =
        std::max(seconds, weightSeconds(kernel, machine, choice, all)) +
        sharedRowSeconds(kernel, machine, choice, all / choice.cluster, tokens);
  return seconds + clusterSeconds(machine, choice);
}

/// A library's product of few rows. Measured with cuBLASLt, which walks the
/// contracted axis in one block.
static double librarySeconds(const KernelFacts &kernel,
                             const Machine &machine) {
  constexpr double kAlone = 2.7e-6, kPerElement = 0.8e-9, kBesideBytes = 2e-6;
  auto inner = static_cast<double>(kernel.inner);
  double weights = 2.0 * static_cast<double>(kernel.channels) * inner;
  return std::max(kAlone + kPerElement * inner,
                  kBesideBytes + weights / machine.memoryBytesPerSecond);
}

int64_t ssm::schedule::rowsForLibrary(const KernelFacts &kernel,
                                      const Machine &machine,
                                      const Shape &shape,
                                      const Choice &choice) {
  // The model is too fast for several cells of a multiprocessor, and for a
  // contracted axis of few elements. That of warpgroups is not, and their
  // kernels start before what is before them has ended, which no library's do.
  constexpr double kMargin = 0.8, kEarly = 1e-6;
  constexpr int64_t kFewTokens = 64;
  if (!kernel.halfFactors || kernel.computesFactor)
    return 1;
  int64_t tokens = shape.batch * shape.length;
  int64_t fewOnly = choice.time <= kThinTokens ? kThinTokens + 1 : 1;
  if (tokens <= kThinTokens)
    return choice.warpgroups ? kThinTokens + 1 : fewOnly;
  double own = predictSeconds(kernel, machine, shape, choice);
  double library = librarySeconds(kernel, machine);
  bool isFaster = choice.warpgroups
                      ? own < library + kEarly
                      : kernel.inner > kShortAxis && own < kMargin * library;
  // That of the library is of few rows: with more it takes longer.
  bool isKnown = choice.warpgroups || tokens <= kFewTokens;
  return isKnown && isFaster ? tokens + 1 : fewOnly;
}
