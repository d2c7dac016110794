// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Edit distance over a short list.
#include "Suggest.h"

#include <algorithm>
#include <numeric>

namespace ssm::run {
namespace {

/// Insertions, deletions, replacements and swaps of neighbours.
size_t editDistance(const std::string &a, const std::string &b) {
  std::vector<size_t> before, above(b.size() + 1), row(b.size() + 1);
  std::iota(above.begin(), above.end(), 0);
  for (size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (size_t j = 1; j <= b.size(); ++j) {
      row[j] = std::min({above[j] + 1, row[j - 1] + 1,
                         above[j - 1] + (a[i - 1] != b[j - 1])});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before[j - 2] + 1);
    }
    before = above;
    std::swap(above, row);
  }
  return above[b.size()];
}

} // namespace

std::string didYouMean(const std::string &word,
                       const std::vector<std::string> &known) {
  size_t nearest = word.size() / 3 + 2;
  std::string found;
  for (const std::string &candidate : known)
    if (size_t distance = editDistance(word, candidate); distance < nearest) {
      nearest = distance;
      found = candidate;
    }
  return found.empty() ? "" : " (did you mean \"" + found + "\"?)";
}

} // namespace ssm::run
