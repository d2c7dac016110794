// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The C ABI's view of errors, and the names of its enumerations.
#include "Handles.h"

namespace {

// Not allocated, never freed: it stands for the failure to allocate.
ssm_status outOfMemory{SSM_OUT_OF_MEMORY, std::string(), "Handles.h", 0};

constexpr const char *outOfMemoryText = "no host memory";

} // namespace

namespace ssm::rt {

ssm_status *outOfMemoryStatus() { return &outOfMemory; }

} // namespace ssm::rt

#define SSM_TEXT_(X) #X
#define SSM_TEXT(X) SSM_TEXT_(X)

const char *ssm_version(void) {
  return SSM_TEXT(SSM_VERSION_MAJOR) "." SSM_TEXT(
      SSM_VERSION_MINOR) "." SSM_TEXT(SSM_VERSION_PATCH);
}

ssm_code ssm_status_code(const ssm_status *status) {
  return status ? status->code : SSM_OK;
}

const char *ssm_status_message(const ssm_status *status) {
  if (!status)
    return "";
  return status == &outOfMemory ? outOfMemoryText : status->message.c_str();
}

const char *ssm_status_file(const ssm_status *status) {
  return status ? status->file : "";
}

int ssm_status_line(const ssm_status *status) {
  return status ? status->line : 0;
}

void ssm_status_free(ssm_status *status) {
  if (status != &outOfMemory)
    delete status;
}

const char *ssm_code_name(ssm_code code) {
  switch (code) {
  case SSM_OK:
    return "ok";
  case SSM_INVALID_ARGUMENT:
    return "invalid argument";
  case SSM_BAD_PACKAGE:
    return "bad package";
  case SSM_WRONG_TARGET:
    return "wrong target";
  case SSM_DEVICE_MISSING:
    return "device missing";
  case SSM_OUT_OF_MEMORY:
    return "out of memory";
  case SSM_DEVICE_FAULT:
    return "device fault";
  case SSM_IO_ERROR:
    return "i/o error";
  case SSM_UNSUPPORTED:
    return "unsupported";
  case SSM_INTERNAL:
    return "internal error";
  }
  return "unknown code";
}
