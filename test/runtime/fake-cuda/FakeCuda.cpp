// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A driver library without a device. Every entry the runtime uses is here or,
// for memory, in FakeMemory.cpp; the n-th call fails with a chosen CUresult, by
// failAt or by the environment: SSM_FAKE_CUDA_FAIL=<call>:<code>.
#include "FakeDriver.h"

#include <cstdio>
#include <cstdlib>
#include <cstring>

using namespace fake;

State &fake::state() {
  static State instance;
  return instance;
}

std::vector<void *> &fake::contextStack() {
  static thread_local std::vector<void *> stack;
  return stack;
}

bool fake::injected(const char *name, Result &code) {
  State &driver = state();
  ++driver.calls;
  if (driver.calls == 1 && !driver.failAt)
    if (const char *wanted = std::getenv("SSM_FAKE_CUDA_FAIL"))
      std::sscanf(wanted, "%d:%d", &driver.failAt, &driver.failCode);
  if (driver.calls != driver.failAt)
    return false;
  driver.failedCall = name;
  code = driver.failCode;
  return true;
}

Result fake::misuse(Result code) {
  ++state().misuses;
  return code;
}

namespace {

int theContext;

/// Deletes what is in the set; errors are reported after the release, as the
/// real driver does with errors of earlier work.
template <typename T>
Result release(std::set<void *> &set, void *handle, const char *name) {
  Result code = success;
  bool failed = injected(name, code);
  if (!set.erase(handle))
    return misuse(invalidHandle);
  delete static_cast<T *>(handle);
  return failed ? code : success;
}

/// A copy of a kernel's parameters: the entries a launch's array points to.
void runLaunch(const Captured &captured) {
  state().launches.push_back(captured.launch);
  if (!captured.kernel)
    return;
  std::vector<void *> parameters;
  for (const uint64_t &value : captured.values)
    parameters.push_back(const_cast<uint64_t *>(&value));
  captured.kernel(parameters.data(), captured.launch.grid[0]);
}

} // namespace

void fake::enqueue(Captured captured, void *stream) {
  Graph *capture = stream ? static_cast<Stream *>(stream)->capture : nullptr;
  if (!capture)
    return runLaunch(captured);
  captured.launch.captured = true;
  capture->launches.push_back(captured);
}

