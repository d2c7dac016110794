// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Enumeration of schedules and the time expected of each: whole waves of
// cells, the slower of memory and arithmetic inside them.

#include "lib/Schedule/Contraction.h"
#include "lib/Schedule/JoinedProduct.h"

#include <algorithm>
#include <cmath>

using namespace ssm::schedule;

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

int64_t ssm::schedule::recurrenceRegisters(const KernelFacts &kernel,
                                           const Choice &choice) {
  int64_t values = kernel.valuesPerState * ceilDiv(kernel.states, choice.lanes);
  return 64 + 3 * values + 4 * choice.time / choice.lanes;
}

/// On-chip bytes of one cell: staged inputs, widened rows, two values of the
/// recurrence per element, whose place the result takes unless two lanes leave
/// a part of it each.
static int64_t cellBytes(const KernelFacts &kernel, const Choice &choice) {
  int64_t tile = choice.time * choice.channels;
  int64_t values = choice.lanes == 2 ? 4 : 2;
  int64_t rows =
      choice.time * ceilDiv(kernel.states, choice.lanes) * choice.lanes;
  return choice.stages * (kernel.streamBytes * tile +
                          kernel.stateRows * kernel.elementBytes * rows) +
         4 * values * tile + 4 * kernel.stateRows * rows;
}

/// Blocks of a multiprocessor that its registers hold. Each of four schedulers
/// has a quarter of them, given out to a lane in eights.
static int64_t blocksByRegisters(const Machine &machine, int64_t registers,
                                 int64_t warps) {
  constexpr int64_t kMostPerLane = 255, kLanes = 32;
  if (registers > kMostPerLane)
    return 0;
  int64_t needed = ceilDiv(registers, 8) * 8;
  int64_t warpsPerScheduler = machine.registers / 4 / (kLanes * needed);
  return 4 * warpsPerScheduler / warps;
}

/// Blocks of `registers` a lane and `ownBytes` on chip that run on a
/// multiprocessor at once.
static int64_t blocksThatFit(const Machine &machine, const Choice &choice,
                             int64_t registers, int64_t ownBytes) {
  // What rounding of the parts may add, and what the system takes of each
  // block.
  constexpr int64_t kRoundingBytes = 2048, kSystemBytes = 1024;
  int64_t bytes = ownBytes + kRoundingBytes;
  if (bytes > machine.sharedBytesPerBlock)
    return 0;
  return std::min({blocksByRegisters(machine, registers, choice.warps),
                   machine.sharedBytes / (bytes + kSystemBytes),
                   machine.maxWarps / choice.warps, machine.maxBlocks});
}

/// How many blocks of `choice` run on a multiprocessor at once; 0 if none can.
static int64_t residentBlocks(const KernelFacts &kernel, const Machine &machine,
                              const Choice &choice) {
  int64_t registers = recurrenceRegisters(kernel, choice);
  int64_t bytes = cellBytes(kernel, choice);
  if (!kernel.joinsProduct)
    return blocksThatFit(machine, choice, registers, bytes);
  int64_t blocks = blocksThatFit(machine, choice, registers,
                                 bytes + joinedBytes(kernel, choice, false));
  if (!kernel.halfFactors)
    return blocks;
  // The lanes may hold the weights of the product instead.
  return std::max(blocks,
                  blocksThatFit(machine, choice,
                                registers + weightRegisters(kernel, choice),
                                bytes + joinedBytes(kernel, choice, true)));
}

/// Adds every way to share a recurrence in tiles of `time` tokens that fits the
/// machine.
static void addRecurrences(const KernelFacts &kernel, const Machine &machine,
                           int64_t time, int64_t stages,
                           std::vector<Choice> &choices) {
  if (kernel.statePeriod % time != 0)
    return;
  for (int64_t lanes : {1, 2, 4, 8, 16, 32})
    for (int64_t warps : {1, 2, 4, 8}) {
      Choice choice;
      choice.lanes = lanes;
      choice.warpOwns = warps == 1;
      choice.warps = warps;
      choice.channels = 32 * warps / lanes;
      choice.time = time;
      choice.stages = stages;
      // Tokens are shared out evenly, unless the tile must be that short.
      bool isEven = time % lanes == 0 || kernel.statePeriod % lanes != 0;
      if (lanes > kernel.states || !isEven)
        continue;
      choice.blocks = residentBlocks(kernel, machine, choice);
      if (choice.blocks == 0)
        continue;
      for (int64_t segments : {1, 4, 16, 32}) {
        if (kernel.packed && segments > 1)
          continue;
        choice.segments = segments;
        choices.push_back(choice);
      }
    }
}

/// Tiles from here on were measured; shorter ones pay for sequences that fit.
static constexpr int64_t kShortestTile = 16;

