// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every worker runs once, whatever thread runs it, from any number of callers.
#include "cpu/ThreadPool.h"

#include <gtest/gtest.h>

#include <array>

#include <signal.h>
#include <unistd.h>

using namespace ssm::rt;

namespace {

using Counts = std::array<std::atomic<int>, 8>;

void countWorker(void *opaque, int worker) {
  (*static_cast<Counts *>(opaque))[size_t(worker)].fetch_add(1);
}

TEST(ThreadPool, EveryWorkerRunsOnce) {
  ThreadPool pool(4);
  for (int wanted = 2; wanted <= 4; ++wanted)
    for (int round = 1; round <= 200; ++round) {
      Counts counts = {};
      pool.run(wanted, countWorker, &counts);
      for (int worker = 0; worker < 8; ++worker)
        ASSERT_EQ(counts[size_t(worker)].load(), worker < wanted);
    }
}

/// Holds the thread that a signal reaches, as a busy processor would.
std::atomic<bool> isHeld{false}, isReleased{false};

void holdThread(int) {
  isHeld = true;
  for (int i = 0; i < 1000 && !isReleased; ++i)
    usleep(10000);
  isHeld = false;
}

TEST(ThreadPool, NobodyWaitsForAThreadWithoutAProcessor) {
  isReleased = false;
  struct sigaction hold = {}, before;
  hold.sa_handler = holdThread;
  ASSERT_EQ(sigaction(SIGUSR1, &hold, &before), 0);
  ThreadPool pool(2);
  // Of the two threads only the pool's own takes the signal, once it sleeps.
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGUSR1);
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  usleep(100000);
  kill(getpid(), SIGUSR1);
  for (int i = 0; i < 1000 && !isHeld; ++i)
    usleep(1000);
  ASSERT_TRUE(isHeld);
  Counts counts = {};
  pool.run(2, countWorker, &counts);
  EXPECT_TRUE(isHeld) << "the call waited for the thread";
  EXPECT_EQ(counts[0].load(), 1);
  EXPECT_EQ(counts[1].load(), 1);
  isReleased = true;
  for (int i = 0; i < 1000 && isHeld; ++i)
    usleep(1000);
  pthread_sigmask(SIG_UNBLOCK, &signals, nullptr);
  sigaction(SIGUSR1, &before, nullptr);
}

TEST(ThreadPool, OneCallerHasTheWorkersOthersWorkAlone) {
  Workers workers(3, {});
  Workers::Lease first(workers);
  EXPECT_EQ(first.count(), 3);
  std::thread other([&] {
    Workers::Lease second(workers);
    EXPECT_EQ(second.count(), 1);
    Counts counts = {};
    second.run(3, countWorker, &counts);
    EXPECT_EQ(counts[0].load(), 1);
    EXPECT_EQ(counts[1].load(), 0);
  });
  other.join();
}

TEST(ThreadPool, ManyCallers) {
  Workers workers(2, {});
  std::atomic<int> sum{0};
  std::vector<std::thread> callers;
  for (int i = 0; i < 8; ++i)
    callers.emplace_back([&] {
      for (int call = 0; call < 500; ++call) {
        Workers::Lease lease(workers);
        int wanted = lease.count();
        Counts counts = {};
        lease.run(wanted, countWorker, &counts);
        for (int worker = 0; worker < wanted; ++worker)
          sum += counts[size_t(worker)].load() == 1;
        sum -= wanted - 1;
      }
    });
  for (std::thread &caller : callers)
    caller.join();
  EXPECT_EQ(sum.load(), 8 * 500);
}

TEST(ThreadPool, HooksReplaceThePool) {
  struct Hook {
    int calls = 0;
  } hook;
  ssm_parallel_for given = {};
  given.context = &hook;
  given.run = [](void *context, int workers, ssm_parallel_body body,
                 void *argument) {
    ++static_cast<Hook *>(context)->calls;
    for (int worker = workers - 1; worker >= 0; --worker)
      body(argument, worker);
  };
  Workers workers(5, given);
  Workers::Lease lease(workers);
  EXPECT_EQ(lease.count(), 5);
  Counts counts = {};
  lease.run(5, countWorker, &counts);
  EXPECT_EQ(hook.calls, 1);
  for (int worker = 0; worker < 5; ++worker)
    EXPECT_EQ(counts[size_t(worker)].load(), 1);
}

} // namespace
