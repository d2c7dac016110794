// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The roofline: ceilings of a machine and kernels under them, logarithmic.

#ifndef LIB_CHART_ROOFLINE_H
#define LIB_CHART_ROOFLINE_H

#include "lib/Chart/Ceilings.h"
#include "lib/Chart/Svg.h"

#include <optional>
#include <vector>

namespace ssm::chart {

/// A kernel at a time, predicted or measured.
struct RooflineKernel {
  std::string name;
  /// The id of an element of the page, or nothing.
  std::string link;
  Counts counts;
  double seconds = 0;
};

/// Two panels over each other, since an operation is bound by the unit that
/// takes it: additions and multiplications, and transcendentals; operations a
/// byte to operations a second. A kernel stands in each of which it has
/// operations; `timeIs` says in words what its seconds are, `machine` whose the
/// ceilings are. Nothing if no kernel computes anything.
std::optional<Svg> drawRoofline(const Ceilings &ceilings,
                                const std::vector<RooflineKernel> &kernels,
                                std::string_view timeIs,
                                std::string_view machine);

} // namespace ssm::chart

#endif // LIB_CHART_ROOFLINE_H