extern "C" {

Result cuInit(unsigned) {
  FAKE_BEGIN("cuInit")
  return success;
}

Result cuDriverGetVersion(int *version) {
  FAKE_BEGIN("cuDriverGetVersion")
  *version = 13000;
  return success;
}

Result cuGetErrorName(Result code, const char **name) {
  static thread_local char text[32];
  std::snprintf(text, sizeof text, "FAKE_ERROR_%d", code);
  *name = text;
  return success;
}

Result cuGetErrorString(Result, const char **text) {
  *text = "injected";
  return success;
}

Result cuDeviceGetCount(int *count) {
  FAKE_BEGIN("cuDeviceGetCount")
  *count = 1;
  return success;
}

Result cuDeviceGet(int *device, int ordinal) {
  FAKE_BEGIN("cuDeviceGet")
  *device = 7;
  return ordinal == 0 ? success : misuse(invalidDevice);
}

Result cuDeviceGetName(char *name, int bytes, int) {
  FAKE_BEGIN("cuDeviceGetName")
  std::snprintf(name, size_t(bytes), "fake");
  return success;
}

Result cuDeviceGetAttribute(int *value, int attribute, int device) {
  FAKE_BEGIN("cuDeviceGetAttribute")
  if (device != 7)
    return misuse(invalidDevice);
  switch (attribute) {
  case 1:
    *value = 1024;
    return success;
  case 5:
    *value = 2147483647;
    return success;
  case 16:
    *value = 132;
    return success;
  case 38:
    *value = 1 << 20;
    return success;
  case 75:
    *value = state().capability / 10;
    return success;
  case 76:
    *value = state().capability % 10;
    return success;
  case 97:
    *value = state().sharedBytes;
    return success;
  default:
    return misuse(invalidValue);
  }
}

Result cuDeviceTotalMem_v2(size_t *bytes, int) {
  FAKE_BEGIN("cuDeviceTotalMem")
  *bytes = size_t(1) << 30;
  return success;
}

Result cuDevicePrimaryCtxRetain(void **context, int) {
  FAKE_BEGIN("cuDevicePrimaryCtxRetain")
  *context = &theContext;
  ++state().contexts;
  return success;
}

Result cuDevicePrimaryCtxRelease_v2(int) {
  std::lock_guard<std::mutex> lock(state().mutex);
  Result code = success;
  bool failed = injected("cuDevicePrimaryCtxRelease", code);
  if (--state().contexts < 0)
    return misuse(invalidContext);
  return failed ? code : success;
}

Result cuCtxPushCurrent_v2(void *context) {
  FAKE_BEGIN("cuCtxPushCurrent")
  if (context != &theContext)
    return misuse(invalidContext);
  contextStack().push_back(context);
  return success;
}

Result cuCtxPopCurrent_v2(void **context) {
  std::lock_guard<std::mutex> lock(state().mutex);
  Result code = success;
  bool failed = injected("cuCtxPopCurrent", code);
  FAKE_NEEDS_CONTEXT
  *context = contextStack().back();
  contextStack().pop_back();
  return failed ? code : success;
}

Result cuModuleLoadDataEx(void **module, const void *image, unsigned count,
                          int *options, void **values) {
  FAKE_BEGIN("cuModuleLoadDataEx")
  FAKE_NEEDS_CONTEXT
  auto *text = static_cast<const char *>(image);
  if (!std::strstr(text, ".version")) {
    for (unsigned i = 0; i < count; ++i)
      if (options[i] == 5)
        std::strcpy(static_cast<char *>(values[i]),
                    "ptxas fatal : fake: missing .version\n");
    return invalidPtx;
  }
  auto *made = new Module;
  // Entries as ".entry name(": enough of PTX for a fake.
  for (const char *at = text; (at = std::strstr(at, ".entry ")); ++at) {
    const char *begin = at + 7;
    std::string name(begin, std::strcspn(begin, "( \n"));
    std::string signature(begin, std::strcspn(begin, ")"));
    int parameters = 0;
    for (size_t found = signature.find(".param"); found != std::string::npos;
         found = signature.find(".param", found + 1))
      ++parameters;
    made->functions[name] = {name, state().kernels[name], parameters};
  }
  *module = made;
  state().modules.insert(made);
  return success;
}

Result cuModuleUnload(void *module) {
  std::lock_guard<std::mutex> lock(state().mutex);
  return release<Module>(state().modules, module, "cuModuleUnload");
}

Result cuModuleGetFunction(void **function, void *module, const char *name) {
  FAKE_BEGIN("cuModuleGetFunction")
  FAKE_NEEDS_CONTEXT
  if (!owns(state().modules, module))
    return misuse(invalidHandle);
  auto &functions = static_cast<Module *>(module)->functions;
  auto found = functions.find(name);
  if (found == functions.end())
    return notFound;
  *function = &found->second;
  return success;
}

Result cuFuncGetAttribute(int *value, int attribute, void *) {
  FAKE_BEGIN("cuFuncGetAttribute")
  *value = attribute == 0 ? 1024 : 0;
  return success;
}

Result cuFuncSetAttribute(void *, int attribute, int value) {
  FAKE_BEGIN("cuFuncSetAttribute")
  return attribute == 8 && value <= state().sharedBytes ? success
                                                        : misuse(invalidValue);
}
}

namespace {

/// A launch but for its kernel's name.
Result launchKernel(void *function, const FakeLaunch &launch,
                    void **parameters) {
  FAKE_NEEDS_CONTEXT
  void *stream = launch.stream;
  if (!launch.grid[0] || !launch.block[0] ||
      (stream && !owns(state().streams, stream)))
    return misuse(invalidValue);
  if (!state().isRecording)
    return success;
  auto *found = static_cast<Function *>(function);
  Captured captured = {};
  captured.launch = launch;
  std::snprintf(captured.launch.kernel, sizeof captured.launch.kernel, "%s",
                found->name.c_str());
  captured.kernel = found->kernel;
  for (int i = 0; i < found->parameters; ++i)
    captured.values.push_back(*static_cast<uint64_t *>(parameters[i]));
  enqueue(captured, stream);
  return success;
}

/// As in cuda.h.
struct LaunchAttribute {
  int id, padding, value[16];
};
struct LaunchConfig {
  unsigned grid[3], block[3], sharedBytes;
  void *stream;
  LaunchAttribute *attributes;
  unsigned attributeCount;
};
constexpr int programmaticStreamSerialization = 6;

} // namespace

