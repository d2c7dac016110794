// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The runtime's own threads and the choice between them, OpenMP and a hook.
#include "ThreadPool.h"

#include <sched.h>

#include <algorithm>

namespace ssm::rt {
namespace {

/// Polls before sleeping: the next kernel of a block follows within
/// microseconds, waking a sleeping thread takes about fifty.
constexpr int spins = 20000;

void pause() {
#if defined(__x86_64__)
  __builtin_ia32_pause();
#endif
}

} // namespace

int availableProcessors() {
  cpu_set_t set;
  if (sched_getaffinity(0, sizeof set, &set) == 0)
    return std::max(1, CPU_COUNT(&set));
  return std::max(1, int(std::thread::hardware_concurrency()));
}

ThreadPool::ThreadPool(int workers) {
  for (int worker = 1; worker < workers; ++worker)
    threads.emplace_back([this] { serve(); });
}

ThreadPool::~ThreadPool() {
  {
    std::lock_guard<std::mutex> lock(mutex);
    isStopping = true;
    generation.fetch_add(1);
  }
  wake.notify_all();
  for (std::thread &thread : threads)
    thread.join();
}

void ThreadPool::run(int wanted, ssm_parallel_body wantedBody,
                     void *wantedArgument) {
  std::unique_lock<std::mutex> lock(mutex);
  body = wantedBody;
  argument = wantedArgument;
  count = wanted;
  next = 0;
  generation.fetch_add(1);
  lock.unlock();
  wake.notify_all();
  // A thread that does not get a processor in time keeps nobody waiting.
  lock.lock();
  work(lock);
  lock.unlock();
  for (int spin = 0; spin < spins && active.load() != 0; ++spin)
    pause();
  lock.lock();
  done.wait(lock, [this] { return active.load() == 0; });
}

void ThreadPool::work(std::unique_lock<std::mutex> &lock) {
  active.fetch_add(1);
  while (next < count) {
    int worker = next++;
    lock.unlock();
    body(argument, worker);
    lock.lock();
  }
  if (active.fetch_sub(1) == 1)
    done.notify_one();
}

void ThreadPool::serve() {
  uint64_t seen = 0;
  while (true) {
    for (int spin = 0; spin < spins && generation.load() == seen; ++spin)
      pause();
    std::unique_lock<std::mutex> lock(mutex);
    wake.wait(lock, [&] { return generation.load() != seen; });
    seen = generation.load();
    if (isStopping)
      return;
    work(lock);
  }
}

Workers::Workers(int count, ssm_parallel_for hook)
    : total(count > 0 ? std::min(count, 4096) : availableProcessors()),
      hook(hook) {}

void Workers::useOpenMp(const OpenMp &loaded) {
  std::lock_guard<std::mutex> lock(busy);
  openMp = loaded;
  pool.reset();
}

void Workers::runParallel(int wanted, ssm_parallel_body body, void *argument) {
  if (hook.run) {
    hook.run(hook.context, wanted, body, argument);
    return;
  }
  if (openMp.isLoaded()) {
    struct Region {
      ssm_parallel_body body;
      void *argument;
      int wanted;
      std::atomic<int> joined{0};
    } region{body, argument, wanted};
    // OpenMP may grant fewer threads than asked for: workers are drawn.
    openMp.parallel(
        [](void *opaque) {
          auto *shared = static_cast<Region *>(opaque);
          int worker;
          while ((worker = shared->joined.fetch_add(1)) < shared->wanted)
            shared->body(shared->argument, worker);
        },
        &region, unsigned(wanted), 0);
    return;
  }
  if (!pool)
    pool = std::make_unique<ThreadPool>(total);
  pool->run(wanted, body, argument);
}

Workers::Lease::Lease(Workers &workers)
    : workers(workers), lock(workers.busy, std::defer_lock),
      granted(workers.total) {
  // The caller's hook takes care of concurrent calls itself.
  if (!workers.hook.run && !lock.try_lock())
    granted = 1;
}

void Workers::Lease::run(int wanted, ssm_parallel_body body, void *argument) {
  wanted = std::min(wanted, granted);
  if (wanted > 1)
    workers.runParallel(wanted, body, argument);
  else
    body(argument, 0);
}

} // namespace ssm::rt
