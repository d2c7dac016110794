// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Divides counts by ceilings and takes the longest.

#include "lib/Chart/Ceilings.h"

using namespace ssm::chart;

Floor ssm::chart::floorOf(const Counts &counts, const Ceilings &ceilings) {
  double onMatrixUnits = ceilings.matrix > 0 ? counts.matrixFlops : 0;
  const struct {
    double amount, rate;
    const char *bound;
  } candidates[] = {
      {counts.bytes, ceilings.memory, "memory"},
      {counts.transcendentals, ceilings.transcendentals, "transcendentals"},
      {counts.flops - onMatrixUnits, ceilings.arithmetic, "arithmetic"},
      {onMatrixUnits, ceilings.matrix, "matrix units"}};
  Floor floor;
  for (const auto &[amount, rate, bound] : candidates)
    if (rate > 0 && amount / rate > floor.seconds)
      floor = {amount / rate, bound};
  return floor;
}
