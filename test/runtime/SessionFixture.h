// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Sessions over the package with states, on the CPU and on the fake CUDA
// device, and what its functions must give by their definition.
#ifndef SSM_TEST_RUNTIME_SESSIONFIXTURE_H
#define SSM_TEST_RUNTIME_SESSIONFIXTURE_H

#include "BlockFixture.h"
#include "StatePackage.h"

namespace ssm::test {

/// The functions of the package by index.
enum { Prefill = 0, Step = 1, Peek = 2 };

Package statePackage(ssm_device_kind kind);
/// The fake driver's controls, reset, with kernels for the package.
const FakeCudaApi &fakeStates();
/// A CPU or the fake device.
Device createDevice(ssm_device_kind kind);
/// Likewise, with the fake driver as fakeStates leaves it.
Device stateDevice(ssm_device_kind kind);

/// Tokens for a whole sequence and the recurrence's weight.
struct Sequence {
  int64_t batch, length;
  std::vector<float> x, decay;

  Sequence(int64_t batch, int64_t length, unsigned seed);
  /// Tokens [begin, end) of every batch.
  std::vector<float> tokens(int64_t begin, int64_t end) const;
  /// y and the final "h" of the whole from zeros.
  std::vector<float> y() const;
  std::vector<float> h() const;
};

/// A session of the package's functions with its weight bound.
Session openSession(const Device &device, const Package &package,
                    const Sequence &sequence, int64_t maxLength = 64);

/// Runs prefill or step on `x`; y.
std::vector<float> feed(const Device &device, Session &session, int function,
                        const std::vector<float> &x);

std::vector<float> readState(Session &session, const std::string &name);

/// The message of the Error that `action` throws, which must have that code.
template <typename Action>
std::string messageOf(ssm_code code, const Action &action) {
  try {
    action();
  } catch (const Error &problem) {
    if (problem.code() != code)
      return std::string(ssm_code_name(problem.code())) + ": " + problem.what();
    return problem.what();
  }
  return "no error";
}

} // namespace ssm::test

#endif // SSM_TEST_RUNTIME_SESSIONFIXTURE_H
