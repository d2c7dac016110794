// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// candidates.json: what the packages of a folder are, written by emit and read
// by collect.

#ifndef TOOLS_SSM_TUNE_CANDIDATES_H
#define TOOLS_SSM_TUNE_CANDIDATES_H

#include "lib/Schedule/Tuning.h"

namespace ssm::tune {

/// A package in which one kernel has the schedule `choice`.
struct Candidate {
  /// File of the package without its ending: `007`.
  std::string number;
  std::string function, kernel;
  /// Which step of the function launches the kernel.
  int step = 0;
  schedule::KernelSignature signature;
  schedule::Choice choice;
  double predictedMicroseconds = 0;
};

struct CandidateSet {
  std::string target;
  schedule::Shape shape;
  /// Those of one kernel stand together, the best by prediction first.
  std::vector<Candidate> candidates;
};

std::string printCandidates(const CandidateSet &set);

/// Throws schedule::JsonError.
CandidateSet parseCandidates(std::string_view text);

/// A schedule in few words: `time 16, channels 32, lanes 2`.
std::string describe(const schedule::Choice &choice);

/// Writes a file, or throws a Failure.
void writeFile(const std::string &path, std::string_view text);

} // namespace ssm::tune

#endif // TOOLS_SSM_TUNE_CANDIDATES_H
