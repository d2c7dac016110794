// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Every driver call of a whole session fails once with every kind of error:
// the right status comes out, nothing leaks, nothing is misused.
#include "BlockFixture.h"

#include <gtest/gtest.h>

using namespace ssm;
using namespace ssm::test;

namespace {

/// From opening the device to releasing it, with a run and a measurement.
void wholeSession() {
  ssm_device_options options = fakeOptions();
  Device device = Device::create(SSM_CUDA, 0, &options);
  Executable executable =
      Executable::load(device, cudaPackage(), 0, SSM_MATMUL_GENERATED);
  BlockData data(2, 3, 1);
  bindWeights(executable, data);
  BlockCall call(device, executable, data);
  executable.run(call.call());
  device.synchronize();
  if (largestError(call.output(), data.reference()) > 1e-6)
    throw Error(SSM_INTERNAL, "wrong result", "", 0);
  ssm_measure_options measure = {};
  measure.struct_size = sizeof measure;
  measure.warmups = 1;
  measure.samples = 2;
  executable.measure({call.call()}, measure);
}

struct Fault {
  int result;
  ssm_code code;
};

const Fault faults[] = {
    {1, SSM_INTERNAL},           {2, SSM_OUT_OF_MEMORY},
    {3, SSM_DEVICE_MISSING},     {100, SSM_DEVICE_MISSING},
    {209, SSM_WRONG_TARGET},     {218, SSM_BAD_PACKAGE},
    {222, SSM_WRONG_TARGET},     {700, SSM_DEVICE_FAULT},
    {701, SSM_UNSUPPORTED},      {719, SSM_DEVICE_FAULT},
    {801, SSM_UNSUPPORTED},      {803, SSM_DEVICE_MISSING},
    {900, SSM_INVALID_ARGUMENT}, {999, SSM_DEVICE_FAULT},
};

/// Releasing reports nothing to the caller.
bool isRelease(const std::string &call) {
  return call.find("Free") != std::string::npos ||
         call.find("Destroy") != std::string::npos ||
         call.find("Unload") != std::string::npos ||
         call.find("Release") != std::string::npos ||
         call.find("Pop") != std::string::npos;
}

TEST(CudaFault, EveryCallEveryError) {
  const FakeCudaApi &fake = fakeCuda();
  ASSERT_EQ(codeOf(wholeSession), SSM_OK);
  int calls = fake.calls();
  ASSERT_GT(calls, 60);
  for (const Fault &fault : faults)
    for (int call = 1; call <= calls; ++call) {
      fakeCuda();
      fake.failAt(call, fault.result);
      ssm_code code = codeOf(wholeSession);
      std::string failed = fake.failedCall();
      ASSERT_NE(failed, "") << call;
      // A failed push before a release leaves nothing to report either.
      bool isSilent =
          isRelease(failed) || (failed == "cuCtxPushCurrent" && code == SSM_OK);
      // A release that reports a fault makes the calls after it fail.
      if (isSilent)
        EXPECT_TRUE(code == SSM_OK || code == fault.code)
            << failed << " " << fault.result << " gave " << code;
      else
        EXPECT_EQ(code, fault.code) << failed << " " << fault.result;
      EXPECT_EQ(fake.alive(), 0) << failed << " " << fault.result;
      EXPECT_EQ(fake.misuses(), 0) << failed << " " << fault.result;
    }
}

TEST(CudaFault, ALostDeviceSaysSo) {
  const FakeCudaApi &fake = fakeCuda();
  {
    ssm_device_options options = fakeOptions();
    Device device = Device::create(SSM_CUDA, 0, &options);
    Executable executable =
        Executable::load(device, cudaPackage(), 0, SSM_MATMUL_GENERATED);
    BlockData data(1, 2, 1);
    bindWeights(executable, data);
    BlockCall call(device, executable, data);
    fake.failAt(2, 700); // the launch behind cuCtxPushCurrent
    EXPECT_EQ(codeOf([&] { executable.run(call.call()); }), SSM_DEVICE_FAULT);
    try {
      executable.run(call.call());
      FAIL();
    } catch (const Error &problem) {
      EXPECT_EQ(problem.code(), SSM_DEVICE_FAULT);
      EXPECT_STREQ(problem.what(), "device fake was lost to an earlier fault");
    }
    EXPECT_EQ(codeOf([&] { Memory memory(device, 16); }), SSM_DEVICE_FAULT);
  }
  EXPECT_EQ(fake.alive(), 0);
}

TEST(CudaFault, OtherErrorsLeaveTheDeviceUsable) {
  const FakeCudaApi &fake = fakeCuda();
  ssm_device_options options = fakeOptions();
  Device device = Device::create(SSM_CUDA, 0, &options);
  Executable executable =
      Executable::load(device, cudaPackage(), 0, SSM_MATMUL_GENERATED);
  BlockData data(1, 2, 1);
  bindWeights(executable, data);
  BlockCall call(device, executable, data);
  fake.failAt(2, 2);
  EXPECT_EQ(codeOf([&] { executable.run(call.call()); }), SSM_OUT_OF_MEMORY);
  executable.run(call.call());
  EXPECT_LT(largestError(call.output(), data.reference()), 1e-6);
}

} // namespace
