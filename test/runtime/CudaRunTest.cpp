// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A CUDA package on the fake driver: launches, limits, targets, graphs.
#include "BlockFixture.h"

#include <gtest/gtest.h>

using namespace ssm;
using namespace ssm::test;

namespace {

Package packageOf(const std::string &manifest) {
  std::string file = ptxPackage(manifest, blockPtx());
  return Package::fromMemory(file.data(), file.size());
}

TEST(CudaRun, LaunchesWhatTheManifestSays) {
  const FakeCudaApi &fake = fakeCuda();
  ssm_device_options options = fakeOptions();
  {
    Device device = Device::create(SSM_CUDA, 0, &options);
    Package package = cudaPackage();
    Executable executable =
        Executable::load(device, package, 0, SSM_MATMUL_GENERATED);
    BlockData data(3, 5, 1);
    bindWeights(executable, data);
    BlockCall call(device, executable, data);
    void *stream = nullptr;
    call.call().stream = stream;
    executable.run(call.call());
    device.synchronize();
    EXPECT_LT(largestError(call.output(), data.reference()), 1e-6);
    ASSERT_EQ(fake.launchCount(), 2);
    EXPECT_STREQ(fake.launch(0)->kernel, "linear_entry");
    EXPECT_EQ(fake.launch(0)->grid[0], 3u * 2);
    EXPECT_EQ(fake.launch(0)->block[0], 128u);
    EXPECT_EQ(fake.launch(0)->sharedBytes, 1024u);
    EXPECT_STREQ(fake.launch(1)->kernel, "affine_entry");
    EXPECT_EQ(fake.launch(1)->grid[0], 3u * 3);
    EXPECT_EQ(fake.launch(1)->sharedBytes, 0u);
  }
  EXPECT_EQ(fake.alive(), 0);
  EXPECT_EQ(fake.misuses(), 0);
}

TEST(CudaRun, OnlyKernelsThatWaitStartEarlyAndNeverTheFirst) {
  const FakeCudaApi &fake = fakeCuda();
  ssm_device_options options = fakeOptions();
  Device device = Device::create(SSM_CUDA, 0, &options);
  std::string early =
      edited(blockManifest("cuda"), "\"symbol\": \"linear_entry\",",
             "\"symbol\": \"linear_entry\", \"starts_early\": true,");
  std::string bothEarly =
      edited(early, "\"symbol\": \"affine_entry\",",
             "\"symbol\": \"affine_entry\", \"starts_early\": true,");
  struct Case {
    std::string manifest;
    ssm_matmul_mode mode;
    int launches;
    bool lastIsEarly;
  };
  // A library's product is a step like any other: what follows it may start
  // early.
  for (const Case &wanted :
       {Case{blockManifest("cuda"), SSM_MATMUL_GENERATED, 2, false},
        Case{early, SSM_MATMUL_GENERATED, 2, false},
        Case{bothEarly, SSM_MATMUL_GENERATED, 2, true},
        Case{bothEarly, SSM_MATMUL_LIBRARY, 1, true}}) {
    Package package = packageOf(wanted.manifest);
    Executable executable = Executable::load(device, package, 0, wanted.mode);
    BlockData data(2, 5, 1);
    bindWeights(executable, data);
    BlockCall call(device, executable, data);
    for (int run = 0; run < 2; ++run) {
      int before = fake.launchCount();
      executable.run(call.call());
      ASSERT_EQ(fake.launchCount() - before, wanted.launches);
      if (wanted.launches > 1) {
        EXPECT_FALSE(fake.launch(before)->early);
      }
      const FakeLaunch &last = *fake.launch(fake.launchCount() - 1);
      EXPECT_EQ(last.early, wanted.lastIsEarly);
      EXPECT_STREQ(last.kernel, "affine_entry");
      EXPECT_EQ(last.grid[0], 2u * 3);
      EXPECT_EQ(last.block[0], fake.launch(before)->block[0]);
    }
    EXPECT_LT(largestError(call.output(), data.reference()), 1e-6);
  }
  EXPECT_EQ(fake.misuses(), 0);
}

TEST(CudaRun, GraphsKeepEarlyStarts) {
  const FakeCudaApi &fake = fakeCuda();
  ssm_device_options options = fakeOptions();
  Device device = Device::create(SSM_CUDA, 0, &options);
  Package package = packageOf(
      edited(blockManifest("cuda"), "\"symbol\": \"affine_entry\",",
             "\"symbol\": \"affine_entry\", \"starts_early\": true,"));
  Executable executable =
      Executable::load(device, package, 0, SSM_MATMUL_GENERATED);
  BlockData data(2, 5, 1);
  bindWeights(executable, data);
  BlockCall call(device, executable, data);
  ssm_measure_options wanted = {};
  wanted.struct_size = sizeof wanted;
  wanted.samples = 1;
  executable.measure({call.call(), call.call()}, wanted);
  int captured = 0;
  for (int i = 0; i < fake.launchCount(); ++i) {
    const FakeLaunch &launch = *fake.launch(i);
    bool isSecond = std::string(launch.kernel) == "affine_entry";
    EXPECT_EQ(launch.early, isSecond) << i;
    captured += launch.captured;
  }
  EXPECT_EQ(captured, 4);
  // A step by itself has nothing before it in its call.
  int before = fake.launchCount();
  wanted.first_step = 1;
  wanted.step_count = 1;
  executable.measure({call.call()}, wanted);
  for (int i = before; i < fake.launchCount(); ++i)
    EXPECT_FALSE(fake.launch(i)->early);
}

TEST(CudaRun, SteadyStateCallsTheDriverForLaunchesOnly) {
  const FakeCudaApi &fake = fakeCuda();
  ssm_device_options options = fakeOptions();
  Device device = Device::create(SSM_CUDA, 0, &options);
  Executable executable =
      Executable::load(device, cudaPackage(), 0, SSM_MATMUL_GENERATED);
  BlockData data(2, 4, 1);
  bindWeights(executable, data);
  BlockCall call(device, executable, data);
  executable.run(call.call());
  int before = fake.calls();
  executable.run(call.call());
  // Two launches between making the context current and putting it back.
  EXPECT_EQ(fake.calls() - before, 4);
}

TEST(CudaRun, DescribesTheDevice) {
  fakeCuda();
  ssm_device_options options = fakeOptions();
  EXPECT_EQ(Device::count(SSM_CUDA, &options), 1);
  Device device = Device::create(SSM_CUDA, 0, &options);
  ssm_device_info info = device.describe();
  EXPECT_STREQ(info.arch, "sm_90");
  EXPECT_EQ(info.processors, 132);
  EXPECT_EQ(info.driver_version, 13000);
  EXPECT_EQ(codeOf([&] { Device::create(SSM_CUDA, 1, &options); }),
            SSM_DEVICE_MISSING);
}

TEST(CudaRun, TargetsMatchArchitectures) {
  const FakeCudaApi &fake = fakeCuda();
  struct Case {
    const char *arch;
    int device;
    ssm_code code;
  };
  for (Case wanted :
       {Case{"sm_80", 80, SSM_OK}, Case{"sm_80", 90, SSM_OK},
        Case{"sm_80", 120, SSM_OK}, Case{"sm_80", 75, SSM_WRONG_TARGET},
        Case{"sm_90a", 90, SSM_OK}, Case{"sm_90a", 100, SSM_WRONG_TARGET},
        Case{"sm_100f", 103, SSM_OK}, Case{"sm_100f", 120, SSM_WRONG_TARGET},
        Case{"sm_x", 90, SSM_WRONG_TARGET},
        Case{"gfx90a", 90, SSM_WRONG_TARGET}}) {
    fake.setDevice(wanted.device, 100000);
    ssm_device_options options = fakeOptions();
    Device device = Device::create(SSM_CUDA, 0, &options);
    Package package =
        packageOf(edited(blockManifest("cuda"), "sm_80", wanted.arch));
    EXPECT_EQ(codeOf([&] { Executable::load(device, package, 0); }),
              wanted.code)
        << wanted.arch << " on " << wanted.device;
  }
}

TEST(CudaRun, SharedMemoryIsWithinTheDevice) {
  const FakeCudaApi &fake = fakeCuda();
  fake.setDevice(90, 4096);
  ssm_device_options options = fakeOptions();
  Device device = Device::create(SSM_CUDA, 0, &options);
  auto load = [&](const char *bytes) {
    Package package = packageOf(
        edited(blockManifest("cuda"), "\"shared_bytes\": 1024", bytes));
    return codeOf([&] { Executable::load(device, package, 0); });
  };
  EXPECT_EQ(load("\"shared_bytes\": 4096"), SSM_OK);
  EXPECT_EQ(load("\"shared_bytes\": 4097"), SSM_UNSUPPORTED);
}

/// "affine_entry" of a cluster.
unsigned clusterBlocks = 0;

TEST(CudaRun, ClustersGetABlockForEachOfTheirs) {
  const FakeCudaApi &fake = fakeCuda();
  fake.setKernel("affine_entry",
                 [](void **, unsigned blocks) { clusterBlocks = blocks; });
  ssm_device_options options = fakeOptions();
  Device device = Device::create(SSM_CUDA, 0, &options);
  std::string manifest =
      edited(blockManifest("cuda"), "\"symbol\": \"affine_entry\"",
             "\"cluster\": 4, \"symbol\": \"affine_entry\"");
  std::string file = ptxPackage(manifest, blockPtx());
  Package package = Package::fromMemory(file.data(), file.size());
  Executable executable =
      Executable::load(device, package, 0, SSM_MATMUL_GENERATED);
  BlockData data(3, 5, 1);
  bindWeights(executable, data);
  BlockCall call(device, executable, data);
  executable.run(call.call());
  EXPECT_EQ(clusterBlocks, 9u * 4);
  EXPECT_EQ(fake.misuses(), 0);
}

/// "affine_entry" with a relay: its pointers, batch and length, the relay.
struct RelaySeen {
  unsigned blocks = 0;
  std::vector<uint32_t> words;
};
RelaySeen relaySeen;

TEST(CudaRun, RelaysGetZeroedWordsAndABlockForEachSegment) {
  const FakeCudaApi &fake = fakeCuda();
  fake.setKernel("affine_entry", [](void **parameters, unsigned blocks) {
    auto *words = *static_cast<uint32_t **>(parameters[4]);
    relaySeen.blocks = blocks;
    relaySeen.words.assign(words, words + 10);
    std::fill(words, words + 10, 7u);
  });
  ssm_device_options options = fakeOptions();
  Device device = Device::create(SSM_CUDA, 0, &options);
  std::string manifest = edited(
      blockManifest("cuda"), "\"symbol\": \"affine_entry\"",
      "\"relay\": {\"segments\": 4, \"carry_bytes\": 512}, "
      "\"symbol\": \"affine_entry\"");
  std::string file = ptxPackage(
      manifest, edited(blockPtx(), ".param .u64 p3) {",
                       ".param .u64 p3, .param .u64 p4) {"));
  Package package = Package::fromMemory(file.data(), file.size());
  Executable executable =
      Executable::load(device, package, 0, SSM_MATMUL_GENERATED);
  Executable plain =
      Executable::load(device, cudaPackage(), 0, SSM_MATMUL_GENERATED);
  BlockData data(3, 5, 1);
  bindWeights(executable, data);
  bindWeights(plain, data);
  // Nine cells: a counter and nine flags, then what they carry.
  EXPECT_EQ(executable.workspace(3, 5),
            plain.workspace(3, 5) + 256 + 9 * 512);
  BlockCall call(device, executable, data);
  for (int run = 0; run < 2; ++run) {
    relaySeen = {};
    executable.run(call.call());
    EXPECT_EQ(relaySeen.blocks, 9u * 4);
    EXPECT_EQ(relaySeen.words, std::vector<uint32_t>(10, 0u));
  }
  EXPECT_STREQ(fake.launch(1)->kernel, "memset");
  EXPECT_STREQ(fake.launch(2)->kernel, "affine_entry");
  EXPECT_EQ(fake.misuses(), 0);
}

TEST(CudaRun, GridsStayWithinOneLaunch) {
  fakeCuda();
  ssm_device_options options = fakeOptions();
  Device device = Device::create(SSM_CUDA, 0, &options);
  Package package =
      packageOf(edited(blockManifest("cuda"), "\"tile\": 2", "\"tile\": 1"));
  Executable executable =
      Executable::load(device, package, 0, SSM_MATMUL_GENERATED);
  bindWeights(executable, BlockData(1, 1, 1));
  EXPECT_GT(executable.workspace(1, INT32_MAX), 0u);
  EXPECT_EQ(codeOf([&] { executable.workspace(1, int64_t(INT32_MAX) + 1); }),
            SSM_UNSUPPORTED);
}

TEST(CudaRun, BadPtxCarriesTheDriversLog) {
  fakeCuda();
  ssm_device_options options = fakeOptions();
  Device device = Device::create(SSM_CUDA, 0, &options);
  std::string file = ptxPackage(blockManifest("cuda"), "no ptx at all");
  Package package = Package::fromMemory(file.data(), file.size());
  try {
    Executable::load(device, package, 0);
    FAIL();
  } catch (const Error &problem) {
    EXPECT_EQ(problem.code(), SSM_BAD_PACKAGE);
    EXPECT_NE(std::string(problem.what()).find("missing .version"),
              std::string::npos);
    EXPECT_EQ(problem.file(), "cuda/CudaExecutable.cpp");
  }
  std::string fewer = edited(blockPtx(), "affine_entry", "another_entry");
  file = ptxPackage(blockManifest("cuda"), fewer);
  EXPECT_EQ(codeOf([&] {
              Executable::load(
                  device, Package::fromMemory(file.data(), file.size()), 0);
            }),
            SSM_BAD_PACKAGE);
}

TEST(CudaRun, MeasuresByReplayingAGraph) {
  const FakeCudaApi &fake = fakeCuda();
  ssm_device_options options = fakeOptions();
  {
    Device device = Device::create(SSM_CUDA, 0, &options);
    Executable executable =
        Executable::load(device, cudaPackage(), 0, SSM_MATMUL_GENERATED);
    BlockData data(1, 4, 1);
    bindWeights(executable, data);
    BlockCall first(device, executable, data), second(device, executable, data);
    ssm_measure_options measure = {};
    measure.struct_size = sizeof measure;
    measure.warmups = 2;
    measure.samples = 3;
    auto samples = executable.measure({first.call(), second.call()}, measure);
    // Each replay takes the fake's millisecond and holds two calls.
    EXPECT_EQ(samples, (std::vector<double>{0.5, 0.5, 0.5}));
    // Once without the graph, then warm-ups and samples: two calls of two.
    EXPECT_EQ(fake.launchCount(), 4 + 5 * 4);
    EXPECT_FALSE(fake.launch(3)->captured);
    EXPECT_TRUE(fake.launch(4)->captured);
    EXPECT_LT(largestError(second.output(), data.reference()), 1e-6);
    measure.first_step = 1;
    executable.measure({first.call()}, measure);
    EXPECT_STREQ(fake.launch(fake.launchCount() - 1)->kernel, "affine_entry");
    EXPECT_EQ(fake.launchCount(), 4 + 5 * 4 + 1 + 5);
  }
  EXPECT_EQ(fake.alive(), 0);
  EXPECT_EQ(fake.misuses(), 0);
}

TEST(CudaRun, MissingDriverIsNoDevice) {
  ssm_device_options options = fakeOptions();
  options.cuda_library = "libno-such-driver.so";
  EXPECT_EQ(Device::count(SSM_CUDA, &options), 0);
  EXPECT_EQ(codeOf([&] { Device::create(SSM_CUDA, 0, &options); }),
            SSM_DEVICE_MISSING);
}

TEST(CudaRun, AllocatorHooksAreUsed) {
  const FakeCudaApi &fake = fakeCuda();
  struct Counts {
    int allocations = 0, releases = 0;
  } counts;
  ssm_device_options options = fakeOptions();
  options.allocator.context = &counts;
  options.allocator.allocate = [](void *context, size_t bytes) -> void * {
    ++static_cast<Counts *>(context)->allocations;
    return std::aligned_alloc(256, (bytes + 255) / 256 * 256);
  };
  options.allocator.release = [](void *context, void *pointer) {
    ++static_cast<Counts *>(context)->releases;
    std::free(pointer);
  };
  {
    Device device = Device::create(SSM_CUDA, 0, &options);
    int before = fake.alive();
    Memory memory(device, 100);
    EXPECT_EQ(fake.alive(), before);
  }
  EXPECT_EQ(counts.allocations, 1);
  EXPECT_EQ(counts.releases, 1);
}

} // namespace
