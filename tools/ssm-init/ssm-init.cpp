// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-init: a kind of layer and its sizes go in, a safetensors file of the
// weights that training starts from comes out.
#include "Options.h"
#include "Weights.h"

#include "files/Safetensors.h"
#include "tools/ssm-run/Failure.h"

using namespace ssm::init;
using ssm::run::ExitRun;
using ssm::run::ExitUsage;
using ssm::run::fail;

static void writeWeights(const Options &options) {
  Tensors tensors;
  try {
    tensors = makeWeights(options);
  } catch (const std::invalid_argument &problem) {
    fail(ExitUsage, "{}", problem.what());
  }
  ssm::rt::Status written = ssm::rt::writeSafetensors(options.output, tensors);
  if (!written.ok())
    fail(ExitRun, "{}", written.message());
}

static void dispatch(const Options &options) {
  if (options.help)
    fmt::print("{}", helpText());
  else if (options.version)
    fmt::print("ssm-init {}\n", ssm_version());
  else
    writeWeights(options);
}

int main(int argc, char **argv) {
  try {
    dispatch(parseOptions(argc, argv));
    return ssm::run::ExitSuccess;
  } catch (const ssm::run::Failure &problem) {
    fmt::print(stderr, "ssm-init: error: {}\n", problem.what());
    return problem.code;
  } catch (const std::exception &problem) {
    fmt::print(stderr, "ssm-init: error: {}\n", problem.what());
    return ExitRun;
  }
}
