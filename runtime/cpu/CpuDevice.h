// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The CPU as a device: host memory, a pool of workers and, when they are there,
// oneDNN and kissfft.
#ifndef SSM_RUNTIME_CPU_CPUDEVICE_H
#define SSM_RUNTIME_CPU_CPUDEVICE_H

#include "KissFft.h"
#include "OneDnn.h"
#include "ThreadPool.h"
#include "device/Device.h"

namespace ssm::rt {

class CpuDevice : public Device {
public:
  explicit CpuDevice(DeviceOptions options);

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

  Workers &workers() { return team; }
  /// Whether the processor has a feature that code may use: what was asked for,
  /// or all but those that make code slower.
  bool mayUse(const std::string &feature) const;
  /// oneDNN, opened by the first call; null with `why` set without it.
  const OneDnn *oneDnn(std::string &why);
  /// Likewise kissfft.
  const KissFft *kissFft(std::string &why);

protected:
  Result<void *> allocateOwn(size_t bytes) override;
  void releaseOwn(void *pointer) override;

private:
  Workers team;
  std::string name;
  std::mutex libraryMutex;
  bool isLibraryTried = false;
  std::string libraryProblem;
  std::unique_ptr<OneDnn> library;
  bool isTransformTried = false;
  std::string transformProblem;
  std::unique_ptr<KissFft> transforms;
};

} // namespace ssm::rt

#endif // SSM_RUNTIME_CPU_CPUDEVICE_H
