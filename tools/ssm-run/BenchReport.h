// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a measurement says: in go times and the manifest's counts, out comes
// text, CSV, JSON or a roofline.
#ifndef SSM_TOOLS_SSM_RUN_BENCHREPORT_H
#define SSM_TOOLS_SSM_RUN_BENCHREPORT_H

#include "Session.h"
#include "lib/Chart/Ceilings.h"

namespace ssm::run {

/// One measured range of steps, in microseconds.
struct BenchRow {
  std::string name;
  double median = 0, low = 0, high = 0, best = 0;
  chart::Counts counts;
  /// The least time by the counts and the ceilings: of several steps the sum.
  double floor = 0;
  /// What sets it; of several steps nothing.
  std::string bound;
};

/// One call issued from the host, without a graph; medians in microseconds.
struct HostTimes {
  double issue = 0; // until ssm_run returns, the stream empty before
  double done = 0;  // until the stream is empty
};

struct BenchResult {
  /// All steps, and each by itself if that was asked for.
  std::vector<BenchRow> rows;
  HostTimes host;
  size_t sets = 0;
  uint64_t setBytes = 0;
  chart::Ceilings ceilings;
  std::string ceilingsOrigin;
};

/// In the format that the options ask for.
std::string reportOf(const Session &session, const BenchResult &result);

/// The steps as an SVG file; a Failure if none computes anything.
std::string rooflineOf(const BenchResult &result);

} // namespace ssm::run

#endif // SSM_TOOLS_SSM_RUN_BENCHREPORT_H
