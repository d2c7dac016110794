// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The CUDA driver, opened at run time: in goes a library name, out comes a
// table of its entry points. The declarations are the runtime's own, so that
// it builds and starts on a machine without CUDA.
#ifndef SSM_RUNTIME_CUDA_DRIVER_H
#define SSM_RUNTIME_CUDA_DRIVER_H

#include "device/SharedObject.h"

#include <cstddef>
#include <cstdint>
#include <memory>

namespace ssm::rt {

using CUresult = int;
using CUdevice = int;
using CUdeviceptr = uint64_t;
using CUcontext = struct CUcontextObject *;
using CUmodule = struct CUmoduleObject *;
using CUfunction = struct CUfunctionObject *;
using CUstream = struct CUstreamObject *;
using CUevent = struct CUeventObject *;
using CUgraph = struct CUgraphObject *;
using CUgraphExec = struct CUgraphExecObject *;

/// Values of the driver's interface.
namespace cu {
enum Result : int {
  Success = 0,
  OutOfMemory = 2,
  NotInitialized = 3,
  StubLibrary = 34,
  CallRequiresNewerDriver = 36,
  DeviceUnavailable = 46,
  NoDevice = 100,
  InvalidDevice = 101,
  InvalidImage = 200,
  NoBinaryForGpu = 209,
  EccUncorrectable = 214,
  InvalidPtx = 218,
  NvlinkUncorrectable = 220,
  JitCompilerNotFound = 221,
  UnsupportedPtxVersion = 222,
  JitCompilationDisabled = 223,
  Contained = 226,
  NotFound = 500,
  IllegalAddress = 700,
  LaunchOutOfResources = 701,
  LaunchTimeout = 702,
  ContextIsDestroyed = 709,
  Assert = 710,
  HardwareStackError = 714,
  LaunchFailed = 719,
  TensorMemoryLeak = 721,
  NotPermitted = 800,
  NotSupported = 801,
  SystemNotReady = 802,
  DriverMismatch = 803,
  CompatNotSupported = 804,
  StreamCaptureUnsupported = 900,
  Timeout = 909,
  Unknown = 999
};
enum DeviceAttribute : int {
  MaxThreadsPerBlock = 1,
  MaxGridX = 5,
  MultiprocessorCount = 16,
  L2Bytes = 38,
  CapabilityMajor = 75,
  CapabilityMinor = 76,
  MaxSharedOptIn = 97
};
enum FunctionAttribute : int {
  FunctionMaxThreads = 0,
  FunctionStaticShared = 1,
  FunctionMaxDynamicShared = 8
};
enum LaunchAttributeId : int { ProgrammaticStreamSerialization = 6 };
/// The layouts of CUlaunchAttribute and CUlaunchConfig.
struct LaunchAttribute {
  int id;
  int padding;
  int value[16];
};
struct LaunchConfig {
  unsigned grid[3], block[3], sharedBytes;
  CUstream stream;
  LaunchAttribute *attributes;
  unsigned attributeCount;
};
static_assert(sizeof(LaunchAttribute) == 72 && sizeof(LaunchConfig) == 56,
              "as in cuda.h");
enum JitOption : int { JitErrorLog = 5, JitErrorLogBytes = 6 };
enum { StreamNonBlocking = 1, CaptureThreadLocal = 1 };
} // namespace cu

// name in the library, parameters
#define SSM_CUDA_SYMBOLS(X)                                                    \
  X(cuInit, (unsigned))                                                        \
  X(cuDriverGetVersion, (int *))                                               \
  X(cuGetErrorName, (CUresult, const char **))                                 \
  X(cuGetErrorString, (CUresult, const char **))                               \
  X(cuDeviceGetCount, (int *))                                                 \
  X(cuDeviceGet, (CUdevice *, int))                                            \
  X(cuDeviceGetName, (char *, int, CUdevice))                                  \
  X(cuDeviceGetAttribute, (int *, int, CUdevice))                              \
  X(cuDeviceTotalMem_v2, (size_t *, CUdevice))                                 \
  X(cuDevicePrimaryCtxRetain, (CUcontext *, CUdevice))                         \
  X(cuDevicePrimaryCtxRelease_v2, (CUdevice))                                  \
  X(cuCtxPushCurrent_v2, (CUcontext))                                          \
  X(cuCtxPopCurrent_v2, (CUcontext *))                                         \
  X(cuModuleLoadDataEx, (CUmodule *, const void *, unsigned, int *, void **))  \
  X(cuModuleUnload, (CUmodule))                                                \
  X(cuModuleGetFunction, (CUfunction *, CUmodule, const char *))               \
  X(cuFuncGetAttribute, (int *, int, CUfunction))                              \
  X(cuFuncSetAttribute, (CUfunction, int, int))                                \
  X(cuLaunchKernel,                                                            \
    (CUfunction, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned,   \
     unsigned, CUstream, void **, void **))                                    \
  X(cuLaunchKernelEx,                                                          \
    (const cu::LaunchConfig *, CUfunction, void **, void **))                  \
  X(cuMemAlloc_v2, (CUdeviceptr *, size_t))                                    \
  X(cuMemFree_v2, (CUdeviceptr))                                               \
  X(cuMemsetD32Async, (CUdeviceptr, unsigned, size_t, CUstream))              \
  X(cuMemcpyHtoDAsync_v2, (CUdeviceptr, const void *, size_t, CUstream))       \
  X(cuMemcpyDtoHAsync_v2, (void *, CUdeviceptr, size_t, CUstream))             \
  X(cuMemcpyDtoDAsync_v2, (CUdeviceptr, CUdeviceptr, size_t, CUstream))        \
  X(cuStreamCreate, (CUstream *, unsigned))                                    \
  X(cuStreamDestroy_v2, (CUstream))                                            \
  X(cuStreamSynchronize, (CUstream))                                           \
  X(cuStreamBeginCapture_v2, (CUstream, int))                                  \
  X(cuStreamEndCapture, (CUstream, CUgraph *))                                 \
  X(cuGraphInstantiateWithFlags, (CUgraphExec *, CUgraph, unsigned long long)) \
  X(cuGraphLaunch, (CUgraphExec, CUstream))                                    \
  X(cuGraphExecDestroy, (CUgraphExec))                                         \
  X(cuGraphDestroy, (CUgraph))                                                 \
  X(cuEventCreate, (CUevent *, unsigned))                                      \
  X(cuEventRecord, (CUevent, CUstream))                                        \
  X(cuEventElapsedTime, (float *, CUevent, CUevent))                           \
  X(cuEventDestroy_v2, (CUevent))

/// The entry points and cuInit's success.
class Driver {
public:
  /// `name` empty: libcuda.so.1.
  static Result<std::unique_ptr<Driver>> load(const std::string &name);

#define SSM_DECLARE(NAME, PARAMETERS) CUresult(*NAME) PARAMETERS = nullptr;
  SSM_CUDA_SYMBOLS(SSM_DECLARE)
#undef SSM_DECLARE

  /// "CUDA_ERROR_INVALID_VALUE: invalid argument".
  std::string describe(CUresult result) const;
  /// The status of a failed call of `name`; success for cu::Success.
  Status check(CUresult result, const char *name, const char *file,
               int line) const;

private:
  SharedObject object;
};

/// The runtime's code for a driver error.
ssm_code codeOf(CUresult result);
/// Whether the context is unusable after this error.
bool isFatal(CUresult result);

} // namespace ssm::rt

#endif // SSM_RUNTIME_CUDA_DRIVER_H
