// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs one body on several workers at once: on the runtime's own threads, on
// OpenMP's when a library in the process threads by them (two pools that spin
// against each other cost more than they give), or by the caller's hook.
#ifndef SSM_RUNTIME_CPU_THREADPOOL_H
#define SSM_RUNTIME_CPU_THREADPOOL_H

#include "ssm/ssm.h"

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

namespace ssm::rt {

/// The processors this process may run on.
int availableProcessors();

/// The runtime's own threads; `run` belongs to one caller at a time.
class ThreadPool {
public:
  explicit ThreadPool(int workers);
  ~ThreadPool();

  int workers() const { return int(threads.size()) + 1; }
  /// Calls body(argument, worker) for worker in [0, count), each once. The
  /// calling thread and those that are awake by then share them out: who has
  /// called one takes the next. `count` is at most workers().
  void run(int count, ssm_parallel_body body, void *argument);

private:
  void serve();
  /// Takes workers until there are none; holds the lock between them.
  void work(std::unique_lock<std::mutex> &lock);

  std::vector<std::thread> threads;
  std::mutex mutex;
  std::condition_variable wake, done;
  std::atomic<uint64_t> generation{0};
  std::atomic<int> active{0}; // threads that may be inside `body`
  bool isStopping = false;
  ssm_parallel_body body = nullptr;
  void *argument = nullptr;
  int count = 0, next = 0;
};

/// GCC's OpenMP runtime, when the process has loaded one.
struct OpenMp {
  void (*parallel)(void (*)(void *), void *, unsigned, unsigned) = nullptr;
  void (*setThreads)(int) = nullptr;
  int (*maxThreads)() = nullptr;

  bool isLoaded() const { return parallel && setThreads && maxThreads; }
};

/// The parallel_for of a CPU device.
class Workers {
public:
  /// A positive `count` overrides the processors available.
  Workers(int count, ssm_parallel_for hook);

  int count() const { return total; }
  /// From now on OpenMP's threads do the work (no effect on a caller's hook).
  void useOpenMp(const OpenMp &openMp);

  /// The right to use all workers. A caller that does not get it, because
  /// another thread is using them, works alone on its own thread.
  class Lease {
  public:
    explicit Lease(Workers &workers);
    int count() const { return granted; }
    void run(int wanted, ssm_parallel_body body, void *argument);

  private:
    Workers &workers;
    std::unique_lock<std::mutex> lock;
    int granted;
  };

private:
  void runParallel(int wanted, ssm_parallel_body body, void *argument);

  int total;
  ssm_parallel_for hook;
  OpenMp openMp;
  std::mutex busy;
  std::unique_ptr<ThreadPool> pool; // started by the first parallel run
};

} // namespace ssm::rt

#endif // SSM_RUNTIME_CPU_THREADPOOL_H
