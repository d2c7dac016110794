// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a session refuses: before anything is launched, and with its states and
// their history as they were.
#include "PackageFixture.h"
#include "SessionFixture.h"

#include <gtest/gtest.h>

using namespace ssm;
using namespace ssm::test;

namespace {

/// The text with an edit of what stands behind the first `place`.
std::string editedAfter(const std::string &text, const std::string &place,
                        const std::string &from, const std::string &to) {
  size_t at = text.find(place);
  EXPECT_NE(at, std::string::npos) << place;
  return text.substr(0, at) + edited(text.substr(at), from, to);
}

class SessionRefusal : public testing::Test {
protected:
  const FakeCudaApi &fake = fakeStates();
  Device device = createDevice(SSM_CUDA);
  Package package = statePackage(SSM_CUDA);
  Sequence sequence{2, 6, 8};
  Session session = openSession(device, package, sequence, 6);
  Memory input{device, 192}, output{device, 192};
  const void *inputs[2] = {input.get(), input.get()};
  void *outputs[2] = {output.get(), output.get()};

  /// The message for a call of "step" with one edit; nothing may have run.
  template <typename Edit> std::string change(const Edit &edit) {
    ssm_session_call call = {};
    call.struct_size = sizeof call;
    call.function = Step;
    call.length = 6;
    call.inputs = inputs;
    call.input_count = 1;
    call.outputs = outputs;
    call.output_count = 1;
    edit(call);
    int launches = fake.launchCount();
    std::string message =
        messageOf(SSM_INVALID_ARGUMENT, [&] { session.run(call); });
    EXPECT_EQ(fake.launchCount(), launches);
    return message;
  }
};

TEST_F(SessionRefusal, WrongCallsChangeNothing) {
  feed(device, session, Step, sequence.x);
  std::vector<float> h = readState(session, "h");
  auto expectRefused = [&](const std::string &message, auto edit) {
    EXPECT_EQ(change(edit), message);
    EXPECT_EQ(readState(session, "h"), h);
  };
  expectRefused("expected a length of 1 to 6, got 0",
                [](ssm_session_call &call) { call.length = 0; });
  expectRefused("expected a length of 1 to 6, got 7",
                [](ssm_session_call &call) { call.length = 7; });
  expectRefused("expected a function of the session (\"prefill\", \"step\", "
                "\"peek\"), got index 3",
                [](ssm_session_call &call) { call.function = 3; });
  expectRefused("function \"step\": expected 1 inputs and 1 outputs beside its "
                "states, got 0 and 1",
                [](ssm_session_call &call) { call.input_count = 0; });
  expectRefused("function \"step\": expected 1 inputs and 1 outputs beside its "
                "states, got 1 and 2",
                [](ssm_session_call &call) { call.output_count = 2; });
  expectRefused("expected inputs, got null",
                [](ssm_session_call &call) { call.inputs = nullptr; });
  const void *null[] = {nullptr};
  expectRefused("\"x\": expected a pointer, got null",
                [&](ssm_session_call &call) { call.inputs = null; });
  void *same[] = {input.get()};
  expectRefused("\"x\" and \"y\" overlap",
                [&](ssm_session_call &call) { call.outputs = same; });
  expectRefused("ssm_session_call: expected struct_size 64, got 8",
                [](ssm_session_call &call) { call.struct_size = 8; });
  // None of them cost the history.
  session.rollback();
  EXPECT_EQ(readState(session, "h"), std::vector<float>(8, 0));
}

TEST_F(SessionRefusal, StatesByNameAndSize) {
  float values[8] = {};
  EXPECT_EQ(messageOf(SSM_INVALID_ARGUMENT,
                      [&] { session.readState("hh", values, 32); }),
            "expected a state of the session (\"h\", \"tail\"), got \"hh\"");
  EXPECT_EQ(messageOf(SSM_INVALID_ARGUMENT,
                      [&] { session.writeState("h", values, 28); }),
            "state \"h\": expected 32 bytes, got 28");
  EXPECT_EQ(messageOf(SSM_INVALID_ARGUMENT,
                      [&] { session.writeState("h", nullptr, 32); }),
            "state \"h\": expected a pointer, got null");
  EXPECT_EQ(messageOf(SSM_INVALID_ARGUMENT, [&] { session.state(2); }),
            "expected a state below 2, got 2");
}

TEST_F(SessionRefusal, WeightsByNameAndSize) {
  EXPECT_EQ(messageOf(SSM_INVALID_ARGUMENT,
                      [&] { session.bind("decoy", inputs, 16); }),
            "no function of the session (\"prefill\", \"step\", \"peek\") has "
            "a weight \"decoy\"");
  EXPECT_EQ(messageOf(SSM_INVALID_ARGUMENT,
                      [&] { session.bind("decay", inputs, 12); }),
            "weight \"decay\" (4xf32): expected 16 bytes, got 12");
  EXPECT_EQ(messageOf(SSM_INVALID_ARGUMENT,
                      [&] { session.bind("decay", nullptr, 16); }),
            "weight \"decay\": expected a pointer, got null");
  Session unbound = Session::create(device, package, 2, 6);
  EXPECT_EQ(messageOf(SSM_INVALID_ARGUMENT,
                      [&] { feed(device, unbound, Prefill, sequence.x); }),
            "weight \"decay\" of function \"prefill\" is not bound");
  unbound.bind("decay", sequence.decay.data(), 16);
  EXPECT_LT(
      largestError(feed(device, unbound, Prefill, sequence.x), sequence.y()),
      1e-6);
}

TEST_F(SessionRefusal, CreationsThatMakeNoSense) {
  auto create = [&](int64_t batch, int64_t length,
                    const std::vector<std::string> &functions) {
    return messageOf(SSM_INVALID_ARGUMENT, [&] {
      Session::create(device, package, batch, length, functions);
    });
  };
  EXPECT_EQ(create(0, 1, {}), "expected a batch and a maximal length of at "
                              "least 1, got 0 and 1");
  EXPECT_EQ(create(1, 0, {}), "expected a batch and a maximal length of at "
                              "least 1, got 1 and 0");
  EXPECT_EQ(create(1, 1, {"step", "stop"}),
            "the package has no function \"stop\"");
  EXPECT_EQ(create(1, 1, {"step", "step"}),
            "expected each function once, got \"step\" twice");
  EXPECT_EQ(create(int64_t(1) << 59, 1, {"step"}),
            "buffer \"h0\" does not fit 64 bits at batch "
            "576460752303423488, length 0");
  // A session of one function knows that one alone.
  Session one = Session::create(device, package, 2, 6, {"peek"});
  EXPECT_EQ(one.describe().state_count, 1);
  EXPECT_EQ(messageOf(SSM_INVALID_ARGUMENT, [&] { one.prepare(Step, 1); }),
            "expected a function of the session (\"peek\"), got \"step\"");
}

TEST_F(SessionRefusal, FunctionsThatDisagreeAboutAWeight) {
  std::string manifest = stateManifest("cuda");
  manifest = editedAfter(manifest, "\"name\": \"resume\"",
                         "\"dtype\": \"f32\", \"shape\": [4]",
                         "\"dtype\": \"f64\", \"shape\": [4]");
  manifest = editedAfter(manifest, "\"name\": \"step\"",
                         "\"dtype\": \"f32\", \"shape\": [4]",
                         "\"dtype\": \"f64\", \"shape\": [4]");
  std::string file = ptxPackage(manifest, statePtx());
  Package odd = Package::fromMemory(file.data(), file.size());
  EXPECT_EQ(messageOf(SSM_INVALID_ARGUMENT,
                      [&] { Session::create(device, odd, 2, 6); }),
            "weight \"decay\" of function \"step\": expected 4xf32 as in "
            "function \"prefill\", got 4xf64");
  // Apart they may.
  Session::create(device, odd, 2, 6, {"step"});
}

} // namespace
