// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sequences from the ends that packed ones are given by.

#include "lib/Reference/Sequences.h"

#include "llvm/Support/FormatVariadic.h"

using namespace mlir;
using namespace mlir::ssm::reference;

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
