// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Pages with an unmapped one behind, and conversions of 16-bit types.

#include "GuardedBuffer.h"

#include <cmath>
#include <cstring>
#include <new>
#include <sys/mman.h>
#include <unistd.h>

using namespace ssm_test;

static size_t bytesOf(const std::string &type) {
  return type == "f64" ? 8 : type == "f32" ? 4 : 2;
}

GuardedBuffer::GuardedBuffer(const std::string &type, size_t elements)
    : type(type), elements(elements), elementBytes(bytesOf(type)) {
  size_t page = sysconf(_SC_PAGESIZE);
  size_t bytes = elements * elementBytes;
  mappedBytes = (bytes / page + 2) * page;
  mapped =
      static_cast<uint8_t *>(mmap(nullptr, mappedBytes, PROT_READ | PROT_WRITE,
                                  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0));
  if (mapped == MAP_FAILED)
    throw std::bad_alloc();
  std::memset(mapped, 0xff, mappedBytes - page);
  mprotect(mapped + mappedBytes - page, page, PROT_NONE);
  begin = mapped + mappedBytes - page - bytes;
}

GuardedBuffer::~GuardedBuffer() { munmap(mapped, mappedBytes); }

bool GuardedBuffer::isFrameIntact() const {
  for (const uint8_t *byte = mapped; byte < begin; ++byte)
    if (*byte != 0xff)
      return false;
  return true;
}

static double fromHalf(uint16_t bits) {
  int exponent = (bits >> 10) & 31;
  double mantissa = bits & 1023;
  double magnitude = exponent == 31 ? (mantissa ? NAN : INFINITY)
                     : exponent == 0
                         ? std::ldexp(mantissa, -24)
                         : std::ldexp(1024 + mantissa, exponent - 25);
  return bits & 0x8000 ? -magnitude : magnitude;
}

/// For normal numbers that a half can hold.
static uint16_t toHalf(double value) {
  int exponent;
  double fraction = std::frexp(std::fabs(value), &exponent);
  if (exponent < -13)
    return value < 0 ? 0x8000 : 0;
  auto mantissa = static_cast<int>(std::nearbyint(std::ldexp(fraction, 11)));
  int bits = ((exponent + 14) << 10) + (mantissa - 1024);
  return static_cast<uint16_t>(bits | (value < 0 ? 0x8000 : 0));
}

double GuardedBuffer::get(size_t i) const {
  const uint8_t *at = begin + i * elementBytes;
  if (type == "f64") {
    double value;
    std::memcpy(&value, at, sizeof value);
    return value;
  }
  if (type == "f32") {
    float value;
    std::memcpy(&value, at, sizeof value);
    return value;
  }
  uint16_t half;
  std::memcpy(&half, at, sizeof half);
  if (type == "f16")
    return fromHalf(half);
  uint32_t wide = static_cast<uint32_t>(half) << 16;
  float value;
  std::memcpy(&value, &wide, sizeof value);
  return value;
}

void GuardedBuffer::set(size_t i, double value) {
  uint8_t *at = begin + i * elementBytes;
  auto single = static_cast<float>(value);
  if (type == "f64") {
    std::memcpy(at, &value, sizeof value);
  } else if (type == "f32") {
    std::memcpy(at, &single, sizeof single);
  } else if (type == "f16") {
    uint16_t half = toHalf(value);
    std::memcpy(at, &half, sizeof half);
  } else {
    // bf16, cut short: any value in reach will do.
    std::memcpy(at, reinterpret_cast<uint8_t *>(&single) + 2, 2);
  }
}

void GuardedBuffer::fillNormal(std::mt19937 &random, double mean,
                               double deviation) {
  std::normal_distribution<double> normal(mean, deviation);
  for (size_t i = 0; i < elements; ++i)
    set(i, normal(random));
}

std::vector<double> GuardedBuffer::values() const {
  std::vector<double> values(elements);
  for (size_t i = 0; i < elements; ++i)
    values[i] = get(i);
  return values;
}

std::string GuardedBuffer::bytes() const {
  return std::string(reinterpret_cast<const char *>(begin),
                     elements * elementBytes);
}

GuardedScratch::GuardedScratch(int64_t bytes)
    : buffer("f64", (bytes + 63) / 64 * 8) {}
