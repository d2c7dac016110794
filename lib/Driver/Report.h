// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What `--report` knows of a compilation. It is collected while the stages run
// and printed as text, as JSON or as a page.

#ifndef LIB_DRIVER_REPORT_H
#define LIB_DRIVER_REPORT_H

#include "lib/Chart/Ceilings.h"
#include "lib/Driver/Compile.h"
#include "lib/Driver/KernelRecord.h"
#include "lib/Driver/Manifest.h"
#include "lib/Driver/StageListing.h"
#include "lib/Driver/Stages.h"
#include "lib/Driver/StateReport.h"
#include "lib/Schedule/Machine.h"
#include "lib/Target/PTX/Ptxas.h"

#include <set>

namespace mlir::ssm {

namespace chart = ::ssm::chart;

struct KernelReport {
  std::string name;
  /// The size class that the numbers are for, if the function has several.
  std::string at;
  std::vector<FusedOp> ops;
  bool library = false;
  /// As in KernelRecord.
  std::string productPlace, productReason;
  std::string parts, partsReason;
  std::string way, wayReason;
  std::string schedule;
  /// Who chose it: `source`, `model` or `tuning`.
  std::string scheduleSource = "source";
  /// On-chip memory of a block of threads, or of a worker of the CPU.
  int64_t onChipBytes = 0;
  /// What one launch moves, and what its block ops would have moved besides.
  double bytesRead = 0, bytesWritten = 0, bytesSaved = 0;
  double flops = 0, matrixFlops = 0, transcendentals = 0;
  /// The least time the machine needs, what sets it, and what the cost model
  /// expects.
  double floorSeconds = 0, predictedSeconds = 0;
  std::string bound;
  /// What ptxas said, if it was asked.
  std::optional<EntryUsage> usage;

  double bytesMoved() const { return bytesRead + bytesWritten; }
  chart::Counts counts() const {
    return {bytesMoved(), flops, matrixFlops, transcendentals};
  }
  /// The name, with the size class if there is one.
  std::string label() const { return at.empty() ? name : name + " at " + at; }
};

/// A function at one of its size classes.
struct FunctionReport {
  std::string name;
  ::ssm::schedule::Shape shape;
  /// The size class, if the function has several.
  std::string at;
  /// In the order in which they are launched.
  std::vector<KernelReport> kernels;
  /// What it hands to the next call.
  std::vector<StateReport> states;

  double sum(double KernelReport::*part) const;
};

enum class PtxasState { NotNeeded, Missing, Ran };

struct CompilationReport {
  std::string source, target;
  ::ssm::schedule::Machine machine;
  PtxasState ptxas = PtxasState::NotNeeded;
  std::vector<FunctionReport> functions;
  /// For the page alone: the source and the IR after every stage.
  std::vector<ListedLine> sourceLines;
  std::vector<StageListing> stages;
};

/// Collects a report. Does nothing unless the options ask for one.
class Reporter {
public:
  explicit Reporter(const CompileOptions &options) : options(options) {}

  /// `source` is the text of the file `name`.
  void begin(llvm::StringRef source, llvm::StringRef name);
  /// Called after every stage.
  void observe(const Stage &stage, ModuleOp module);
  /// `module` holds functions of launches and tile kernels; `assembled` is what
  /// ptxas made of them, null if it was not run.
  CompilationReport finish(ModuleOp module,
                           const std::map<std::string, LaunchFacts> &facts,
                           const AssembledModule *assembled);

private:
  KernelReport describe(TileKernelOp kernel, const LaunchFacts &facts,
                        const ::ssm::schedule::Shape &shape) const;
  FunctionReport describe(func::FuncOp function, size_t sizeClass,
                          const std::map<std::string, LaunchFacts> &facts,
                          const AssembledModule *assembled) const;
  std::vector<::ssm::schedule::Shape> shapesOf(func::FuncOp function) const;

  const CompileOptions &options;
  CompilationReport report;
  std::map<std::string, KernelRecord> records;
  std::map<std::string, std::vector<StateReport>> states;
  /// Kernels whose schedule stands in the source.
  std::set<std::string> scheduled;
};

/// The report for a person at a terminal.
std::string reportAsText(const CompilationReport &report);

/// The report for programs.
std::string reportAsJson(const CompilationReport &report);

/// The report as one page that refers to nothing outside of itself.
std::string reportAsHtml(const CompilationReport &report);

} // namespace mlir::ssm

#endif // LIB_DRIVER_REPORT_H
