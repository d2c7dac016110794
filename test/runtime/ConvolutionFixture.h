// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Runs the fixture's function "filter" through the public interface and
// computes what it must give from its definition.
#ifndef SSM_TEST_RUNTIME_CONVOLUTIONFIXTURE_H
#define SSM_TEST_RUNTIME_CONVOLUTIONFIXTURE_H

#include "BlockFixture.h"

namespace ssm::test {

/// Inputs of "filter", three channels of them.
struct Signal {
  int64_t batch, length;
  std::vector<float> x, k;

  Signal(int64_t batch, int64_t length);
  /// `scale` times sum_s k[s] x[t - s], or of k[s] x[t + length - 1 - s].
  std::vector<float> reference(double scale, bool reverse = false) const;
};

/// Device memory and the call of one execution.
class FilterCall {
public:
  FilterCall(const Device &device, Executable &executable,
             const Signal &signal);

  const ssm_call &call() const { return described; }
  std::vector<float> output() const;

private:
  size_t outputCount;
  Memory x, k, y, workspace;
  const void *inputs[2];
  void *outputs[1];
  ssm_call described = {};
};

/// Twice the convolution by the kernel, once by a library.
Package filterPackage(ssm_device_kind kind, bool reverse = false);

/// Two workers, or the fake driver with a fake cuFFT.
ssm_device_options filterOptions(ssm_device_kind kind);

bool hasKissFft();

} // namespace ssm::test

#endif // SSM_TEST_RUNTIME_CONVOLUTIONFIXTURE_H
