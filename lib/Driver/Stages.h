// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The stages of a compilation, in order, each a thing one can print.

#ifndef LIB_DRIVER_STAGES_H
#define LIB_DRIVER_STAGES_H

#include "lib/Schedule/CostModel.h"

#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"

#include <string>
#include <vector>

namespace mlir::ssm {

/// What the stages are told.
struct StageOptions {
  std::string target;
  /// Forms to make of every function: the names of
  /// ssm-derive-forms; none: the functions as they are.
  std::vector<std::string> forms;
  /// Type in which they hand states of f32 on: f32, bf16 or f16.
  std::string states = "f32";
  /// Tokens from one state to the next in the form `trace`.
  int64_t traceEvery = 1;
  /// Batches at which the schedules of steps and traces are judged; none: those
  /// of ssm-derive-forms.
  std::vector<int64_t> stepBatches;
  /// Sizes at which schedules are judged, and whether somebody stated them.
  std::vector<::ssm::schedule::Shape> sizes;
  bool hasStatedSizes = false;
  /// Which recurrences become convolutions: `auto`, `always` or `never`.
  std::string convolve = "auto";
  /// Cores of a CPU among which work is shared out; 0: those that the
  /// cost model knows.
  int64_t cores = 0;
  /// Table of measured schedules: `none`, `shipped` or a file.
  std::string tuning = "shipped";
  /// Whether kernels start early where the target can.
  bool overlapLaunches = true;
};

struct Stage {
  /// Name of `--stop-after`, and of the file that `--dump-dir` writes.
  std::string name;
  /// One sentence for help and reports.
  std::string summary;
  void (*addPasses)(OpPassManager &manager, const StageOptions &options);
};

/// Every stage from block ops to the LLVM dialect of `target`.
const std::vector<Stage> &stages();

/// Dialects that a .mlir file may hold.
void registerInputDialects(DialectRegistry &registry);

/// Dialects and translations that lowering needs besides.
void registerTargetDialects(DialectRegistry &registry);

} // namespace mlir::ssm

#endif // LIB_DRIVER_STAGES_H
