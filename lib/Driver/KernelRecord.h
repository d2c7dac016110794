// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What a report keeps of a kernel while its block ops are still there: after
// its schedule is chosen, before it becomes a tile program.

#ifndef LIB_DRIVER_KERNELRECORD_H
#define LIB_DRIVER_KERNELRECORD_H

#include "lib/Driver/WorkCount.h"
#include "lib/Schedule/CostModel.h"

#include "mlir/IR/BuiltinOps.h"

#include <map>
#include <string>
#include <vector>

namespace mlir::ssm {

struct FusedOp {
  std::string name;
  /// Line of the source, 1 the first; 0 if it is not known.
  unsigned line = 0;
};

struct KernelRecord {
  /// Block ops in the order in which they are computed.
  std::vector<FusedOp> ops;
  /// What the block ops, each a launch of its own, would have moved besides:
  /// every value between two of them, written once and read once by each of its
  /// readers. Splits and other accesses move nothing, as in the kernel. An op
  /// that stands in several kernels counts in each.
  Polynomial bytesSaved;
  ::ssm::schedule::KernelFacts facts;
  /// The schedule, as the cost model takes it, and whether it was measured.
  ::ssm::schedule::Choice choice;
  bool isTuned = false;
  /// Whether a library's matrix product or convolution may stand for it.
  bool library = false;
  /// Where its product is computed, `reader` or `alone`, and why; empty if
  /// there was no choice.
  std::string productPlace, productReason;
  /// Whether the parts of its product are computed `apart` or `together`, and
  /// why; empty if nobody reads it in parts.
  std::string parts, partsReason;
  /// Whether a recurrence that could be a convolution is one, `convolution` or
  /// `recurrence`, and why; empty if there was no choice.
  std::string way, wayReason;
};

/// The kernels of `module` by the names of their tile programs, one for each
/// alternative; `source` is the name of the file whose
/// lines are meant.
std::map<std::string, KernelRecord> recordKernels(ModuleOp module,
                                                  llvm::StringRef source);

/// The line of the file `source` that `location` points at, or 0.
unsigned sourceLine(Location location, llvm::StringRef source);

} // namespace mlir::ssm

#endif // LIB_DRIVER_KERNELRECORD_H
