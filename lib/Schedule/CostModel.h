// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The cost model: from what a kernel does and on what machine to how it is cut
// into tiles, and to the time that is expected.

#ifndef LIB_SCHEDULE_COSTMODEL_H
#define LIB_SCHEDULE_COSTMODEL_H

#include "lib/Schedule/Machine.h"

#include <vector>

namespace ssm::schedule {

enum class Pattern { Pointwise, Contraction, Reduction, Recurrence };

/// A kernel, counted per batch and token.
struct KernelFacts {
  Pattern pattern = Pattern::Pointwise;
  int64_t channels = 1;
  /// States of a channel; 1 if the kernel has no state axis.
  int64_t states = 1;
  /// Values that each of them carries from token to token.
  int64_t valuesPerState = 1;
  /// Length of a contracted axis.
  int64_t inner = 1;
  /// Bytes of one token of one channel in all tensors that are read and have a
  /// row of channels for each token, and of the widest element.
  int64_t streamBytes = 4;
  int64_t elementBytes = 4;
  /// Bytes read and written for one token of all channels.
  double bytesPerToken = 0;
  /// Transcendentals for one token of all channels, states included.
  double transcendentalsPerToken = 0;
  /// Tensors read that have a row of states for each token.
  int64_t stateRows = 2;
  /// Products for each token, channel and state, and scalar operations for each
  /// token and channel.
  double productsPerState = 5, opsPerElement = 18;
  /// Multiply-adds for one token of all channels, states included.
  double fmasPerToken = 0;
  /// Both factors of a contraction are bf16, or both f16: matrix units take
  /// them.
  bool halfFactors = false;
  /// They come from memory in aligned units of 16 bytes: warpgroups take them.
  bool factorsInUnits = false;
  /// Something follows the sums: a bias, an activation.
  bool changesSums = false;
  /// A recurrence with a product over `inner` in its kernel.
  bool joinsProduct = false;
  /// A contraction one factor of which is computed in its kernel, from windows
  /// or point by point, and is a result too.
  bool computesFactor = false;
  /// A reduction over the lags of a convolution: all tokens of a tile sum at
  /// once.
  bool sumsLags = false;
  /// No token sees another: all sequences of a batch are walked as one.
  bool hasFlatTokens = false;
  bool isDouble = false;
  /// It reads nothing that another kernel writes, and others are launched
  /// before it: where launches overlap, its blocks share multiprocessors with
  /// theirs.
  bool runsBeside = false;
  /// Cells walk packed sequences, one each from its first token to its last.
  bool packed = false;
  /// Tokens from one state that is a result to the next, which tiles divide; 0
  /// if none is but the last.
  int64_t statePeriod = 0;
};

/// The sizes a schedule is judged by, where the program leaves them open.
struct Shape {
  int64_t batch = 8;
  int64_t length = 2048;

  friend bool operator==(const Shape &a, const Shape &b) {
    return a.batch == b.batch && a.length == b.length;
  }
};

/// One schedule; the fields of `#ssm.schedule`.
struct Choice {
  int64_t time = 1, channels = 1, inner = 1, stages = 1, segments = 1;
  int64_t cluster = 1, lanes = 1, warps = 1, blocks = 0, rows = 1, group = 1;
  bool warpOwns = false, stagger = false, warpgroups = false;
};

/// 32-bit registers of a lane of a recurrence: addresses, three for each value
/// of a state it owns (value, coefficient, what is in flight), and what the
/// passes over the tile keep.
int64_t recurrenceRegisters(const KernelFacts &kernel, const Choice &choice);

/// Every schedule worth comparing, each legal for the kernel on the machine.
std::vector<Choice> enumerateChoices(const KernelFacts &kernel,
                                     const Machine &machine);

/// Expected seconds of one launch.
double predictSeconds(const KernelFacts &kernel, const Machine &machine,
                      const Shape &shape, const Choice &choice);

/// The choice with the least expected time; the earliest of equals.
Choice chooseSchedule(const KernelFacts &kernel, const Machine &machine,
                      const Shape &shape);

/// Seconds below which no kernel that moves these bytes and computes these
/// transcendentals can stay.
double floorSeconds(const KernelFacts &kernel, const Machine &machine,
                    const Shape &shape);

} // namespace ssm::schedule

#endif // LIB_SCHEDULE_COSTMODEL_H
