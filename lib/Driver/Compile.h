// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One compilation: source text in, a package (or the IR of a stage) out.

#ifndef LIB_DRIVER_COMPILE_H
#define LIB_DRIVER_COMPILE_H

#include "lib/Schedule/CostModel.h"

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/raw_ostream.h"

#include <string>
#include <vector>

namespace mlir::ssm {

/// Exit codes of the compiler's tools.
enum class Outcome {
  Success = 0,
  Usage = 2,
  InputRejected = 3,
  CompileFailed = 4,
  DeviceMissing = 5
};

enum class ReportFormat { None, Text, Json, Html };

struct CompileOptions {
  /// `cpu`, `sm_80`, `sm_90a`, `sm_100a` or `sm_120a`.
  std::string target = "sm_80";
  /// Stage after which the IR is printed instead; empty: the whole way.
  std::string stopAfter;
  /// `package`, or `cubin`: machine code by ptxas, without manifest.
  bool emitCubin = false;
  /// Folder for the IR after every stage; empty: none.
  std::string dumpDir;
  /// Where the package goes; `-`: standard output.
  std::string output = "-";
  ReportFormat report = ReportFormat::None;
  /// Where a page goes; text and JSON go to the messages.
  std::string reportFile;
  /// Forms to make of every function (ssm-derive-forms); none: as written.
  std::vector<std::string> forms;
  /// Type in which they hand states of f32 on: f32, bf16 or f16.
  std::string states = "f32";
  /// Tokens from one state to the next in the form `trace`.
  int64_t traceEvery = 1;
  /// Batches at which the schedules of steps and traces are judged; none: those
  /// of ssm-derive-forms.
  std::vector<int64_t> stepBatches;
  /// Sizes at which schedules are judged; none: those of the target.
  std::vector<::ssm::schedule::Shape> sizes;
  /// Which recurrences become convolutions: `auto`, `always` or `never`.
  std::string convolve = "auto";
  /// Cores of a CPU among which work is shared out; 0: those of this machine.
  int64_t cores = 0;
  /// Table of measured schedules: `none`, `shipped` or a file.
  std::string tuning = "shipped";
  /// Whether kernels start early where the target can.
  bool overlapLaunches = true;
  /// Prints the time of every pass to standard error.
  bool timing = false;
};

/// Compiles the text `source`, named `name` in messages. Diagnostics and the
/// report go to `messages`.
Outcome compile(llvm::StringRef source, llvm::StringRef name,
                const CompileOptions &options, llvm::raw_ostream &messages);

} // namespace mlir::ssm

#endif // LIB_DRIVER_COMPILE_H
