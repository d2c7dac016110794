// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a host asks about packed sequences, orders of tokens and the slots of
// sequences while they are in its memory.
#include "Handles.h"

#include <map>
#include <vector>

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

ssm_status *ssm_check_order(const int32_t *order, int64_t length) {
  return guarded([&]() -> Status {
    if (length != 0)
      SSM_TRY(requireArgument(order, "an order of tokens"));
    if (length < 0)
      return SSM_ERROR(SSM_INVALID_ARGUMENT,
                       "expected a length of at least 0, got {}", length);
    std::vector<bool> seen(size_t(length), false);
    for (int64_t i = 0; i < length; ++i) {
      if (order[i] < 0 || order[i] >= length)
        return SSM_ERROR(SSM_INVALID_ARGUMENT,
                         "expected step {} to take a token of 0 to {}, got {}",
                         i, length - 1, order[i]);
      if (seen[size_t(order[i])])
        return SSM_ERROR(SSM_INVALID_ARGUMENT,
                         "expected each token once, got {} in step {} again",
                         order[i], i);
      seen[size_t(order[i])] = true;
    }
    return {};
  });
}

ssm_status *ssm_check_slots(const int32_t *slots, int64_t count,
                            int64_t slot_count) {
  return guarded([&]() -> Status {
    SSM_TRY(requireArgument(slots, "the slots of sequences"));
    if (count < 1 || slot_count < 1)
      return SSM_ERROR(SSM_INVALID_ARGUMENT,
                       "expected at least one sequence and one slot, got {} "
                       "and {}",
                       count, slot_count);
    std::map<int32_t, int64_t> owners;
    for (int64_t i = 0; i < count; ++i) {
      if (slots[i] >= slot_count)
        return SSM_ERROR(SSM_INVALID_ARGUMENT,
                         "expected sequence {} in a slot below {}, got {}", i,
                         slot_count, slots[i]);
      auto [owner, isFirst] = owners.emplace(slots[i], i);
      if (slots[i] >= 0 && !isFirst)
        return SSM_ERROR(SSM_INVALID_ARGUMENT,
                         "expected a slot for each sequence, got {} for {} and "
                         "{}",
                         slots[i], owner->second, i);
    }
    return {};
  });
}
