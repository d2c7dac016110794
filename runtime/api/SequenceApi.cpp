// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a host asks about packed sequences while their ends are in its memory.
#include "Handles.h"

using namespace ssm::rt;

ssm_status *ssm_check_ends(const int32_t *ends, int64_t count, int64_t length) {
  return guarded([&]() -> Status {
    SSM_TRY(requireArgument(ends, "the ends of sequences"));
    if (count < 1)
      return SSM_ERROR(SSM_INVALID_ARGUMENT,
                       "expected at least one sequence, got {}", count);
    int64_t begin = 0;
    for (int64_t i = 0; i < count; ++i) {
      if (ends[i] < begin || ends[i] > length)
        return SSM_ERROR(SSM_INVALID_ARGUMENT,
                         "expected sequence {} to end at {} to {}, got {}", i,
                         begin, length, ends[i]);
      begin = ends[i];
    }
    if (begin != length)
      return SSM_ERROR(
          SSM_INVALID_ARGUMENT,
          "expected the last sequence to end at the length, {}, got {}", length,
          begin);
    return {};
  });
}
