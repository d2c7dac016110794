// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The table of machines.

#include "lib/Schedule/Machine.h"

using namespace ssm::schedule;

static constexpr Machine kMachines[] = {
    // name, gpu, processors, memory, transcendentals, fma, matrix fma,
    // registers, shared, shared of a block, blocks, warps, lanes, launch,
    // launches overlap, cluster, warpgroups, transforms
    {"sm_80", true, 108, 1.75e12, 2.44e12, 9.7e12, 130e12, 65536, 167936,
     101376, 32, 64, 32, 1.5e-6, false, 1, false},
    {"sm_90a", true, 132, 3.03e12, 4.15e12, 30.9e12, 395e12, 65536, 233472,
     101376, 32, 64, 32, 0.9e-6, true, 8, true},
    {"sm_100a", true, 148, 7.0e12, 4.6e12, 34.0e12, 900e12, 65536, 233472,
     101376, 32, 64, 32, 0.9e-6, true, 8, false},
    {"sm_120a", true, 170, 1.6e12, 6.5e12, 52.0e12, 100e12, 65536, 102400,
     101376, 24, 48, 32, 0.9e-6, true, 1, false},
    {"cpu", false, 2, 38e9, 15.2e9, 114e9, 230e9, 32, 1 << 20, 1 << 20, 1, 1,
     16, 0, false, 1, false, 10e9},
};

std::optional<Machine>
ssm::schedule::machineForTarget(std::string_view target) {
  for (const Machine &machine : kMachines)
    if (machine.name == target)
      return machine;
  return std::nullopt;
}

double ssm::schedule::clockOf(const Machine &machine) {
  return machine.transcendentalsPerSecond /
         (16.0 * static_cast<double>(machine.processors));
}
