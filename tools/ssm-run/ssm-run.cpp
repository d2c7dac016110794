// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-run: executes a package. Every way to end passes through here.
#include "Describe.h"
#include "Execute.h"
#include "Failure.h"
#include "Options.h"

#include "ssm/ssm.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <new>

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

/// What was printed last may still be in a buffer, and its disk be full.
static void finishOutput() {
  if (std::fflush(stdout) != 0 || std::ferror(stdout))
    fail(ExitRun, "cannot write to standard output: {}", std::strerror(errno));
}

int main(int argc, char **argv) {
  // By lines, so that both streams keep their order in one pipe.
  std::setvbuf(stdout, nullptr, _IOLBF, 1 << 16);
  try {
    dispatch(parseOptions(argc, argv));
    finishOutput();
    return ExitSuccess;
  } catch (const Failure &problem) {
    fmt::print(stderr, "ssm-run: error: {}\n", problem.what());
    return problem.code;
  } catch (const ssm::Error &problem) {
    fmt::print(stderr, "ssm-run: error: {} [{}, {}:{}]\n", problem.what(),
               ssm_code_name(problem.code()), problem.file(), problem.line());
    return exitCodeOf(problem.code());
  } catch (const std::bad_alloc &) {
    fmt::print(stderr, "ssm-run: error: out of host memory\n");
    return ExitRun;
  } catch (const std::exception &problem) {
    fmt::print(stderr, "ssm-run: error: {}\n", problem.what());
    return ExitRun;
  }
}
