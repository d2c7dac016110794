// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The matrix product with a bias, executed on buffers that end where memory
// does, against a double-precision loop over rows and columns.

#include "CloseTo.h"
#include "CompiledModule.h"
#include "TileText.h"

#include <cmath>
#include <optional>

using namespace ssm_test;

static constexpr int64_t kBatch = 2;
/// Rows: whole blocks of the accumulator, and every rest of one.
static constexpr int64_t kLengths[] = {1, 7, 63, 64, 65, 129};

namespace {

struct LinearBuffers {
  LinearBuffers(const LinearText &text, int64_t length);
  std::vector<void *> arguments() const {
    return {x.data(), w.data(), bias.data(), y.data()};
  }
  std::vector<double> reference() const;

  LinearText text;
  int64_t length;
  GuardedBuffer x, w, bias, y;
};

class LinearKernel
    : public testing::TestWithParam<std::tuple<std::string, LinearText>> {
protected:
  void SetUp() override {
    auto [variant, linear] = GetParam();
    if (!canRun(variant))
      GTEST_SKIP() << "this machine lacks " << variant;
    text = linear;
    symbol = "linear." + variant;
    module.emplace(linearText(text), variant);
  }

  int64_t cells(int64_t length) const {
    return kBatch * ((length - 1) / text.timeTile + 1) *
           ((text.channels - 1) / text.channelTile + 1);
  }
  void call(const LinearBuffers &buffers, int64_t first, int64_t last) {
    std::vector<void *> arguments = buffers.arguments();
    GuardedScratch scratch(module->scratchBytes(symbol));
    module->symbol<Kernel>(symbol)(arguments.data(), kBatch, buffers.length,
                                   first, last, scratch.data());
  }

  LinearText text;
  std::string symbol;
  std::optional<CompiledModule> module;
};

class LinearCalls : public LinearKernel {};

} // namespace

LinearBuffers::LinearBuffers(const LinearText &text, int64_t length)
    : text(text), length(length), x(text.type, kBatch * length * text.inner),
      w(text.weightType, text.channels * text.inner),
      bias(text.sumType(), text.channels),
      y(text.type, kBatch * length * text.channels) {
  std::mt19937 random(length);
  for (GuardedBuffer *buffer : {&x, &w, &bias})
    buffer->fillNormal(random, 0.0, 1.0);
}

std::vector<double> LinearBuffers::reference() const {
  std::vector<double> rows = x.values(), columns = w.values(), result;
  for (int64_t row = 0; row < kBatch * length; ++row)
    for (int64_t column = 0; column < text.channels; ++column) {
      double sum = bias.get(column);
      for (int64_t k = 0; k < text.inner; ++k)
        sum += rows[row * text.inner + k] * columns[column * text.inner + k];
      result.push_back(sum);
    }
  return result;
}

TEST_P(LinearKernel, IsCloseToDoublePrecision) {
  // The bias is one more product.
  double error = 2 * std::sqrt(text.inner + 1) *
                 std::ldexp(1.0, text.type == "f64" ? -53 : -24);
  for (int64_t length : kLengths) {
    SCOPED_TRACE("length " + std::to_string(length));
    LinearBuffers buffers(text, length);
    call(buffers, 0, cells(length));
    EXPECT_TRUE(isCloseTo(buffers.y, buffers.reference(), error));
  }
}

TEST_P(LinearCalls, CellByCellGivesTheBitsOfOneCall) {
  for (int64_t length : kLengths) {
    SCOPED_TRACE("length " + std::to_string(length));
    LinearBuffers whole(text, length), parts(text, length);
    call(whole, 0, cells(length));
    call(parts, 2, cells(length));
    call(parts, 0, 1);
    call(parts, 1, 2);
    EXPECT_EQ(whole.y.bytes(), parts.y.bytes());
  }
}

/// channels, inner, time tile, channel tile, inner tile, type, weight's type.
static const LinearText kLinears[] = {
    {1, 1, 64, 32, 16, "f32", "f32"},     {33, 5, 64, 32, 16, "f32", "f32"},
    {48, 257, 64, 32, 16, "f32", "f32"},  {48, 96, 16, 64, 32, "f32", "f32"},
    {33, 257, 64, 32, 64, "f32", "bf16"}, {1, 96, 64, 16, 16, "bf16", "bf16"},
    {48, 5, 64, 32, 16, "bf16", "f32"},   {33, 96, 64, 64, 16, "bf16", "bf16"},
    {48, 257, 64, 32, 16, "f16", "f16"},  {33, 1, 64, 32, 16, "f16", "f32"},
    {48, 96, 64, 32, 16, "f64", "f64"},   {1, 257, 64, 32, 16, "f64", "f64"},
    {33, 5, 16, 16, 16, "f64", "f32"},    {96, 128, 64, 32, 64, "bf16", "bf16"},
    {33, 80, 64, 32, 64, "bf16", "bf16"},
};

/// Cells along time and channels, ragged at both ends.
static const LinearText kCalls[] = {{33, 96, 64, 16, 16, "bf16", "bf16"}};

static std::string nameOf(
    const testing::TestParamInfo<std::tuple<std::string, LinearText>> &info) {
  const auto &[variant, linear] = info.param;
  std::string name = variant + "_" + linear.type + "_" + linear.weightType;
  for (int64_t size : {linear.channels, linear.inner, linear.timeTile,
                       linear.channelTile, linear.innerTile})
    name += "_" + std::to_string(size);
  return name;
}

INSTANTIATE_TEST_SUITE_P(Sizes, LinearKernel,
                         testing::Combine(testing::ValuesIn(allVariants()),
                                          testing::ValuesIn(kLinears)),
                         nameOf);
INSTANTIATE_TEST_SUITE_P(Cells, LinearCalls,
                         testing::Combine(testing::ValuesIn(allVariants()),
                                          testing::ValuesIn(kCalls)),
                         nameOf);
