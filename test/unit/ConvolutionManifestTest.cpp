// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Long convolutions in a manifest: what is read, and each rule with an edit
// that breaks it.
#include "ConvolutionPackage.h"
#include "ManifestProblem.h"
#include "PackageFixture.h"
#include "package/Layout.h"
#include "package/Manifest.h"

#include <gtest/gtest.h>

using namespace ssm::rt;
using namespace ssm::test;

namespace {

std::string problemOf(const std::string &from, const std::string &to) {
  return manifestProblem(edited(convolutionManifest("cpu"), from, to));
}

TEST(ConvolutionManifest, IsAStep) {
  auto manifest = parseManifest(convolutionManifest("cpu"));
  ASSERT_TRUE(manifest.ok()) << manifest.takeStatus().message();
  ASSERT_TRUE(checkManifest(*manifest).ok());
  const Step &step = manifest->functions[0].steps[0];
  EXPECT_EQ(step.kind, SSM_LONG_CONV);
  EXPECT_EQ(step.longConv.x, 0);
  EXPECT_EQ(step.longConv.k, 1);
  EXPECT_EQ(step.longConv.y, 2);
  EXPECT_FALSE(step.longConv.reverse);
  EXPECT_EQ(step.longConv.directBelow, 4);
  EXPECT_EQ(step.launch.kernels, std::vector<int>{0});
}

TEST(ConvolutionManifest, MayHaveNoFallback) {
  EXPECT_EQ(
      problemOf("{\"kernel\": \"direct\", \"buffers\": [0, 1, 2]}", "null"),
      "");
}

TEST(ConvolutionManifest, RefersToBuffers) {
  const std::string step = "manifest.functions[0].steps[0].";
  EXPECT_EQ(problemOf("\"k\": 1", "\"k\": 3"),
            step + "k: expected an integer from 0 to 2, got 3");
  EXPECT_EQ(problemOf("\"k\": 1", "\"k\": null"),
            step + "k: expected an integer, got null");
  EXPECT_EQ(problemOf("\"reverse\": false", "\"reverse\": 0"),
            step + "reverse: expected true or false, got an integer");
  EXPECT_EQ(problemOf("\"direct_below\": 4", "\"direct_below\": -1"),
            step + "direct_below: expected an integer from 0 to "
                   "281474976710656, got -1");
  EXPECT_NE(problemOf("\"kind\": \"long_conv\"", "\"kind\": \"conv\"")
                .find("expected launch, matmul or long_conv"),
            std::string::npos);
}

TEST(ConvolutionManifest, ResultIsWrittenAlone) {
  EXPECT_NE(
      problemOf("\"y\": 2", "\"y\": 0").find("the input \"x\" is written"),
      std::string::npos);
  EXPECT_NE(problemOf("\"x\": 0", "\"x\": 2").find("shares memory"),
            std::string::npos);
}

TEST(ConvolutionManifest, ShapesAgree) {
  EXPECT_NE(problemOf("\"shape\": [1, \"length\", 3]}",
                      "\"shape\": [1, \"length\", 4]}")
                .find("to be convolved"),
            std::string::npos);
  EXPECT_NE(
      problemOf("\"name\": \"x\", \"kind\": \"input\", \"dtype\": \"f32\"",
                "\"name\": \"x\", \"kind\": \"input\", \"dtype\": \"f16\"")
          .find("to be convolved"),
      std::string::npos);
  EXPECT_NE(
      problemOf("\"name\": \"y\", \"kind\": \"output\", \"dtype\": \"f32\"",
                "\"name\": \"y\", \"kind\": \"output\", \"dtype\": \"f64\"")
          .find("expected a convolution"),
      std::string::npos);
}

TEST(ConvolutionManifest, FallbackWritesTheResult) {
  std::string text = edited(
      convolutionManifest("cpu"), "\"buffers\": [\n     {\"name\": \"x\"",
      "\"buffers\": [\n     {\"name\": \"w\", \"kind\": \"output\", "
      "\"dtype\": \"f32\", \"shape\": [\"batch\", \"length\", 3]},\n"
      "     {\"name\": \"x\"");
  text = edited(text, "\"x\": 0, \"k\": 1, \"y\": 2",
                "\"x\": 1, \"k\": 2, \"y\": 3");
  text = edited(text, "\"buffers\": [0, 1, 2]", "\"buffers\": [1, 2, 0]");
  auto manifest = parseManifest(text);
  ASSERT_TRUE(manifest.ok()) << manifest.takeStatus().message();
  EXPECT_NE(
      checkManifest(*manifest).message().find("the fallback writes \"w\""),
      std::string::npos);
}

TEST(ConvolutionManifest, TransformsHoldTwoSequences) {
  for (int64_t length : {1, 2, 3, 7, 17, 64, 1000, 4097, 1 << 20}) {
    int64_t padded = transformLength(length);
    EXPECT_GE(padded, 2 * length - 1);
    EXPECT_EQ(padded % 2, 0);
    for (int64_t factor : {2, 3, 5})
      while (padded % factor == 0)
        padded /= factor;
    EXPECT_EQ(padded, 1) << length;
  }
  EXPECT_EQ(transformLength(1), 2);
  EXPECT_EQ(transformLength(4096), 8192);
}

} // namespace
