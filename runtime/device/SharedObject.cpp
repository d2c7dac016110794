// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// dlopen of libraries by name and of checked bytes through a memory file.
#include "SharedObject.h"

#include <dlfcn.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace ssm::rt {

SharedObject &SharedObject::operator=(SharedObject &&other) noexcept {
  std::swap(handle, other.handle);
  std::swap(descriptor, other.descriptor);
  return *this;
}

SharedObject::~SharedObject() {
  if (handle)
    ::dlclose(handle);
  if (descriptor >= 0)
    ::close(descriptor);
}

Result<SharedObject> SharedObject::fromBytes(std::string_view bytes) {
  SharedObject object;
  object.descriptor = ::memfd_create("ssm-package", MFD_CLOEXEC);
  if (object.descriptor < 0)
    return SSM_ERROR(SSM_IO_ERROR, "cannot make a memory file: {}",
                     std::strerror(errno));
  while (!bytes.empty()) {
    ssize_t wrote = ::write(object.descriptor, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR)
      continue;
    if (wrote < 0)
      return SSM_ERROR(SSM_OUT_OF_MEMORY, "cannot fill a memory file: {}",
                       std::strerror(errno));
    bytes.remove_prefix(size_t(wrote));
  }
  std::string path = fmt::format("/proc/self/fd/{}", object.descriptor);
  object.handle = ::dlopen(path.c_str(), RTLD_NOW | RTLD_LOCAL);
  if (!object.handle)
    return SSM_ERROR(SSM_BAD_PACKAGE, "the object cannot be loaded: {}",
                     ::dlerror());
  return object;
}

Result<SharedObject> SharedObject::fromName(const std::string &name) {
  SharedObject object;
  // Drivers keep threads and exit handlers: they stay in the process.
  object.handle = ::dlopen(name.c_str(), RTLD_NOW | RTLD_LOCAL | RTLD_NODELETE);
  if (!object.handle)
    return SSM_ERROR(SSM_DEVICE_MISSING, "{}", ::dlerror());
  return object;
}

void *SharedObject::symbol(const char *name) const {
  return handle ? ::dlsym(handle, name) : nullptr;
}

} // namespace ssm::rt
