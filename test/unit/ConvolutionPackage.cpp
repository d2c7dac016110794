// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The manifest and the kernel of a package with a long convolution.
#include "ConvolutionPackage.h"

#include "PackageFixture.h"

namespace ssm::test {
namespace {

const char *manifestTemplate = R"({
"format": {"major": 1, "minor": 3},
"requires": ["long_conv"],
"producer": "test 1",
"target": {"kind": "$KIND", "arch": "$ARCH"},
"kernels": [
  {"name": "direct", $DIRECT
   "grid": [{"extent": "batch", "tile": 1}],
   "arguments": [
     {"dtype": "f32", "shape": ["batch", "length", 3], "access": "read"},
     {"dtype": "f32", "shape": [1, "length", 3], "access": "read"},
     {"dtype": "f32", "shape": ["batch", "length", 3], "access": "write"}]}
],
"functions": [
  {"name": "filter", "workspace_slots": 0,
   "buffers": [
     {"name": "x", "kind": "input", "dtype": "f32",
      "shape": ["batch", "length", 3]},
     {"name": "k", "kind": "input", "dtype": "f32",
      "shape": [1, "length", 3]},
     {"name": "y", "kind": "output", "dtype": "f32",
      "shape": ["batch", "length", 3]}],
   "steps": [
     {"kind": "long_conv", "x": 0, "k": 1, "y": 2, "reverse": false,
      "direct_below": 4,
      "fallback": {"kernel": "direct", "buffers": [0, 1, 2]}}]}
]})";

} // namespace

std::string convolutionManifest(const std::string &target) {
  std::string text = edited(manifestTemplate, "$KIND", target);
  text = edited(text, "$ARCH", archFor(target));
  return edited(text, "$DIRECT", kernelEntry(target, "direct", 0));
}

std::string convolutionSource() {
  return R"(#include <stdint.h>
void direct_base(void *const *buffers, int64_t batch, int64_t length,
                 int64_t first, int64_t last, void *scratch) {
  const float *x = buffers[0], *k = buffers[1];
  float *y = buffers[2];
  for (int64_t b = first; b < last; ++b)
    for (int64_t t = 0; t < length; ++t)
      for (int c = 0; c < 3; ++c) {
        double sum = 0;
        for (int64_t s = 0; s <= t; ++s)
          sum += k[s * 3 + c] * x[(b * length + t - s) * 3 + c];
        y[(b * length + t) * 3 + c] = 2 * sum;
      }
}
)";
}

std::string convolutionPtx() {
  return R"(.version 8.0
.target sm_80
.address_size 64
.visible .entry direct_entry(.param .u64 p0, .param .u64 p1, .param .u64 p2,
  .param .u64 p3, .param .u64 p4) { ret; }
)";
}

} // namespace ssm::test
