// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A package with its one function loaded on the CPU and its arguments in
// memory: in go values by name, out come the outputs.
#ifndef TEST_BENCH_SESSION_H
#define TEST_BENCH_SESSION_H

#include "Reference.h"

#include "ssm/ssm.hpp"

namespace bench {

/// How many sets of so many bytes it takes until they are, in all, twice what
/// the last cache holds; at least two.
size_t coldSets(size_t bytes);

class Session {
public:
  /// `package`: a name without folder and ending. Inputs and outputs exist
  /// several times, in all more than the last cache holds; outputs are NaN.
  Session(const std::string &package, const Values &values, int64_t length,
          int threads, ssm_matmul_mode matmul = SSM_MATMUL_AUTO);

  /// Runs once, on buffers that were not used by the run before.
  void run();
  /// What the last run wrote, output by output.
  std::vector<std::vector<double>> outputs() const;

private:
  struct Arguments {
    std::vector<ssm::Memory> memory;
    std::vector<const void *> inputs;
    std::vector<void *> outputs;
  };
  ssm::Memory allocate(const ssm_buffer_info &buffer) const;
  void addArguments(const Values &values);
  ssm_call callOf(const Arguments &arguments) const;

  int64_t length;
  ssm::Package package;
  ssm::Device device;
  ssm::Executable executable;
  ssm::Memory workspace;
  std::vector<Arguments> sets;
  size_t last = 0;
};

} // namespace bench

#endif // TEST_BENCH_SESSION_H
