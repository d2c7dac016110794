// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One CUDA device through its primary context: memory, copies, limits and,
// when they are there, cuBLASLt and cuFFT. After a fault the device is lost and
// says so.
#ifndef SSM_RUNTIME_CUDA_CUDADEVICE_H
#define SSM_RUNTIME_CUDA_CUDADEVICE_H

#include "CublasLt.h"
#include "Cufft.h"
#include "Driver.h"
#include "device/Device.h"

#include <atomic>

namespace ssm::rt {

/// What a kernel must stay within.
struct CudaLimits {
  int threadsPerBlock = 0, gridX = 0, sharedBytes = 0;
};

class CudaDevice : public Device {
public:
  static Result<DeviceRef> create(int ordinal, DeviceOptions options);
  static Result<int> count(const DeviceOptions &options);
  ~CudaDevice() override;

  ssm_device_info describe() const override;
  Status copyIn(void *to, const void *host, size_t bytes,
                void *stream) override;
  Status copyOut(void *host, const void *from, size_t bytes,
                 void *stream) override;
  Status synchronize(void *stream) override;
  Status copyWithin(void *to, const void *from, size_t bytes,
                    void *stream) override;
  Status zero(void *to, size_t bytes, void *stream) override;
  Result<std::unique_ptr<Executable>> load(PackageRef package,
                                           const Function &function,
                                           LoadOptions options) override;

  const Driver &api() const { return *driver; }
  const CudaLimits &limits() const { return bounds; }
  /// cuBLASLt, opened by the first call; null with `why` set without it. The
  /// context must be current.
  const CublasLt *cublasLt(std::string &why);
  /// Likewise cuFFT with cuBLAS.
  Cufft *cufft(std::string &why);

  /// Makes the context current for the calling thread in a scope. A lost
  /// device is refused unless the purpose is to release something.
  class Current {
  public:
    explicit Current(CudaDevice &device, bool releases = false);
    ~Current();
    Current(const Current &) = delete;
    /// To be returned when it failed.
    Status status;

  private:
    CudaDevice &device;
    bool isPushed = false;
  };

  /// The status of a driver call; remembers when the device is lost.
  Status check(CUresult result, const char *name, const char *file, int line);

protected:
  Result<void *> allocateOwn(size_t bytes) override;
  void releaseOwn(void *pointer) override;

private:
  explicit CudaDevice(DeviceOptions options) : Device(std::move(options)) {}
  Status open(int wanted);
  Status checkTarget(const Manifest &manifest) const;
  Result<int> attribute(int which);

  std::unique_ptr<Driver> driver;
  CUdevice handle = 0;
  CUcontext context = nullptr;
  int ordinal = 0, capabilityMajor = 0, capabilityMinor = 0;
  int multiprocessors = 0, cacheBytes = 0, driverVersion = 0;
  size_t memoryBytes = 0;
  CudaLimits bounds;
  std::string name, arch;
  std::atomic<bool> isLost{false};
  std::mutex libraryMutex;
  bool isLibraryTried = false;
  std::string libraryProblem;
  std::unique_ptr<CublasLt> library;
  bool isTransformTried = false;
  std::string transformProblem;
  std::unique_ptr<Cufft> transforms;
};

/// Calls a driver entry through a CudaDevice and gives its status.
#define SSM_CU(DEVICE, NAME, ...)                                              \
  (DEVICE).check((DEVICE).api().NAME(__VA_ARGS__), #NAME, __FILE__, __LINE__)

} // namespace ssm::rt

#endif // SSM_RUNTIME_CUDA_CUDADEVICE_H
