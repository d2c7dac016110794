// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The selective scan, executed on buffers that end where memory does, against a
// double-precision loop over batch, channel and token.

#include "CloseTo.h"
#include "CompiledModule.h"
#include "TileText.h"

#include <cmath>
#include <optional>

using namespace ssm_test;

static constexpr int64_t kBatch = 2;
/// Around one and two time tiles of 64, and less than a vector.
static constexpr int64_t kLengths[] = {1, 7, 63, 64, 65, 129};

namespace {

struct ScanBuffers {
  ScanBuffers(const ScanText &text, int64_t length);
  std::vector<void *> arguments() const;

  ScanText text;
  int64_t length;
  GuardedBuffer x, dt, z, bc, A, bias, D, h0, y, h1;
};

struct Reference {
  explicit Reference(const ScanBuffers &in);
  void scanChannel(const ScanBuffers &in, int64_t batch, int64_t channel);

  std::vector<double> A, bc, y, h1;
};

} // namespace

ScanBuffers::ScanBuffers(const ScanText &text, int64_t length)
    : text(text), length(length), x(text.type, kBatch * length * text.channels),
      dt(text.type, kBatch * length * text.channels),
      z(text.type, kBatch * length * text.channels),
      bc(text.type, kBatch * length * 2 * text.states),
      A(text.stateType(), text.channels * text.states),
      bias(text.stateType(), text.channels), D(text.stateType(), text.channels),
      h0(text.stateType(), kBatch * text.channels * text.states),
      y(text.type, kBatch * length * text.channels),
      h1(text.stateType(), kBatch * text.channels * text.states) {
  std::mt19937 random(length);
  for (GuardedBuffer *buffer : {&x, &dt, &z, &bc, &D, &h0})
    buffer->fillNormal(random, 0.0, 1.0);
  A.fillNormal(random, -1.5, 0.3);
  bias.fillNormal(random, -1.0, 0.5);
}

/// In the order of kernel @scan.
std::vector<void *> ScanBuffers::arguments() const {
  std::vector<void *> data;
  for (const GuardedBuffer *buffer : {&x, &dt, &z, &bc, &A, &bias, &D})
    data.push_back(buffer->data());
  if (text.initial)
    data.push_back(h0.data());
  data.push_back(y.data());
  data.push_back(h1.data());
  return data;
}

Reference::Reference(const ScanBuffers &in)
    : A(in.A.values()), bc(in.bc.values()), y(in.y.size()),
      h1(in.text.initial ? in.h0.values() : std::vector<double>(in.h1.size())) {
  for (int64_t batch = 0; batch < kBatch; ++batch)
    for (int64_t channel = 0; channel < in.text.channels; ++channel)
      scanChannel(in, batch, channel);
}

void Reference::scanChannel(const ScanBuffers &in, int64_t batch,
                            int64_t channel) {
  int64_t states = in.text.states;
  double *h = &h1[(batch * in.text.channels + channel) * states];
  for (int64_t step = 0; step < in.length; ++step) {
    int64_t token = in.text.reverse ? in.length - 1 - step : step;
    int64_t row = batch * in.length + token;
    int64_t at = row * in.text.channels + channel;
    double delta = std::log1p(std::exp(in.dt.get(at) + in.bias.get(channel)));
    double x = in.x.get(at), z = in.z.get(at);
    double read = in.D.get(channel) * x;
    const double *B = &bc[row * 2 * states], *C = B + states;
    for (int64_t n = 0; n < states; ++n) {
      h[n] =
          std::exp(delta * A[channel * states + n]) * h[n] + delta * x * B[n];
      read += C[n] * h[n];
    }
    y[at] = read * z / (1 + std::exp(-z));
  }
}

namespace {

class ScanKernel
    : public testing::TestWithParam<std::tuple<std::string, ScanText>> {
protected:
  void SetUp() override {
    auto [variant, scan] = GetParam();
    if (!canRun(variant))
      GTEST_SKIP() << "this machine lacks " << variant;
    text = scan;
    symbol = "scan." + variant;
    module.emplace(scanText(text), variant);
  }

  int64_t cells() const {
    return kBatch * ((text.channels - 1) / text.channelTile + 1);
  }
  void call(const ScanBuffers &buffers, int64_t first, int64_t last) {
    std::vector<void *> arguments = buffers.arguments();
    GuardedScratch scratch(module->scratchBytes(symbol));
    module->symbol<Kernel>(symbol)(arguments.data(), kBatch, buffers.length,
                                   first, last, scratch.data());
  }

  ScanText text;
  std::string symbol;
  std::optional<CompiledModule> module;
};

class ScanCalls : public ScanKernel {};

} // namespace

