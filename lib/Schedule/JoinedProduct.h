// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a product adds to a recurrence that it shares a kernel with: for every
// tile of time, (time x inner) by (channels x inner). A part of the cost model.

#ifndef LIB_SCHEDULE_JOINEDPRODUCT_H
#define LIB_SCHEDULE_JOINEDPRODUCT_H

#include "lib/Schedule/CostModel.h"

namespace ssm::schedule {

/// 32-bit registers of a lane that hold the factor that does not change with
/// time, as fragments of the matrix units.
int64_t weightRegisters(const KernelFacts &kernel, const Choice &choice);

/// Whether they fit beside what the recurrence needs when as many blocks as
/// `choice` asks for share the registers of a multiprocessor.
bool lanesHoldWeights(const KernelFacts &kernel, const Choice &choice,
                      int64_t registersOfProcessor);

/// On-chip bytes of a cell: rows of the factor that does change, and of the
/// other unless the lanes hold it.
int64_t joinedBytes(const KernelFacts &kernel, const Choice &choice,
                    bool lanesHoldWeights);

/// Issue slots of one warp for one tile.
double joinedSlots(const KernelFacts &kernel, const Choice &choice);

/// Seconds in which the cache hands the factor that changes with time to the
/// cells, each of which reads all of it.
double joinedCacheSeconds(const KernelFacts &kernel, const Machine &machine,
                          const Shape &shape, const Choice &choice);

} // namespace ssm::schedule

#endif // LIB_SCHEDULE_JOINEDPRODUCT_H
