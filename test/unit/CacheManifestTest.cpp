// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Caches in a manifest: what is read, and each rule with an edit that breaks
// it.
#include "CachePackage.h"
#include "ManifestProblem.h"
#include "PackageFixture.h"
#include "package/Layout.h"

#include <gtest/gtest.h>

using namespace ssm::rt;
using namespace ssm::test;

namespace {

/// The problem after an edit of what stands behind the first `place`.
std::string broken(const std::string &place, const std::string &from,
                   const std::string &to) {
  return manifestProblem(editedAfter(cacheManifest("cpu"), place, from, to));
}

TEST(CacheManifest, IsRead) {
  auto manifest = parseManifest(cacheManifest("cpu"));
  ASSERT_TRUE(manifest.ok()) << manifest.takeStatus().message();
  EXPECT_EQ(manifestProblem(cacheManifest("cpu")), "");
  EXPECT_TRUE(manifest->kernels[0].takesSlots);
  EXPECT_EQ(manifest->kernels[0].arguments[5].inPlaceOf, 2);
  const Function &tick = manifest->functions[0];
  EXPECT_TRUE(tick.hasCaches);
  EXPECT_EQ(tick.buffers[5].inPlaceOf, 2);
  EXPECT_TRUE(tick.buffers[3].holdsSlots);
  EXPECT_EQ(typeText(tick.buffers[2]), "slotsx4xf32");
  // Planned by the slot: how many there are is a call's to say.
  auto layout = layOut(tick, {3, 5});
  ASSERT_TRUE(layout.ok());
  EXPECT_EQ(layout->bytes[2], 16u);
}

TEST(CacheManifest, SlotsStandInDimension0) {
  EXPECT_EQ(
      broken("\"functions\"", "[\"batch\", \"length\", 4]",
             "[\"batch\", \"slots\", 4]"),
      "manifest.functions[0].buffers[0].shape[1]: expected \"batch\", "
      "\"length\" or \"length/\" and a number of at least 2, got \"slots\"");
  EXPECT_EQ(
      broken("\"grid\"", "\"batch\"", "\"slots\""),
      "manifest.kernels[0].grid[0].extent: expected \"batch\", "
      "\"length\" or \"length/\" and a number of at least 2, got \"slots\"");
}

TEST(CacheManifest, BuffersWithSlots) {
  EXPECT_EQ(
      broken("\"name\": \"cache_out\"", ", \"in_place\": 2", ""),
      "function \"tick\": \"cache_out\": expected slots in an input, or in "
      "an output in the memory of one, got slotsx4xf32");
  EXPECT_EQ(
      broken("\"name\": \"cache_out\"", "\"in_place\": 2", "\"in_place\": 0"),
      "function \"tick\": \"cache_out\": expected an output in the memory "
      "of an input with slots of its type that no other takes, got \"x\"");
  EXPECT_EQ(
      broken("\"name\": \"y\"", "\"shape\"", "\"in_place\": 2, \"shape\""),
      "function \"tick\": \"y\": expected an output in the memory of an "
      "input with slots of its type that no other takes, got \"cache\"");
  EXPECT_EQ(
      broken("\"name\": \"x\"", "\"dtype\"", "\"holds\": \"slots\", \"dtype\""),
      "manifest.functions[0].buffers[0].holds: expected \"slots\", in an "
      "input of i32, got \"slots\"");
}

TEST(CacheManifest, KernelsThatUpdate) {
  EXPECT_EQ(
      broken("\"arguments\"", "\"in_place\": 2", "\"in_place\": 0"),
      "kernel \"sum\", argument 5: expected in_place to be a cache of its "
      "type that no other takes, got argument 0");
  EXPECT_EQ(broken("\"arguments\"", ",\n      \"in_place\": 2", ""),
            "kernel \"sum\", argument 5: expected a cache that is read, or "
            "written in place");
}

TEST(CacheManifest, NothingReadsACacheAfterItsUpdate) {
  std::string step = R"({"kind": "launch", "kernel": "sum",
              "buffers": [0, 1, 2, 3, 4, 5]})";
  EXPECT_EQ(broken("\"steps\"", step, step + ", " + step),
            "function \"tick\": kernel \"sum\", argument 2: \"cache\" is used "
            "after it was updated in place");
}

TEST(CacheManifest, OldReadersRefuse) {
  EXPECT_EQ(broken("\"requires\"", "caches", "later"),
            "the package requires the unknown feature \"later\"");
}

} // namespace
