// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The little language of --input, --weight, --output and --expect: in goes
// "x=2x64x16xf32=random:7" or "y=@y.npy", out come its parts.
#ifndef SSM_TOOLS_SSM_RUN_TENSORSPEC_H
#define SSM_TOOLS_SSM_RUN_TENSORSPEC_H

#include "ssm/ssm.h"

#include <optional>
#include <string>
#include <vector>

namespace ssm::run {

/// Where the elements come from.
struct Source {
  enum class Kind { File, Random, Permutation, Constant };
  Kind kind = Kind::Constant;
  std::string path;  // File
  uint64_t seed = 0; // Random, Permutation
  double low = -1, high = 1;
  bool hasRange = false; // Random: low and high were given
  double value = 0;      // Constant
};

struct TensorSpec {
  std::string name;
  std::optional<std::vector<int64_t>> shape;
  std::optional<ssm_dtype> dtype;
  Source source;
};

/// NAME=[SHAPE=]SOURCE with SHAPE like 2x64x16 or 2x64x16xf32; a Failure with
/// the usage's exit code otherwise.
TensorSpec parseTensorSpec(const std::string &text);

/// random[:SEED[:LOW:HIGH]], permutation[:SEED], zeros, ones or value:V.
Source parseSource(const std::string &text, const std::string &whole);

/// NAME=@PATH.
struct FileSpec {
  std::string name, path;
};
FileSpec parseFileSpec(const std::string &text);

} // namespace ssm::run

#endif // SSM_TOOLS_SSM_RUN_TENSORSPEC_H
