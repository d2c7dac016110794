// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Enumeration of schedules and the time expected of each: whole waves of
// cells, the slower of memory and arithmetic inside them.

#include "lib/Schedule/CostModel.h"

#include <algorithm>
#include <cmath>

using namespace ssm::schedule;

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

/// 32-bit registers of a lane that owns `states` states of a recurrence: state,
/// coefficient, and what the tile passes keep alive.
static int64_t registersPerLane(int64_t states) {
  return std::min<int64_t>(255, (2 * states + 80 + 7) / 8 * 8);
}

/// On-chip bytes of one cell: staged inputs, widened rows, two values of the
/// recurrence per element.
static int64_t cellBytes(const KernelFacts &kernel, const Choice &choice) {
  int64_t tile = choice.time * choice.channels;
  int64_t rows = choice.time * kernel.states;
  return choice.stages *
             (kernel.streamBytes * tile + 2 * kernel.elementBytes * rows) +
         8 * tile + 8 * rows;
}

static std::vector<Choice> recurrencesOnGPU(const KernelFacts &kernel,
                                            const Machine &machine) {
  std::vector<Choice> choices;
  for (int64_t lanes : {1, 2, 4, 8, 16, 32}) {
    int64_t states = ceilDiv(kernel.states, lanes);
    if (lanes > kernel.states || states > 64)
      continue;
    for (int64_t warps : {1, 2, 4}) {
      Choice choice;
      choice.lanes = lanes;
      choice.warpOwns = warps == 1;
      choice.warps = warps;
      choice.channels = 32 * warps / lanes;
      choice.time = std::max<int64_t>(16, lanes);
      choice.stages = 2;
      // Large states: shorter tiles, then no overlap of copies.
      while (choice.time > lanes &&
             cellBytes(kernel, choice) > machine.sharedBytesPerBlock)
        choice.time /= 2;
      if (cellBytes(kernel, choice) > machine.sharedBytesPerBlock)
        choice.stages = 1;
      if (cellBytes(kernel, choice) > machine.sharedBytesPerBlock)
        continue;
      int64_t resident = machine.registers /
                         (32 * warps * registersPerLane(states));
      resident = std::min(resident,
                          machine.sharedBytes / cellBytes(kernel, choice));
      choice.blocks = std::clamp<int64_t>(
          resident, 1, std::min(machine.maxBlocks, machine.maxWarps / warps));
      choices.push_back(choice);
    }
  }
  return choices;
}

static Choice tileOnGPU(const KernelFacts &kernel) {
  Choice choice;
  switch (kernel.pattern) {
  case Pattern::Contraction:
    choice.time = choice.channels = 64;
    choice.inner = 16;
    choice.warps = 8;
    break;
  case Pattern::Reduction:
    choice.time = 4;
    choice.channels = 256;
    choice.warps = 4;
    break;
  default:
    choice.time = 32;
    choice.channels = 64;
    choice.warps = 4;
    choice.rows = 8;
    break;
  }
  return choice;
}

static Choice tileOnCPU(const KernelFacts &kernel, const Machine &machine) {
  Choice choice;
  int64_t lanes = machine.vectorLanes / (kernel.isDouble ? 2 : 1);
  choice.time = 64;
  switch (kernel.pattern) {
  case Pattern::Recurrence:
    choice.channels = lanes;
    break;
  case Pattern::Contraction:
    choice.channels = 2 * lanes;
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
  return choice;
}

std::vector<Choice>
ssm::schedule::enumerateChoices(const KernelFacts &kernel,
                                const Machine &machine) {
  if (!machine.isGPU)
    return {tileOnCPU(kernel, machine)};
  if (kernel.pattern == Pattern::Recurrence)
    return recurrencesOnGPU(kernel, machine);
  return {tileOnGPU(kernel)};
}

double ssm::schedule::floorSeconds(const KernelFacts &kernel,
                                   const Machine &machine, const Shape &shape) {
  double tokens = static_cast<double>(shape.batch) * shape.length;
  return std::max({tokens * kernel.bytesPerToken / machine.memoryBytesPerSecond,
                   tokens * kernel.transcendentalsPerToken /
                       machine.transcendentalsPerSecond,
                   tokens * kernel.fmasPerToken / machine.fmasPerSecond});
}

/// Issue slots a warp spends on one token of its channels in a recurrence:
/// coefficient, exponential, update and read of each state, half a load each
/// for two operands per state, and the reduction over the lanes of a channel.
static double slotsPerToken(const KernelFacts &kernel, const Choice &choice) {
  double states = static_cast<double>(ceilDiv(kernel.states, choice.lanes));
  double shuffles = 3.0 * (choice.lanes - 1) / choice.lanes;
  double pointwise = 60.0 / choice.lanes;
  return 5.5 * states + 2 + shuffles + pointwise;
}

double ssm::schedule::predictSeconds(const KernelFacts &kernel,
                                     const Machine &machine, const Shape &shape,
                                     const Choice &choice) {
  double floor = floorSeconds(kernel, machine, shape);
  if (!machine.isGPU || kernel.pattern != Pattern::Recurrence)
    return floor + machine.launchSeconds;
  constexpr double kClock = 1.9e9;
  // A lone warp cannot issue every cycle: its instructions wait for each other.
  constexpr double kDependentCycles = 4.0;
  int64_t cells = shape.batch * ceilDiv(kernel.channels, choice.channels);
  int64_t places = machine.processors * std::max<int64_t>(1, choice.blocks);
  int64_t waves = ceilDiv(cells, places);
  double resident = static_cast<double>(ceilDiv(cells, waves * machine.processors));
  double warpsPerScheduler = std::max(1.0, resident * choice.warps / 4);
  double slots = slotsPerToken(kernel, choice);
  double transcendentalCycles =
      kernel.transcendentalsPerToken /
      static_cast<double>(kernel.channels) * choice.channels * resident / 16;
  double cyclesPerToken =
      std::max({slots * warpsPerScheduler, slots * kDependentCycles,
                transcendentalCycles});
  // Lanes of several warps wait for each other at every pass over a tile.
  if (!choice.warpOwns)
    cyclesPerToken *= 1.07;
  // A warp reads whole 32-byte sectors of memory.
  double sectors = std::max(1.0, 32.0 / (choice.channels * kernel.elementBytes));
  double compute = waves * shape.length * cyclesPerToken / kClock;
  double memory = sectors * shape.batch * shape.length * kernel.bytesPerToken /
                  machine.memoryBytesPerSecond;
  return std::max({compute, memory, floor}) + machine.launchSeconds;
}

Choice ssm::schedule::chooseSchedule(const KernelFacts &kernel,
                                     const Machine &machine,
                                     const Shape &shape) {
  Choice best;
  double bestSeconds = INFINITY;
  for (const Choice &choice : enumerateChoices(kernel, machine)) {
    double seconds = predictSeconds(kernel, machine, shape, choice);
    if (seconds < bestSeconds) {
      best = choice;
      bestSeconds = seconds;
    }
  }
  return best;
}
