// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sessions on a device that fails: each driver call with each kind of error. A
// fault loses the session, and it says to which call; others go on.
#include "PackageFixture.h"
#include "SessionFixture.h"

#include <gtest/gtest.h>

using namespace ssm;
using namespace ssm::test;

namespace {

/// Every entry of a session once; `atRelease` is the number of driver calls
/// when only releases are left.
void wholeSession(const FakeCudaApi &fake, const std::string &path,
                  int &atRelease) {
  Device device = createDevice(SSM_CUDA);
  Sequence sequence(2, 5, 3);
  Session session = openSession(device, statePackage(SSM_CUDA), sequence);
  session.prepare(Step, 2);
  feed(device, session, Prefill, sequence.tokens(0, 3));
  Snapshot snapshot = session.snapshot();
  Session fork = session.fork();
  feed(device, fork, Step, sequence.tokens(3, 5));
  session.save(path);
  session.reset();
  session.load(path);
  session.restore(snapshot);
  std::vector<float> h = readState(fork, "h");
  session.writeState("h", h.data(), h.size() * 4);
  session.rollback();
  feed(device, session, Step, sequence.tokens(3, 5));
  if (largestError(readState(session, "h"), sequence.h()) > 1e-6)
    throw Error(SSM_INTERNAL, "wrong result", "", 0);
  atRelease = fake.calls();
}

TEST(SessionFault, EveryCallEveryError) {
  TemporaryFolder folder;
  std::string path = folder.file("states");
  const FakeCudaApi &fake = fakeStates();
  int atRelease = 0;
  ASSERT_EQ(codeOf([&] { wholeSession(fake, path, atRelease); }), SSM_OK);
  ASSERT_GT(atRelease, 100);
  const std::pair<int, ssm_code> faults[] = {
      {1, SSM_INTERNAL},
      {2, SSM_OUT_OF_MEMORY},
      {700, SSM_DEVICE_FAULT},
      {719, SSM_DEVICE_FAULT},
  };
  for (auto [result, code] : faults)
    for (int call = 1; call <= atRelease; ++call) {
      SCOPED_TRACE(std::to_string(call) + " " + std::to_string(result));
      fakeStates();
      fake.failAt(call, result);
      int ignored = 0;
      ssm_code got = codeOf([&] { wholeSession(fake, path, ignored); });
      std::string failed = fake.failedCall();
      ASSERT_NE(failed, "");
      bool isSilent = failed == "cuMemFree" || failed == "cuCtxPopCurrent" ||
                      failed == "cuCtxPushCurrent";
      EXPECT_TRUE(got == code || (isSilent && got == SSM_OK))
          << failed << " gave " << got;
      EXPECT_EQ(fake.alive(), 0) << failed;
      EXPECT_EQ(fake.misuses(), 0) << failed;
    }
}

TEST(SessionFault, ALostSessionSaysWhatLostIt) {
  const FakeCudaApi &fake = fakeStates();
  Device device = createDevice(SSM_CUDA);
  Package package = statePackage(SSM_CUDA);
  Sequence sequence(1, 4, 2);
  Session session = openSession(device, package, sequence);
  Session sibling = session.fork();
  Device second = createDevice(SSM_CUDA);
  Session elsewhere = openSession(second, package, sequence);
  Device cpu = createDevice(SSM_CPU);
  Session onCpu = openSession(cpu, statePackage(SSM_CPU), sequence);
  Memory x(device, 64), y(device, 64);
  x.copyIn(sequence.x.data());
  const void *inputs[] = {x.get()};
  void *outputs[] = {y.get()};
  ssm_session_call call = {sizeof call, Step, 4, inputs, 1, outputs, 1};
  session.run(call);
  fake.failAt(2, 700); // the launch behind cuCtxPushCurrent
  EXPECT_EQ(messageOf(SSM_DEVICE_FAULT, [&] { session.run(call); }),
            "resume: cuLaunchKernel failed: FAKE_ERROR_700: injected");
  const std::string lost = "the session was lost when running function "
                           "\"step\": resume: cuLaunchKernel failed: "
                           "FAKE_ERROR_700: injected";
  float h[4];
  auto expectLost = [&](auto action) {
    EXPECT_EQ(messageOf(SSM_DEVICE_FAULT, action), lost);
  };
  int calls = fake.calls();
  expectLost([&] { session.run(call); });
  expectLost([&] { session.prepare(Step, 1); });
  expectLost([&] { session.bind("decay", h, 16); });
  expectLost([&] { session.rollback(); });
  expectLost([&] { session.reset(); });
  expectLost([&] { session.readState("h", h, 16); });
  expectLost([&] { session.writeState("h", h, 16); });
  expectLost([&] { session.save("never"); });
  expectLost([&] { session.load("never"); });
  expectLost([&] { session.snapshot(); });
  expectLost([&] { session.fork(); });
  EXPECT_EQ(fake.calls(), calls);
  // A fork of it stands on the same device, and finds out by itself.
  EXPECT_EQ(messageOf(SSM_DEVICE_FAULT, [&] { sibling.readState("h", h, 16); }),
            "device fake was lost to an earlier fault");
  EXPECT_EQ(messageOf(SSM_DEVICE_FAULT, [&] { sibling.rollback(); }),
            "the session was lost when reading state \"h\": device fake was "
            "lost to an earlier fault");
  EXPECT_LT(
      largestError(feed(second, elsewhere, Step, sequence.x), sequence.y()),
      1e-6);
  EXPECT_LT(largestError(feed(cpu, onCpu, Step, sequence.x), sequence.y()),
            1e-6);
}

TEST(SessionFault, OtherErrorsLeaveTheStates) {
  const FakeCudaApi &fake = fakeStates();
  Device device = createDevice(SSM_CUDA);
  Sequence sequence(1, 8, 4);
  Session session = openSession(device, statePackage(SSM_CUDA), sequence);
  Memory x(device, 64), y(device, 64);
  std::vector<float> first = sequence.tokens(0, 4);
  x.copyIn(first.data());
  const void *inputs[] = {x.get()};
  void *outputs[] = {y.get()};
  ssm_session_call call = {sizeof call, Step, 4, inputs, 1, outputs, 1};
  session.run(call);
  std::vector<float> h = readState(session, "h");
  fake.failAt(2, 2);
  EXPECT_EQ(codeOf([&] { session.run(call); }), SSM_OUT_OF_MEMORY);
  EXPECT_EQ(readState(session, "h"), h);
  // What the failed call may have written is no history.
  EXPECT_EQ(codeOf([&] { session.rollback(); }), SSM_INVALID_ARGUMENT);
  auto rest = feed(device, session, Step, sequence.tokens(4, 8));
  std::vector<float> whole = sequence.y();
  EXPECT_LT(largestError(rest, {whole.begin() + 16, whole.end()}), 1e-6);
}

} // namespace
