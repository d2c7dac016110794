// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Workspace, cells and bounds once the sizes are numbers.
#include "package/Layout.h"
#include "PackageFixture.h"

#include <gtest/gtest.h>

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
  auto product = workOf(manifest, function, function.steps[0], {2, 3});
  ASSERT_TRUE(product.ok());
  EXPECT_EQ(product->flops, 2.0 * 6 * 16 * 8);
  EXPECT_EQ(product->matrix_flops, 0);
  EXPECT_EQ(product->bytes_read, 4.0 * (6 * 8 + 16 * 8));
  EXPECT_EQ(product->bytes_written, 4.0 * 6 * 16);
  auto launch = workOf(manifest, function, function.steps[1], {2, 3});
  ASSERT_TRUE(launch.ok());
  EXPECT_EQ(launch->bytes_read, 64.0 * 6);
  EXPECT_EQ(launch->flops, 32.0 * 6);
  EXPECT_EQ(launch->matrix_flops, 8.0 * 6);
  EXPECT_EQ(launch->transcendentals, 16.0 * 6);
  // Matrix units take factors of two bytes.
  Function half = function;
  half.buffers[size_t(half.steps[0].matmul.a.buffer)].dtype = SSM_BF16;
  half.buffers[size_t(half.steps[0].matmul.b.buffer)].dtype = SSM_BF16;
  auto halves = workOf(manifest, half, half.steps[0], {2, 3});
  ASSERT_TRUE(halves.ok());
  EXPECT_EQ(halves->matrix_flops, 2.0 * 6 * 16 * 8);
}

} // namespace