extern "C" {

Result cuLaunchKernel(void *function, unsigned gridX, unsigned gridY,
                      unsigned gridZ, unsigned blockX, unsigned blockY,
                      unsigned blockZ, unsigned sharedBytes, void *stream,
                      void **parameters, void **) {
  FAKE_BEGIN("cuLaunchKernel")
  return launchKernel(function,
                      {{},
                       {gridX, gridY, gridZ},
                       {blockX, blockY, blockZ},
                       sharedBytes,
                       stream,
                       false,
                       false},
                      parameters);
}

Result cuLaunchKernelEx(const LaunchConfig *config, void *function,
                        void **parameters, void **) {
  FAKE_BEGIN("cuLaunchKernelEx")
  FakeLaunch launch = {};
  std::memcpy(launch.grid, config->grid, sizeof launch.grid);
  std::memcpy(launch.block, config->block, sizeof launch.block);
  launch.sharedBytes = config->sharedBytes;
  launch.stream = config->stream;
  for (unsigned i = 0; i < config->attributeCount; ++i) {
    if (config->attributes[i].id != programmaticStreamSerialization)
      return misuse(invalidValue);
    launch.early = config->attributes[i].value[0] != 0;
  }
  return launchKernel(function, launch, parameters);
}

Result cuStreamCreate(void **stream, unsigned) {
  FAKE_BEGIN("cuStreamCreate")
  FAKE_NEEDS_CONTEXT
  *stream = new Stream;
  state().streams.insert(*stream);
  return success;
}

Result cuStreamDestroy_v2(void *stream) {
  std::lock_guard<std::mutex> lock(state().mutex);
  return release<Stream>(state().streams, stream, "cuStreamDestroy");
}

Result cuStreamSynchronize(void *stream) {
  FAKE_BEGIN("cuStreamSynchronize")
  FAKE_NEEDS_CONTEXT
  if (stream && static_cast<Stream *>(stream)->capture)
    return misuse(900);
  return success;
}

Result cuStreamBeginCapture_v2(void *stream, int) {
  FAKE_BEGIN("cuStreamBeginCapture")
  if (!owns(state().streams, stream))
    return misuse(invalidHandle);
  auto *graph = new Graph;
  state().graphs.insert(graph);
  static_cast<Stream *>(stream)->capture = graph;
  return success;
}

Result cuStreamEndCapture(void *stream, void **graph) {
  std::lock_guard<std::mutex> lock(state().mutex);
  Result code = success;
  bool failed = injected("cuStreamEndCapture", code);
  auto *owner = static_cast<Stream *>(stream);
  if (!owner->capture)
    return misuse(901);
  Graph *captured = owner->capture;
  owner->capture = nullptr;
  if (failed) {
    state().graphs.erase(captured);
    delete captured;
    return code;
  }
  *graph = captured;
  return success;
}

Result cuGraphInstantiateWithFlags(void **replay, void *graph,
                                   unsigned long long) {
  FAKE_BEGIN("cuGraphInstantiateWithFlags")
  if (!owns(state().graphs, graph))
    return misuse(invalidHandle);
  *replay = new Graph(*static_cast<Graph *>(graph));
  state().replays.insert(*replay);
  return success;
}

Result cuGraphLaunch(void *replay, void *) {
  FAKE_BEGIN("cuGraphLaunch")
  FAKE_NEEDS_CONTEXT
  if (!owns(state().replays, replay))
    return misuse(invalidHandle);
  for (const Captured &captured : static_cast<Graph *>(replay)->launches)
    runLaunch(captured);
  return success;
}

Result cuGraphExecDestroy(void *replay) {
  std::lock_guard<std::mutex> lock(state().mutex);
  return release<Graph>(state().replays, replay, "cuGraphExecDestroy");
}

Result cuGraphDestroy(void *graph) {
  std::lock_guard<std::mutex> lock(state().mutex);
  return release<Graph>(state().graphs, graph, "cuGraphDestroy");
}

Result cuEventCreate(void **event, unsigned) {
  FAKE_BEGIN("cuEventCreate")
  FAKE_NEEDS_CONTEXT
  *event = new int(0);
  state().events.insert(*event);
  return success;
}

Result cuEventRecord(void *event, void *) {
  FAKE_BEGIN("cuEventRecord")
  return owns(state().events, event) ? success : misuse(invalidHandle);
}

Result cuEventElapsedTime(float *milliseconds, void *, void *) {
  FAKE_BEGIN("cuEventElapsedTime")
  *milliseconds = 1;
  return success;
}

Result cuEventDestroy_v2(void *event) {
  std::lock_guard<std::mutex> lock(state().mutex);
  return release<int>(state().events, event, "cuEventDestroy");
}

const FakeCudaApi *fakeCudaApi() {
  static const FakeCudaApi api = {
      [] {
        State &driver = state();
        driver.calls = driver.failAt = driver.failCode = driver.misuses = 0;
        driver.capability = 90;
        driver.sharedBytes = 232448;
        driver.isRecording = true;
        driver.failedCall.clear();
        driver.launches.clear();
        contextStack().clear();
      },
      [](int call, int code) {
        state().failAt = state().calls + call;
        state().failCode = code;
      },
      [] { return state().calls; },
      [] { return state().failedCall.c_str(); },
      [] {
        State &driver = state();
        return int(driver.memory.size() + driver.modules.size() +
                   driver.streams.size() + driver.events.size() +
                   driver.graphs.size() + driver.replays.size()) +
               driver.contexts;
      },
      [] { return state().misuses; },
      [](const char *name, FakeKernel kernel) {
        state().kernels[name] = kernel;
      },
      [](bool isRecording) { state().isRecording = isRecording; },
      [] { return int(state().launches.size()); },
      [](int index) -> const FakeLaunch * {
        return &state().launches[size_t(index)];
      },
      [](int capability, int sharedBytes) {
        state().capability = capability;
        state().sharedBytes = sharedBytes;
      }};
  return &api;
}
}
