// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An opened package: in goes a path or bytes, out comes the checked Manifest
// together with the bytes that it vouches for.
#ifndef SSM_RUNTIME_PACKAGE_PACKAGE_H
#define SSM_RUNTIME_PACKAGE_PACKAGE_H

#include "Manifest.h"

#include <memory>

namespace ssm::rt {

struct Package {
  std::string file;      // the whole file
  std::string_view body; // PTX text (ends with a NUL in `file`) or the object
  Manifest manifest;

  Package() = default;
  Package(const Package &) = delete;
  Package &operator=(const Package &) = delete;
};

using PackageRef = std::shared_ptr<const Package>;

Result<PackageRef> openPackageFile(const std::string &path);
Result<PackageRef> openPackageBytes(std::string content);

/// Reads a regular file of at most `limit` bytes.
Result<std::string> readFile(const std::string &path, uint64_t limit);

} // namespace ssm::rt

#endif // SSM_RUNTIME_PACKAGE_PACKAGE_H
