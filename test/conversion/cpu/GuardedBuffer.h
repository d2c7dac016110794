// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// An array that ends where memory ends: reading or writing past it is a fault.
// Its elements are one of the types of a tensor.

#ifndef TEST_CONVERSION_CPU_GUARDEDBUFFER_H
#define TEST_CONVERSION_CPU_GUARDEDBUFFER_H

#include <cstddef>
#include <cstdint>
#include <random>
#include <string>
#include <vector>

namespace ssm_test {

class GuardedBuffer {
public:
  /// `type` is f64, f32, bf16 or f16. Every byte is 0xff: NaN in all of them.
  GuardedBuffer(const std::string &type, size_t elements);
  ~GuardedBuffer();
  GuardedBuffer(const GuardedBuffer &) = delete;
  GuardedBuffer &operator=(const GuardedBuffer &) = delete;

  void *data() const { return begin; }
  size_t size() const { return elements; }
  const std::string &elementType() const { return type; }
  double get(size_t i) const;
  void set(size_t i, double value);
  void fillNormal(std::mt19937 &random, double mean, double deviation);
  std::vector<double> values() const;
  std::string bytes() const;
  /// Whether the bytes before the array are as they were made.
  bool isFrameIntact() const;

private:
  std::string type;
  size_t elements;
  size_t elementBytes;
  size_t mappedBytes;
  uint8_t *mapped;
  uint8_t *begin;
};

/// Bytes for the scratch of a kernel: aligned, poisoned, with a fault behind.
class GuardedScratch {
public:
  explicit GuardedScratch(int64_t bytes);
  void *data() const { return buffer.data(); }

private:
  GuardedBuffer buffer;
};

} // namespace ssm_test

#endif // TEST_CONVERSION_CPU_GUARDEDBUFFER_H
