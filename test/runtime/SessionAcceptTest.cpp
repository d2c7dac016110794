// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// States taken from the traces of a call, on the CPU: those that as many single
// steps end with, in the same bits, and what is no trace or no count of one.
#include "PackageFixture.h"
#include "ssm/ssm.hpp"

#include <gtest/gtest.h>

#include <cstdlib>

using namespace ssm;
using namespace ssm::test;

namespace {

const char *source = R"(
func.func @f(%x: tensor<?x?x4xf32> {ssm.name = "x"}, %w: tensor<4x3xf32> {ssm.weight = "w"},
             %d: tensor<4xf32> {ssm.weight = "d"}) -> tensor<?x?x4xf32> {
  %u = ssm.conv1d identity %x, %w : (tensor<?x?x4xf32>, tensor<4x3xf32>) -> tensor<?x?x4xf32>
  %a = ssm.broadcast %d like %u : (tensor<4xf32>, tensor<?x?x4xf32>) -> tensor<?x?x4xf32>
  %y = ssm.scan %u, %a, %a
      : (tensor<?x?x4xf32>, tensor<?x?x4xf32>, tensor<?x?x4xf32>) -> tensor<?x?x4xf32>
  return %y : tensor<?x?x4xf32>
}
)";

constexpr int64_t batch = 2, channels = 4, most = 9;

class SessionAccept : public testing::Test {
protected:
  TemporaryFolder folder;
  Device device = Device::create(SSM_CPU);
  std::vector<float> w = std::vector<float>(channels * 3, 0.5f);
  std::vector<float> d = {0.5f, 0.25f, 0.125f, 0.75f};

  Package compile(const std::string &options) const {
    writeFile(folder.file("f.mlir"), source);
    std::string command = std::string(SSM_COMPILE) + " " +
                          folder.file("f.mlir") + " --target=cpu " + options +
                          " -o " + folder.file("f.so");
    EXPECT_EQ(std::system(command.c_str()), 0);
    return Package::open(folder.file("f.so"));
  }

  Session open(const Package &package) {
    Session session = Session::create(device, package, batch, most);
    session.bind("w", w.data(), w.size() * 4);
    session.bind("d", d.data(), d.size() * 4);
    return session;
  }

  /// A call on tokens [begin, end) of a sequence that counts up, and its
  /// memory.
  struct Call {
    Memory x, y, window, states;
    const void *inputs[1];
    void *outputs[3];
    ssm_session_call call = {};

    Call(const Device &device, const Package &package, const char *function,
         int64_t begin, int64_t end, int outputCount, int64_t entries)
        : x(device, size_t(batch * (end - begin) * channels * 4)),
          y(device, size_t(batch * (end - begin) * channels * 4)),
          window(device, size_t(batch * (end - begin) * channels * 4)),
          states(device, size_t(batch * entries * channels * 4)),
          inputs{x.get()}, outputs{y.get(), window.get(), states.get()} {
      std::vector<float> tokens;
      for (int64_t b = 0; b < batch; ++b)
        for (int64_t t = begin; t < end; ++t)
          for (int64_t c = 0; c < channels; ++c)
            tokens.push_back(float(1 + b * 100 + t * 10 + c) / 64);
      x.copyIn(tokens.data());
      call = {
          sizeof call, package.find(function), end - begin, inputs, 1, outputs,
          outputCount};
    }
  };

  std::vector<float> statesOf(Session &session) {
    std::vector<float> values(batch * channels * 3);
    session.readState("conv1d_0", values.data(), batch * channels * 2 * 4);
    session.readState("scan_0", values.data() + batch * channels * 2,
                      batch * channels * 4);
    return values;
  }

  /// The states of both sequences after so many single steps.
  std::vector<float> stepped(const Package &package, int64_t count) {
    Session session = open(package);
    for (int64_t t = 0; t < count; ++t)
      session.run(Call(device, package, "f_step", t, t + 1, 1, 1).call);
    return statesOf(session);
  }

