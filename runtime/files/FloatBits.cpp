// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Conversions between doubles and the 16-bit types, rounded once.
#include "FloatBits.h"

#include <cmath>
#include <cstring>

namespace ssm::rt {
namespace {

template <typename To, typename From> To bitsOf(From value) {
  static_assert(sizeof(To) == sizeof(From));
  To bits;
  std::memcpy(&bits, &value, sizeof bits);
  return bits;
}

/// The float next to `value` towards zero with its last bit set if inexact:
/// rounding it again to fewer bits is then the same as rounding `value`.
uint32_t roundToOdd(double value) {
  float nearest = float(value);
  uint32_t bits = bitsOf<uint32_t>(nearest);
  if (std::isnan(value) || double(nearest) == value)
    return bits;
  if (std::fabs(double(nearest)) > std::fabs(value))
    --bits;
  return bits | 1;
}

template <typename T> T load(const void *elements, uint64_t index) {
  T value;
  std::memcpy(&value, static_cast<const char *>(elements) + index * sizeof(T),
              sizeof value);
  return value;
}

template <typename T> void store(void *elements, uint64_t index, T value) {
  std::memcpy(static_cast<char *>(elements) + index * sizeof(T), &value,
              sizeof value);
}

} // namespace

uint16_t bf16FromDouble(double value) {
  uint32_t bits = roundToOdd(value);
  if (std::isnan(value))
    return uint16_t(bits >> 16 | 0x40);
  return uint16_t((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

double doubleFromBf16(uint16_t bits) {
  return double(bitsOf<float>(uint32_t(bits) << 16));
}

uint16_t f16FromDouble(double value) {
  uint32_t bits = roundToOdd(value);
  uint16_t sign = uint16_t(bits >> 16 & 0x8000);
  uint32_t magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000)
    return uint16_t(sign | 0x7e00);
  // At least 65520 rounds to infinity.
  if (magnitude >= 0x477ff000)
    return uint16_t(sign | 0x7c00);
  constexpr uint32_t smallestNormal = 0x38800000; // 2^-14
  if (magnitude >= smallestNormal) {
    uint32_t rebiased = magnitude - (uint32_t(127 - 15) << 23);
    return uint16_t(sign | (rebiased + 0xfff + (rebiased >> 13 & 1)) >> 13);
  }
  int shift = 126 - int(magnitude >> 23); // of the 24-bit significand
  if (shift > 25)
    return sign;
  uint32_t significand = (magnitude & 0x7fffff) | 0x800000;
  uint32_t half = uint32_t(1) << (shift - 1);
  uint32_t rest = significand & (2 * half - 1);
  uint32_t result = significand >> shift;
  result += rest > half || (rest == half && (result & 1));
  return uint16_t(sign | result);
}

double doubleFromF16(uint16_t bits) {
  int exponent = bits >> 10 & 31;
  double fraction = bits & 1023;
  double magnitude = exponent == 31 ? (fraction ? NAN : INFINITY)
                     : exponent     ? std::ldexp(1024 + fraction, exponent - 25)
                                    : std::ldexp(fraction, -24);
  return bits & 0x8000 ? -magnitude : magnitude;
}

double loadElement(ssm_dtype dtype, const void *elements, uint64_t index) {
  switch (dtype) {
  case SSM_F64:
    return load<double>(elements, index);
  case SSM_F32:
    return double(load<float>(elements, index));
  case SSM_BF16:
    return doubleFromBf16(load<uint16_t>(elements, index));
  case SSM_F16:
    return doubleFromF16(load<uint16_t>(elements, index));
  case SSM_I32:
    return double(load<int32_t>(elements, index));
  }
  return NAN;
}

void storeElement(ssm_dtype dtype, void *elements, uint64_t index,
                  double value) {
  switch (dtype) {
  case SSM_F64:
    return store(elements, index, value);
  case SSM_F32:
    return store(elements, index, float(value));
  case SSM_BF16:
    return store(elements, index, bf16FromDouble(value));
  case SSM_F16:
    return store(elements, index, f16FromDouble(value));
  case SSM_I32: {
    double rounded = std::nearbyint(value);
    int32_t integer = std::isnan(rounded)        ? 0
                      : rounded >= 2147483647.0  ? INT32_MAX
                      : rounded <= -2147483648.0 ? INT32_MIN
                                                 : int32_t(rounded);
    return store(elements, index, integer);
  }
  }
}

} // namespace ssm::rt
