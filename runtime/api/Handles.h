// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The objects behind the handles of the C ABI and the guard around each entry:
// in goes a body that may return a Status or throw, out comes an ssm_status.
#ifndef SSM_RUNTIME_API_HANDLES_H
#define SSM_RUNTIME_API_HANDLES_H

#include "device/Device.h"
#include "session/Session.h"

#include <exception>
#include <new>

struct ssm_package {
  ssm::rt::PackageRef package;
};

struct ssm_device {
  ssm::rt::DeviceRef device;
};

struct ssm_executable {
  std::unique_ptr<ssm::rt::Executable> executable;
};

struct ssm_session {
  std::unique_ptr<ssm::rt::Session> session;
};

struct ssm_snapshot {
  ssm::rt::Snapshot snapshot;
};

namespace ssm::rt {

/// What is handed out when not even an error object can be allocated.
ssm_status *outOfMemoryStatus();

/// Runs an entry's body; nothing is thrown across the C ABI.
template <typename Body> ssm_status *guarded(const Body &body) {
  try {
    try {
      Status status = body();
      return status.release();
    } catch (const std::bad_alloc &) {
      return outOfMemoryStatus();
    } catch (const std::exception &problem) {
      return SSM_ERROR(SSM_INTERNAL, "{}", problem.what()).release();
    }
  } catch (...) {
    return outOfMemoryStatus();
  }
}

inline Status requireArgument(bool isGiven, const char *what) {
  if (isGiven)
    return {};
  return SSM_ERROR(SSM_INVALID_ARGUMENT, "expected {}, got null", what);
}

/// A struct of the interface that says how large the caller knows it.
template <typename Struct>
Status requireStruct(const Struct *given, const char *name) {
  if (!given)
    return SSM_ERROR(SSM_INVALID_ARGUMENT, "expected {}, got null", name);
  if (given->struct_size < sizeof *given)
    return SSM_ERROR(SSM_INVALID_ARGUMENT,
                     "{}: expected struct_size {}, got {}", name, sizeof *given,
                     given->struct_size);
  return {};
}

/// The options to load `function` with; `given` may be null.
Result<LoadOptions> readLoadOptions(const ssm_load_options *given,
                                    const Function &function);

} // namespace ssm::rt

#endif // SSM_RUNTIME_API_HANDLES_H
