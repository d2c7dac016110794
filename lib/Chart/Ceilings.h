// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The least time that a machine's ceilings allow for a piece of work.

#ifndef LIB_CHART_CEILINGS_H
#define LIB_CHART_CEILINGS_H

namespace ssm::chart {

/// What a machine does in a second at most. Zero: not known, bounds nothing.
struct Ceilings {
  /// Bytes from and to device memory.
  double memory = 0;
  /// Additions and multiplications of f32; a multiply-add is two.
  double arithmetic = 0;
  /// The same of products whose factors have 16 bits, on matrix units.
  double matrix = 0;
  /// exp2, log2, reciprocal: scalar results.
  double transcendentals = 0;
};

/// What a kernel moves and computes.
struct Counts {
  double bytes = 0;
  double flops = 0;
  /// Of the flops those that matrix units can take.
  double matrixFlops = 0;
  double transcendentals = 0;
};

/// The least seconds, and what sets them.
struct Floor {
  double seconds = 0;
  const char *bound = "nothing";
};

/// Memory and the units of arithmetic work beside each other: the busiest one
/// sets the floor.
Floor floorOf(const Counts &counts, const Ceilings &ceilings);

} // namespace ssm::chart

#endif // LIB_CHART_CEILINGS_H
