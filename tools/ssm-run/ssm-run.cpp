// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-run: executes a package. Every way to end passes through here.
#include "Describe.h"
#include "Execute.h"
#include "Failure.h"
#include "Options.h"

#include "ssm/ssm.hpp"

#include <cstdio>

using namespace ssm::run;

static void dispatch(const Options &options) {
  if (options.help)
    fmt::print("{}", helpText());
  else if (options.version)
    fmt::print("{}", versionText());
  else if (options.listDevices)
    fmt::print("{}", listDevices(options));
  else if (options.package.empty())
    fail(ExitUsage, "expected a package; see --help");
  else if (options.describe)
    fmt::print("{}", describePackage(options));
  else
    execute(options);
}

int main(int argc, char **argv) {
  try {
    dispatch(parseOptions(argc, argv));
    return ExitSuccess;
  } catch (const Failure &problem) {
    fmt::print(stderr, "ssm-run: error: {}\n", problem.what());
    return problem.code;
  } catch (const ssm::Error &problem) {
    fmt::print(stderr, "ssm-run: error: {} [{}, {}:{}]\n", problem.what(),
               ssm_code_name(problem.code()), problem.file(), problem.line());
    return exitCodeOf(problem.code());
  } catch (const std::exception &problem) {
    fmt::print(stderr, "ssm-run: error: {}\n", problem.what());
    return ExitRun;
  }
}
