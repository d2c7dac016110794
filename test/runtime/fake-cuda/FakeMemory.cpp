// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Memory of the fake CUDA driver: host memory, whose bounds are checked.
#include "FakeDriver.h"

#include <algorithm>
#include <cstdlib>
#include <cstring>

using namespace fake;

namespace {

/// Bytes from `pointer` to the end of its allocation; 0 outside of any.
size_t roomAt(uint64_t pointer) {
  State &driver = state();
  auto after = driver.memory.upper_bound(reinterpret_cast<void *>(pointer));
  if (after == driver.memory.begin())
    return 0;
  --after;
  uint64_t begin = reinterpret_cast<uint64_t>(after->first);
  return pointer < begin + after->second ? begin + after->second - pointer : 0;
}

/// A memset as a kernel: pointer, value, words.
void setWords(void **parameters, unsigned) {
  auto *words = *static_cast<uint32_t **>(parameters[0]);
  auto **value = reinterpret_cast<uint64_t **>(parameters);
  std::fill(words, words + *value[2], uint32_t(*value[1]));
}

/// A copy as a kernel: to, from, bytes.
void copyBytes(void **parameters, unsigned) {
  auto **value = reinterpret_cast<uint64_t **>(parameters);
  std::memcpy(reinterpret_cast<void *>(*value[0]),
              reinterpret_cast<void *>(*value[1]), *value[2]);
}

} // namespace

extern "C" {

Result cuMemsetD32Async(uint64_t pointer, unsigned value, size_t words,
                        void *stream) {
  FAKE_BEGIN("cuMemsetD32Async")
  FAKE_NEEDS_CONTEXT
  if (roomAt(pointer) / 4 < words || (stream && !owns(state().streams, stream)))
    return misuse(invalidValue);
  if (!state().isRecording)
    return success;
  Captured captured = {};
  captured.launch.stream = stream;
  std::strcpy(captured.launch.kernel, "memset");
  captured.kernel = setWords;
  captured.values = {pointer, value, words};
  enqueue(captured, stream);
  return success;
}

Result cuMemAlloc_v2(uint64_t *pointer, size_t bytes) {
  FAKE_BEGIN("cuMemAlloc")
  FAKE_NEEDS_CONTEXT
  if (!bytes)
    return misuse(invalidValue);
  void *memory = std::aligned_alloc(256, (bytes + 255) / 256 * 256);
  state().memory[memory] = bytes;
  *pointer = reinterpret_cast<uint64_t>(memory);
  return success;
}

Result cuMemFree_v2(uint64_t pointer) {
  std::lock_guard<std::mutex> lock(state().mutex);
  Result code = success;
  bool failed = injected("cuMemFree", code);
  void *memory = reinterpret_cast<void *>(pointer);
  if (!state().memory.erase(memory))
    return misuse(invalidValue);
  std::free(memory);
  return failed ? code : success;
}

Result cuMemcpyHtoDAsync_v2(uint64_t to, const void *from, size_t bytes,
                            void *) {
  FAKE_BEGIN("cuMemcpyHtoDAsync")
  FAKE_NEEDS_CONTEXT
  if (roomAt(to) < bytes)
    return misuse(invalidValue);
  std::memcpy(reinterpret_cast<void *>(to), from, bytes);
  return success;
}

Result cuMemcpyDtoHAsync_v2(void *to, uint64_t from, size_t bytes, void *) {
  FAKE_BEGIN("cuMemcpyDtoHAsync")
  FAKE_NEEDS_CONTEXT
  if (roomAt(from) < bytes)
    return misuse(invalidValue);
  std::memcpy(to, reinterpret_cast<void *>(from), bytes);
  return success;
}

Result cuMemcpyDtoDAsync_v2(uint64_t to, uint64_t from, size_t bytes,
                            void *stream) {
  FAKE_BEGIN("cuMemcpyDtoDAsync")
  FAKE_NEEDS_CONTEXT
  if (roomAt(to) < bytes || roomAt(from) < bytes ||
      (stream && !owns(state().streams, stream)))
    return misuse(invalidValue);
  if (!state().isRecording)
    return success;
  Captured captured = {};
  captured.launch.stream = stream;
  std::strcpy(captured.launch.kernel, "copy");
  captured.kernel = copyBytes;
  captured.values = {to, from, bytes};
  enqueue(captured, stream);
  return success;
}
}
