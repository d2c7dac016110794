// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Kernels without a state as text: windows, row reductions, single functions.

#ifndef TEST_CONVERSION_CPU_ROWTEXT_H
#define TEST_CONVERSION_CPU_ROWTEXT_H

#include <cstdint>
#include <string>

namespace ssm_test {

/// Kernels over (batch, length, channels) without a state.
struct RowText {
  int64_t channels = 96;
  int64_t timeTile = 8;
  int64_t channelTile = 64;
  std::string type = "f32";
  /// The window walks an order of tokens.
  bool ordered = false;

  std::string sumType() const { return type == "f64" ? "f64" : "f32"; }
};

/// Kernel @window(x, w, [order,] y): the tokens t - 2, t and t + 1 of x, or
/// those of these steps, times the three columns of w.
std::string windowText(const RowText &row);

/// Kernel @norm(x, w, y): every row over its root mean square, times w.
std::string normText(const RowText &row);

/// Kernel @name(x, y): the op math.`name` for every element of (batch, length,
/// 16) of f32.
std::string functionText(const std::string &name);

} // namespace ssm_test

#endif // TEST_CONVERSION_CPU_ROWTEXT_H
