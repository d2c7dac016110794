// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// "Never trust a manifest": each rule of the format has an edit that breaks it
// and the message it is refused with.
#include "package/Manifest.h"
#include "ManifestProblem.h"
#include "PackageFixture.h"

#include <gtest/gtest.h>

using namespace ssm::rt;
using namespace ssm::test;

namespace {

/// The message for the CPU block with one edit.
std::string broken(const std::string &from, const std::string &to) {
  return manifestProblem(edited(blockManifest("cpu"), from, to));
}

TEST(Manifest, GoodOnesPass) {
  EXPECT_EQ(manifestProblem(blockManifest("cpu")), "");
  EXPECT_EQ(broken("\"producer\"", "\"unknown\": [{}], \"producer\""), "");
  EXPECT_EQ(broken("\"minor\": 0", "\"minor\": 9"), "");
}

TEST(Manifest, CeilingsAreThereOrUnknown) {
  auto manifest = parseManifest(blockManifest("cpu"));
  ASSERT_TRUE(manifest.ok());
  EXPECT_EQ(manifest->ceilings.bytes, 1e12);
  EXPECT_EQ(manifest->ceilings.flops, 2e12);
  EXPECT_EQ(manifest->ceilings.matrix_flops, 3e12);
  EXPECT_EQ(manifest->ceilings.transcendentals, 4e12);
  auto without = parseManifest(
      edited(blockManifest("cpu"), "\"ceilings\"", "\"unknown\""));
  ASSERT_TRUE(without.ok());
  EXPECT_EQ(without->ceilings.bytes, 0);
  EXPECT_EQ(broken("\"bytes\": 1000000000000", "\"bytes\": -1"),
            "manifest.target.ceilings.bytes: expected an integer from 0 to "
            "9223372036854775807, got -1");
}

TEST(Manifest, VersionsAndFeatures) {
  EXPECT_EQ(broken("\"major\": 1", "\"major\": 2"),
            "expected package format 1, got 2.0: this runtime is older or "
            "newer than the compiler");
  EXPECT_EQ(broken("\"producer\"", "\"requires\": [\"tma\"], \"producer\""),
            "the package requires the unknown feature \"tma\"");
  EXPECT_EQ(broken("\"kind\": \"cpu\"", "\"kind\": \"tpu\""),
            "manifest.target.kind: expected cuda or cpu, got \"tpu\"");
}

TEST(Manifest, ReferencesMustExist) {
  EXPECT_EQ(broken("\"kernel\": \"affine\"", "\"kernel\": \"other\""),
            "manifest.functions[0].steps[1].kernel: no kernel named \"other\"");
  EXPECT_EQ(broken("\"buffers\": [3, 4]", "\"buffers\": [3, 5]"),
            "manifest.functions[0].steps[1].buffers[1]: expected an integer "
            "from 0 to 4, got 5");
  EXPECT_EQ(broken("\"bias\": 2", "\"bias\": -1"),
            "manifest.functions[0].steps[0].bias: expected an integer from 0 "
            "to 4, got -1");
  EXPECT_EQ(broken("\"slot\": 0", "\"slot\": 1"),
            "manifest.functions[0].buffers[3].slot: expected an integer from 0 "
            "to 0, got 1");
  EXPECT_EQ(broken("\"name\": \"y\"", "\"name\": \"x\""),
            "manifest.functions[0].buffers[4]: duplicate buffer name \"x\"");
  EXPECT_EQ(broken("\"name\": \"affine\"", "\"name\": \"linear\""),
            "manifest.kernels[1]: duplicate kernel name \"linear\"");
}

TEST(Manifest, ShapesAndTypes) {
  EXPECT_EQ(
      broken("\"shape\": [\"batch\"", "\"shape\": [\"time\""),
      "manifest.kernels[0].arguments[0].shape[0]: expected \"batch\", "
      "\"length\" or \"length/\" and a number of at least 2, got \"time\"");
  EXPECT_EQ(broken("\"shape\": [16, 8]", "\"shape\": [16, 0]"),
            "manifest.kernels[0].arguments[1].shape[1]: expected an integer "
            "from 1 to 281474976710656, got 0");
  EXPECT_EQ(broken("\"f32\"", "\"f8\""),
            "manifest.kernels[0].arguments[0].dtype: expected f64, f32, bf16, "
            "f16 or i32, got \"f8\"");
  EXPECT_EQ(broken("\"shape\": [16, 8]", "\"shape\": [8, 16]"),
            "function \"block\", step 0: fallback: kernel \"linear\", argument "
            "1: expected 8x16xf32, got 16x8xf32 (\"proj.weight\")");
  EXPECT_EQ(broken("\"shape\": [16, 8]},", "\"shape\": [\"batch\", 8]},"),
            "function \"block\": weight \"proj.weight\": expected constant "
            "extents, got batchx8");
  EXPECT_EQ(broken("\"buffers\": [0, 1, 2, 3]", "\"buffers\": [0, 1, 2]"),
            "function \"block\", step 0: fallback: kernel \"linear\": expected "
            "4 buffers, got 3");
}

TEST(Manifest, WritesGoToOutputsAndWorkspace) {
  EXPECT_EQ(broken("\"name\": \"y\", \"kind\": \"output\"",
                   "\"name\": \"y\", \"kind\": \"input\""),
            "function \"block\", step 1: the input \"y\" is written");
  EXPECT_EQ(broken("\"c\": {\"buffer\": 3", "\"c\": {\"buffer\": 0"),
            "function \"block\", step 0: the input \"x\" is written");
  EXPECT_EQ(broken("\"buffers\": [3, 4]", "\"buffers\": [3, 3]"),
            "function \"block\", step 1: kernel \"affine\": arguments 0 and 1 "
            "share memory and one is written");
  EXPECT_EQ(broken("{\"kind\": \"launch\", \"kernel\": \"affine\", "
                   "\"buffers\": [3, 4]}",
                   "{\"kind\": \"launch\", \"kernel\": \"affine\", "
                   "\"buffers\": [4, 3]}"),
            "function \"block\", step 1: \"y\" is read but holds nothing at "
            "this point");
}

TEST(Manifest, OutputsMustBeWritten) {
  std::string last = ",\n     {\"kind\": \"launch\", \"kernel\": \"affine\", "
                     "\"buffers\": [3, 4]}";
  EXPECT_EQ(broken(last, ""),
            "function \"block\": output \"y\" is never written");
}

TEST(Manifest, BuffersOfOneSlotShareMemory) {
  // g lies in the slot of h.
  std::string second =
      "\"slot\": 0},\n {\"name\": \"g\", \"kind\": \"workspace\", \"dtype\": "
      "\"f32\", \"shape\": [\"batch\", \"length\", 16], \"slot\": 0},";
  std::string manifest = edited(blockManifest("cpu"), "\"slot\": 0},", second);
  auto withSteps = [&](const std::string &buffers) {
    return manifestProblem(
        edited(manifest, "\"buffers\": [3, 4]", "\"buffers\": " + buffers));
  };
  std::string next = "}, {\"kind\": \"launch\", \"kernel\": \"affine\", "
                     "\"buffers\": ";
  EXPECT_EQ(withSteps("[3, 5]"), "");
  EXPECT_EQ(withSteps("[3, 4]"),
            "function \"block\", step 1: kernel \"affine\": arguments 0 and 1 "
            "share memory and one is written");
  // y is copied to g, which overwrites h, which is then read.
  EXPECT_EQ(withSteps("[3, 5]" + next + "[5, 4]" + next + "[4, 5]"), "");
  EXPECT_EQ(withSteps("[3, 5]" + next + "[5, 4]" + next + "[3, 5]"),
            "function \"block\", step 3: \"h\" is read but holds nothing at "
            "this point");
}

TEST(Manifest, ProductsMustFit) {
  EXPECT_EQ(broken("\"n\": 16, \"k\": 8", "\"n\": 16, \"k\": 9"),
            "function \"block\", step 0: a row stride is shorter than its row");
  EXPECT_EQ(broken("\"n\": 16, \"k\": 8", "\"n\": 15, \"k\": 8"),
            "function \"block\", step 0: bias \"proj.bias\": expected 15 "
            "floats, got 16xf32");
  EXPECT_EQ(broken("\"fallback\": {\"kernel\": \"linear\", \"buffers\": [0, 1, "
                   "2, 3]}",
                   "\"fallback\": {\"kernel\": \"affine\", \"buffers\": [3, "
                   "4]}"),
            "function \"block\", step 0: the fallback writes \"y\", the "
            "step does not");
}

TEST(Manifest, LaunchFactsHaveRanges) {
  std::string cuda = edited(blockManifest("cuda"), "\"kernels\"",
                            "\"body\": {\"bytes\": 0, \"fnv1a64\": "
                            "\"cbf29ce484222325\"}, \"kernels\"");
  EXPECT_EQ(manifestProblem(cuda), "");
  EXPECT_EQ(
      manifestProblem(edited(cuda, "\"fnv1a64\": \"c", "\"fnv1a64\": \"C")),
      "manifest.body.fnv1a64: expected 16 hexadecimal digits, got "
      "\"Cbf29ce484222325\"");
  EXPECT_EQ(manifestProblem(edited(cuda, "\"block\": 128", "\"block\": 2048")),
            "manifest.kernels[0].block: expected an integer from 1 to 1024, "
            "got 2048");
  EXPECT_EQ(manifestProblem(edited(cuda, "\"block\": 128",
                                   "\"block\": 128, \"starts_early\": 1")),
            "manifest.kernels[0].starts_early: expected true or false, got an "
            "integer");
  EXPECT_EQ(broken("\"tile\": 4", "\"tile\": 0"),
            "manifest.kernels[0].grid[1].tile: expected an integer from 1 to "
            "281474976710656, got 0");
  EXPECT_EQ(broken("[[32, 1, 1]", "[[32, 1]"),
            "manifest.kernels[0].work.bytes_read[0]: expected 3 integers, got "
            "2");
}

/// The message for the block with size classes and one edit.
std::string brokenClasses(const std::string &from, const std::string &to) {
  return manifestProblem(edited(sizeClassManifest("cpu"), from, to));
}

TEST(Manifest, SizeClasses) {
  auto manifest = parseManifest(sizeClassManifest("cpu"));
  ASSERT_TRUE(manifest.ok()) << manifest.takeStatus().message();
  EXPECT_TRUE(checkManifest(*manifest).ok());
  const Function &function = manifest->functions[0];
  EXPECT_EQ(function.sizeClasses, (std::vector<Sizes>{{8, 64}, {1, 4}}));
  EXPECT_EQ(function.steps[0].launch.kernels, (std::vector<int>{0}));
  EXPECT_EQ(function.steps[1].launch.kernels, (std::vector<int>{1, 2}));
  EXPECT_EQ(function.steps[0].launch.kernelFor(1), 0);
  EXPECT_EQ(function.steps[1].launch.kernelFor(0), 1);
  EXPECT_EQ(function.steps[1].launch.kernelFor(1), 2);
  EXPECT_EQ(Launch().kernelFor(1), -1);
}

TEST(Manifest, SizeClassesHaveRanges) {
  EXPECT_EQ(brokenClasses("[[8, 64], [1, 4]]", "[[8, 64], [0, 4]]"),
            "manifest.functions[0].size_classes[1][0]: expected an integer "
            "from 1 to 281474976710656, got 0");
  EXPECT_EQ(brokenClasses("[[8, 64], [1, 4]]", "[[8, 64], [1]]"),
            "manifest.functions[0].size_classes[1]: expected 2 integers, got "
            "1");
  EXPECT_EQ(brokenClasses("[[8, 64], [1, 4]]", "[[8, 64], [8, 64]]"),
            "manifest.functions[0].size_classes[1]: duplicate size class 8x64");
  std::string many = "[[1, 1]";
  for (int i = 2; i <= 17; ++i)
    many += ", [1, " + std::to_string(i) + "]";
  EXPECT_EQ(brokenClasses("[[8, 64], [1, 4]]", many + "]"),
            "manifest.functions[0].size_classes: expected at most 16 elements, "
            "got 17");
}

TEST(Manifest, AlternativesGoWithTheSizeClasses) {
  EXPECT_EQ(brokenClasses("[\"affine\", \"small\"]", "[\"affine\"]"),
            "manifest.functions[0].steps[1].kernels: expected one for each of "
            "2 size classes, got 1");
  EXPECT_EQ(brokenClasses("[[8, 64], [1, 4]]", "[]"),
            "manifest.functions[0].steps[1].kernels: expected one for each of "
            "0 size classes, got 2");
  EXPECT_EQ(brokenClasses("[\"affine\", \"small\"]", "[]"),
            "manifest.functions[0].steps[1].kernels: expected one for each of "
            "2 size classes, got 0");
  EXPECT_EQ(brokenClasses("[\"affine\", \"small\"]", "[\"affine\", \"other\"]"),
            "manifest.functions[0].steps[1].kernels[1]: no kernel named "
            "\"other\"");
  EXPECT_EQ(brokenClasses("\"kernels\": [\"affine\"",
                          "\"kernel\": \"affine\", \"kernels\": [\"affine\""),
            "manifest.functions[0].steps[1]: expected kernel or kernels, got "
            "both");
}

TEST(Manifest, AlternativesTakeTheSameArguments) {
  EXPECT_EQ(
      brokenClasses("[\"affine\", \"small\"]", "[\"affine\", \"linear\"]"),
      "function \"block\", step 1: kernel \"linear\": expected 4 buffers, "
      "got 2");
  // The kernel for the second class, found by its tile.
  std::string good = sizeClassManifest("cpu");
  size_t small = good.find("\"tile\": 1}],");
  auto edit = [&](const std::string &from, const std::string &to) {
    return manifestProblem(good.substr(0, small) +
                           edited(good.substr(small), from, to));
  };
  EXPECT_EQ(edit("\"length\", 16], \"access\": \"read\"",
                 "\"length\", 8], \"access\": \"read\""),
            "function \"block\", step 1: kernel \"small\", argument 0: "
            "expected batchxlengthx8xf32, got batchxlengthx16xf32 (\"h\")");
  EXPECT_EQ(edit("\"access\": \"read\"", "\"access\": \"write\""),
            "function \"block\", step 1: argument 0: kernels \"affine\" and "
            "\"small\" differ in whether they write it");
  EXPECT_EQ(edit("\"access\": \"write\"", "\"access\": \"read\""),
            "function \"block\", step 1: argument 1: kernels \"affine\" and "
            "\"small\" differ in whether they write it");
}

TEST(Manifest, RelaysHaveSegmentsAndSomethingToCarry) {
  auto withRelay = [](const std::string &relay) {
    std::string text = edited(blockManifest("cuda"), "\"kernels\"",
                              "\"body\": {\"bytes\": 0, \"fnv1a64\": "
                              "\"cbf29ce484222325\"}, \"kernels\"");
    text =
        edited(text, "\"producer\"", "\"requires\": [\"relay\"], \"producer\"");
    return edited(text, "\"block\": 128",
                  "\"relay\": " + relay + ", \"block\": 128");
  };
  std::string good = withRelay("{\"segments\": 8, \"carry_bytes\": 1024}");
  auto parsed = parseManifest(good);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->kernels[0].relay.segments, 8);
  EXPECT_EQ(parsed->kernels[0].relay.carryBytes, 1024);
  EXPECT_EQ(parsed->kernels[1].relay.segments, 1);
  EXPECT_EQ(manifestProblem(withRelay("{\"segments\": 1, \"carry_bytes\": 4}")),
            "manifest.kernels[0].relay.segments: expected an integer from 2 "
            "to 65536, got 1");
  EXPECT_EQ(manifestProblem(withRelay("{\"segments\": 2, \"carry_bytes\": 0}")),
            "manifest.kernels[0].relay.carry_bytes: expected an integer from 4 "
            "to 1073741824, got 0");
}

TEST(Manifest, ClustersHaveTwoToEightBlocks) {
  auto withCluster = [](const std::string &cluster) {
    std::string text = edited(blockManifest("cuda"), "\"kernels\"",
                              "\"body\": {\"bytes\": 0, \"fnv1a64\": "
                              "\"cbf29ce484222325\"}, \"kernels\"");
    text = edited(text, "\"producer\"",
                  "\"requires\": [\"clusters\"], \"producer\"");
    return edited(text, "\"block\": 128",
                  "\"cluster\": " + cluster + ", \"block\": 128");
  };
  std::string good = withCluster("4");
  auto parsed = parseManifest(good);
  ASSERT_TRUE(parsed.ok());
  EXPECT_EQ(parsed->kernels[0].cluster, 4);
  EXPECT_EQ(parsed->kernels[1].cluster, 1);
  for (std::string wrong : {"1", "9"})
    EXPECT_EQ(manifestProblem(withCluster(wrong)),
              "manifest.kernels[0].cluster: expected an integer from 2 to 8, "
              "got " +
                  wrong);
}

} // namespace
