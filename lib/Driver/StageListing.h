// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The IR after a stage as lines of text, each with the line of the source that
// it comes from.

#ifndef LIB_DRIVER_STAGELISTING_H
#define LIB_DRIVER_STAGELISTING_H

#include "mlir/IR/BuiltinOps.h"

#include <string>
#include <vector>

namespace mlir::ssm {

struct ListedLine {
  std::string text;
  /// Line of the source, 1 the first; 0 if it is not known.
  unsigned sourceLine = 0;
};

struct StageListing {
  /// As in the table of stages.
  std::string name, summary;
  std::vector<ListedLine> lines;
};

/// `text` cut in lines.
std::vector<ListedLine> splitLines(llvm::StringRef text);

/// `module` as it prints; `source` is the name of the file it was read from.
std::vector<ListedLine> listModule(ModuleOp module, llvm::StringRef source);

} // namespace mlir::ssm

#endif // LIB_DRIVER_STAGELISTING_H
