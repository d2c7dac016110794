// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs the fixture's function "block" through the public interface and computes
// what it must give from its definition.
#ifndef SSM_TEST_RUNTIME_BLOCKFIXTURE_H
#define SSM_TEST_RUNTIME_BLOCKFIXTURE_H

#include "FakeCuda.h"
#include "PackageFixture.h"
#include "ssm/ssm.hpp"

#include <vector>

namespace ssm::test {

/// Inputs and weights of "block", and its result.
struct BlockData {
  int64_t batch, length;
  std::vector<float> x, weight, bias;

  BlockData(int64_t batch, int64_t length, unsigned seed);
  /// 2 (x w^T + bias) + 1, summed in double.
  std::vector<float> reference() const;
  /// -(x w^T + bias), what the kernel "small" makes of it.
  std::vector<float> smallReference() const;
};

/// Device memory and the call of one execution.
class BlockCall {
public:
  BlockCall(const Device &device, Executable &executable,
            const BlockData &data);

  const ssm_call &call() const { return described; }
  ssm_call &call() { return described; }
  std::vector<float> output() const;

private:
  size_t outputCount;
  Memory input, result, workspace;
  const void *inputs[1];
  void *outputs[1];
  ssm_call described = {};
};

void bindWeights(Executable &executable, const BlockData &data);

/// Loads, binds and runs; the output.
std::vector<float> runBlock(const Device &device, const Package &package,
                            const BlockData &data, ssm_matmul_mode matmul);

/// Largest difference over the largest reference.
double largestError(const std::vector<float> &result,
                    const std::vector<float> &reference);

Package cpuPackage();
Package cudaPackage();
/// The function "block" with two size classes, 8x64 and 1x4.
Package cpuSizeClassPackage();
Package cudaSizeClassPackage();

/// The fake driver's controls, reset, with host functions for the kernels of
/// "block".
const FakeCudaApi &fakeCuda();
/// Options that name the fake driver.
ssm_device_options fakeOptions();

/// The code of the Error that `action` throws; SSM_OK without one.
template <typename Action> ssm_code codeOf(const Action &action) {
  try {
    action();
  } catch (const Error &problem) {
    return problem.code();
  }
  return SSM_OK;
}

} // namespace ssm::test

#endif // SSM_TEST_RUNTIME_BLOCKFIXTURE_H
