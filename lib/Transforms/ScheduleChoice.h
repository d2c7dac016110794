// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A schedule as the cost model takes it and as the IR prints it.

#ifndef LIB_TRANSFORMS_SCHEDULECHOICE_H
#define LIB_TRANSFORMS_SCHEDULECHOICE_H

#include "dialect/SSM.h"
#include "lib/Schedule/CostModel.h"

namespace mlir::ssm {

/// On a kernel whose schedule was measured: `"tuning"`.
constexpr llvm::StringLiteral kScheduleSourceAttr = "ssm.schedule_source";

ScheduleAttr toAttribute(MLIRContext *context,
                         const ::ssm::schedule::Choice &choice);

::ssm::schedule::Choice toChoice(ScheduleAttr schedule);

} // namespace mlir::ssm

#endif // LIB_TRANSFORMS_SCHEDULECHOICE_H
