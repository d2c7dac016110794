// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the cost model knows of a machine. Rates are measured ceilings, not data
// sheets: see docs/performance.

#ifndef LIB_SCHEDULE_MACHINE_H
#define LIB_SCHEDULE_MACHINE_H

#include <cstdint>
#include <optional>
#include <string_view>

namespace ssm::schedule {

struct Machine {
  std::string_view name;
  bool isGPU;
  /// Multiprocessors of a GPU, cores of a CPU.
  int64_t processors;
  /// Bytes a second from and to device memory (DRAM on a CPU).
  double memoryBytesPerSecond;
  /// exp2, log2, reciprocal: scalar results a second, whole machine.
  double transcendentalsPerSecond;
  /// Multiply-adds in f32 a second, whole machine.
  double fmasPerSecond;
  /// Multiply-adds of products whose factors have 16 bits, whole machine.
  double matrixFmasPerSecond;
  /// 32-bit registers of a multiprocessor.
  int64_t registers;
  /// On-chip memory of a multiprocessor, and the most that one block may have
  /// on every GPU of the family.
  int64_t sharedBytes;
  int64_t sharedBytesPerBlock;
  int64_t maxBlocks;
  int64_t maxWarps;
  /// f32 lanes of a CPU vector.
  int64_t vectorLanes;
  /// Seconds from one launch to the next.
  double launchSeconds;
  /// A kernel can be launched before the one before it has ended, and wait.
  bool overlapsLaunches;
  /// Blocks of a cluster, which reach each other's on-chip memory; 1: none do.
  int64_t largestCluster;
  /// Four warps at once multiply what lies in on-chip memory.
  bool hasWarpgroups;
  /// Operations a second of Fourier transforms in f32 on a CPU, whole machine,
  /// 5/2 n log2 n of them in a real one of n elements; 0 on a GPU.
  double transformFlopsPerSecond = 0;
};

/// Cycles a second of a GPU's multiprocessors, each of which does 16 special
/// functions in one.
double clockOf(const Machine &machine);

/// The machine a target name stands for (`cpu`, `sm_80`, `sm_90a`, `sm_100a`,
/// `sm_120a`), or nothing if the name is unknown.
std::optional<Machine> machineForTarget(std::string_view target);

} // namespace ssm::schedule

#endif // LIB_SCHEDULE_MACHINE_H