TEST_P(ScanKernel, IsCloseToDoublePrecision) {
  double error = text.type == "f64" ? 1e-14 : 1e-6;
  for (int64_t length : kLengths) {
    SCOPED_TRACE("length " + std::to_string(length));
    ScanBuffers buffers(text, length);
    call(buffers, 0, cells());
    Reference reference(buffers);
    EXPECT_TRUE(isCloseTo(buffers.y, reference.y, error)) << "y";
    EXPECT_TRUE(isCloseTo(buffers.h1, reference.h1, error)) << "final state";
  }
}

TEST_P(ScanCalls, CellByCellGivesTheBitsOfOneCall) {
  for (int64_t length : kLengths) {
    SCOPED_TRACE("length " + std::to_string(length));
    ScanBuffers whole(text, length), parts(text, length);
    call(whole, 0, cells());
    call(parts, 2, cells());
    call(parts, 0, 1);
    call(parts, 1, 2);
    EXPECT_EQ(whole.y.bytes(), parts.y.bytes());
    EXPECT_EQ(whole.h1.bytes(), parts.h1.bytes());
  }
}

TEST_P(ScanCalls, OneCellWritesNothingOfAnother) {
  ScanBuffers buffers(text, 65);
  call(buffers, 1, 2);
  auto inCell = [&](size_t row, size_t channel) {
    auto tile = static_cast<size_t>(text.channelTile);
    return row == 0 && channel / tile == 1;
  };
  size_t channels = text.channels, states = text.states;
  for (size_t i = 0; i < buffers.y.size(); ++i)
    ASSERT_EQ(std::isnan(buffers.y.get(i)),
              !inCell(i / channels / 65, i % channels))
        << "y, element " << i;
  for (size_t i = 0; i < buffers.h1.size(); ++i)
    ASSERT_EQ(std::isnan(buffers.h1.get(i)),
              !inCell(i / states / channels, i / states % channels))
        << "final state, element " << i;
}

/// channels, states, time tile, channel tile, type, initial state, reversed.
static const ScanText kScans[] = {
    {1, 1, 64, 16, "f32", false, false},
    {1, 16, 64, 16, "f32", true, false},
    {5, 16, 64, 16, "f32", false, true},
    {16, 5, 64, 16, "f32", true, true},
    {33, 16, 64, 16, "f32", true, false},
    {96, 16, 64, 64, "f32", false, false},
    {33, 100, 64, 16, "f32", true, true},
    {96, 5, 16, 40, "f32", false, false},
    {96, 16, 64, 16, "bf16", true, false},
    {33, 16, 64, 64, "bf16", false, true},
    {5, 100, 64, 16, "bf16", true, false},
    {1, 5, 64, 16, "bf16", false, false},
    {16, 1, 16, 16, "bf16", true, true},
    {96, 16, 64, 32, "f16", false, false},
    {33, 100, 64, 32, "f16", true, false},
    {5, 5, 64, 16, "f16", false, true},
    {96, 16, 64, 16, "f64", false, false},
    {33, 5, 64, 16, "f64", true, true},
    {5, 100, 64, 16, "f64", false, false},
    {1, 1, 16, 16, "f64", true, false},
};

/// Three cells of channels, the last of them ragged.
static const ScanText kCalls[] = {
    {33, 16, 64, 16, "bf16", true, false},
    {33, 100, 64, 16, "f32", false, true},
};

static std::string
nameOf(const testing::TestParamInfo<std::tuple<std::string, ScanText>> &info) {
  const auto &[variant, scan] = info.param;
  std::string name = variant + "_" + scan.type;
  for (int64_t size :
       {scan.channels, scan.states, scan.timeTile, scan.channelTile})
    name += "_" + std::to_string(size);
  return name + (scan.initial ? "_initial" : "") +
         (scan.reverse ? "_reversed" : "");
}

INSTANTIATE_TEST_SUITE_P(Sizes, ScanKernel,
                         testing::Combine(testing::ValuesIn(allVariants()),
                                          testing::ValuesIn(kScans)),
                         nameOf);
INSTANTIATE_TEST_SUITE_P(Cells, ScanCalls,
                         testing::Combine(testing::ValuesIn(allVariants()),
                                          testing::ValuesIn(kCalls)),
                         nameOf);
