// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Elements of every type as doubles and back: in goes a value, out come bits
// rounded once to nearest, ties to even.
#ifndef SSM_RUNTIME_FILES_FLOATBITS_H
#define SSM_RUNTIME_FILES_FLOATBITS_H

#include "ssm/ssm.h"

namespace ssm::rt {

uint16_t bf16FromDouble(double value);
uint16_t f16FromDouble(double value);
double doubleFromBf16(uint16_t bits);
double doubleFromF16(uint16_t bits);

/// Element `index` of packed elements; any alignment.
double loadElement(ssm_dtype dtype, const void *elements, uint64_t index);
/// Integers are rounded to the nearest and saturated.
void storeElement(ssm_dtype dtype, void *elements, uint64_t index,
                  double value);

} // namespace ssm::rt

#endif // SSM_RUNTIME_FILES_FLOATBITS_H
