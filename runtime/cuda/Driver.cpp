// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Opens the driver and translates its errors.
#include "Driver.h"

namespace ssm::rt {

Result<std::unique_ptr<Driver>> Driver::load(const std::string &name) {
  auto driver = std::make_unique<Driver>();
  const std::string wanted = name.empty() ? "libcuda.so.1" : name;
  auto opened = SharedObject::fromName(wanted);
  if (!opened.ok())
    return SSM_ERROR(SSM_DEVICE_MISSING, "no CUDA driver: {}",
                     opened.takeStatus().message());
  driver->object = std::move(*opened);
#define SSM_FIND(NAME, PARAMETERS)                                             \
  if (!driver->object.find(driver->NAME, #NAME))                               \
    return SSM_ERROR(SSM_DEVICE_MISSING, "\"{}\" has no {}: driver too old",   \
                     wanted, #NAME);
  SSM_CUDA_SYMBOLS(SSM_FIND)
#undef SSM_FIND
  SSM_TRY(driver->check(driver->cuInit(0), "cuInit", __FILE__, __LINE__));
  return driver;
}

std::string Driver::describe(CUresult result) const {
  const char *name = nullptr, *text = nullptr;
  if (cuGetErrorName(result, &name) != cu::Success || !name)
    return fmt::format("error {}", result);
  if (cuGetErrorString(result, &text) != cu::Success || !text)
    return name;
  return fmt::format("{}: {}", name, text);
}

Status Driver::check(CUresult result, const char *name, const char *file,
                     int line) const {
  if (result == cu::Success)
    return {};
  return Status(codeOf(result), file, line,
                fmt::format("{} failed: {}", name, describe(result)));
}

bool isFatal(CUresult result) {
  switch (result) {
  case cu::EccUncorrectable:
  case cu::NvlinkUncorrectable:
  case cu::Contained:
  case cu::IllegalAddress:
  case cu::LaunchTimeout:
  case cu::ContextIsDestroyed:
  case cu::Assert:
  case cu::TensorMemoryLeak:
  case cu::Unknown:
    return true;
  default:
    return result >= cu::HardwareStackError && result <= cu::LaunchFailed;
  }
}

ssm_code codeOf(CUresult result) {
  if (isFatal(result))
    return SSM_DEVICE_FAULT;
  switch (result) {
  case cu::Success:
    return SSM_OK;
  case cu::OutOfMemory:
    return SSM_OUT_OF_MEMORY;
  case cu::NotInitialized:
  case cu::StubLibrary:
  case cu::CallRequiresNewerDriver:
  case cu::DeviceUnavailable:
  case cu::NoDevice:
  case cu::InvalidDevice:
  case cu::JitCompilerNotFound:
  case cu::JitCompilationDisabled:
  case cu::SystemNotReady:
  case cu::DriverMismatch:
  case cu::CompatNotSupported:
    return SSM_DEVICE_MISSING;
  case cu::InvalidImage:
  case cu::InvalidPtx:
  case cu::NotFound:
    return SSM_BAD_PACKAGE;
  case cu::NoBinaryForGpu:
  case cu::UnsupportedPtxVersion:
    return SSM_WRONG_TARGET;
  case cu::LaunchOutOfResources:
  case cu::NotPermitted:
  case cu::NotSupported:
    return SSM_UNSUPPORTED;
  default:
    if (result >= cu::StreamCaptureUnsupported && result < cu::Timeout)
      return SSM_INVALID_ARGUMENT;
    return SSM_INTERNAL;
  }
}

} // namespace ssm::rt
