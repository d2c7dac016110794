// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Names and sizes of the element types, and of symbolic extents.
#include "ssm/ssm.h"

const char *ssm_dtype_name(ssm_dtype dtype) {
  switch (dtype) {
  case SSM_F64:
    return "f64";
  case SSM_F32:
    return "f32";
  case SSM_BF16:
    return "bf16";
  case SSM_F16:
    return "f16";
  case SSM_I32:
    return "i32";
  }
  return "unknown";
}

size_t ssm_dtype_size(ssm_dtype dtype) {
  switch (dtype) {
  case SSM_F64:
    return 8;
  case SSM_F32:
  case SSM_I32:
    return 4;
  case SSM_BF16:
  case SSM_F16:
    return 2;
  }
  return 0;
}

int64_t ssm_dim_size(int64_t extent, int64_t batch, int64_t length) {
  if (extent == SSM_DIM_BATCH)
    return batch;
  if (extent == SSM_DIM_LENGTH)
    return length;
  if (extent > SSM_DIM_EVERY(2))
    return extent;
  int64_t every = SSM_DIM_EVERY(0) - extent;
  return length / every + (length % every != 0);
}
