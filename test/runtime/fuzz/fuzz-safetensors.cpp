// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Any bytes as a safetensors header in front of 64 bytes of data.
#include "files/Safetensors.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  auto table = ssm::rt::parseSafetensorsHeader(
      std::string_view(reinterpret_cast<const char *>(data), size), 64);
  if (!table.ok())
    return 0;
  for (const auto &[name, entry] : *table)
    if (entry.begin > entry.end || entry.end > 64)
      __builtin_trap();
  return 0;
}
