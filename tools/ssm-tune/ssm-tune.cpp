// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-tune: a block goes in and packages with different schedules come out;
// their measured times go in and a tuning table comes out.

#include "tools/ssm-tune/Collect.h"
#include "tools/ssm-tune/Emit.h"
#include "tools/ssm-tune/Options.h"

#include "ssm/ssm.h"
#include "tools/ssm-run/Failure.h"

#include "llvm/Config/llvm-config.h"

using namespace ssm::tune;

static void dispatch(const Options &options) {
  switch (options.command) {
  case Command::Help:
    return fmt::print("{}", helpText());
  case Command::Version:
    return fmt::print("ssm-tune {}, LLVM {}\n", ssm_version(),
                      LLVM_VERSION_STRING);
  case Command::Emit:
    return emitCandidates(options);
  case Command::Collect:
    return collectTimes(options);
  }
}

int main(int argc, char **argv) {
  try {
    dispatch(parseOptions(argc, argv));
    return ssm::run::ExitSuccess;
  } catch (const ssm::run::Failure &problem) {
    fmt::print(stderr, "ssm-tune: error: {}\n", problem.what());
    return problem.code;
  } catch (const std::exception &problem) {
    fmt::print(stderr, "ssm-tune: error: {}\n", problem.what());
    return ssm::run::ExitRun;
  }
}
