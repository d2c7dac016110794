// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Readers under random damage: no crash, no hang, no allocation beyond what the
// input's size explains. The hash is put right again, so that the damage
// reaches the parser behind it. test/runtime/fuzz searches further.
#include "ConvolutionPackage.h"
#include "PackageFixture.h"
#include "StatePackage.h"
#include "files/Npy.h"
#include "files/Safetensors.h"
#include "package/Layout.h"
#include "package/Manifest.h"

#include <gtest/gtest.h>

#include <random>

using namespace ssm::rt;
using namespace ssm::test;

namespace {

/// Replaces, removes, doubles or inserts something somewhere.
std::string mutate(std::string text, std::mt19937 &random) {
  static const char *const words[] = {"-1",
                                      "0",
                                      "9223372036854775807",
                                      "18446744073709551616",
                                      "1e9",
                                      "null",
                                      "[]",
                                      "{}",
                                      "\"batch\"",
                                      "\"length\"",
                                      "\"\"",
                                      "4294967296",
                                      "281474976710656"};
  for (unsigned edits = 1 + random() % 3; edits && !text.empty(); --edits) {
    size_t at = random() % text.size();
    size_t length = std::min<size_t>(random() % 20, text.size() - at);
    switch (random() % 5) {
    case 0:
      text[at] = char(random());
      break;
    case 1:
      text.erase(at, length);
      break;
    case 2:
      text.insert(at, text.substr(at, length));
      break;
    case 3:
      text.insert(at, words[random() % std::size(words)]);
      break;
    case 4: { // a number for a number keeps the JSON valid
      size_t digits = text.find_first_of("0123456789", at);
      if (digits != std::string::npos) {
        size_t end = text.find_first_not_of("0123456789", digits);
        text.replace(digits, end - digits, words[random() % 4]);
      }
      break;
    }
    }
  }
  return text;
}

/// How many of 20000 mutants of `good` are accepted.
int countAccepted(const std::string &good) {
  std::mt19937 random(1);
  int accepted = 0;
  for (int i = 0; i < 20000; ++i) {
    auto manifest = parseManifest(mutate(good, random));
    if (!manifest.ok() || !checkManifest(*manifest).ok())
      continue;
    ++accepted;
    // What is accepted must also survive being laid out, every step with the
    // kernel of the sizes' class.
    for (const Function &function : manifest->functions)
      for (Sizes sizes : {Sizes{2, 3}, Sizes{int64_t(1) << 40, 1 << 20}}) {
        auto layout = layOut(function, sizes);
        int sizeClass = nearestSizeClass(function, sizes);
        for (const Step &step : function.steps) {
          int kernel = step.launch.kernelFor(sizeClass);
          EXPECT_LT(kernel, int(manifest->kernels.size()));
          if (kernel >= 0)
            (void)cellsOf(manifest->kernels[size_t(kernel)], sizes).ok();
          (void)workOf(*manifest, function, step, sizeClass, sizes).ok();
        }
      }
  }
  return accepted;
}

TEST(Mutation, Manifests) {
  for (const std::string &good :
       {blockManifest("cpu"), sizeClassManifest("cpu"), stateManifest("cpu"),
        convolutionManifest("cpu")}) {
    int accepted = countAccepted(good);
    EXPECT_GT(accepted, 0);
    EXPECT_LT(accepted, 15000);
  }
}

TEST(Mutation, NpyFiles) {
  std::mt19937 random(2);
  std::string good = npyHeader(SSM_F32, {2, 3}) + std::string(24, 'x');
  for (int i = 0; i < 50000; ++i) {
    auto tensor = parseNpy(mutate(good, random));
    if (tensor.ok()) {
      EXPECT_LE(tensor->bytes(), good.size() + 100);
    }
  }
}

TEST(Mutation, SafetensorsHeaders) {
  std::mt19937 random(3);
  std::string good = R"({"__metadata__": {"format": "pt"},
    "a": {"dtype": "F32", "shape": [2], "data_offsets": [4, 12]},
    "b": {"dtype": "BF16", "shape": [1, 2], "data_offsets": [0, 4]}})";
  for (int i = 0; i < 50000; ++i) {
    auto table = parseSafetensorsHeader(mutate(good, random), 12);
    if (!table.ok())
      continue;
    for (const auto &[name, entry] : *table)
      EXPECT_LE(entry.end, 12u);
  }
}

} // namespace
