// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Windows along an order of tokens, executed on buffers that end where memory
// does: close to double precision where the order is one, and inside of the
// buffers whatever stands in its place.

#include "CloseTo.h"
#include "CompiledModule.h"
#include "RowText.h"

#include <algorithm>
#include <cstring>
#include <limits>
#include <numeric>
#include <optional>

using namespace ssm_test;

static constexpr int64_t kBatch = 2, kChannels = 33;
/// Less than a window, and around one and two time tiles of 8.
static constexpr int64_t kLengths[] = {1, 2, 7, 8, 9, 17};

namespace {

struct OrderBuffers {
  OrderBuffers(const std::vector<int32_t> &entries, std::mt19937 &random)
      : x("f32", kBatch * entries.size() * kChannels), w("f32", 3 * kChannels),
        order("f32", entries.size()),
        y("f32", kBatch * entries.size() * kChannels) {
    x.fillNormal(random, 0.0, 1.0);
    w.fillNormal(random, 0.0, 1.0);
    std::memcpy(order.data(), entries.data(), entries.size() * sizeof(int32_t));
  }

  GuardedBuffer x, w;
  GuardedBuffer order; // of i32, which is as wide
  GuardedBuffer y;
};

class OrderKernel : public testing::TestWithParam<std::string> {
protected:
  /// The window of a time tile of 8 and a channel tile of 16.
  void SetUp() override {
    if (!canRun(GetParam()))
      GTEST_SKIP() << "this machine lacks " << GetParam();
    module.emplace(windowText({kChannels, 8, 16, "f32", true}), GetParam());
  }

  void call(const OrderBuffers &buffers, int64_t length) {
    std::string symbol = "window." + GetParam();
    void *arguments[] = {buffers.x.data(), buffers.w.data(),
                         buffers.order.data(), buffers.y.data()};
    GuardedScratch scratch(module->scratchBytes(symbol));
    int64_t cells =
        kBatch * ((length - 1) / 8 + 1) * ((kChannels - 1) / 16 + 1);
    module->symbol<Kernel>(symbol)(arguments, kBatch, length, 0, cells,
                                   scratch.data());
  }

  std::optional<CompiledModule> module;
  std::mt19937 random{7};
};

} // namespace

static std::vector<double> window(const OrderBuffers &in,
                                  const std::vector<int32_t> &order) {
  int64_t length = order.size();
  std::vector<double> x = in.x.values(), w = in.w.values(), y(x.size());
  for (int64_t b = 0; b < kBatch; ++b)
    for (int64_t step = 0; step < length; ++step)
      for (int64_t c = 0; c < kChannels; ++c) {
        auto at = [&](int64_t t) {
          return (b * length + order[t]) * kChannels + c;
        };
        double sum = w[3 * c + 1] * x[at(step)];
        if (step >= 2)
          sum += w[3 * c] * x[at(step - 2)];
        if (step + 1 < length)
          sum += w[3 * c + 2] * x[at(step + 1)];
        y[at(step)] = sum;
      }
  return y;
}

TEST_P(OrderKernel, WindowIsCloseToDoublePrecision) {
  for (int64_t length : kLengths) {
    SCOPED_TRACE("length " + std::to_string(length));
    std::vector<int32_t> order(length);
    std::iota(order.begin(), order.end(), 0);
    std::shuffle(order.begin(), order.end(), random);
    OrderBuffers buffers(order, random);
    call(buffers, length);
    EXPECT_TRUE(isCloseTo(buffers.y, window(buffers, order), 1e-6));
  }
}

TEST_P(OrderKernel, WhatIsNoOrderStaysInBounds) {
  constexpr int32_t kLowest = std::numeric_limits<int32_t>::min(),
                    kHighest = std::numeric_limits<int32_t>::max();
  for (int32_t entry : {kLowest, -1, 9, kHighest})
    for (int64_t at : {0, 4, 8}) {
      SCOPED_TRACE(std::to_string(entry) + " at " + std::to_string(at));
      std::vector<int32_t> order(9);
      std::iota(order.begin(), order.end(), 0);
      order[at] = entry;
      OrderBuffers buffers(order, random);
      call(buffers, order.size());
      EXPECT_TRUE(buffers.y.isFrameIntact());
      EXPECT_TRUE(buffers.x.isFrameIntact());
    }
}

INSTANTIATE_TEST_SUITE_P(Variants, OrderKernel,
                         testing::ValuesIn(allVariants()),
                         [](const auto &info) { return info.param; });
