// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the parts of the fake CUDA driver share: what is alive, what was
// launched, and the call that shall fail.
#ifndef SSM_TEST_RUNTIME_FAKEDRIVER_H
#define SSM_TEST_RUNTIME_FAKEDRIVER_H

#include "FakeCuda.h"

#include <map>
#include <mutex>
#include <set>
#include <string>
#include <vector>

namespace fake {

using Result = int;
enum {
  success = 0,
  invalidValue = 1,
  invalidContext = 201,
  notFound = 500,
  invalidPtx = 218,
  invalidHandle = 400,
  invalidDevice = 101
};

struct Function {
  std::string name;
  FakeKernel kernel = nullptr;
  int parameters = 0;
};
struct Module {
  std::map<std::string, Function> functions;
};
struct Captured {
  FakeLaunch launch;
  FakeKernel kernel;
  std::vector<uint64_t> values;
};
struct Graph {
  std::vector<Captured> launches;
};
struct Stream {
  Graph *capture = nullptr;
};

struct State {
  std::mutex mutex;
  int calls = 0, failAt = 0, failCode = 0, misuses = 0;
  int capability = 90, sharedBytes = 232448;
  bool isRecording = true;
  std::string failedCall;
  std::vector<FakeLaunch> launches;
  std::map<std::string, FakeKernel> kernels;
  std::map<void *, size_t> memory;
  std::set<void *> modules, streams, events, graphs, replays;
  int contexts = 0;
};

State &state();

/// The contexts that are current for this thread.
std::vector<void *> &contextStack();

/// Counts a call; true when it is the one that shall fail.
bool injected(const char *name, Result &code);

/// Counts a wrong use of the interface; `code`.
Result misuse(Result code);

template <typename Set> bool owns(const Set &set, void *handle) {
  return set.count(handle) != 0;
}

/// Into the graph that `stream` captures, or run at once.
void enqueue(Captured captured, void *stream);

} // namespace fake

#define FAKE_BEGIN(NAME)                                                       \
  std::lock_guard<std::mutex> lock(fake::state().mutex);                       \
  if (fake::Result code; fake::injected(NAME, code))                           \
    return code;
#define FAKE_NEEDS_CONTEXT                                                     \
  if (fake::contextStack().empty())                                            \
    return fake::misuse(fake::invalidContext);

#endif // SSM_TEST_RUNTIME_FAKEDRIVER_H
