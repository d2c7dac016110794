// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A small package with a cache, written by hand as ssm-compile would write it.
#ifndef SSM_TEST_UNIT_CACHEPACKAGE_H
#define SSM_TEST_UNIT_CACHEPACKAGE_H

#include <string>

namespace ssm::test {

/// A running sum over x (batch, length, 4) from the state "h" in a slot of a
/// cache (slots, 4), with the weight "scale" (4):
///   h_t = h_{t-1} + scale x_t,  y_t = h_t,  0 for a sequence without a slot
/// One function, "tick": x, cache, slots -> y, cache_out in the place of cache.
std::string cacheManifest(const std::string &target);

/// The C source and PTX of its kernel, "sum".
std::string cacheSource();
std::string cachePtx();

} // namespace ssm::test

#endif // SSM_TEST_UNIT_CACHEPACKAGE_H
