// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sessions: however a sequence is cut into calls, it gives the same bits;
// states go back, apart, out and in.
#include "SessionFixture.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <thread>

using namespace ssm;
using namespace ssm::test;

namespace {

class SessionOn : public testing::TestWithParam<ssm_device_kind> {
protected:
  Device device = stateDevice(GetParam());
  Package package = statePackage(GetParam());
  Sequence sequence{3, 11, 5};

  Session open() { return openSession(device, package, sequence); }
  std::vector<float> feedTokens(Session &session, int64_t begin, int64_t end,
                                int function = Step) {
    return feed(device, session, function, sequence.tokens(begin, end));
  }
  /// Tokens [begin, end) of every batch of the reference.
  std::vector<float> expected(int64_t begin, int64_t end) const {
    Sequence result = sequence;
    result.x = sequence.y();
    return result.tokens(begin, end);
  }
};

TEST_P(SessionOn, EveryCutGivesTheSameBits) {
  Session whole = open();
  std::vector<float> y = feedTokens(whole, 0, 11, Prefill);
  EXPECT_LT(largestError(y, sequence.y()), 1e-6);
  EXPECT_LT(largestError(readState(whole, "h"), sequence.h()), 1e-6);
  Sequence asBits = sequence;
  asBits.x = y;
  for (int64_t cut : {1, 2, 7, 10}) {
    Session parts = open();
    EXPECT_EQ(feedTokens(parts, 0, cut, Prefill), asBits.tokens(0, cut));
    EXPECT_EQ(feedTokens(parts, cut, 11), asBits.tokens(cut, 11)) << cut;
    for (const char *state : {"h", "tail"})
      EXPECT_EQ(readState(parts, state), readState(whole, state)) << cut;
  }
  Session single = open();
  for (int64_t t = 0; t < 11; ++t)
    EXPECT_EQ(feedTokens(single, t, t + 1), asBits.tokens(t, t + 1)) << t;
  EXPECT_EQ(readState(single, "h"), readState(whole, "h"));
  EXPECT_EQ(readState(single, "tail"), sequence.tokens(9, 11));
}

TEST_P(SessionOn, RollsTheLastCallBack) {
  Session session = open();
  feedTokens(session, 0, 4, Prefill);
  std::vector<float> h = readState(session, "h");
  std::vector<float> wrong = feed(device, session, Step, Sequence(3, 5, 77).x);
  EXPECT_NE(readState(session, "h"), h);
  session.rollback();
  EXPECT_EQ(readState(session, "h"), h);
  EXPECT_EQ(readState(session, "tail"), sequence.tokens(2, 4));
  EXPECT_LT(largestError(feedTokens(session, 4, 11), expected(4, 11)), 1e-6);
  session.rollback();
  EXPECT_EQ(messageOf(SSM_INVALID_ARGUMENT, [&] { session.rollback(); }),
            "expected a change of the states since the last rollback, got "
            "none");
  EXPECT_EQ(readState(session, "h"), h);
}

TEST_P(SessionOn, RollsBackOnlyWhatTheCallWrote) {
  Session session = open();
  EXPECT_EQ(messageOf(SSM_INVALID_ARGUMENT, [&] { session.rollback(); }),
            "expected a change of the states since the last rollback, got "
            "none");
  feedTokens(session, 0, 4);
  std::vector<float> h = readState(session, "h");
  Memory z(device, h.size() * 4);
  void *outputs[] = {z.get()};
  ssm_session_call call = {};
  call.struct_size = sizeof call;
  call.function = Peek;
  call.length = 1;
  call.outputs = outputs;
  call.output_count = 1;
  session.run(call);
  std::vector<float> twice(h.size());
  z.copyOut(twice.data());
  for (size_t i = 0; i < h.size(); ++i)
    EXPECT_EQ(twice[i], 2 * h[i]);
  session.rollback();
  EXPECT_EQ(readState(session, "h"), h);
  // Of two states one was written: the other keeps its buffer.
  std::vector<float> ones(h.size(), 1);
  session.writeState("h", ones.data(), ones.size() * 4);
  EXPECT_EQ(readState(session, "h"), ones);
  session.rollback();
  EXPECT_EQ(readState(session, "h"), h);
  EXPECT_EQ(readState(session, "tail"), sequence.tokens(2, 4));
}

TEST_P(SessionOn, ForksGoTheirOwnWays) {
  Session session = open();
  feedTokens(session, 0, 6, Prefill);
  Session fork = session.fork();
  EXPECT_EQ(messageOf(SSM_INVALID_ARGUMENT, [&] { fork.rollback(); }),
            "expected a change of the states since the last rollback, got "
            "none");
  Sequence other(3, 5, 99);
  feed(device, fork, Step, other.x);
  EXPECT_LT(largestError(feedTokens(session, 6, 11), expected(6, 11)), 1e-6);
  Sequence joined(3, 11, 1);
  joined.decay = sequence.decay;
  for (int64_t b = 0; b < 3; ++b)
    for (int64_t i = 0; i < 44; ++i)
      joined.x[size_t(b * 44 + i)] = i < 24 ? sequence.x[size_t(b * 44 + i)]
                                            : other.x[size_t(b * 20 + i - 24)];
  EXPECT_LT(largestError(readState(fork, "h"), joined.h()), 1e-6);
  // The fork outlives its parent, with the weights.
  { Session gone = std::move(session); }
  fork.reset();
  EXPECT_LT(largestError(feedTokens(fork, 0, 11), sequence.y()), 1e-6);
}

TEST_P(SessionOn, SnapshotsAreDeeperHistory) {
  Session session = open();
  feedTokens(session, 0, 2);
  Snapshot early = session.snapshot();
  for (int64_t t = 2; t < 9; ++t)
    feedTokens(session, t, t + 1);
  Session fork = session.fork();
  for (Session *each : {&session, &fork, &session}) {
    each->restore(early);
    EXPECT_LT(largestError(feedTokens(*each, 2, 11), expected(2, 11)), 1e-6);
  }
  Session stranger = open();
  EXPECT_EQ(messageOf(SSM_INVALID_ARGUMENT, [&] { stranger.restore(early); }),
            "expected a snapshot of this session or of a fork of it, got "
            "another session's");
  EXPECT_EQ(session.describe().state_bytes, 256u + 256u);
}

TEST_P(SessionOn, StatesGoOutAndIn) {
  Session session = open();
  ssm_session_info info = session.describe();
  EXPECT_EQ(info.batch, 3);
  EXPECT_EQ(info.max_length, 64);
  ASSERT_EQ(info.state_count, 2);
  EXPECT_EQ(info.device_bytes, 2 * info.state_bytes);
  ssm_state_info tail = session.state(1);
  EXPECT_STREQ(tail.name, "tail");
  EXPECT_EQ(tail.dtype, SSM_F32);
  EXPECT_EQ(std::vector<int64_t>(tail.shape, tail.shape + tail.rank),
            (std::vector<int64_t>{3, 2, 4}));
  EXPECT_EQ(tail.bytes, 96u);
  EXPECT_EQ(readState(session, "h"), std::vector<float>(12, 0));
  EXPECT_EQ(readState(session, "tail"), std::vector<float>(24, 0));
  feedTokens(session, 0, 5, Prefill);
  std::vector<float> h = readState(session, "h");
  Session other = open();
  other.writeState("h", h.data(), h.size() * 4);
  std::vector<float> last = sequence.tokens(3, 5);
  other.writeState("tail", last.data(), last.size() * 4);
  EXPECT_LT(largestError(feedTokens(other, 5, 11), expected(5, 11)), 1e-6);
  other.reset();
  EXPECT_EQ(readState(other, "h"), std::vector<float>(12, 0));
  EXPECT_EQ(readState(other, "tail"), std::vector<float>(24, 0));
  EXPECT_LT(largestError(feedTokens(other, 0, 11), sequence.y()), 1e-6);
}

TEST_P(SessionOn, LongerCallsGrowTheWorkspace) {
  Session session = open();
  feedTokens(session, 0, 1);
  uint64_t before = session.describe().device_bytes;
  session.prepare(Step, 64);
  uint64_t prepared = session.describe().device_bytes;
  EXPECT_GE(prepared - session.describe().state_bytes * 2, 3u * 64 * 16);
  EXPECT_GT(prepared, before);
  EXPECT_LT(largestError(feedTokens(session, 1, 11), expected(1, 11)), 1e-6);
  EXPECT_EQ(session.describe().device_bytes, prepared);
}

TEST(SessionThreads, ForksRunBesideEachOther) {
  Device device = stateDevice(SSM_CPU);
  Sequence sequence(2, 40, 12);
  Session session = openSession(device, statePackage(SSM_CPU), sequence);
  std::vector<Session> forks;
  for (int i = 0; i < 8; ++i)
    forks.push_back(session.fork());
  std::atomic<int> wrong{0};
  std::vector<std::thread> threads;
  for (int i = 0; i < 8; ++i)
    threads.emplace_back([&, i] {
      // Each cuts the sequence in its own way.
      for (int64_t begin = 0, end; begin < 40; begin = end) {
        end = std::min<int64_t>(40, begin + 1 + (begin + i) % 5);
        feed(device, forks[size_t(i)], Step, sequence.tokens(begin, end));
      }
      wrong +=
          largestError(readState(forks[size_t(i)], "h"), sequence.h()) > 1e-5;
    });
  for (std::thread &thread : threads)
    thread.join();
  EXPECT_EQ(wrong.load(), 0);
  EXPECT_EQ(readState(session, "h"), std::vector<float>(8, 0));
}

/// Counts what is alive.
struct Counter {
  int alive = 0, all = 0;
  static void *allocate(void *self, size_t bytes) {
    ++static_cast<Counter *>(self)->alive;
    ++static_cast<Counter *>(self)->all;
    return std::aligned_alloc(256, (bytes + 255) / 256 * 256);
  }
  static void release(void *self, void *pointer) {
    --static_cast<Counter *>(self)->alive;
    std::free(pointer);
  }
};

TEST(SessionMemory, ComesFromTheCallersAllocator) {
  Counter counter;
  ssm_device_options options = {};
  options.struct_size = sizeof options;
  options.allocator = {Counter::allocate, Counter::release, &counter};
  {
    Device device = Device::create(SSM_CPU, 0, &options);
    Sequence sequence(1, 4, 3);
    Session session = openSession(device, statePackage(SSM_CPU), sequence);
    EXPECT_EQ(counter.alive, 3); // two banks and the weight, bound once
    session.prepare(Step, 4);
    EXPECT_EQ(counter.alive, 4);
    Snapshot snapshot = session.snapshot();
    Session fork = session.fork();
    EXPECT_EQ(counter.alive, 7);
    int before = counter.all;
    session.restore(snapshot);
    session.reset();
    session.rollback();
    EXPECT_EQ(counter.all, before);
  }
  EXPECT_EQ(counter.alive, 0);
}

INSTANTIATE_TEST_SUITE_P(Devices, SessionOn, testing::Values(SSM_CPU, SSM_CUDA),
                         [](const auto &kind) {
                           return kind.param == SSM_CPU ? "Cpu" : "FakeCuda";
                         });

} // namespace
