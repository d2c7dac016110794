// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Controls of the fake CUDA driver: host memory stands in for device memory,
// launches are recorded and may run a host function, any call can be told to
// fail. Tests find these symbols with dlsym in the library they also give to
// the runtime.
#ifndef SSM_TEST_RUNTIME_FAKECUDA_H
#define SSM_TEST_RUNTIME_FAKECUDA_H

#include <cstdint>

extern "C" {

/// One recorded launch.
struct FakeLaunch {
  char kernel[64];
  unsigned grid[3], block[3], sharedBytes;
  void *stream;
  bool captured;
  /// May start before the kernel before it has ended.
  bool early;
};

/// What runs in place of a kernel: its parameters as the driver got them.
using FakeKernel = void (*)(void **parameters, unsigned blocks);

struct FakeCudaApi {
  /// Forgets everything but what is alive.
  void (*reset)();
  /// The `call`-th driver call from now on (1 is the next) returns `code`.
  void (*failAt)(int call, int code);
  /// Driver calls since reset, without cuGetErrorName and cuGetErrorString.
  int (*calls)();
  /// The name of the call that failed, or "".
  const char *(*failedCall)();
  /// Allocations, modules, streams, events, graphs and contexts not given back.
  int (*alive)();
  /// Calls whose use of the interface was wrong (freed twice, no context).
  int (*misuses)();
  void (*setKernel)(const char *name, FakeKernel kernel);
  /// Whether launches are recorded and run, as after reset; without, one costs
  /// next to nothing and allocates nothing.
  void (*setRecording)(bool isRecording);
  int (*launchCount)();
  const FakeLaunch *(*launch)(int index);
  /// The compute capability times ten and shared memory of the next device.
  void (*setDevice)(int capability, int sharedBytes);
};

const FakeCudaApi *fakeCudaApi();
}

#endif // SSM_TEST_RUNTIME_FAKECUDA_H
