// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Checkpoints in the safetensors format: in goes a path, out comes the table of
// its tensors and, one at a time, their elements; or the other way round. The
// header's size, the offsets and their agreement with shapes and file are
// checked before any tensor is read.
#ifndef SSM_RUNTIME_FILES_SAFETENSORS_H
#define SSM_RUNTIME_FILES_SAFETENSORS_H

#include "Npy.h"

#include <map>

namespace ssm::rt {

class Safetensors {
public:
  struct Entry {
    std::string dtype; // as the file names it
    std::vector<int64_t> shape;
    uint64_t begin = 0, end = 0; // in the data part
  };

  Safetensors() = default;
  Safetensors(Safetensors &&other) noexcept { *this = std::move(other); }
  Safetensors &operator=(Safetensors &&other) noexcept;
  ~Safetensors();

  static Result<Safetensors> open(const std::string &path);

  const std::map<std::string, Entry> &entries() const { return table; }
  /// F64, F32, F16, BF16 and I32.
  Result<HostTensor> read(const std::string &name) const;

private:
  int file = -1;
  uint64_t dataStart = 0;
  std::map<std::string, Entry> table;
};

/// Checks a header against the number of bytes behind it.
Result<std::map<std::string, Safetensors::Entry>>
parseSafetensorsHeader(std::string_view json, uint64_t dataBytes);

/// "F32"; the format's name of a type.
const char *safetensorsTypeName(ssm_dtype dtype);

/// Writes a file whose elements begin at a multiple of 8 bytes; whoever looks
/// sees the old file or the whole new one. A pipe or a device is written to,
/// not replaced.
Status writeSafetensors(const std::string &path,
                        const std::map<std::string, HostTensor> &tensors);

} // namespace ssm::rt

#endif // SSM_RUNTIME_FILES_SAFETENSORS_H
