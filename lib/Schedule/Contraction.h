// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Schedules of matrix products on a GPU: which are worth comparing and what
// each is expected to take. A part of the cost model.

#ifndef LIB_SCHEDULE_CONTRACTION_H
#define LIB_SCHEDULE_CONTRACTION_H

#include "lib/Schedule/CostModel.h"

namespace ssm::schedule {

std::vector<Choice> contractionsOnGPU(const KernelFacts &kernel,
                                      const Machine &machine);

/// Adds those for products of warpgroups.
void addWarpgroups(const KernelFacts &kernel, const Machine &machine,
                   std::vector<Choice> &choices);

/// Blocks of such a choice that a multiprocessor holds.
int64_t warpgroupBlocks(const KernelFacts &kernel, const Machine &machine,
                        const Choice &choice);

/// Whether warpgroups can compute the product.
bool takesWarpgroups(const KernelFacts &kernel, const Machine &machine);

/// What one warp does with 16 elements of the contracted axis. The rows of the
/// matrix unit are shared out to the warps, its columns are everyone's.
struct WarpStep {
  int64_t rowBlocks, columnBlocks; // of 16 and of 8
  bool channelsAreRows;
};

/// The axis that takes fewer instructions is the rows, as in ssm-place.
WarpStep warpStep(const Choice &choice);

/// Tokens that are one block of columns: up to here a generated product of
/// 16-bit factors reads its weights as fast as a library's, and starts before
/// what is before it has ended.
constexpr int64_t kThinTokens = 8;

/// Bytes of a row of a factor on chip: an odd number of 16-byte units.
int64_t factorRowBytes(int64_t inner, int64_t elementBytes);

/// Bytes of the factors' tiles in all stages.
int64_t factorTileBytes(const Choice &choice);

/// Whether the blocks of a product that runs beside other kernels leave them
/// half of a multiprocessor's memory: those kernels are what others wait for.
bool leavesRoom(const KernelFacts &kernel, const Machine &machine,
                const Shape &shape, const Choice &choice);

/// Whether the choice is one for that many tokens, where there are some of
/// warpgroups: from more than a block of columns on, those are faster than any
/// of warps, and their times are better known.
bool isForTokens(const KernelFacts &kernel, const Machine &machine,
                 const Shape &shape, const Choice &choice);

/// Rows from which a library is expected to be faster than the product's own
/// kernel, at most one more than `shape` has, where `choice` is for it; 1:
/// always.
int64_t rowsForLibrary(const KernelFacts &kernel, const Machine &machine,
                       const Shape &shape, const Choice &choice);

/// The weights at the rate of the memory, or at what `blocks` blocks ask of it:
/// the bytes under way at once, which take that long to come where memory is
/// busy.
double weightSeconds(const KernelFacts &kernel, const Machine &machine,
                     const Choice &choice, int64_t blocks);

/// What the blocks of a cluster wait for each other; where kernels start early,
/// for room for all of them at once too.
double clusterSeconds(const Machine &machine, const Choice &choice);

/// Expected seconds on the machine, without the launch; where warpgroups
/// multiply, and in general.
double warpgroupSeconds(const KernelFacts &kernel, const Machine &machine,
                        const Shape &shape, const Choice &choice);
double contractionSeconds(const KernelFacts &kernel, const Machine &machine,
                          const Shape &shape, const Choice &choice);

} // namespace ssm::schedule

#endif // LIB_SCHEDULE_CONTRACTION_H
