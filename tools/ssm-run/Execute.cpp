// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One run with its checks.
#include "Execute.h"

#include "Bench.h"
#include "Buffers.h"
#include "Compare.h"
#include "Failure.h"
#include "StateFile.h"

#include <algorithm>
#include <cstdio>

namespace ssm::run {
namespace {

std::vector<rt::HostTensor> runOnce(Session &session, BufferSet &buffers,
                                    Memory &workspace) {
  if (session.options.poison) {
    buffers.poison();
    poisonMemory(workspace);
  }
  buffers.restore(session);
  session.executable.run(buffers.call(session, workspace));
  session.device.synchronize();
  std::vector<rt::HostTensor> results;
  for (size_t i = 0; i < session.outputs.size(); ++i)
    results.push_back(buffers.readOutput(session, i));
  return results;
}

void repeatRuns(Session &session, BufferSet &buffers, Memory &workspace,
                const std::vector<rt::HostTensor> &first) {
  for (int run = 1; run < session.options.repeat; ++run) {
    auto again = runOnce(session, buffers, workspace);
    for (size_t i = 0; i < first.size(); ++i)
      if (again[i].storage != first[i].storage)
        fail(ExitCheck, "output \"{}\": run {} of {} gave other bits",
             session.outputs[i].name, run + 1, session.options.repeat);
  }
}

/// Compares one output; false when a bound is exceeded.
bool checkOutput(const Session &session, const FileSpec &expectation,
                 const rt::HostTensor &result, std::FILE *report) {
  rt::HostTensor reference = take(rt::readNpy(expectation.path));
  if (reference.shape != result.shape)
    fail(ExitInput, "\"{}\": expected the shape of output \"{}\", {}, got {}",
         expectation.path, expectation.name,
         rt::tensorText(result.dtype, result.shape),
         rt::tensorText(reference.dtype, reference.shape));
  Difference difference = compare(result, reference);
  double bound =
      session.options.tolerance.value_or(defaultTolerance(result.dtype));
  bool good = difference.normRatio <= bound && difference.notFinite == 0;
  fmt::print(report, "{}: |out - ref| / |ref| {:.3g} (bound {:.3g})",
             expectation.name, difference.normRatio, bound);
  fmt::print(report, ", largest |out - ref| / largest |ref| {:.3g}",
             difference.largestRatio);
  if (session.options.maxTolerance) {
    good &= difference.largestRatio <= *session.options.maxTolerance;
    fmt::print(report, " (bound {:.3g})", *session.options.maxTolerance);
  }
  if (difference.notFinite)
    fmt::print(report, ", {} elements differ in being finite",
               difference.notFinite);
  if (!good)
    fmt::print(report, ", worst at element {}: {:.9g} instead of {:.9g}",
               difference.worst, difference.worstValue,
               difference.worstReference);
  fmt::print(report, "{}\n", good ? "" : " FAILED");
  return good;
}

bool writesToStdout(const Options &options) {
  return std::any_of(options.outputs.begin(), options.outputs.end(),
                     [](const FileSpec &output) { return output.path == "-"; });
}

/// To a file, or to standard output for "-".
void writeOutput(const FileSpec &output, const rt::HostTensor &tensor) {
  if (output.path == "-") {
    std::string header = rt::npyHeader(tensor.dtype, tensor.shape);
    std::fwrite(header.data(), 1, header.size(), stdout);
    std::fwrite(tensor.data(), 1, tensor.bytes(), stdout);
    return;
  }
  rt::Status written = rt::writeNpy(output.path, tensor);
  if (!written.ok())
    throw Failure(ExitRun, written.message());
}

void printSummary(const Session &session,
                  const std::vector<rt::HostTensor> &results,
                  std::FILE *report) {
  for (size_t i = 0; i < results.size(); ++i) {
    Summary summary = summarize(results[i]);
    fmt::print(report, "{}: {}, norm {:.6g}, largest {:.6g}{}\n",
               session.outputs[i].name,
               rt::tensorText(results[i].dtype, results[i].shape), summary.norm,
               summary.largest,
               summary.notFinite
                   ? fmt::format(", {} not finite", summary.notFinite)
                   : "");
  }
}

} // namespace

void execute(const Options &options) {
  Session session(options);
  Memory workspace =
      deviceMemory(session.device,
                   session.executable.workspace(session.batch, session.length),
                   "the workspace");
  bool good = true;
  {
    BufferSet buffers(session);
    auto results = runOnce(session, buffers, workspace);
    repeatRuns(session, buffers, workspace, results);
    // What --bench and @- print on stdout is for programs.
    std::FILE *report =
        options.bench || writesToStdout(options) ? stderr : stdout;
    printSummary(session, results, report);
    if (!options.saveState.empty())
      writeStates(session, results);
    for (const FileSpec &output : options.outputs)
      writeOutput(output, results[session.outputNamed(output.name)]);
    for (const FileSpec &expectation : options.expectations)
      good &=
          checkOutput(session, expectation,
                      results[session.outputNamed(expectation.name)], report);
  }
  if (!good)
    fail(ExitCheck, "an output is outside its bound");
  if (options.bench)
    measure(session, workspace);
}

} // namespace ssm::run
