// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Calls that update a cache in place, alone and in a session, on the CPU and on
// the fake CUDA device: what they leave, and what they refuse.
#include "CachePackage.h"
#include "PackageFixture.h"
#include "SessionFixture.h"

#include <gtest/gtest.h>

using namespace ssm;
using namespace ssm::test;

namespace {

constexpr float scale[4] = {1, 10, 100, 1000};
constexpr int64_t slotCount = 5;

template <typename T> T parameter(void **parameters, int index) {
  return *static_cast<T *>(parameters[index]);
}

/// As the kernel of the shared object; the number of slots comes after the
/// length.
void sumKernel(void **p, unsigned blocks) {
  auto length = parameter<uint64_t>(p, 7), slots = parameter<uint64_t>(p, 8);
  for (uint64_t b = 0; b < blocks; ++b)
    for (uint64_t c = 0; c < 4; ++c) {
      int64_t at = parameter<int32_t *>(p, 3)[b];
      bool isNone = at < 0 || uint64_t(at) >= slots;
      float h = isNone ? 0 : parameter<float *>(p, 2)[uint64_t(at) * 4 + c];
      for (uint64_t t = 0; t < length; ++t) {
        uint64_t i = (b * length + t) * 4 + c;
        h += parameter<float *>(p, 1)[c] * parameter<float *>(p, 0)[i];
        parameter<float *>(p, 4)[i] = isNone ? 0 : h;
      }
      if (!isNone)
        parameter<float *>(p, 5)[uint64_t(at) * 4 + c] = h;
    }
}

Package cachePackage(ssm_device_kind kind) {
  static const std::string cpu =
      elfPackage(cacheManifest("cpu"), cacheSource());
  static const std::string cuda = ptxPackage(cacheManifest("cuda"), cachePtx());
  const std::string &file = kind == SSM_CPU ? cpu : cuda;
  return Package::fromMemory(file.data(), file.size());
}

template <typename T>
Memory upload(const Device &device, const std::vector<T> &values) {
  Memory memory(device, values.size() * sizeof(T));
  memory.copyIn(values.data());
  return memory;
}

std::vector<float> download(const Memory &memory) {
  std::vector<float> values(memory.bytes() / 4);
  memory.copyOut(values.data());
  return values;
}

class Cache : public testing::TestWithParam<ssm_device_kind> {
protected:
  Device device = makeDevice();
  Package package = cachePackage(GetParam());

  static Device makeDevice() {
    fakeCuda().setKernel("sum_entry", sumKernel);
    return createDevice(GetParam());
  }
};

std::vector<float> ones(size_t count) { return std::vector<float>(count, 1); }

TEST_P(Cache, IsUpdatedWhereItIs) {
  Executable executable = Executable::load(device, package, 0);
  executable.bind("scale", scale, sizeof scale);
  std::vector<float> before;
  for (int i = 0; i < 20; ++i)
    before.push_back(float(i));
  Memory x = upload(device, ones(3 * 2 * 4)), cache = upload(device, before);
  Memory slots = upload(device, std::vector<int32_t>{3, -1, 0});
  Memory y(device, 3 * 2 * 4 * 4), other(device, 20 * 4);
  const void *inputs[] = {x.get(), cache.get(), slots.get()};
  void *outputs[] = {y.get(), cache.get()};
  ssm_call call = {};
  call.struct_size = sizeof call;
  call.batch = 3;
  call.length = 2;
  call.inputs = inputs;
  call.input_count = 3;
  call.outputs = outputs;
  call.output_count = 2;
  call.slots = slotCount;
  Memory workspace(device, executable.workspace(call.batch, call.length));
  call.workspace = workspace.get();
  call.workspace_bytes = workspace.bytes();
  executable.run(call);
  std::vector<float> after = before;
  for (size_t c = 0; c < 4; ++c)
    for (size_t slot : {0, 3})
      after[slot * 4 + c] += 2 * scale[c];
  EXPECT_EQ(download(cache), after);
  std::vector<float> tokens = download(y);
  EXPECT_EQ(tokens[0], before[12] + 1);
  EXPECT_EQ(tokens[4], before[12] + 2);
  for (size_t i = 8; i < 16; ++i)
    EXPECT_EQ(tokens[i], 0);

  auto refused = [&] {
    return messageOf(SSM_INVALID_ARGUMENT, [&] { executable.run(call); });
  };
  outputs[1] = other.get();
  EXPECT_EQ(refused(),
            "expected result \"cache_out\" in the buffer of argument "
            "\"cache\", got another");
  outputs[1] = cache.get();
  outputs[0] = static_cast<char *>(cache.get()) + 64;
  EXPECT_EQ(refused(), "\"cache\" and \"y\" overlap");
  outputs[0] = y.get();
  call.slots = 0;
  EXPECT_EQ(refused(), "function \"tick\": expected at least 1 slot, got 0");
  EXPECT_EQ(download(cache), after);
}

class CacheSession : public Cache {
protected:
  Session session = open();

