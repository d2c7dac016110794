// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Windows and row reductions, executed on buffers that end where memory does,
// against double-precision loops. A window reads tokens before the first and
// after the last; a reduction must leave out channels beyond the last.

#include "CloseTo.h"
#include "CompiledModule.h"
#include "RowText.h"

#include <cmath>
#include <optional>

using namespace ssm_test;

static constexpr int64_t kBatch = 2;
/// Less than a window, and around one and two time tiles of 8.
static constexpr int64_t kLengths[] = {1, 2, 7, 8, 9, 17};

namespace {

struct RowBuffers {
  RowBuffers(const RowText &text, int64_t length, int64_t weights)
      : x(text.type, kBatch * length * text.channels),
        w(text.sumType(), text.channels * weights),
        y(text.type, kBatch * length * text.channels) {
    std::mt19937 random(length);
    x.fillNormal(random, 0.0, 1.0);
    w.fillNormal(random, 0.0, 1.0);
  }

  GuardedBuffer x, w, y;
};

class RowKernel
    : public testing::TestWithParam<std::tuple<std::string, RowText>> {
protected:
  void SetUp() override {
    auto [variant, row] = GetParam();
    if (!canRun(variant))
      GTEST_SKIP() << "this machine lacks " << variant;
    text = row;
  }

  void compile(const std::string &name, const std::string &program) {
    const std::string &variant = std::get<0>(GetParam());
    module.emplace(program, variant);
    symbol = name + "." + variant;
  }
  void call(const RowBuffers &buffers, int64_t length, int64_t cells) {
    void *arguments[] = {buffers.x.data(), buffers.w.data(), buffers.y.data()};
    GuardedScratch scratch(module->scratchBytes(symbol));
    module->symbol<Kernel>(symbol)(arguments, kBatch, length, 0, cells,
                                   scratch.data());
  }
  int64_t timeTiles(int64_t length) const {
    return (length - 1) / text.timeTile + 1;
  }
  double error() const { return text.type == "f64" ? 1e-15 : 1e-6; }

  RowText text;
  std::string symbol;
  std::optional<CompiledModule> module;
};

} // namespace

static std::vector<double> window(const RowBuffers &in, int64_t length,
                                  int64_t channels) {
  std::vector<double> x = in.x.values(), w = in.w.values(), y;
  for (int64_t row = 0; row < kBatch * length; ++row)
    for (int64_t c = 0; c < channels; ++c) {
      int64_t token = row % length;
      double sum = w[3 * c + 1] * x[row * channels + c];
      if (token >= 2)
        sum += w[3 * c] * x[(row - 2) * channels + c];
      if (token + 1 < length)
        sum += w[3 * c + 2] * x[(row + 1) * channels + c];
      y.push_back(sum);
    }
  return y;
}

static std::vector<double> norm(const RowBuffers &in, int64_t length,
                                int64_t channels) {
  std::vector<double> x = in.x.values(), w = in.w.values(), y;
  for (int64_t row = 0; row < kBatch * length; ++row) {
    double sum = 0;
    for (int64_t c = 0; c < channels; ++c)
      sum += x[row * channels + c] * x[row * channels + c];
    for (int64_t c = 0; c < channels; ++c)
      y.push_back(x[row * channels + c] / std::sqrt(sum / channels) * w[c]);
  }
  return y;
}

TEST_P(RowKernel, WindowIsCloseToDoublePrecision) {
  compile("window", windowText(text));
  for (int64_t length : kLengths) {
    SCOPED_TRACE("length " + std::to_string(length));
    RowBuffers buffers(text, length, 3);
    int64_t channelTiles = (text.channels - 1) / text.channelTile + 1;
    call(buffers, length, kBatch * timeTiles(length) * channelTiles);
    EXPECT_TRUE(
        isCloseTo(buffers.y, window(buffers, length, text.channels), error()));
  }
}

TEST_P(RowKernel, NormIsCloseToDoublePrecision) {
  compile("norm", normText(text));
  for (int64_t length : kLengths) {
    SCOPED_TRACE("length " + std::to_string(length));
    RowBuffers buffers(text, length, 1);
    call(buffers, length, kBatch * timeTiles(length));
    EXPECT_TRUE(
        isCloseTo(buffers.y, norm(buffers, length, text.channels), error()));
  }
}

/// channels, time tile, channel tile, type.
static const RowText kRows[] = {
    {1, 8, 16, "f32"},   {33, 8, 64, "f32"},   {100, 4, 32, "f32"},
    {33, 8, 16, "bf16"}, {250, 8, 128, "f16"}, {33, 8, 24, "f64"},
};

static std::string
nameOf(const testing::TestParamInfo<std::tuple<std::string, RowText>> &info) {
  const auto &[variant, row] = info.param;
  std::string name = variant + "_" + row.type;
  for (int64_t size : {row.channels, row.timeTile, row.channelTile})
    name += "_" + std::to_string(size);
  return name;
}

INSTANTIATE_TEST_SUITE_P(Sizes, RowKernel,
                         testing::Combine(testing::ValuesIn(allVariants()),
                                          testing::ValuesIn(kRows)),
                         nameOf);
