// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A CPU package from file to numbers: sizes, threads, bindings, and the calls
// that must be refused.
#include "BlockFixture.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

using namespace ssm;
using namespace ssm::test;

namespace {

TEST(CpuRun, EverySizeAndThreadCount) {
  Package package = cpuPackage();
  for (int threads : {1, 2, 3}) {
    ssm_device_options options = {};
    options.struct_size = sizeof options;
    options.threads = threads;
    Device device = Device::create(SSM_CPU, 0, &options);
    for (int64_t batch : {1, 3})
      for (int64_t length : {1, 2, 3, 4, 5, 31, 200}) {
        BlockData data(batch, length, unsigned(length));
        auto y = runBlock(device, package, data, SSM_MATMUL_GENERATED);
        EXPECT_LT(largestError(y, data.reference()), 1e-6)
            << threads << " " << batch << " " << length;
      }
  }
}

TEST(CpuRun, NothingToDoIsSuccess) {
  Device device = Device::create(SSM_CPU);
  Package package = cpuPackage();
  for (int64_t batch : {0, 2}) {
    BlockData data(batch, batch ? 0 : 5, 1);
    EXPECT_TRUE(runBlock(device, package, data, SSM_MATMUL_AUTO).empty());
  }
}

TEST(CpuRun, ManyThreadsOnOneExecutable) {
  Device device = Device::create(SSM_CPU);
  Package package = cpuPackage();
  Executable executable =
      Executable::load(device, package, 0, SSM_MATMUL_GENERATED);
  BlockData weights(1, 1, 9);
  bindWeights(executable, weights);
  std::atomic<int> wrong{0};
  std::vector<std::thread> callers;
  for (int caller = 0; caller < 16; ++caller)
    callers.emplace_back([&, caller] {
      BlockData data(1 + caller % 3, 1 + caller, unsigned(caller));
      data.weight = weights.weight;
      data.bias = weights.bias;
      BlockCall call(device, executable, data);
      for (int i = 0; i < 50; ++i)
        executable.run(call.call());
      wrong += largestError(call.output(), data.reference()) > 1e-6;
    });
  for (std::thread &caller : callers)
    caller.join();
  EXPECT_EQ(wrong.load(), 0);
}

TEST(CpuRun, SeveralPackagesAtOnceKeepTheirCode) {
  // Both objects are opened through memory files; the second must not be taken
  // for the first.
  std::string other = elfPackage(
      blockManifest("cpu"), edited(blockSource(), "2 * h[at] + 1", "-h[at]"));
  Device device = Device::create(SSM_CPU);
  BlockData data(1, 7, 3);
  for (int round = 0; round < 3; ++round) {
    auto first = runBlock(device, cpuPackage(), data, SSM_MATMUL_GENERATED);
    auto second =
        runBlock(device, Package::fromMemory(other.data(), other.size()), data,
                 SSM_MATMUL_GENERATED);
    for (size_t i = 0; i < first.size(); ++i)
      EXPECT_EQ(first[i], -2 * second[i] + 1);
  }
}

TEST(CpuRun, WeightsInPlaceAndRebound) {
  Device device = Device::create(SSM_CPU);
  Package package = cpuPackage();
  Executable executable = Executable::load(device, package, 0, SSM_MATMUL_AUTO);
  BlockData data(2, 9, 1), other(2, 9, 2);
  other.x = data.x;
  Memory weight(device, data.weight.size() * 4), bias(device, 64);
  weight.copyIn(data.weight.data());
  bias.copyIn(data.bias.data());
  executable.bind("proj.weight", weight.get(), weight.bytes(),
                  SSM_DEVICE_MEMORY);
  executable.bind("proj.bias", bias.get(), bias.bytes(), SSM_DEVICE_MEMORY);
  BlockCall call(device, executable, data);
  executable.run(call.call());
  EXPECT_LT(largestError(call.output(), data.reference()), 1e-6);
  // New weights replace what was packed from the old ones.
  bindWeights(executable, other);
  BlockCall again(device, executable, other);
  executable.run(again.call());
  EXPECT_LT(largestError(again.output(), other.reference()), 1e-6);
}

TEST(CpuRun, RefusesWrongCalls) {
  Device device = Device::create(SSM_CPU);
  Package package = cpuPackage();
  Executable executable =
      Executable::load(device, package, 0, SSM_MATMUL_GENERATED);
  BlockData data(2, 3, 1);
  auto messageOf = [](const auto &action) -> std::string {
    try {
      action();
    } catch (const Error &problem) {
      EXPECT_EQ(problem.code(), SSM_INVALID_ARGUMENT);
      return problem.what();
    }
    return "";
  };
  EXPECT_EQ(messageOf([&] { executable.workspace(2, 3); }),
            "weight \"proj.weight\" of function \"block\" is not bound");
  EXPECT_EQ(messageOf([&] { executable.bind("proj", data.x.data(), 4); }),
            "function \"block\" has no weight \"proj\"");
  EXPECT_EQ(messageOf([&] { executable.bind("proj.bias", data.x.data(), 4); }),
            "weight \"proj.bias\" (16xf32): expected 64 bytes, got 4");
  bindWeights(executable, data);
  BlockCall good(device, executable, data);
  auto change = [&](auto edit) {
    ssm_call call = good.call();
    edit(call);
    return messageOf([&] { executable.run(call); });
  };
  const void *input = good.call().inputs[0];
  EXPECT_EQ(change([](ssm_call &) {}), "");
  EXPECT_EQ(change([](ssm_call &call) { call.struct_size = 8; }),
            "ssm_call: expected struct_size 88, got 8");
  EXPECT_EQ(change([](ssm_call &call) { call.input_count = 2; }),
            "function \"block\": expected 1 inputs and 1 outputs, got 2 and 1");
  EXPECT_NE(change([](ssm_call &call) { --call.workspace_bytes; }), "");
  EXPECT_NE(change([](ssm_call &call) { call.workspace = nullptr; }), "");
  EXPECT_EQ(change([](ssm_call &call) { call.batch = -1; }),
            "expected batch and length of at least 0, got -1 and 3");
  const void *null[] = {nullptr};
  EXPECT_EQ(change([&](ssm_call &call) { call.inputs = null; }),
            "\"x\": expected a pointer, got null");
  const void *odd[] = {static_cast<const char *>(input) + 4};
  EXPECT_NE(change([&](ssm_call &call) {
              call.inputs = odd;
            }).find("expected a 16-byte aligned pointer"),
            std::string::npos);
  void *same[] = {const_cast<void *>(input)};
  EXPECT_EQ(change([&](ssm_call &call) { call.outputs = same; }),
            "\"x\" and \"y\" overlap");
  void *inside[] = {good.call().workspace};
  EXPECT_EQ(change([&](ssm_call &call) { call.outputs = inside; }),
            "\"y\" and \"workspace\" overlap");
  EXPECT_NE(messageOf([&] { executable.workspace(int64_t(1) << 60, 1 << 20); }),
            "");
}

TEST(CpuRun, RefusesWhatThisMachineCannotRun) {
  Device device = Device::create(SSM_CPU);
  EXPECT_EQ(codeOf([&] { Executable::load(device, cudaPackage(), 0); }),
            SSM_WRONG_TARGET);
  std::string picky = elfPackage(edited(blockManifest("cpu"),
                                        "\"affine_base\", \"features\": []",
                                        "\"affine_base\", \"features\": "
                                        "[\"avx9000\"]"),
                                 blockSource());
  EXPECT_EQ(codeOf([&] {
              Executable::load(
                  device, Package::fromMemory(picky.data(), picky.size()), 0);
            }),
            SSM_WRONG_TARGET);
  std::string hollow = elfPackage(
      blockManifest("cpu"), edited(blockSource(), "affine_base", "affine"));
  EXPECT_EQ(codeOf([&] {
              Executable::load(
                  device, Package::fromMemory(hollow.data(), hollow.size()), 0);
            }),
            SSM_BAD_PACKAGE);
  EXPECT_EQ(codeOf([] { Device::create(SSM_CPU, 1); }), SSM_DEVICE_MISSING);
}

TEST(CpuRun, UsesTheFeaturesItMay) {
  std::string bytes = elfPackage(
      edited(blockManifest("cpu"), "\"affine_base\", \"features\": []",
             "\"affine_base\", \"features\": [\"sse2\"]"),
      blockSource());
  Package package = Package::fromMemory(bytes.data(), bytes.size());
  auto load = [&](const char *features) {
    ssm_device_options options = {};
    options.struct_size = sizeof options;
    options.cpu_features = features;
    Executable::load(Device::create(SSM_CPU, 0, &options), package, 0);
  };
  load(nullptr);
  load("");
  load("sse2");
  load("sse3,sse2");
  load("avx512bf16,sse2");
  EXPECT_EQ(codeOf([&] { load("sse3"); }), SSM_WRONG_TARGET);
  EXPECT_EQ(codeOf([&] { load("sse2,avx9000"); }), SSM_INVALID_ARGUMENT);
  EXPECT_EQ(codeOf([&] { load("sse2, sse3"); }), SSM_INVALID_ARGUMENT);
}

} // namespace