  Session open() {
    Session opened =
        Session::create(device, package, 3, 4, {}, nullptr, nullptr, slotCount);
    opened.bind("scale", scale, sizeof scale);
    return opened;
  }

  /// One token of ones for each slot; the first channel of y.
  std::vector<float> tick(Session &on, const std::vector<int32_t> &at,
                          int64_t batch = 0) {
    Memory x = upload(device, ones(at.size() * 4));
    Memory slots = upload(device, at), y(device, at.size() * 16);
    const void *inputs[] = {x.get(), slots.get()};
    void *outputs[] = {y.get()};
    ssm_session_call call = {};
    call.struct_size = sizeof call;
    call.length = 1;
    call.inputs = inputs;
    call.input_count = 2;
    call.outputs = outputs;
    call.output_count = 1;
    call.batch = batch;
    on.run(call);
    std::vector<float> all = download(y), first;
    for (size_t i = 0; i < all.size(); i += 4)
      first.push_back(all[i]);
    return first;
  }
};

using Floats = std::vector<float>;

TEST_P(CacheSession, SequencesComeAndGo) {
  EXPECT_EQ(tick(session, {4, 1, -1}), (Floats{1, 1, 0}));
  EXPECT_EQ(tick(session, {1, 0, 4}), (Floats{2, 1, 2}));
  // Fewer sequences than the session can take.
  EXPECT_EQ(tick(session, {4}, 1), (Floats{3}));
  EXPECT_EQ(readState(session, "h"),
            (Floats{1, 10, 100, 1000, 2, 20, 200, 2000, 0,   0,
                    0, 0,  0,   0,    0, 0,  3,   30,   300, 3000}));
  session.resetSlots({4, 2});
  EXPECT_EQ(tick(session, {4, 1, 0}), (Floats{1, 3, 2}));
  session.reset();
  EXPECT_EQ(tick(session, {4, 1, 0}), (Floats{1, 1, 1}));
  EXPECT_EQ(session.state(0).shape[0], slotCount);
  EXPECT_EQ(session.describe().state_bytes, 256u);
}

TEST_P(CacheSession, CopiesGoBack) {
  tick(session, {0, 1, 2});
  Snapshot before = session.snapshot();
  Session fork = session.fork();
  tick(session, {0, 1, 2});
  EXPECT_EQ(tick(fork, {0, 1, 3}), (Floats{2, 2, 1}));
  session.restore(before);
  EXPECT_EQ(tick(session, {0, 1, 3}), (Floats{2, 2, 1}));
  TemporaryFolder folder;
  session.save(folder.file("states.safetensors"));
  tick(session, {0, 1, 3});
  session.load(folder.file("states.safetensors"));
  EXPECT_EQ(tick(session, {0, 2, 3}), (Floats{3, 2, 2}));
}

TEST_P(CacheSession, Refusals) {
  tick(session, {0, 1, 2});
  EXPECT_EQ(messageOf(SSM_INVALID_ARGUMENT, [&] { session.rollback(); }),
            "expected a session without caches: they are updated in place, and "
            "what was in them is gone");
  EXPECT_EQ(messageOf(SSM_INVALID_ARGUMENT, [&] { session.resetSlots({5}); }),
            "expected slots of 0 to 4, got 5");
  EXPECT_EQ(messageOf(SSM_INVALID_ARGUMENT,
                      [&] {
                        tick(session, {0, 1, 2, 3}, 4);
                      }),
            "function \"tick\": expected a batch of at most 3, got 4");
  EXPECT_EQ(messageOf(SSM_INVALID_ARGUMENT,
                      [&] { Session::create(device, package, 3, 4); }),
            "function \"tick\": expected at least 1 slot, got 0");
  EXPECT_EQ(tick(session, {0, 1, 2}), (Floats{2, 2, 2}));
}

INSTANTIATE_TEST_SUITE_P(Devices, Cache, testing::Values(SSM_CPU, SSM_CUDA));
INSTANTIATE_TEST_SUITE_P(Devices, CacheSession,
                         testing::Values(SSM_CPU, SSM_CUDA));

TEST(Slots, AreChecked) {
  checkSlots({3, -1, 0, -1}, 4);
  EXPECT_EQ(messageOf(SSM_INVALID_ARGUMENT,
                      [] {
                        checkSlots({3, 4}, 4);
                      }),
            "expected sequence 1 in a slot below 4, got 4");
  EXPECT_EQ(messageOf(SSM_INVALID_ARGUMENT,
                      [] {
                        checkSlots({3, -1, 3}, 4);
                      }),
            "expected a slot for each sequence, got 3 for 0 and 2");
  EXPECT_EQ(messageOf(SSM_INVALID_ARGUMENT, [] { checkSlots({3}, 0); }),
            "expected at least one sequence and one slot, got 1 and 0");
}

} // namespace
