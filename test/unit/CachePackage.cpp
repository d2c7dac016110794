// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The manifest and the kernel of a package with a cache.
#include "CachePackage.h"

#include "PackageFixture.h"

namespace ssm::test {
namespace {

const char *manifestTemplate = R"({
"format": {"major": 1, "minor": 3},
"requires": ["caches"],
"producer": "test 1",
"target": {"kind": "$KIND", "arch": "$ARCH"},
"kernels": [
  {"name": "sum", $SUM
   "grid": [{"extent": "batch", "tile": 1}],
   "arguments": [
     {"dtype": "f32", "shape": ["batch", "length", 4], "access": "read"},
     {"dtype": "f32", "shape": [4], "access": "read"},
     {"dtype": "f32", "shape": ["slots", 4], "access": "read"},
     {"dtype": "i32", "shape": ["batch"], "access": "read"},
     {"dtype": "f32", "shape": ["batch", "length", 4], "access": "write"},
     {"dtype": "f32", "shape": ["slots", 4], "access": "write",
      "in_place": 2}]}
],
"functions": [
  {"name": "tick", "workspace_slots": 0,
   "buffers": [
     {"name": "x", "kind": "input", "dtype": "f32",
      "shape": ["batch", "length", 4]},
     {"name": "scale", "kind": "weight", "dtype": "f32", "shape": [4]},
     {"name": "cache", "kind": "input", "dtype": "f32", "shape": ["slots", 4],
      "state": "h"},
     {"name": "slots", "kind": "input", "dtype": "i32", "shape": ["batch"],
      "holds": "slots"},
     {"name": "y", "kind": "output", "dtype": "f32",
      "shape": ["batch", "length", 4]},
     {"name": "cache_out", "kind": "output", "dtype": "f32",
      "shape": ["slots", 4], "state": "h", "in_place": 2}],
   "steps": [{"kind": "launch", "kernel": "sum",
              "buffers": [0, 1, 2, 3, 4, 5]}]}
]})";

} // namespace

std::string cacheManifest(const std::string &target) {
  std::string text = edited(manifestTemplate, "$KIND", target);
  text = edited(text, "$ARCH", archFor(target));
  // The target's part ends with the comma before "grid".
  return edited(text, "$SUM", kernelEntry(target, "sum", 0));
}

std::string cacheSource() {
  return R"(#include <stdint.h>
void sum_base(void *const *buffers, int64_t batch, int64_t length,
              int64_t first, int64_t last, void *scratch, int64_t slots) {
  const float *x = buffers[0], *scale = buffers[1], *before = buffers[2];
  const int32_t *at = buffers[3];
  float *y = buffers[4], *after = buffers[5];
  for (int64_t b = first; b < last; ++b)
    for (int c = 0; c < 4; ++c) {
      int isNone = at[b] < 0 || at[b] >= slots;
      float h = isNone ? 0 : before[at[b] * 4 + c];
      for (int64_t t = 0; t < length; ++t) {
        int64_t i = (b * length + t) * 4 + c;
        h += scale[c] * x[i];
        y[i] = isNone ? 0 : h;
      }
      if (!isNone)
        after[at[b] * 4 + c] = h;
    }
}
)";
}

std::string cachePtx() {
  return R"(.version 8.0
.target sm_80
.address_size 64
.visible .entry sum_entry(.param .u64 p0, .param .u64 p1, .param .u64 p2,
  .param .u64 p3, .param .u64 p4, .param .u64 p5, .param .u64 p6,
  .param .u64 p7, .param .u64 p8) { ret; }
)";
}

} // namespace ssm::test
