// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Generated elements and conversions between element types.
#include "Fill.h"

#include "Failure.h"
#include "files/FloatBits.h"
#include "package/Manifest.h"

#include <cmath>
#include <new>
#include <numeric>

namespace ssm::run {

std::string hostBytes(uint64_t bytes, const std::string &what) {
  try {
    return std::string(bytes, '\0');
  } catch (const std::bad_alloc &) {
  } catch (const std::length_error &) {
  }
  fail(ExitRun, "cannot allocate {} bytes of host memory for {}", bytes, what);
}

namespace {

/// SplitMix64 (Steele, Lea, Flood): the same numbers in ten lines anywhere.
uint64_t nextRandom(uint64_t &state) {
  uint64_t z = state += 0x9e3779b97f4a7c15u;
  z = (z ^ z >> 30) * 0xbf58476d1ce4e5b9u;
  z = (z ^ z >> 27) * 0x94d049bb133111ebu;
  return z ^ z >> 31;
}

rt::HostTensor allocate(ssm_dtype dtype, std::vector<int64_t> shape) {
  uint64_t bytes = 0;
  if (!rt::denseBytes(dtype, shape, bytes))
    fail(ExitInput, "{} does not fit 64 bits", rt::tensorText(dtype, shape));
  rt::HostTensor tensor;
  tensor.dtype = dtype;
  tensor.shape = std::move(shape);
  tensor.storage = hostBytes(bytes, rt::tensorText(dtype, tensor.shape));
  return tensor;
}

} // namespace

namespace {

/// 0 to count - 1, each once (Fisher, Yates).
void fillPermutation(rt::HostTensor &tensor, uint64_t seed) {
  std::vector<uint64_t> numbers(tensor.elements());
  std::iota(numbers.begin(), numbers.end(), uint64_t(0));
  for (uint64_t left = numbers.size(); left > 1; --left)
    std::swap(numbers[left - 1], numbers[nextRandom(seed) % left]);
  for (uint64_t i = 0; i < numbers.size(); ++i)
    rt::storeElement(tensor.dtype, tensor.data(), i, double(numbers[i]));
}

} // namespace

rt::HostTensor makeTensor(const Source &source, ssm_dtype dtype,
                          std::vector<int64_t> shape) {
  rt::HostTensor tensor = allocate(dtype, std::move(shape));
  if (source.kind == Source::Kind::Permutation) {
    fillPermutation(tensor, source.seed);
    return tensor;
  }
  uint64_t count = tensor.elements(), state = source.seed;
  double unit = std::ldexp(source.high - source.low, -24);
  for (uint64_t i = 0; i < count; ++i) {
    double value = source.kind == Source::Kind::Random
                       ? source.low + unit * double(nextRandom(state) >> 40)
                       : source.value;
    rt::storeElement(dtype, tensor.data(), i, value);
  }
  return tensor;
}

rt::HostTensor convertTensor(rt::HostTensor tensor, ssm_dtype dtype,
                             bool isAllowed, const std::string &what) {
  if (tensor.dtype == dtype)
    return tensor;
  if (!isAllowed)
    fail(ExitInput,
         "{}: expected elements of type {}, got {}; --convert rounds "
         "them to the nearest",
         what, ssm_dtype_name(dtype), ssm_dtype_name(tensor.dtype));
  rt::HostTensor converted = allocate(dtype, tensor.shape);
  for (uint64_t i = 0, count = converted.elements(); i < count; ++i)
    rt::storeElement(dtype, converted.data(), i,
                     rt::loadElement(tensor.dtype, tensor.data(), i));
  return converted;
}

uint64_t seedFor(uint64_t seed, const std::string &name) {
  return seed ^ rt::fnv1a64(name);
}

Source weightSource(Source source, const std::string &name,
                    const std::vector<int64_t> &shape) {
  source.seed = seedFor(source.seed, name);
  if (source.hasRange || shape.size() < 2)
    return source;
  double row = 1;
  for (size_t i = 1; i < shape.size(); ++i)
    row *= double(shape[i]);
  source.high = row > 0 ? std::sqrt(3 / row) : 1;
  source.low = -source.high;
  return source;
}

} // namespace ssm::run
