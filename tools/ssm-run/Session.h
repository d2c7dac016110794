// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Everything a run needs, opened from the options: package, function, sizes,
// device, executable with its weights, and the inputs in host memory.
#ifndef SSM_TOOLS_SSM_RUN_SESSION_H
#define SSM_TOOLS_SSM_RUN_SESSION_H

#include "Options.h"
#include "files/Npy.h"
#include "ssm/ssm.hpp"

namespace ssm::run {

/// The device options that a command line asks for; notes go to stderr.
ssm_device_options deviceOptions(const Options &options);

/// The function named by --function, or the only one.
int chooseFunction(const Package &package, const Options &options);

/// "8x2048"; "" for class 0 of a function that has none.
std::string sizeClassText(const Package &package, int function, int sizeClass);

/// The one of that name; null when there is none.
const TensorSpec *findSpec(const std::vector<TensorSpec> &specs,
                           const std::string &name);

/// A shape with its symbols replaced.
std::vector<int64_t> resolveShape(const ssm_buffer_info &buffer, int64_t batch,
                                  int64_t length, int64_t slots);

class Session {
  // What told the sizes; before everything that is read with their help.
  std::string batchOrigin, lengthOrigin, slotsOrigin;

public:
  explicit Session(const Options &options);

  const Options &options;
  Package package;
  int function;
  std::string functionName;
  std::vector<ssm_buffer_info> inputs, weights, outputs;
  int64_t batch = 0, length = 0, slots = 0;
  std::vector<rt::HostTensor> inputTensors;
  Device device;
  Executable executable;

  /// The size class whose kernels run, and "8x2048" or "" if the package has no
  /// classes.
  int sizeClass;
  std::string sizeClassName;

  /// The index of an output by name; a Failure with a suggestion otherwise.
  size_t outputNamed(const std::string &name) const;
  /// The input in whose memory an output is, by its place among the inputs.
  std::optional<size_t> placeOf(const ssm_buffer_info &output) const;

private:
  void checkNames() const;
  void readInputs();
  void checkSizes() const;
  /// A symbolic size and what told it.
  std::pair<int64_t &, std::string &> sizeOf(int64_t symbol);
  /// `what` names the input in messages.
  void matchShape(const std::string &what, const ssm_buffer_info &buffer,
                  const std::vector<int64_t> &shape);
  void setSize(int64_t symbol, int64_t value, const std::string &origin);
  void bindWeights();
};

} // namespace ssm::run

#endif // SSM_TOOLS_SSM_RUN_SESSION_H
