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

/// Expected seconds on the machine, without the launch.
double contractionSeconds(const KernelFacts &kernel, const Machine &machine,
                          const Shape &shape, const Choice &choice);

} // namespace ssm::schedule

#endif // LIB_SCHEDULE_CONTRACTION_H
