// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Opening a CUDA device, its memory and its errors.
#include "CudaDevice.h"

#include "CudaExecutable.h"

#include <charconv>

namespace ssm::rt {
namespace {

CUdeviceptr addressOf(const void *pointer) {
  return CUdeviceptr(reinterpret_cast<uintptr_t>(pointer));
}

/// Parses "sm_80", "sm_90a" or "sm_100f": capability times ten and suffix.
bool parseArch(const std::string &arch, int &capability, char &suffix) {
  if (arch.compare(0, 3, "sm_") != 0)
    return false;
  const char *end = arch.data() + arch.size();
  auto [rest, error] = std::from_chars(arch.data() + 3, end, capability);
  suffix = rest == end ? '\0' : *rest;
  return error == std::errc() && end - rest <= 1 &&
         (suffix == '\0' || suffix == 'a' || suffix == 'f');
}

} // namespace

CudaDevice::Current::Current(CudaDevice &device, bool releases)
    : device(device) {
  if (device.isLost && !releases) {
    status = SSM_ERROR(SSM_DEVICE_FAULT,
                       "device {} was lost to an earlier fault", device.name);
    return;
  }
  status = SSM_CU(device, cuCtxPushCurrent_v2, device.context);
  isPushed = status.ok();
}

CudaDevice::Current::~Current() {
  CUcontext popped;
  if (isPushed)
    device.driver->cuCtxPopCurrent_v2(&popped);
}

Status CudaDevice::check(CUresult result, const char *call, const char *file,
                         int line) {
  if (isFatal(result))
    isLost = true;
  return driver->check(result, call, file, line);
}

Result<int> CudaDevice::count(const DeviceOptions &options) {
  auto driver = Driver::load(options.cudaLibrary);
  if (!driver.ok()) {
    Status problem = driver.takeStatus();
    if (problem.code() == SSM_DEVICE_MISSING)
      return 0;
    return problem;
  }
  int devices = 0;
  SSM_TRY((*driver)->check((*driver)->cuDeviceGetCount(&devices),
                           "cuDeviceGetCount", __FILE__, __LINE__));
  return devices;
}

Result<DeviceRef> CudaDevice::create(int ordinal, DeviceOptions options) {
  std::shared_ptr<CudaDevice> device(new CudaDevice(std::move(options)));
  SSM_TRY(device->open(ordinal));
  return DeviceRef(std::move(device));
}

Result<int> CudaDevice::attribute(int which) {
  int value = 0;
  SSM_TRY(SSM_CU(*this, cuDeviceGetAttribute, &value, which, handle));
  return value;
}

Status CudaDevice::open(int wanted) {
  SSM_ASSIGN(driver, Driver::load(options.cudaLibrary));
  int devices = 0;
  SSM_TRY(SSM_CU(*this, cuDeviceGetCount, &devices));
  if (wanted < 0 || wanted >= devices)
    return SSM_ERROR(SSM_DEVICE_MISSING, "expected a device below {}, got {}",
                     devices, wanted);
  ordinal = wanted;
  SSM_TRY(SSM_CU(*this, cuDeviceGet, &handle, ordinal));
  char text[256] = "";
  SSM_TRY(SSM_CU(*this, cuDeviceGetName, text, int(sizeof text) - 1, handle));
  name = text;
  SSM_TRY(SSM_CU(*this, cuDeviceTotalMem_v2, &memoryBytes, handle));
  SSM_TRY(SSM_CU(*this, cuDriverGetVersion, &driverVersion));
  SSM_ASSIGN(capabilityMajor, attribute(cu::CapabilityMajor));
  SSM_ASSIGN(capabilityMinor, attribute(cu::CapabilityMinor));
  SSM_ASSIGN(multiprocessors, attribute(cu::MultiprocessorCount));
  SSM_ASSIGN(cacheBytes, attribute(cu::L2Bytes));
  SSM_ASSIGN(bounds.threadsPerBlock, attribute(cu::MaxThreadsPerBlock));
  SSM_ASSIGN(bounds.gridX, attribute(cu::MaxGridX));
  SSM_ASSIGN(bounds.sharedBytes, attribute(cu::MaxSharedOptIn));
  arch = fmt::format("sm_{}{}", capabilityMajor, capabilityMinor);
  return SSM_CU(*this, cuDevicePrimaryCtxRetain, &context, handle);
}

CudaDevice::~CudaDevice() {
  if (!context)
    return;
  {
    Current current(*this, /*releases=*/true);
    library.reset();
    transforms.reset();
  }
  driver->cuDevicePrimaryCtxRelease_v2(handle);
}

ssm_device_info CudaDevice::describe() const {
  ssm_device_info info = {};
  info.kind = SSM_CUDA;
  info.ordinal = ordinal;
  info.name = name.c_str();
  info.arch = arch.c_str();
  info.memory_bytes = memoryBytes;
  info.cache_bytes = uint64_t(cacheBytes);
  info.processors = multiprocessors;
  info.driver_version = driverVersion;
  return info;
}

Result<void *> CudaDevice::allocateOwn(size_t bytes) {
  Current current(*this);
  SSM_TRY(std::move(current.status));
  CUdeviceptr memory = 0;
  SSM_TRY(SSM_CU(*this, cuMemAlloc_v2, &memory, bytes)
              .within(fmt::format("allocating {} bytes", bytes)));
  return reinterpret_cast<void *>(uintptr_t(memory));
}

void CudaDevice::releaseOwn(void *pointer) {
  Current current(*this, /*releases=*/true);
  if (isFatal(driver->cuMemFree_v2(addressOf(pointer))))
    isLost = true;
}

Status CudaDevice::copyIn(void *to, const void *host, size_t bytes,
                          void *stream) {
  if (!bytes)
    return {};
  Current current(*this);
  SSM_TRY(std::move(current.status));
  auto queue = static_cast<CUstream>(stream);
  SSM_TRY(
      SSM_CU(*this, cuMemcpyHtoDAsync_v2, addressOf(to), host, bytes, queue));
  return SSM_CU(*this, cuStreamSynchronize, queue);
}

Status CudaDevice::copyOut(void *host, const void *from, size_t bytes,
                           void *stream) {
  if (!bytes)
    return {};
  Current current(*this);
  SSM_TRY(std::move(current.status));
  auto queue = static_cast<CUstream>(stream);
  SSM_TRY(
      SSM_CU(*this, cuMemcpyDtoHAsync_v2, host, addressOf(from), bytes, queue));
  return SSM_CU(*this, cuStreamSynchronize, queue);
}

Status CudaDevice::synchronize(void *stream) {
  Current current(*this);
  SSM_TRY(std::move(current.status));
  return SSM_CU(*this, cuStreamSynchronize, static_cast<CUstream>(stream));
}

Status CudaDevice::copyWithin(void *to, const void *from, size_t bytes,
                              void *stream) {
  if (!bytes)
    return {};
  Current current(*this);
  SSM_TRY(std::move(current.status));
  return SSM_CU(*this, cuMemcpyDtoDAsync_v2, addressOf(to), addressOf(from),
                bytes, static_cast<CUstream>(stream));
}

Status CudaDevice::zero(void *to, size_t bytes, void *stream) {
  if (!bytes)
    return {};
  Current current(*this);
  SSM_TRY(std::move(current.status));
  return SSM_CU(*this, cuMemsetD32Async, addressOf(to), 0,
                bytes / sizeof(uint32_t), static_cast<CUstream>(stream));
}

const CublasLt *CudaDevice::cublasLt(std::string &why) {
  std::lock_guard<std::mutex> lock(libraryMutex);
  if (!isLibraryTried) {
    isLibraryTried = true;
    auto loaded = CublasLt::load(options.cublasLtLibrary);
    if (loaded.ok())
      library = std::move(*loaded);
    else
      libraryProblem = loaded.takeStatus().message();
  }
  why = libraryProblem;
  return library.get();
}

Cufft *CudaDevice::cufft(std::string &why) {
  std::lock_guard<std::mutex> lock(libraryMutex);
  if (!isTransformTried) {
    isTransformTried = true;
    auto loaded = Cufft::load(options.cufftLibrary, options.cublasLibrary);
    if (loaded.ok())
      transforms = std::move(*loaded);
    else
      transformProblem = loaded.takeStatus().message();
  }
  why = transformProblem;
  return transforms.get();
}

Status CudaDevice::checkTarget(const Manifest &manifest) const {
  if (manifest.target != SSM_CUDA)
    return SSM_ERROR(SSM_WRONG_TARGET, "the package is for cpu {}, this is {}",
                     manifest.arch, arch);
  int wanted = 0;
  char suffix = '\0';
  if (!parseArch(manifest.arch, wanted, suffix))
    return SSM_ERROR(SSM_WRONG_TARGET,
                     "expected an arch like sm_80, got \"{}\"", manifest.arch);
  int own = capabilityMajor * 10 + capabilityMinor;
  bool runs = suffix == 'a'   ? own == wanted
              : suffix == 'f' ? own >= wanted && own / 10 == wanted / 10
                              : own >= wanted;
  if (!runs)
    return SSM_ERROR(SSM_WRONG_TARGET, "the package is for {}, {} is {}",
                     manifest.arch, name, arch);
  return {};
}

Result<std::unique_ptr<Executable>> CudaDevice::load(PackageRef package,
                                                     const Function &function,
                                                     LoadOptions options) {
  SSM_TRY(checkTarget(package->manifest));
  auto self = std::static_pointer_cast<CudaDevice>(shared_from_this());
  return CudaExecutable::load(self, std::move(package), function, options);
}

} // namespace ssm::rt
