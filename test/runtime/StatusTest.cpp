// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Errors at the C ABI: null handles, wrong indices, and what a status holds.
#include "BlockFixture.h"

#include <gtest/gtest.h>

using namespace ssm;
using namespace ssm::test;

namespace {

ssm_code consume(ssm_status *status) {
  ssm_code code = ssm_status_code(status);
  ssm_status_free(status);
  return code;
}

TEST(Status, NullIsSuccess) {
  EXPECT_EQ(ssm_status_code(nullptr), SSM_OK);
  EXPECT_STREQ(ssm_status_message(nullptr), "");
  EXPECT_EQ(ssm_status_line(nullptr), 0);
  ssm_status_free(nullptr);
  EXPECT_STREQ(ssm_code_name(SSM_WRONG_TARGET), "wrong target");
  EXPECT_STREQ(ssm_version(), "0.1.0");
}

TEST(Status, HoldsWhatAndWhere) {
  ssm_package *package = nullptr;
  ssm_status *status = ssm_package_open_memory("junk", 4, &package);
  EXPECT_EQ(ssm_status_code(status), SSM_BAD_PACKAGE);
  EXPECT_STREQ(ssm_status_message(status),
               "expected a package (\"// ssm-package 1\" or an ELF object)");
  EXPECT_STREQ(ssm_status_file(status), "package/Container.cpp");
  EXPECT_GT(ssm_status_line(status), 0);
  ssm_status_free(status);
  EXPECT_EQ(package, nullptr);
}

TEST(Status, NullArgumentsAreRefused) {
  ssm_package *package = nullptr;
  ssm_device *device = nullptr;
  ssm_executable *executable = nullptr;
  size_t bytes = 0;
  EXPECT_EQ(consume(ssm_package_open(nullptr, &package)), SSM_INVALID_ARGUMENT);
  EXPECT_EQ(consume(ssm_package_open("x", nullptr)), SSM_INVALID_ARGUMENT);
  EXPECT_EQ(consume(ssm_package_open_memory(nullptr, 3, &package)),
            SSM_INVALID_ARGUMENT);
  EXPECT_EQ(consume(ssm_device_create(SSM_CPU, 0, nullptr, nullptr)),
            SSM_INVALID_ARGUMENT);
  EXPECT_EQ(consume(ssm_device_create(ssm_device_kind(9), 0, nullptr, &device)),
            SSM_INVALID_ARGUMENT);
  EXPECT_EQ(
      consume(ssm_executable_load(nullptr, nullptr, 0, nullptr, &executable)),
      SSM_INVALID_ARGUMENT);
  EXPECT_EQ(consume(ssm_executable_workspace(nullptr, 1, 1, &bytes)),
            SSM_INVALID_ARGUMENT);
  EXPECT_EQ(consume(ssm_run(nullptr, nullptr)), SSM_INVALID_ARGUMENT);
  ssm_package_close(nullptr);
  ssm_device_destroy(nullptr);
  ssm_executable_destroy(nullptr);
  ssm_device_free(nullptr, nullptr);
  EXPECT_EQ(ssm_package_find(nullptr, "block"), -1);
}

TEST(Status, EndsOfSequencesAreChecked) {
  auto problem = [](std::vector<int32_t> ends, int64_t length) {
    ssm_status *status =
        ssm_check_ends(ends.data(), int64_t(ends.size()), length);
    EXPECT_EQ(ssm_status_code(status), status ? SSM_INVALID_ARGUMENT : SSM_OK);
    std::string text = ssm_status_message(status);
    ssm_status_free(status);
    return text;
  };
  EXPECT_EQ(problem({3, 3, 7}, 7), "");
  EXPECT_EQ(problem({0}, 0), "");
  EXPECT_EQ(problem({3, 2, 7}, 7),
            "expected sequence 1 to end at 3 to 7, got 2");
  EXPECT_EQ(problem({-1, 7}, 7),
            "expected sequence 0 to end at 0 to 7, got -1");
  EXPECT_EQ(problem({3, 8}, 7), "expected sequence 1 to end at 3 to 7, got 8");
  EXPECT_EQ(problem({3, 6}, 7),
            "expected the last sequence to end at the length, 7, got 6");
  EXPECT_EQ(problem({}, 0), "expected the ends of sequences, got null");
  int32_t none = 0;
  EXPECT_EQ(consume(ssm_check_ends(&none, 0, 0)), SSM_INVALID_ARGUMENT);
}

TEST(Status, OrdersOfTokensAreChecked) {
  auto problem = [](std::vector<int32_t> order) {
    ssm_status *status = ssm_check_order(order.data(), int64_t(order.size()));
    EXPECT_EQ(ssm_status_code(status), status ? SSM_INVALID_ARGUMENT : SSM_OK);
    std::string text = ssm_status_message(status);
    ssm_status_free(status);
    return text;
  };
  EXPECT_EQ(problem({2, 0, 3, 1}), "");
  EXPECT_EQ(problem({}), "");
  EXPECT_EQ(problem({2, 0, 2, 1}),
            "expected each token once, got 2 in step 2 again");
  EXPECT_EQ(problem({0, 4, 2, 1}),
            "expected step 1 to take a token of 0 to 3, got 4");
  EXPECT_EQ(problem({-1, 0}),
            "expected step 0 to take a token of 0 to 1, got -1");
  EXPECT_EQ(consume(ssm_check_order(nullptr, 1)), SSM_INVALID_ARGUMENT);
  int32_t none = 0;
  EXPECT_EQ(consume(ssm_check_order(&none, -1)), SSM_INVALID_ARGUMENT);
}

TEST(Status, IndicesAreChecked) {
  Package package = cpuPackage();
  ssm_function_info function;
  ssm_buffer_info buffer;
  ssm_step_info step;
  ssm_kernel_info kernel;
  for (int index : {-1, 1000}) {
    EXPECT_EQ(consume(ssm_package_function(package.get(), index, &function)),
              SSM_INVALID_ARGUMENT);
    EXPECT_EQ(consume(ssm_package_buffer(package.get(), 0, index, &buffer)),
              SSM_INVALID_ARGUMENT);
    EXPECT_EQ(consume(ssm_package_step(package.get(), 0, index, &step)),
              SSM_INVALID_ARGUMENT);
    EXPECT_EQ(consume(ssm_package_kernel(package.get(), index, &kernel)),
              SSM_INVALID_ARGUMENT);
    ssm_variant_info variant;
    EXPECT_EQ(
        consume(ssm_package_kernel_variant(package.get(), 0, index, &variant)),
        SSM_INVALID_ARGUMENT);
  }
}

TEST(Status, KernelsSayWhatCodeRuns) {
  Package package = cpuPackage();
  ASSERT_EQ(package.kernel(0).variant_count, 2);
  ssm_variant_info never = package.variant(0, 0),
                   always = package.variant(0, 1);
  EXPECT_STREQ(never.features, "no-such-cpu");
  EXPECT_STREQ(never.left_out, "no-such-cpu");
  EXPECT_FALSE(never.is_slow);
  EXPECT_FALSE(never.is_taken);
  EXPECT_STREQ(always.features, "");
  EXPECT_EQ(always.left_out, nullptr);
  EXPECT_TRUE(always.is_taken);
}

TEST(Status, PackagesDescribeThemselves) {
  Package package = cpuPackage();
  EXPECT_STREQ(package.describe().producer, "test 1");
  ASSERT_EQ(package.find("block"), 0);
  ssm_function_info function = package.function(0);
  EXPECT_EQ(function.buffer_count, 5);
  EXPECT_EQ(function.weight_count, 2);
  ssm_buffer_info x = package.buffer(0, 0);
  EXPECT_STREQ(x.name, "x");
  EXPECT_EQ(x.rank, 3);
  EXPECT_EQ(x.shape[0], SSM_DIM_BATCH);
  EXPECT_EQ(x.shape[1], SSM_DIM_LENGTH);
  EXPECT_EQ(x.shape[2], 8);
  ssm_step_info step = package.step(0, 0);
  EXPECT_EQ(step.kind, SSM_MATMUL);
  EXPECT_EQ(step.n, 16);
  EXPECT_EQ(step.bias, 2);
  EXPECT_STREQ(package.kernel(1).fused, "ssm.gate ssm.map");
  EXPECT_EQ(package.cells(0, 3, 9), 9);
  uint64_t bytes = 0;
  check(ssm_package_buffer_bytes(package.get(), 0, 0, 2, 3, &bytes));
  EXPECT_EQ(bytes, 2u * 3 * 8 * 4);
}

} // namespace
