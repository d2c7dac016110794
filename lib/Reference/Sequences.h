// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Which tokens follow each other: a row of tokens for every batch, or the
// packed sequences of one row.

#ifndef LIB_REFERENCE_SEQUENCES_H
#define LIB_REFERENCE_SEQUENCES_H

#include "lib/Reference/Tensor.h"

#include <string>

namespace mlir::ssm::reference {

/// The tokens [begin, end) of a batch.
struct Sequence {
  int64_t batch, begin, end;

  int64_t size() const { return end - begin; }
};

/// The token that step `t` of a walk takes: that of `order`, if it is there.
int64_t tokenOf(const Tensor &order, int64_t t);

/// All sequences of `batches` rows of `length` tokens; those that `ends` says,
/// in their order, if it is there.
std::vector<Sequence> sequencesOf(int64_t batches, int64_t length,
                                  const Tensor &ends);

/// What is wrong with the ends of packed sequences; empty if nothing is.
std::string checkEnds(const Tensor &ends, int64_t length);

/// What is wrong with an order of tokens; empty if it has each of them once.
std::string checkOrder(const Tensor &order);

} // namespace mlir::ssm::reference

#endif // LIB_REFERENCE_SEQUENCES_H