static std::vector<Choice> recurrencesOnGPU(const KernelFacts &kernel,
                                            const Machine &machine) {
  std::vector<Choice> choices;
  for (int64_t time : {kShortestTile, 2 * kShortestTile, 4 * kShortestTile})
    addRecurrences(kernel, machine, time, 2, choices);
  if (!choices.empty())
    addRecurrences(kernel, machine, 1, 2, choices);
  // Many states: shorter tiles, then no copies under way.
  for (int64_t stages : {2, 1})
    for (int64_t time = 8; time > 0 && choices.empty(); time /= 2)
      addRecurrences(kernel, machine, time, stages, choices);
  return choices;
}

/// Wide rows where there are few tokens, or none.
static std::vector<Choice> tilesOnGPU(const KernelFacts &kernel) {
  Choice tall, wide;
  tall.time = 32;
  tall.channels = 64;
  tall.rows = 8;
  wide.channels = 256;
  tall.warps = wide.warps = 4;
  if (kernel.pattern == Pattern::Reduction && !kernel.sumsLags) {
    wide.time = 4;
    return {wide};
  }
  if (kernel.bytesPerToken == 0)
    return {wide};
  return {tall, wide};
}

/// Channels of a part of a row, a whole number of vectors. Cores take parts in
/// turns, as long as their channels and some more: the narrower a part, the
/// less of a line or page it reads (measured). Of few turns one that is late
/// costs more.
static int64_t rowOnCPU(const KernelFacts &kernel, const Machine &machine,
                        int64_t lanes) {
  constexpr int64_t kWidestRow = 1024;
  constexpr double kMore = 18, kLate = 0.05;
  int64_t best = lanes;
  double least = INFINITY;
  for (int64_t channels = lanes; channels <= kWidestRow; channels += lanes) {
    auto turns = static_cast<double>(
        ceilDiv(ceilDiv(kernel.channels, channels), machine.processors));
    double time = (turns + kLate) * (static_cast<double>(channels) + kMore);
    if (time < least) {
      best = channels;
      least = time;
    }
  }
  return best;
}

/// Vectors walk a tile in turn, their states in memory between tiles: a short
/// tile, or a longer one where states pass through memory within it too. Where
/// the registers hold the states of some vectors, these walk side by side. Or
/// each walks all tokens by itself.
static std::vector<Choice> recurrencesOnCPU(const KernelFacts &kernel,
                                            const Machine &machine,
                                            int64_t lanes) {
  constexpr int64_t kSideBySide = 4;
  int64_t values = kernel.states * kernel.valuesPerState;
  int64_t held = machine.registers / 2;
  Choice rows, alone;
  rows.time = values > held ? 32 : 16;
  rows.channels = rowOnCPU(kernel, machine, lanes);
  if (kSideBySide * values <= held)
    rows.channels = std::min(rows.channels, kSideBySide * lanes);
  alone.time = 64;
  alone.channels = lanes;
  while (kernel.statePeriod % alone.time != 0)
    --alone.time;
  if (rows.channels > lanes && kernel.statePeriod % rows.time == 0)
    return {rows, alone};
  return {alone};
}

static std::vector<Choice> tilesOnCPU(const KernelFacts &kernel,
                                      const Machine &machine) {
  Choice choice;
  int64_t lanes = machine.vectorLanes / (kernel.isDouble ? 2 : 1);
  choice.time = 64;
  switch (kernel.pattern) {
  case Pattern::Recurrence:
    return recurrencesOnCPU(kernel, machine, lanes);
  case Pattern::Contraction:
    choice.channels = 2 * lanes;
    if (kernel.computesFactor) {
      choice.time = 16;
      choice.channels = kernel.channels;
    }
    choice.inner = std::min<int64_t>(256, kernel.inner);
    break;
  case Pattern::Reduction:
    choice.time = 16;
    choice.channels = lanes;
    break;
  case Pattern::Pointwise:
    choice.channels = 8 * lanes;
    break;
  }
  return {choice};
}

/// Whether a call fills a tile. The states and decays of a row go through
/// scratch, which fewer tokens do not pay for.
static bool fillsTileOnCPU(const KernelFacts &kernel, const Machine &machine,
                           const Shape &shape, const Choice &choice) {
  return machine.isGPU || kernel.pattern != Pattern::Recurrence ||
         choice.channels <= machine.vectorLanes || shape.length >= choice.time;
}

std::vector<Choice> ssm::schedule::enumerateChoices(const KernelFacts &kernel,
                                                    const Machine &machine) {
  if (!machine.isGPU)
    return tilesOnCPU(kernel, machine);
  if (kernel.pattern == Pattern::Recurrence)
    return recurrencesOnGPU(kernel, machine);
  if (kernel.pattern == Pattern::Contraction)
    return contractionsOnGPU(kernel, machine);
  return tilesOnGPU(kernel);
}

