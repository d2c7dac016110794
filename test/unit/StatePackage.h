// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A small package with states, written by hand as ssm-compile would write it.
#ifndef SSM_TEST_UNIT_STATEPACKAGE_H
#define SSM_TEST_UNIT_STATEPACKAGE_H

#include <string>

namespace ssm::test {

/// A window and a recurrence over x (batch, length, 4), with the weight "decay"
/// (4) and x_t zero, or what the states say, before the first token:
///   h_t = decay h_{t-1} + x_t,  y_t = h_t + x_{t-2}
/// "h" (batch, 4) is the state of the recurrence, "tail" (batch, 2, 4) holds
/// the last two tokens. Functions, in this order:
///   "prefill"  x -> y, h, tail           from zeros
///   "step"     x, h, tail -> y, h, tail  for any length
///   "peek"     h -> z = 2 h              changes no state
std::string stateManifest(const std::string &target);

/// The C source and PTX of the kernels of stateManifest: "begin", "resume",
/// "twice".
std::string stateSource();
std::string statePtx();

} // namespace ssm::test

#endif // SSM_TEST_UNIT_STATEPACKAGE_H
