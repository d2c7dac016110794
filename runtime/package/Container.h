// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The two package containers: in goes the file's content, out come the bounds
// of the JSON text and of the device code in it. PTX carries the manifest in
// leading comments, a shared object in an ELF section, which is found here
// without the help of the dynamic loader.
#ifndef SSM_RUNTIME_PACKAGE_CONTAINER_H
#define SSM_RUNTIME_PACKAGE_CONTAINER_H

#include "Status.h"

#include <cstdint>
#include <string_view>

namespace ssm::rt {

enum class ContainerKind { Ptx, Elf };

struct Container {
  ContainerKind kind;
  std::string json;      // as hashed
  std::string_view body; // PTX: the text behind the manifest
  uint16_t elfMachine = 0;
};

/// The views of the result point into `file`.
Result<Container> readContainer(std::string_view file);

/// The contents of a section of a 64-bit little-endian ELF shared object.
Result<std::string_view> findElfSection(std::string_view file,
                                        std::string_view section);

} // namespace ssm::rt

#endif // SSM_RUNTIME_PACKAGE_CONTAINER_H
