// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A product in the kernel of a recurrence: registers, bytes, slots, traffic.

#include "lib/Schedule/JoinedProduct.h"

#include "lib/Schedule/Contraction.h"

#include <algorithm>

using namespace ssm::schedule;

static int64_t ceilDiv(int64_t a, int64_t b) { return (a + b - 1) / b; }

static int64_t factorBytes(const KernelFacts &kernel) {
  return kernel.halfFactors ? 2 : 4;
}

int64_t ssm::schedule::weightRegisters(const KernelFacts &kernel,
                                       const Choice &choice) {
  // Pairs of elements, each row shared by four lanes. The warps share the rows
  // of the matrix unit; its columns are held by all of them.
  WarpStep step = warpStep(choice);
  int64_t rows =
      step.channelsAreRows ? 2 * step.rowBlocks : ceilDiv(choice.channels, 8);
  return rows * ceilDiv(kernel.inner, 8);
}

bool ssm::schedule::lanesHoldWeights(const KernelFacts &kernel,
                                     const Choice &choice,
                                     int64_t registersOfProcessor) {
  constexpr int64_t kSchedulers = 4, kLanes = 32, kMostPerLane = 255;
  int64_t blocks = std::max<int64_t>(1, choice.blocks);
  int64_t warps = ceilDiv(blocks * choice.warps, kSchedulers);
  int64_t registers = registersOfProcessor / (kSchedulers * kLanes * warps);
  registers = std::min(registers / 8 * 8, kMostPerLane);
  return recurrenceRegisters(kernel, choice) +
             weightRegisters(kernel, choice) <=
         registers;
}

int64_t ssm::schedule::joinedBytes(const KernelFacts &kernel,
                                   const Choice &choice,
                                   bool lanesHoldWeights) {
  // Rows of what the pointwise code reads and writes are apart by one unit
  // more, so that lanes in several rows meet different banks.
  constexpr int64_t kRowPadding = 64;
  int64_t row = factorRowBytes(kernel.inner, factorBytes(kernel));
  int64_t rows =
      choice.stages * choice.time + (lanesHoldWeights ? 0 : choice.channels);
  return rows * row + choice.time * kRowPadding;
}

double ssm::schedule::joinedSlots(const KernelFacts &kernel,
                                  const Choice &choice) {
  // Fitted to blocks on an H100: fragments are loaded through the queue that
  // the special functions share, and each sum goes to its lane on that way too.
  constexpr double kPerProduct = 12, kPerFragment = 30, kPerCopy = 3,
                   kPerSum = 10;
  double lanes = 32.0 * static_cast<double>(choice.warps);
  double copies =
      static_cast<double>(choice.time * kernel.inner * factorBytes(kernel)) /
      (16 * lanes);
  if (!kernel.halfFactors) {
    // A product each, and a load of a factor for every other one.
    double products =
        static_cast<double>(choice.time * choice.channels * kernel.inner);
    return 1.5 * products / lanes + kPerCopy * copies;
  }
  WarpStep step = warpStep(choice);
  auto steps = static_cast<double>(ceilDiv(kernel.inner, 16));
  auto rows = static_cast<double>(step.rowBlocks);
  auto columns = static_cast<double>(step.columnBlocks);
  double sums = static_cast<double>(choice.time * choice.channels) / lanes;
  return steps * (kPerProduct * rows * columns +
                  kPerFragment * (rows + columns / 2)) +
         kPerCopy * copies + kPerSum * sums;
}

double ssm::schedule::joinedCacheSeconds(const KernelFacts &kernel,
                                         const Machine &machine,
                                         const Shape &shape,
                                         const Choice &choice) {
  constexpr double kCacheToMemory = 2.2;
  double bytes = static_cast<double>(shape.batch) *
                 static_cast<double>(shape.length) *
                 static_cast<double>(ceilDiv(kernel.channels, choice.channels) *
                                     kernel.inner * factorBytes(kernel));
  return bytes / (kCacheToMemory * machine.memoryBytesPerSecond);
}
