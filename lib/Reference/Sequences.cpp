// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sequences from the ends that packed ones are given by, tokens from an order.

#include "lib/Reference/Sequences.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::ssm::reference;

int64_t mlir::ssm::reference::tokenOf(const Tensor &order, int64_t t) {
  return order ? int64_t(order.at({0, t})) : t;
}

std::vector<Sequence> mlir::ssm::reference::sequencesOf(int64_t batches,
                                                        int64_t length,
                                                        const Tensor &ends) {
  std::vector<Sequence> sequences;
  if (!ends) {
    for (int64_t batch = 0; batch < batches; ++batch)
      sequences.push_back({batch, 0, length});
    return sequences;
  }
  int64_t begin = 0;
  for (int64_t i = 0; i < ends.getDim(0); ++i) {
    int64_t end = int64_t(ends.at({i}));
    sequences.push_back({0, begin, end});
    begin = end;
  }
  return sequences;
}

std::string mlir::ssm::reference::checkEnds(const Tensor &ends,
                                            int64_t length) {
  int64_t begin = 0;
  for (int64_t i = 0; i < ends.getDim(0); ++i) {
    int64_t end = int64_t(ends.at({i}));
    if (end < begin || end > length)
      return llvm::formatv("expected sequence {0} to end at {1} to {2}, got "
                           "{3}",
                           i, begin, length, end)
          .str();
    begin = end;
  }
  if (begin != length)
    return llvm::formatv("expected the last sequence to end at the length, "
                         "{0}, got {1}",
                         length, begin)
        .str();
  return "";
}

std::string mlir::ssm::reference::checkOrder(const Tensor &order) {
  int64_t length = order.getDim(1);
  std::vector<int64_t> stepOf(length, -1);
  for (int64_t i = 0; i < length; ++i) {
    int64_t token = int64_t(order.at({0, i}));
    if (token < 0 || token >= length)
      return llvm::formatv("expected step {0} to take a token of 0 to {1}, got "
                           "{2}",
                           i, length - 1, token)
          .str();
    if (stepOf[token] >= 0)
      return llvm::formatv("expected each token once, got {0} in steps {1} and "
                           "{2}",
                           token, stepOf[token], i)
          .str();
    stepOf[token] = i;
  }
  return "";
}
