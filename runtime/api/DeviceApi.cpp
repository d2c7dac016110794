// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The C ABI of devices: creation with the caller's hooks, and memory.
#include "Handles.h"

#include "cpu/CpuDevice.h"
#include "cpu/CpuFeatures.h"
#include "cuda/CudaDevice.h"

#include <sstream>

using namespace ssm::rt;

namespace {

std::string textOrEmpty(const char *text) { return text ? text : ""; }

Result<std::vector<std::string>> readFeatures(const char *text) {
  std::vector<std::string> features;
  std::istringstream names(textOrEmpty(text));
  for (std::string name; std::getline(names, name, ',');) {
    if (!isCpuFeature(name))
      return SSM_ERROR(SSM_INVALID_ARGUMENT,
                       "cpu_features: expected names like \"avx2\" separated "
                       "by commas, got \"{}\"",
                       name);
    features.push_back(std::move(name));
  }
  return features;
}

Result<DeviceOptions> readOptions(const ssm_device_options *given) {
  DeviceOptions options;
  if (!given)
    return options;
  if (given->struct_size < sizeof *given)
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "ssm_device_options: expected struct_size {}, got {}",
                     sizeof *given, given->struct_size);
  if (bool(given->allocator.allocate) != bool(given->allocator.release))
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "expected both functions of an allocator or neither");
  options.threads = given->threads;
  options.allocator = given->allocator;
  options.parallelFor = given->parallel_for;
  options.note = given->note;
  options.cudaLibrary = textOrEmpty(given->cuda_library);
  options.cublasLtLibrary = textOrEmpty(given->cublaslt_library);
  options.dnnlLibrary = textOrEmpty(given->dnnl_library);
  options.cufftLibrary = textOrEmpty(given->cufft_library);
  options.cublasLibrary = textOrEmpty(given->cublas_library);
  options.kissFftLibrary = textOrEmpty(given->kissfft_library);
  SSM_ASSIGN(options.cpuFeatures, readFeatures(given->cpu_features));
  return options;
}

Status requireKind(ssm_device_kind kind) {
  if (kind == SSM_CPU || kind == SSM_CUDA)
    return {};
  return SSM_ERROR(SSM_INVALID_ARGUMENT,
                   "expected device kind SSM_CPU or SSM_CUDA, got {}",
                   int(kind));
}

} // namespace

ssm_status *ssm_device_count(ssm_device_kind kind,
                             const ssm_device_options *options, int *out) {
  return guarded([&]() -> Status {
    SSM_TRY(requireKind(kind));
    SSM_TRY(requireArgument(out, "a place for the count"));
    SSM_ASSIGN(DeviceOptions read, readOptions(options));
    if (kind == SSM_CPU) {
      *out = 1;
      return {};
    }
    SSM_ASSIGN(*out, CudaDevice::count(read));
    return {};
  });
}

ssm_status *ssm_device_create(ssm_device_kind kind, int ordinal,
                              const ssm_device_options *options,
                              ssm_device **out) {
  return guarded([&]() -> Status {
    SSM_TRY(requireKind(kind));
    SSM_TRY(requireArgument(out, "a place for the device"));
    SSM_ASSIGN(DeviceOptions read, readOptions(options));
    DeviceRef device;
    if (kind == SSM_CUDA) {
      SSM_ASSIGN(device, CudaDevice::create(ordinal, std::move(read)));
    } else if (ordinal == 0) {
      device = std::make_shared<CpuDevice>(std::move(read));
    } else {
      return SSM_ERROR(SSM_DEVICE_MISSING, "expected CPU 0, got {}", ordinal);
    }
    *out = new ssm_device{std::move(device)};
    return {};
  });
}

void ssm_device_destroy(ssm_device *device) { delete device; }

void ssm_device_describe(const ssm_device *device, ssm_device_info *out) {
  *out = device->device->describe();
}

ssm_status *ssm_device_alloc(ssm_device *device, size_t bytes, void **out) {
  return guarded([&]() -> Status {
    SSM_TRY(requireArgument(device, "a device"));
    SSM_TRY(requireArgument(out, "a place for the pointer"));
    SSM_ASSIGN(*out, device->device->allocate(bytes));
    return {};
  });
}

void ssm_device_free(ssm_device *device, void *pointer) {
  if (device)
    device->device->release(pointer);
}

ssm_status *ssm_device_copy_in(ssm_device *device, void *to, const void *host,
                               size_t bytes, void *stream) {
  return guarded([&]() -> Status {
    SSM_TRY(requireArgument(device, "a device"));
    SSM_TRY(requireArgument((to && host) || !bytes, "two pointers"));
    return device->device->copyIn(to, host, bytes, stream);
  });
}

ssm_status *ssm_device_copy_out(ssm_device *device, void *host,
                                const void *from, size_t bytes, void *stream) {
  return guarded([&]() -> Status {
    SSM_TRY(requireArgument(device, "a device"));
    SSM_TRY(requireArgument((from && host) || !bytes, "two pointers"));
    return device->device->copyOut(host, from, bytes, stream);
  });
}

ssm_status *ssm_device_synchronize(ssm_device *device, void *stream) {
  return guarded([&]() -> Status {
    SSM_TRY(requireArgument(device, "a device"));
    return device->device->synchronize(stream);
  });
}
