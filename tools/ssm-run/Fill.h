// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Tensors from sources: in go a source, a shape and a type, out come elements
// in host memory.
#ifndef SSM_TOOLS_SSM_RUN_FILL_H
#define SSM_TOOLS_SSM_RUN_FILL_H

#include "TensorSpec.h"
#include "files/Npy.h"

namespace ssm::run {

/// Zeros; a Failure that says how many and what for when memory is short.
std::string hostBytes(uint64_t bytes, const std::string &what);

/// Random or constant elements.
rt::HostTensor makeTensor(const Source &source, ssm_dtype dtype,
                          std::vector<int64_t> shape);

/// The tensor with elements of `dtype`; another type is refused unless
/// `isAllowed`. `what` names the tensor in errors.
rt::HostTensor convertTensor(rt::HostTensor tensor, ssm_dtype dtype,
                             bool isAllowed, const std::string &what);

/// The seed of one tensor of many.
uint64_t seedFor(uint64_t seed, const std::string &name);

/// The source of one weight of many: its own seed, and rows of about unit
/// length unless a range is given.
Source weightSource(Source source, const std::string &name,
                    const std::vector<int64_t> &shape);

} // namespace ssm::run

#endif // SSM_TOOLS_SSM_RUN_FILL_H
