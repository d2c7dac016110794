// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Spearman's coefficient.

#include "RankCorrelation.h"

#include <algorithm>
#include <numeric>

/// The place of each value in the sorted order.
static std::vector<double> ranks(const std::vector<double> &values) {
  std::vector<size_t> order(values.size());
  std::iota(order.begin(), order.end(), 0);
  std::sort(order.begin(), order.end(),
            [&](size_t a, size_t b) { return values[a] < values[b]; });
  std::vector<double> places(values.size());
  for (size_t i = 0; i < order.size(); ++i)
    places[order[i]] = static_cast<double>(i);
  return places;
}

double ssm::test::rankCorrelation(const std::vector<double> &a,
                                  const std::vector<double> &b) {
  std::vector<double> x = ranks(a), y = ranks(b);
  double count = static_cast<double>(x.size()), squares = 0;
  for (size_t i = 0; i < x.size(); ++i)
    squares += (x[i] - y[i]) * (x[i] - y[i]);
  return 1 - 6 * squares / (count * (count * count - 1));
}
