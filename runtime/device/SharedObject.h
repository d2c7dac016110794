// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Host code brought into the process: in go the bytes whose manifest was
// checked (exactly these are opened, not the path they came from) or the name
// of a library, out come symbols.
#ifndef SSM_RUNTIME_DEVICE_SHAREDOBJECT_H
#define SSM_RUNTIME_DEVICE_SHAREDOBJECT_H

#include "package/Status.h"

#include <string_view>

namespace ssm::rt {

class SharedObject {
public:
  SharedObject() = default;
  SharedObject(SharedObject &&other) noexcept { *this = std::move(other); }
  SharedObject &operator=(SharedObject &&other) noexcept;
  ~SharedObject();

  /// Opens an object held in memory; the package was checked before.
  static Result<SharedObject> fromBytes(std::string_view bytes);
  /// Opens a library by name; an error when it is not there.
  static Result<SharedObject> fromName(const std::string &name);

  /// Null when there is no such symbol.
  void *symbol(const char *name) const;
  /// Stores a symbol in a function pointer; false when it is absent.
  template <typename Pointer>
  bool find(Pointer &target, const char *name) const {
    target = reinterpret_cast<Pointer>(symbol(name));
    return target != nullptr;
  }

private:
  void *handle = nullptr;
  // Open as long as the object is: the loader knows objects by their path,
  // and the path of a memory file is its descriptor's number.
  int descriptor = -1;
};

} // namespace ssm::rt

#endif // SSM_RUNTIME_DEVICE_SHAREDOBJECT_H