  static std::string refusal(Session &session, const ssm_session_call &call,
                             std::vector<int64_t> counts) {
    try {
      session.accept(call, counts.data());
    } catch (const Error &problem) {
      EXPECT_EQ(problem.code(), SSM_INVALID_ARGUMENT);
      return problem.what();
    }
    return "no error";
  }
};

TEST_F(SessionAccept, AnyNumberOfTokensOfEachSequence) {
  Package package = compile("--forms=step,trace");
  for (int64_t first = 0; first <= 5; ++first)
    for (int64_t second : {int64_t(0), int64_t(1), int64_t(5)}) {
      Session session = open(package);
      Call guess(device, package, "f_trace", 0, 5, 3, 5);
      session.run(guess.call);
      int64_t counts[] = {first, second};
      session.accept(guess.call, counts);
      std::vector<float> found = statesOf(session);
      std::vector<float> a = stepped(package, first);
      std::vector<float> b = stepped(package, second);
      // A window of two tokens and a state, each sequence after the other.
      for (size_t part : {size_t(0), size_t(batch * channels * 2)}) {
        size_t row = part == 0 ? channels * 2 : channels;
        for (size_t i = 0; i < row; ++i) {
          EXPECT_EQ(found[part + i], a[part + i]) << first << " " << i;
          EXPECT_EQ(found[part + row + i], b[part + row + i]) << second;
        }
      }
    }
}

TEST_F(SessionAccept, ATraceChangesNothingUntilItIsAccepted) {
  Package package = compile("--forms=step,trace");
  Session session = open(package);
  session.run(Call(device, package, "f_step", 0, 1, 1, 1).call);
  std::vector<float> before = statesOf(session);
  Call guess(device, package, "f_trace", 1, 4, 3, 3);
  session.run(guess.call);
  EXPECT_EQ(statesOf(session), before);
  int64_t counts[] = {2, 2};
  session.accept(guess.call, counts);
  EXPECT_EQ(statesOf(session), stepped(package, 3));
  session.rollback();
  EXPECT_EQ(statesOf(session), before);
}

TEST_F(SessionAccept, OneStateForEveryFewTokens) {
  Package package = compile("--forms=step,trace --trace-every=4");
  Session session = open(package);
  Call prompt(device, package, "f_trace", 0, 9, 3, 3);
  session.run(prompt.call);
  EXPECT_EQ(refusal(session, prompt.call, {4, 5}),
            "sequence 1: expected a multiple of 4 tokens or all 9, got 5");
  int64_t counts[] = {4, 9};
  session.accept(prompt.call, counts);
  std::vector<float> found = statesOf(session), four = stepped(package, 4),
                     all = stepped(package, 9);
  size_t state = batch * channels * 2;
  for (size_t i = 0; i < channels; ++i) {
    EXPECT_EQ(found[state + i], four[state + i]);
    EXPECT_EQ(found[state + channels + i], all[state + channels + i]);
  }
}

TEST_F(SessionAccept, OnlyTheLastTracedCall) {
  Package package = compile("--forms=step,trace");
  Session session = open(package);
  Call guess(device, package, "f_trace", 0, 5, 3, 5);
  const std::string other =
      "function \"f_trace\": expected the session's last traced call of 5 "
      "tokens, since which no state has changed, got another";
  EXPECT_EQ(refusal(session, guess.call, {1, 1}), other);
  session.run(guess.call);
  EXPECT_EQ(refusal(session, guess.call, {1, 6}),
            "sequence 1: expected 0 to 5 tokens, got 6");
  EXPECT_EQ(refusal(session, guess.call, {-1, 0}),
            "sequence 0: expected 0 to 5 tokens, got -1");
  ssm_session_call fewer = guess.call;
  fewer.output_count = 2;
  EXPECT_EQ(refusal(session, fewer, {1, 1}),
            "function \"f_trace\": expected the 3 outputs of the traced call, "
            "got 2");
  session.run(Call(device, package, "f_step", 0, 1, 1, 1).call);
  EXPECT_EQ(refusal(session, guess.call, {1, 1}), other);
}

} // namespace
