// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sessions over what ssm-compile makes of a scan, on the CPU: a prefill, a
// prefill in two parts and one call a token end in the same bits.
#include "PackageFixture.h"
#include "ssm/ssm.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <random>

using namespace ssm;
using namespace ssm::test;

namespace {

const char *scan = R"(
func.func @prefill(%u: tensor<?x?x8xf32> {ssm.name = "u"}, %a: tensor<?x?x8x4xf32> {ssm.name = "a"},
                   %C: tensor<8x4xf32> {ssm.weight = "C"})
    -> (tensor<?x?x8xf32>, tensor<?x8x4xf32> {ssm.state = "scan_0"}) {
  %y, %last = ssm.scan %u, %a, %a read(%C)
      : (tensor<?x?x8xf32>, tensor<?x?x8x4xf32>, tensor<?x?x8x4xf32>, tensor<8x4xf32>)
      -> (tensor<?x?x8xf32>, tensor<?x8x4xf32>)
  return %y, %last : tensor<?x?x8xf32>, tensor<?x8x4xf32>
}
func.func @step(%u: tensor<?x?x8xf32> {ssm.name = "u"}, %a: tensor<?x?x8x4xf32> {ssm.name = "a"},
                %h: tensor<?x8x4xf32> {ssm.state = "scan_0"}, %C: tensor<8x4xf32> {ssm.weight = "C"})
    -> (tensor<?x?x8xf32>, tensor<?x8x4xf32> {ssm.state = "scan_0"}) {
  %y, %last = ssm.scan %u, %a, %a read(%C) init(%h)
      : (tensor<?x?x8xf32>, tensor<?x?x8x4xf32>, tensor<?x?x8x4xf32>, tensor<8x4xf32>, tensor<?x8x4xf32>)
      -> (tensor<?x?x8xf32>, tensor<?x8x4xf32>)
  return %y, %last : tensor<?x?x8xf32>, tensor<?x8x4xf32>
}
)";

constexpr size_t channels = 8, states = 4;

class CompiledSession : public testing::Test {
protected:
  TemporaryFolder folder;
  size_t length = 21;
  std::vector<float> u = random(length * channels, -1, 1);
  std::vector<float> a = random(length * channels * states, 0, 1);
  std::vector<float> weight = random(channels * states, -1, 1);
  Device device = Device::create(SSM_CPU);
  Package package = compile();

  static std::vector<float> random(size_t count, float low, float high) {
    static std::mt19937 generator(17);
    std::uniform_real_distribution<float> uniform(low, high);
    std::vector<float> values(count);
    for (float &value : values)
      value = uniform(generator);
    return values;
  }

  Package compile() const {
    writeFile(folder.file("scan.mlir"), scan);
    std::string command = std::string(SSM_COMPILE) + " " +
                          folder.file("scan.mlir") + " --target=cpu -o " +
                          folder.file("scan.so");
    EXPECT_EQ(std::system(command.c_str()), 0);
    return Package::open(folder.file("scan.so"));
  }

  Session open() {
    Session session = Session::create(device, package, 1, int64_t(length));
    session.bind("C", weight.data(), weight.size() * 4);
    return session;
  }

  /// Runs tokens [begin, end) and appends y.
  void feed(Session &session, const std::string &function, size_t begin,
            size_t end, std::vector<float> &y) {
    size_t tokens = end - begin;
    Memory input(device, tokens * channels * 4);
    Memory decay(device, tokens * channels * states * 4);
    Memory output(device, tokens * channels * 4);
    input.copyIn(&u[begin * channels]);
    decay.copyIn(&a[begin * channels * states]);
    const void *inputs[] = {input.get(), decay.get()};
    void *outputs[] = {output.get()};
    session.run({sizeof(ssm_session_call), package.find(function),
                 int64_t(tokens), inputs, 2, outputs, 1});
    y.resize(y.size() + tokens * channels);
    output.copyOut(y.data() + y.size() - tokens * channels);
  }

  std::vector<float> stateOf(Session &session) {
    std::vector<float> values(channels * states);
    session.readState("scan_0", values.data(), values.size() * 4);
    return values;
  }
};

TEST_F(CompiledSession, HoweverItIsCut) {
  Session whole = open(), parts = open(), single = open();
  std::vector<float> y, again, tokens;
  feed(whole, "prefill", 0, length, y);
  feed(parts, "prefill", 0, 13, again);
  feed(parts, "step", 13, length, again);
  EXPECT_EQ(again, y);
  for (size_t t = 0; t < length; ++t)
    feed(single, "step", t, t + 1, tokens);
  EXPECT_EQ(tokens, y);
  EXPECT_EQ(stateOf(parts), stateOf(whole));
  EXPECT_EQ(stateOf(single), stateOf(whole));
  // Against the definition: h = a h + a u.
  for (size_t c = 0; c < channels; ++c) {
    double h[states] = {};
    for (size_t t = 0; t < length; ++t) {
      double sum = 0;
      for (size_t n = 0; n < states; ++n) {
        double decay = double(a[(t * channels + c) * states + n]);
        h[n] = decay * h[n] + decay * double(u[t * channels + c]);
        sum += double(weight[c * states + n]) * h[n];
      }
      EXPECT_NEAR(double(y[t * channels + c]), sum, 1e-5);
    }
    for (size_t n = 0; n < states; ++n)
      EXPECT_NEAR(double(stateOf(whole)[c * states + n]), h[n], 1e-5);
  }
}

TEST_F(CompiledSession, ADraftThatIsTakenBack) {
  Session session = open();
  std::vector<float> y, draft, again;
  feed(session, "prefill", 0, 8, y);
  std::vector<float> before = stateOf(session);
  feed(session, "step", 12, 17, draft);
  EXPECT_NE(stateOf(session), before);
  session.rollback();
  EXPECT_EQ(stateOf(session), before);
  feed(session, "step", 8, length, y);
  Session whole = open();
  feed(whole, "prefill", 0, length, again);
  EXPECT_EQ(y, again);
}

} // namespace