double ssm::schedule::floorSeconds(const KernelFacts &kernel,
                                   const Machine &machine, const Shape &shape) {
  double fmas =
      kernel.halfFactors ? machine.matrixFmasPerSecond : machine.fmasPerSecond;
  double tokens = static_cast<double>(shape.batch) * shape.length;
  return std::max({tokens * kernel.bytesPerToken / machine.memoryBytesPerSecond,
                   tokens * kernel.transcendentalsPerToken /
                       machine.transcendentalsPerSecond,
                   tokens * kernel.fmasPerToken / fmas});
}

//===----------------------------------------------------------------------===//
// Recurrences on a GPU. The numbers were fitted to timings on an H100
// (test/unit/scan-timings.csv).
//===----------------------------------------------------------------------===//

/// Issue slots of one warp for one tile: the products of each state; loads of a
/// token, a state's from each row of states; the reduction over the lanes of a
/// channel, or the parts two of them store; passes over the elements; widening
/// of rows.
static double slotsPerTile(const KernelFacts &kernel, const Choice &choice) {
  constexpr double kPerOp = 2.34, kPerRowElement = 16.8, kGather = 2.3;
  double states = static_cast<double>(ceilDiv(kernel.states, choice.lanes));
  double time = static_cast<double>(choice.time);
  double lanes = static_cast<double>(choice.lanes);
  double rows = static_cast<double>(kernel.stateRows);
  double loads = 1 + std::floor((rows * states + 3) / 4);
  double gather = choice.lanes == 2 ? kGather : kGather * (lanes - 1) / lanes;
  double rowElements =
      rows * time * static_cast<double>(kernel.states) / (32.0 * choice.warps);
  double product = kernel.joinsProduct ? joinedSlots(kernel, choice) : 0;
  return time * (kernel.productsPerState * states + loads + gather) +
         time / lanes * kernel.opsPerElement * kPerOp +
         rowElements * kPerRowElement + product;
}

/// A memset goes before a launch whose segments take turns.
static double clearCycles(const Machine &machine) {
  return 1.5 * machine.launchSeconds * clockOf(machine);
}

/// Cycles in which a warp's transcendentals of one tile occupy their unit,
/// which takes four lanes of a scheduler at a time.
static double specialPerTile(const KernelFacts &kernel, const Choice &choice) {
  double elements = static_cast<double>(choice.time * choice.channels);
  double perElement =
      kernel.transcendentalsPerToken / static_cast<double>(kernel.channels);
  return 8 * perElement * elements / (32.0 * choice.warps);
}

/// What the warps of a block wait for each other in one tile. Many warps in
/// step use one unit at a time.
static double barrierCycles(int64_t warps) {
  return warps == 1 ? 0 : warps == 2 ? 150 : warps == 4 ? 472 : 1216;
}

/// Cycles between two tiles of a cell that shares its multiprocessor with
/// others, `blocks` in all: what the warp waits for by itself, and its turn at
/// the busier unit.
static double cyclesPerTile(const KernelFacts &kernel, const Choice &choice,
                            double blocks) {
  constexpr double kAlone = 0.68;
  double slots = slotsPerTile(kernel, choice);
  double busiest = std::max(slots, specialPerTile(kernel, choice));
  double warpsPerScheduler = std::max(1.0, blocks * choice.warps / 4);
  return kAlone * slots + barrierCycles(choice.warps) +
         warpsPerScheduler * busiest;
}

/// Tiles times the cycles of one, of whole waves of cells and then the rest,
/// spread evenly.
static double wavesOfCells(const KernelFacts &kernel, const Machine &machine,
                           const Choice &choice, int64_t cells, int64_t tiles) {
  int64_t resident = std::max<int64_t>(1, choice.blocks);
  int64_t waves = cells / (machine.processors * resident);
  int64_t rest = cells % (machine.processors * resident);
  double cycles =
      waves * cyclesPerTile(kernel, choice, static_cast<double>(resident));
  if (rest)
    cycles += cyclesPerTile(
        kernel, choice, static_cast<double>(ceilDiv(rest, machine.processors)));
  return cycles * tiles;
}

/// Segments that take turns: the cells that can run do so all the time, spread
/// evenly, but for a turn that is left at the end.
static double turnsOfCells(const KernelFacts &kernel, const Machine &machine,
                           const Choice &choice, int64_t cells, int64_t tiles) {
  constexpr double kPerTurn = 694, kLastTurn = 0.53;
  double resident = std::min(
      static_cast<double>(std::max<int64_t>(1, choice.blocks)),
      static_cast<double>(cells) / static_cast<double>(machine.processors));
  double turns = static_cast<double>(cells * choice.segments) /
                 (resident * machine.processors);
  double perTurn = cyclesPerTile(kernel, choice, resident) *
                       ceilDiv(tiles, choice.segments) +
                   kPerTurn;
  return (turns + kLastTurn) * perTurn;
}

