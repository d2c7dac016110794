// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Workspace, cells and bounds once the sizes are numbers.
#include "package/Layout.h"
#include "PackageFixture.h"

#include <gtest/gtest.h>

#include <cmath>

using namespace ssm::rt;
using namespace ssm::test;

namespace {

Manifest manifestOf(const std::string &json) {
  auto parsed = parseManifest(json);
  EXPECT_TRUE(parsed.ok()) << parsed.takeStatus().message();
  return std::move(*parsed);
}

Buffer workspace(Shape shape, int slot, ssm_dtype dtype = SSM_F32) {
  Buffer buffer;
  buffer.name = "w";
  buffer.kind = SSM_WORKSPACE;
  buffer.dtype = dtype;
  buffer.shape = std::move(shape);
  buffer.slot = slot;
  return buffer;
}

TEST(Layout, SlotsAreAsLargeAsTheirLargestBuffer) {
  Function function;
  function.slots = 3;
  function.buffers = {
      workspace({SSM_DIM_BATCH, SSM_DIM_LENGTH, 10}, 0), // 240 bytes
      workspace({SSM_DIM_LENGTH, 100}, 0, SSM_BF16),     // 600
      workspace({3}, 1, SSM_F64),                        // 24
      workspace({SSM_DIM_BATCH}, 2, SSM_I32),            // 8
  };
  auto layout = layOut(function, {2, 3});
  ASSERT_TRUE(layout.ok());
  EXPECT_EQ(layout->bytes, (std::vector<uint64_t>{240, 600, 24, 8}));
  EXPECT_EQ(layout->offsets, (std::vector<uint64_t>{0, 0, 768, 1024}));
  EXPECT_EQ(layout->workspaceBytes, 1280u);
  EXPECT_EQ(layout->rows, 6);
}

// The rows of packed sequences are the length, whatever their number.
TEST(Layout, RowsOfAProductAreThoseOfItsResult) {
  Function function;
  function.buffers = {workspace({SSM_DIM_BATCH, SSM_DIM_LENGTH, 10}, 0),
                      workspace({1, SSM_DIM_LENGTH, 10}, 0)};
  Matmul matmul = {};
  matmul.c.buffer = 0;
  auto batches = rowsOf(function, matmul, {4, 6});
  ASSERT_TRUE(batches.ok());
  EXPECT_EQ(*batches, 24);
  matmul.c.buffer = 1;
  auto packed = rowsOf(function, matmul, {4, 6});
  ASSERT_TRUE(packed.ok());
  EXPECT_EQ(*packed, 6);
}

TEST(Layout, RefusesSizesThatOverflow) {
  Function function;
  function.slots = 1;
  function.buffers = {workspace({SSM_DIM_BATCH, SSM_DIM_LENGTH, 1 << 20}, 0)};
  EXPECT_TRUE(layOut(function, {1 << 16, 1 << 16}).ok());
  for (Sizes sizes : {Sizes{int64_t(1) << 40, int64_t(1) << 40},
                      Sizes{int64_t(1) << 31, int64_t(1) << 20},
                      Sizes{INT64_MAX, 1}, Sizes{INT64_MAX, INT64_MAX}}) {
    auto layout = layOut(function, sizes);
    ASSERT_FALSE(layout.ok());
    EXPECT_EQ(layout.takeStatus().code(), SSM_INVALID_ARGUMENT);
  }
  auto negative = layOut(function, {-1, 4});
  ASSERT_FALSE(negative.ok());
  EXPECT_EQ(negative.takeStatus().message(),
            "expected batch and length of at least 0, got -1 and 4");
}

TEST(Layout, WorkspaceSumIsChecked) {
  Function function;
  function.slots = 3;
  for (int slot = 0; slot < 3; ++slot)
    function.buffers.push_back(
        workspace({SSM_DIM_BATCH, int64_t(1) << 30, int64_t(1) << 28}, slot));
  EXPECT_TRUE(layOut(function, {1, 1}).ok());
  EXPECT_FALSE(layOut(function, {4, 1}).ok());
}

TEST(Layout, CellsAreTheProductOfCeilings) {
  Kernel kernel;
  kernel.name = "k";
  kernel.grid = {{SSM_DIM_BATCH, 1}, {SSM_DIM_LENGTH, 64}, {1536, 16}};
  EXPECT_EQ(*cellsOf(kernel, {3, 65}), 3 * 2 * 96);
  EXPECT_EQ(*cellsOf(kernel, {3, 0}), 0);
  kernel.grid = {};
  EXPECT_EQ(*cellsOf(kernel, {3, 65}), 1);
  kernel.grid = {{SSM_DIM_BATCH, 1}, {SSM_DIM_LENGTH, 1}, {4, 1}};
  EXPECT_FALSE(cellsOf(kernel, {int64_t(1) << 31, int64_t(1) << 31}).ok());
}

TEST(Layout, TokensOfAllSequencesAreOneAxis) {
  Kernel kernel;
  kernel.grid = {{tokensExtent, 8}, {64, 32}};
  EXPECT_EQ(*cellsOf(kernel, {3, 5}), 2 * 2);
  EXPECT_EQ(*cellsOf(kernel, {64, 1}), 8 * 2);
  EXPECT_EQ(*cellsOf(kernel, {0, 5}), 0);
  EXPECT_FALSE(cellsOf(kernel, {int64_t(1) << 40, int64_t(1) << 40}).ok());
}

TEST(Layout, RelaysKeepACounterAFlagForEachCellAndWhatIsCarried) {
  Kernel kernel;
  kernel.name = "k";
  kernel.grid = {{SSM_DIM_BATCH, 1}, {1536, 16}};
  EXPECT_EQ(*relayWordsOf(kernel, {3, 65}), 0u);
  EXPECT_EQ(*relayBytesOf(kernel, {3, 65}), 0u);
  kernel.relay = {8, 1000};
  EXPECT_EQ(*relayWordsOf(kernel, {3, 65}), 1u + 3 * 96);
  // 1156 bytes of words, 288000 carried, each up to a multiple of 256.
  EXPECT_EQ(*relayBytesOf(kernel, {3, 65}), 1280u + 288000u);
  EXPECT_FALSE(relayBytesOf(kernel, {int64_t(1) << 50, 1}).ok());
}

TEST(Layout, ProductsStayInsideTheirBuffers) {
  std::string good = blockManifest("cpu");
  EXPECT_TRUE(layOut(manifestOf(good).functions[0], {2, 3}).ok());
  // Offset by one element, the last row of a leaves the buffer.
  std::string past = edited(good, "\"a\": {\"buffer\": 0, \"offset\": 0",
                            "\"a\": {\"buffer\": 0, \"offset\": 1");
  auto layout = layOut(manifestOf(past).functions[0], {2, 3});
  ASSERT_FALSE(layout.ok());
  EXPECT_EQ(layout.takeStatus().message(),
            "function \"block\": a matrix product reaches element 48 of \"x\", "
            "which has 48");
  // A stride of two rows, and offsets near the end of the integers.
  EXPECT_FALSE(layOut(manifestOf(edited(good,
                                        "\"b\": {\"buffer\": 1, "
                                        "\"offset\": 0, \"stride\": 8",
                                        "\"b\": {\"buffer\": 1, \"offset\": "
                                        "0, \"stride\": 9"))
                          .functions[0],
                      {2, 3})
                   .ok());
  Function function = manifestOf(good).functions[0];
  function.steps[0].matmul.c.stride = int64_t(1) << 60;
  EXPECT_FALSE(layOut(function, {1 << 10, 1 << 10}).ok());
  EXPECT_TRUE(layOut(function, {0, 5}).ok());
}

TEST(Layout, WorkOfSteps) {
  Manifest manifest = manifestOf(blockManifest("cpu"));
  const Function &function = manifest.functions[0];
  auto product = workOf(manifest, function, function.steps[0], 0, {2, 3});
  ASSERT_TRUE(product.ok());
  EXPECT_EQ(product->flops, 2.0 * 6 * 16 * 8);
  EXPECT_EQ(product->matrix_flops, 0);
  EXPECT_EQ(product->bytes_read, 4.0 * (6 * 8 + 16 * 8));
  EXPECT_EQ(product->bytes_written, 4.0 * 6 * 16);
  auto launch = workOf(manifest, function, function.steps[1], 0, {2, 3});
  ASSERT_TRUE(launch.ok());
  EXPECT_EQ(launch->bytes_read, 64.0 * 6);
  EXPECT_EQ(launch->flops, 32.0 * 6);
  EXPECT_EQ(launch->matrix_flops, 8.0 * 6);
  EXPECT_EQ(launch->transcendentals, 16.0 * 6);
  // Matrix units take factors of two bytes.
  Function half = function;
  half.buffers[size_t(half.steps[0].matmul.a.buffer)].dtype = SSM_BF16;
  half.buffers[size_t(half.steps[0].matmul.b.buffer)].dtype = SSM_BF16;
  auto halves = workOf(manifest, half, half.steps[0], 0, {2, 3});
  ASSERT_TRUE(halves.ok());
  EXPECT_EQ(halves->matrix_flops, 2.0 * 6 * 16 * 8);
}

TEST(Layout, WorkIsThatOfTheSizeClass) {
  Manifest manifest = manifestOf(sizeClassManifest("cpu"));
  const Function &function = manifest.functions[0];
  for (int sizeClass : {0, 1}) {
    auto launch =
        workOf(manifest, function, function.steps[1], sizeClass, {2, 3});
    ASSERT_TRUE(launch.ok());
    EXPECT_EQ(launch->flops, (sizeClass ? 16.0 : 32.0) * 6);
  }
}

int nearest(std::vector<Sizes> classes, Sizes sizes) {
  Function function;
  function.sizeClasses = std::move(classes);
  return nearestSizeClass(function, sizes);
}

TEST(SizeClasses, TheNearestIsByRatios) {
  std::vector<Sizes> classes = {{8, 2048}, {1, 2048}, {1, 16384}};
  EXPECT_EQ(nearest(classes, {8, 2048}), 0);
  EXPECT_EQ(nearest(classes, {1, 2048}), 1);
  EXPECT_EQ(nearest(classes, {1, 16384}), 2);
  EXPECT_EQ(nearest(classes, {3, 2048}), 0);
  EXPECT_EQ(nearest(classes, {2, 2048}), 1);
  EXPECT_EQ(nearest(classes, {1, 5792}), 1);
  EXPECT_EQ(nearest(classes, {1, 5793}), 2);
  // A token, nothing at all, and more than any memory.
  EXPECT_EQ(nearest(classes, {8, 1}), 0);
  EXPECT_EQ(nearest(classes, {1, 1}), 1);
  EXPECT_EQ(nearest(classes, {0, 0}), 1);
  EXPECT_EQ(nearest(classes, {INT64_MAX, INT64_MAX}), 0);
  EXPECT_EQ(nearest(classes, {1, INT64_MAX}), 2);
  EXPECT_EQ(nearest({{int64_t(1) << 48, int64_t(1) << 48}, {1, 1}}, {1, 2}), 1);
}

TEST(SizeClasses, OfEqualsTheFirst) {
  EXPECT_EQ(nearest({{8, 64}, {2, 64}}, {4, 64}), 0);
  EXPECT_EQ(nearest({{2, 64}, {8, 64}}, {4, 64}), 0);
  // Twice along one axis is as far as twice along the other, or half.
  EXPECT_EQ(nearest({{6, 100}, {3, 200}, {3, 50}}, {3, 100}), 0);
  EXPECT_EQ(nearest({{3, 50}, {6, 100}, {3, 200}}, {3, 100}), 0);
  // 10/3 along one and 3 along the other, or 10 along one.
  EXPECT_EQ(nearest({{30, 7}, {10, 21}}, {3, 7}), 0);
  EXPECT_EQ(nearest({{10, 21}, {30, 7}}, {3, 7}), 0);
  // Nothing else counts: without classes there is one kernel for each step.
  EXPECT_EQ(nearest({}, {4, 64}), 0);
  EXPECT_EQ(nearest({{8, 64}}, {1, 1}), 0);
}

TEST(SizeClasses, ExactlyOneForEverySize) {
  // The distance is a function of the sizes: every pair of sizes has a class,
  // and the classes' own sizes have themselves.
  std::vector<Sizes> classes = {{1, 1}, {1, 2048}, {8, 2048}, {64, 512}};
  for (size_t i = 0; i < classes.size(); ++i)
    EXPECT_EQ(nearest(classes, classes[i]), int(i));
  for (int64_t batch : {1, 2, 3, 7, 64, 1000})
    for (int64_t length : {1, 2, 33, 45, 46, 500, 2048, 100000}) {
      int found = nearest(classes, {batch, length});
      auto logDistance = [&](const Sizes &at) {
        return std::fabs(std::log(double(batch) / double(at.batch))) +
               std::fabs(std::log(double(length) / double(at.length)));
      };
      for (const Sizes &other : classes)
        EXPECT_LE(logDistance(classes[size_t(found)]),
                  logDistance(other) + 1e-12)
            << batch << " " << length;
    }
}

TEST(SizeClasses, UnknownOnesAreRefusedWithTheList) {
  Function function;
  function.name = "f";
  function.sizeClasses = {{8, 2048}, {1, 2048}};
  EXPECT_EQ(*sizeClassOf(function, {1, 2048}), 1);
  auto unknown = sizeClassOf(function, {1, 2047});
  ASSERT_FALSE(unknown.ok());
  Status status = unknown.takeStatus();
  EXPECT_EQ(status.code(), SSM_INVALID_ARGUMENT);
  EXPECT_EQ(status.message(), "function \"f\": expected size class 8x2048 or "
                              "1x2048, got 1x2047");
  function.sizeClasses.clear();
  EXPECT_EQ(sizeClassOf(function, {1, 1}).takeStatus().message(),
            "function \"f\": expected size class none, got 1x1");
}

} // namespace
