// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tile programs as text, with the sizes and types a test asks for.

#ifndef TEST_CONVERSION_CPU_TILETEXT_H
#define TEST_CONVERSION_CPU_TILETEXT_H

#include <cstdint>
#include <string>

namespace ssm_test {

struct ScanText {
  int64_t channels = 96;
  int64_t states = 16;
  int64_t timeTile = 64;
  int64_t channelTile = 16;
  /// Of activations; the state and the weights are f64 or f32.
  std::string type = "f32";
  /// The state before the first token is an input.
  bool initial = false;
  /// From the last token to the first.
  bool reverse = false;

  std::string stateType() const { return type == "f64" ? "f64" : "f32"; }
};

/// Kernel @scan(x, dt, z, BC, A, bias, D, [h0,] y, h1): a selective scan with
/// softplus and gate. B and C are the rows of BC, (batch, length, 2 states).
std::string scanText(const ScanText &scan);

struct LinearText {
  int64_t channels = 48;
  int64_t inner = 96;
  int64_t timeTile = 64;
  int64_t channelTile = 32;
  int64_t innerTile = 16;
  std::string type = "f32";
  std::string weightType = "f32";

  std::string sumType() const { return type == "f64" ? "f64" : "f32"; }
};

/// Kernel @linear(x, w, bias, y).
std::string linearText(const LinearText &linear);

} // namespace ssm_test

#endif // TEST_CONVERSION_CPU_TILETEXT_H