static double recurrenceSeconds(const KernelFacts &kernel,
                                const Machine &machine, const Shape &shape,
                                const Choice &choice) {
  int64_t cells = shape.batch * ceilDiv(kernel.channels, choice.channels);
  int64_t tiles = ceilDiv(shape.length, choice.time);
  // Copies and waits of a tile that its few tokens do not hide; where a
  // sequence has no more, those of a product too: its rows, its dots, and the
  // way of its sums to the lanes.
  constexpr double kShortTile = 600, kShortProduct = 3000;
  double waits =
      choice.time < kShortestTile ? kShortTile * static_cast<double>(tiles) : 0;
  if (kernel.joinsProduct && shape.length < kShortestTile)
    waits += kShortProduct;
  double cycles = choice.segments == 1
                      ? wavesOfCells(kernel, machine, choice, cells, tiles)
                      : turnsOfCells(kernel, machine, choice, cells, tiles) +
                            clearCycles(machine);
  return (cycles + waits) / clockOf(machine);
}

/// Bytes that a row of a tile makes memory move: whole sectors, part of which
/// neighbouring cells use while they are in the cache.
static double trafficSeconds(const KernelFacts &kernel, const Machine &machine,
                             const Shape &shape, const Choice &choice) {
  constexpr double kSectorBytes = 32, kWasted = 1.9;
  double row = static_cast<double>(choice.channels * kernel.elementBytes);
  double sectors = std::max(1.0, kSectorBytes / row);
  return (1 + kWasted * (sectors - 1)) * shape.batch * shape.length *
         kernel.bytesPerToken / machine.memoryBytesPerSecond;
}

/// Where two limits both matter they add up in part.
static double together(double a, double b) {
  return std::pow(std::pow(a, 4) + std::pow(b, 4), 0.25);
}

double ssm::schedule::predictSeconds(const KernelFacts &kernel,
                                     const Machine &machine, const Shape &sizes,
                                     const Choice &choice) {
  Shape shape = sizes;
  if (kernel.hasFlatTokens)
    shape = {1, sizes.batch * sizes.length};
  double floor = floorSeconds(kernel, machine, shape);
  if (machine.isGPU && kernel.halfFactors &&
      kernel.pattern == Pattern::Contraction) {
    double products = contractionSeconds(kernel, machine, shape, choice);
    // A factor that is computed is not copied ahead: the kernel waits for it.
    double all = kernel.computesFactor ? together(floor, products)
                                       : std::max(floor, products);
    return all + machine.launchSeconds;
  }
  // Generated products of f32 leave most of the lanes' rate unused.
  constexpr double kLaneShare = 0.25;
  if (machine.isGPU && kernel.computesFactor)
    floor = std::max(floor, static_cast<double>(shape.batch * shape.length) *
                                kernel.fmasPerToken /
                                (kLaneShare * machine.fmasPerSecond));
  if (machine.isGPU && kernel.pattern == Pattern::Pointwise) {
    // Lanes whose tokens do not exist take their turn all the same, which shows
    // where few of them do.
    constexpr double kFew = 0.25;
    floor *= std::max(1.0, kFew * static_cast<double>(choice.time) /
                               static_cast<double>(shape.length));
  }
  if (!machine.isGPU || kernel.pattern != Pattern::Recurrence)
    return floor + machine.launchSeconds;
  double compute = recurrenceSeconds(kernel, machine, shape, choice);
  double memory = trafficSeconds(kernel, machine, shape, choice);
  if (kernel.joinsProduct)
    memory += joinedCacheSeconds(kernel, machine, shape, choice);
  double both = together(compute, memory);
  return std::max(both, floor) + machine.launchSeconds;
}

Choice ssm::schedule::chooseSchedule(const KernelFacts &kernel,
                                     const Machine &machine,
                                     const Shape &shape) {
  std::vector<Choice> choices = enumerateChoices(kernel, machine);
  auto isGood = [&](const Choice &choice) {
    return leavesRoom(kernel, machine, shape, choice) &&
           isForTokens(kernel, machine, shape, choice) &&
           fillsTileOnCPU(kernel, machine, shape, choice);
  };
  bool someAreGood = std::any_of(choices.begin(), choices.end(), isGood);
  Choice best;
  double bestSeconds = INFINITY;
  for (const Choice &choice : choices) {
    if (someAreGood && !isGood(choice))
      continue;
    double seconds = predictSeconds(kernel, machine, shape, choice);
    if (seconds < bestSeconds) {
      best = choice;
      bestSeconds = seconds;
    }
  }
  return best;
}
