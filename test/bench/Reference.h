// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The scan and the block in double precision, written from docs/spec.md: what
// every result is compared with before it is timed. One sequence; values by the
// names that the packages give them.
#ifndef TEST_BENCH_REFERENCE_H
#define TEST_BENCH_REFERENCE_H

#include "ssm/ssm.h"

#include <cstdint>
#include <map>
#include <string>
#include <vector>

namespace bench {

using Values = std::map<std::string, std::vector<float>>;

/// What a value becomes when it is written as `dtype`; float32 is not rounded,
/// for its rounding is what is measured.
double rounded(ssm_dtype dtype, double value);

struct ScanResult {
  std::vector<double> y;
  std::vector<double> states; // (channel, state), after the last token
};

/// From u, dt, B, C and A; with dt_bias, D, z and the states scan_0 where they
/// are among the values. Nothing is rounded.
ScanResult referenceScan(const Values &values, int64_t length);

/// The mixer, from x and the weights of a checkpoint, rounding every activation
/// that the block writes.
std::vector<double> referenceBlock(const Values &values, int64_t length,
                                   ssm_dtype rounding);

} // namespace bench

#endif // TEST_BENCH_REFERENCE_H
