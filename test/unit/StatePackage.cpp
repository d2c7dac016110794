// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The manifest and the kernels of a package with states.
#include "StatePackage.h"

#include "PackageFixture.h"

namespace ssm::test {
namespace {

const char *manifestTemplate = R"({
"format": {"major": 1, "minor": 2},
"producer": "test 1",
"target": {"kind": "$KIND", "arch": "$ARCH"},
"kernels": [
  {"name": "begin", $BEGIN
   "grid": [{"extent": "batch", "tile": 1}],
   "arguments": [
     {"dtype": "f32", "shape": ["batch", "length", 4], "access": "read"},
     {"dtype": "f32", "shape": [4], "access": "read"},
     {"dtype": "f32", "shape": ["batch", "length", 4], "access": "write"},
     {"dtype": "f32", "shape": ["batch", 4], "access": "write"},
     {"dtype": "f32", "shape": ["batch", 2, 4], "access": "write"}]},
  {"name": "resume", $RESUME
   "grid": [{"extent": "batch", "tile": 1}],
   "arguments": [
     {"dtype": "f32", "shape": ["batch", "length", 4], "access": "read"},
     {"dtype": "f32", "shape": [4], "access": "read"},
     {"dtype": "f32", "shape": ["batch", 4], "access": "read"},
     {"dtype": "f32", "shape": ["batch", 2, 4], "access": "read"},
     {"dtype": "f32", "shape": ["batch", "length", 4], "access": "write"},
     {"dtype": "f32", "shape": ["batch", 4], "access": "write"},
     {"dtype": "f32", "shape": ["batch", 2, 4], "access": "write"}]},
  {"name": "twice", $TWICE
   "grid": [{"extent": "batch", "tile": 1}],
   "arguments": [
     {"dtype": "f32", "shape": ["batch", 4], "access": "read"},
     {"dtype": "f32", "shape": ["batch", 4], "access": "write"}]}
],
"functions": [
  {"name": "prefill", "workspace_slots": 0,
   "buffers": [
     {"name": "x", "kind": "input", "dtype": "f32",
      "shape": ["batch", "length", 4]},
     {"name": "decay", "kind": "weight", "dtype": "f32", "shape": [4]},
     {"name": "y", "kind": "output", "dtype": "f32",
      "shape": ["batch", "length", 4]},
     {"name": "h", "kind": "output", "dtype": "f32", "shape": ["batch", 4],
      "state": "h"},
     {"name": "tail", "kind": "output", "dtype": "f32",
      "shape": ["batch", 2, 4], "state": "tail"}],
   "steps": [{"kind": "launch", "kernel": "begin",
              "buffers": [0, 1, 2, 3, 4]}]},
  {"name": "step", "workspace_slots": 1,
   "buffers": [
     {"name": "h0", "kind": "input", "dtype": "f32", "shape": ["batch", 4],
      "state": "h"},
     {"name": "x", "kind": "input", "dtype": "f32",
      "shape": ["batch", "length", 4]},
     {"name": "tail0", "kind": "input", "dtype": "f32",
      "shape": ["batch", 2, 4], "state": "tail"},
     {"name": "decay", "kind": "weight", "dtype": "f32", "shape": [4]},
     {"name": "sum", "kind": "workspace", "dtype": "f32",
      "shape": ["batch", "length", 4], "slot": 0},
     {"name": "tail1", "kind": "output", "dtype": "f32",
      "shape": ["batch", 2, 4], "state": "tail"},
     {"name": "y", "kind": "output", "dtype": "f32",
      "shape": ["batch", "length", 4]},
     {"name": "h1", "kind": "output", "dtype": "f32", "shape": ["batch", 4],
      "state": "h"}],
   "steps": [{"kind": "launch", "kernel": "resume",
              "buffers": [1, 3, 0, 2, 6, 7, 5]}]},
  {"name": "peek", "workspace_slots": 0,
   "buffers": [
     {"name": "h0", "kind": "input", "dtype": "f32", "shape": ["batch", 4],
      "state": "h"},
     {"name": "z", "kind": "output", "dtype": "f32", "shape": ["batch", 4]}],
   "steps": [{"kind": "launch", "kernel": "twice", "buffers": [0, 1]}]}
]})";

} // namespace

std::string stateManifest(const std::string &target) {
  std::string text = edited(manifestTemplate, "$KIND", target);
  text = edited(text, "$ARCH", archFor(target));
  // The target's part ends with the comma before "grid".
  text = edited(text, "$BEGIN", kernelEntry(target, "begin", 0));
  text = edited(text, "$RESUME", kernelEntry(target, "resume", 0));
  return edited(text, "$TWICE", kernelEntry(target, "twice", 0));
}

std::string stateSource() {
  return R"(#include <stdint.h>
#include <stddef.h>
static void scan(const float *x, const float *decay, const float *h0,
                 const float *tail0, float *y, float *h1, float *tail1,
                 int64_t length) {
  for (int c = 0; c < 4; ++c) {
    float h = h0 ? h0[c] : 0;
    float older = tail0 ? tail0[c] : 0, old = tail0 ? tail0[4 + c] : 0;
    for (int64_t t = 0; t < length; ++t) {
      float now = x[t * 4 + c];
      h = decay[c] * h + now;
      y[t * 4 + c] = h + older;
      older = old;
      old = now;
    }
    h1[c] = h;
    tail1[c] = older;
    tail1[4 + c] = old;
  }
}
void begin_base(void *const *buffers, int64_t batch, int64_t length,
                int64_t first, int64_t last, void *scratch) {
  const float *x = buffers[0];
  float *y = buffers[2], *h1 = buffers[3], *tail1 = buffers[4];
  for (int64_t b = first; b < last; ++b)
    scan(x + b * length * 4, buffers[1], NULL, NULL, y + b * length * 4,
         h1 + b * 4, tail1 + b * 8, length);
}
void resume_base(void *const *buffers, int64_t batch, int64_t length,
                 int64_t first, int64_t last, void *scratch) {
  const float *x = buffers[0], *h0 = buffers[2], *tail0 = buffers[3];
  float *y = buffers[4], *h1 = buffers[5], *tail1 = buffers[6];
  for (int64_t b = first; b < last; ++b)
    scan(x + b * length * 4, buffers[1], h0 + b * 4, tail0 + b * 8,
         y + b * length * 4, h1 + b * 4, tail1 + b * 8, length);
}
void twice_base(void *const *buffers, int64_t batch, int64_t length,
                int64_t first, int64_t last, void *scratch) {
  const float *h = buffers[0];
  float *z = buffers[1];
  for (int64_t i = first * 4; i < last * 4; ++i)
    z[i] = 2 * h[i];
}
)";
}

std::string statePtx() {
  return R"(.version 8.0
.target sm_80
.address_size 64
.visible .entry begin_entry(.param .u64 p0, .param .u64 p1, .param .u64 p2,
  .param .u64 p3, .param .u64 p4, .param .u64 p5, .param .u64 p6) { ret; }
.visible .entry resume_entry(.param .u64 p0, .param .u64 p1, .param .u64 p2,
  .param .u64 p3, .param .u64 p4, .param .u64 p5, .param .u64 p6,
  .param .u64 p7, .param .u64 p8) { ret; }
.visible .entry twice_entry(.param .u64 p0, .param .u64 p1, .param .u64 p2,
  .param .u64 p3) { ret; }
)";
}

} // namespace ssm::test
