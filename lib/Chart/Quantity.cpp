// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Chooses the prefix under which a number has one to three digits before the
// point.

#include "lib/Chart/Quantity.h"

#include <cmath>
#include <fmt/format.h>
#include <iterator>

std::string ssm::chart::formatQuantity(double value, std::string_view unit) {
  static constexpr const char *kPrefixes[] = {"n", "u", "m", "",  "k",
                                              "M", "G", "T", "P", "E"};
  constexpr int kNoPrefix = 3;
  constexpr int kLast = static_cast<int>(std::size(kPrefixes)) - 1;
  int prefix = kNoPrefix;
  if (value != 0) {
    // What would round to 1000 belongs to the next prefix.
    while (prefix < kLast && std::abs(value) >= 999.5) {
      value /= 1000;
      ++prefix;
    }
    while (prefix > 0 && std::abs(value) < 0.9995) {
      value *= 1000;
      --prefix;
    }
  }
  bool isWhole = std::abs(value - std::round(value)) < 1e-9;
  int decimals = isWhole || std::abs(value) >= 99.95 ? 0
                 : std::abs(value) >= 9.995          ? 1
                                                     : 2;
  return fmt::format("{:.{}f} {}{}", value, decimals, kPrefixes[prefix], unit);
}
