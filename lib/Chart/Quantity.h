// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Numbers as people read them: three digits, a prefix, a unit.

#ifndef LIB_CHART_QUANTITY_H
#define LIB_CHART_QUANTITY_H

#include <string>
#include <string_view>

namespace ssm::chart {

/// `12.3 MB` for 12345678 and the unit `B`, `12 MB` for 12000000; prefixes go
/// from nano to exa, by thousands.
std::string formatQuantity(double value, std::string_view unit);

} // namespace ssm::chart

#endif // LIB_CHART_QUANTITY_H
