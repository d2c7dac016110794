// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Any bytes as a .npy file.
#include "files/Npy.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto tensor = ssm::rt::parseNpy(
      std::string(reinterpret_cast<const char *>(data), size));
  if (tensor.ok() && tensor->bytes() > size)
    __builtin_trap();
  return 0;
}
