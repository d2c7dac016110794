// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One set of names for all scans: those of scan.mlir.in, and scan_0, which
// ssm-compile calls its state.

#include "ScanProblem.h"

#include "Draw.h"

using namespace bench;

std::string ScanCase::name() const {
  return nameOf(dtype) + "/channels:" + std::to_string(channels);
}

std::string ScanCase::nameWithLength() const {
  return name() + "/length:" + std::to_string(length);
}

static Values drawValues(const ScanCase &scan) {
  Values values;
  Draw draw(values);
  int64_t tokens = scan.length * scan.channels;
  draw("u", tokens, -1, 1, scan.dtype);
  for (const char *name : {"B", "C"})
    draw(name, scan.length * kStates, -1, 1, scan.dtype);
  // The ranges of a trained layer: decays from exp(-2) to almost 1.
  draw("A", scan.channels * kStates, -16, -1, SSM_F32);
  if (scan.fused) {
    draw("dt", tokens, -1, 1, scan.dtype);
    draw("z", tokens, -1, 1, scan.dtype);
    draw("dt_bias", scan.channels, -6, -3, SSM_F32);
    // Small, so that the result is not mostly the skip.
    draw("D", scan.channels, 0, 0.1f, SSM_F32);
  } else {
    draw("dt", tokens, -7, -2, scan.dtype);
  }
  if (scan.states)
    draw("scan_0", scan.channels * kStates, -1, 1, SSM_F32);
  return values;
}

ScanProblem::ScanProblem(const ScanCase &scan) : values(drawValues(scan)) {
  ScanResult exact = referenceScan(values, scan.length);
  std::vector<double> ideal = exact.y;
  for (double &value : ideal)
    value = rounded(scan.dtype, value);
  double rounding = relativeError(ideal, exact.y);
  // Float32, and what rounding to bf16 must cost.
  expected.push_back({std::move(exact.y), 1e-5 + 1.01 * rounding});
  if (scan.states)
    expected.push_back({std::move(exact.states), 1e-5});
}

ScanProblem &bench::problemOf(const ScanCase &scan) {
  std::string key = scan.nameWithLength() + (scan.fused ? "/fused" : "") +
                    (scan.states ? "/states" : "");
  return lastOf<ScanProblem>(key, [&] { return new ScanProblem(scan); });
}

std::optional<double> bench::timeScan(benchmark::State &state,
                                      const ScanCase &scan,
                                      const Candidate &candidate) {
  std::optional<double> took =
      checkAndTime(state, candidate, problemOf(scan).expected);
  if (!took)
    return std::nullopt;
  double time = *took / double(scan.channels * scan.length * kStates);
  state.counters["ns/state"] = time;
  return time;
}
