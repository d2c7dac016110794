// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// How far a result is from a reference: in go two tensors of one shape and any
// float types, out come the two relative errors.
#ifndef SSM_TOOLS_SSM_RUN_COMPARE_H
#define SSM_TOOLS_SSM_RUN_COMPARE_H

#include "files/Npy.h"

namespace ssm::run {

struct Difference {
  double normRatio = 0;    // |out - ref| / |ref|
  double largestRatio = 0; // largest |out - ref| / largest |ref|
  uint64_t worst = 0;      // element of the largest |out - ref|
  double worstValue = 0, worstReference = 0;
  uint64_t notFinite = 0; // where only one is finite, or they differ otherwise
};

/// Elements that are NaN in both, or the same infinity, agree.
Difference compare(const rt::HostTensor &result,
                   const rt::HostTensor &reference);

struct Summary {
  double norm = 0, largest = 0;
  uint64_t notFinite = 0;
};
Summary summarize(const rt::HostTensor &tensor);

/// The bound of |out - ref| / |ref| when none is given.
double defaultTolerance(ssm_dtype dtype);

} // namespace ssm::run

#endif // SSM_TOOLS_SSM_RUN_COMPARE_H
