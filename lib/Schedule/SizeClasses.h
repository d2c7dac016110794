// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The sizes at which schedules are judged: which, if nobody says, and how a
// command line says it.

#ifndef LIB_SCHEDULE_SIZECLASSES_H
#define LIB_SCHEDULE_SIZECLASSES_H

#include "lib/Schedule/CostModel.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ssm::schedule {

/// Larger sizes are no sizes of a package, more classes are refused by its
/// readers.
constexpr int64_t kMaxSize = int64_t(1) << 48;
constexpr size_t kMostSizeClasses = 16;

/// For a GPU a large batch and a batch of one: what is best for either wastes
/// half of the other's time. For a CPU one class.
std::vector<Shape> defaultSizeClasses(const Machine &machine);

/// `8x2048`
std::string sizeClassText(const Shape &shape);

/// Different classes like `8x2048`; nothing, and `problem` says why, if the
/// texts are something else.
std::optional<std::vector<Shape>>
parseSizeClasses(const std::vector<std::string> &texts, std::string &problem);

} // namespace ssm::schedule

#endif // LIB_SCHEDULE_SIZECLASSES_H
