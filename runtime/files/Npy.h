// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// NumPy's .npy files, versions 1 to 3: in goes a file, out comes a tensor in C
// order, or the other way round. Types f8, f4, f2 and i4, little-endian.
// bfloat16 has no NumPy type of its own: it is written as '<V2', two raw bytes
// (what NumPy makes of ml_dtypes.bfloat16), and read from '<V2', '|V2' and
// 'bfloat16'. In Python: np.load(path).view(ml_dtypes.bfloat16).
#ifndef SSM_RUNTIME_FILES_NPY_H
#define SSM_RUNTIME_FILES_NPY_H

#include "package/Status.h"

#include <string>
#include <string_view>
#include <vector>

namespace ssm::rt {

/// A dense, row-major tensor in host memory.
struct HostTensor {
  ssm_dtype dtype = SSM_F32;
  std::vector<int64_t> shape;
  std::string storage; // the elements, behind `begin` other bytes
  size_t begin = 0;

  const char *data() const { return storage.data() + begin; }
  char *data() { return storage.data() + begin; }
  size_t bytes() const { return storage.size() - begin; }
  uint64_t elements() const { return bytes() / ssm_dtype_size(dtype); }
};

/// "2x64x16xf32".
std::string tensorText(ssm_dtype dtype, const std::vector<int64_t> &shape);

/// The bytes of a shape; false when they do not fit 62 bits.
bool denseBytes(ssm_dtype dtype, const std::vector<int64_t> &shape,
                uint64_t &bytes);

Result<HostTensor> readNpy(const std::string &path);
Result<HostTensor> parseNpy(std::string content);
Status writeNpy(const std::string &path, const HostTensor &tensor);
/// The magic, version and dictionary that precede the elements.
std::string npyHeader(ssm_dtype dtype, const std::vector<int64_t> &shape);

} // namespace ssm::rt

#endif // SSM_RUNTIME_FILES_NPY_H
