// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The command line of ssm-run: in go the arguments, out come typed options.
#ifndef SSM_TOOLS_SSM_RUN_OPTIONS_H
#define SSM_TOOLS_SSM_RUN_OPTIONS_H

#include "TensorSpec.h"

#include <string>
#include <vector>

namespace ssm::run {

enum class Format { Text, Json, Csv };

/// Rates of --ceiling, a second: bytes, operations.
struct CeilingOptions {
  std::optional<double> memory, arithmetic, matrix, transcendentals;

  bool any() const { return memory || arithmetic || matrix || transcendentals; }
};

struct Options {
  std::string package, function;
  bool help = false, version = false, describe = false, listDevices = false;
  Format format = Format::Text;

  std::string device = "auto";
  ssm_matmul_mode matmul = SSM_MATMUL_AUTO;
  std::optional<ssm_size_class> pin;
  int threads = 0;
  std::string cudaLibrary, cublasLtLibrary, dnnlLibrary;
  std::string cufftLibrary, cublasLibrary, kissFftLibrary, cpuFeatures;

  std::optional<int64_t> batch, length, slots;
  std::vector<TensorSpec> inputs, weightOverrides;
  std::string weights; // a path, or "" with weightSeed
  std::optional<Source> randomWeights;
  std::string prefix;
  bool convert = false;

  std::string loadState, saveState; // paths, or ""

  std::vector<FileSpec> outputs, expectations;
  std::optional<double> tolerance, maxTolerance;
  bool poison = true;
  int repeat = 1;

  bool bench = false, perStep = false;
  int samples = 50, warmups = 3, sets = 0;
  std::string plot;
  CeilingOptions ceilings;
};

/// Throws Failure with the usage's exit code.
Options parseOptions(int argc, char **argv);
std::string helpText();

} // namespace ssm::run

#endif // SSM_TOOLS_SSM_RUN_OPTIONS_H
