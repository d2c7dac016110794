// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Prints a module, notes on which line each op begins, and asks its location.

#include "lib/Driver/StageListing.h"

#include "lib/Driver/KernelRecord.h"

#include "mlir/IR/AsmState.h"

using namespace mlir;
using namespace mlir::ssm;

std::vector<ListedLine> mlir::ssm::splitLines(llvm::StringRef text) {
  std::vector<ListedLine> lines;
  while (!text.empty()) {
    auto [line, rest] = text.split('\n');
    lines.push_back({line.rtrim('\r').str()});
    text = rest;
  }
  return lines;
}

std::vector<ListedLine> mlir::ssm::listModule(ModuleOp module,
                                              llvm::StringRef source) {
  AsmState::LocationMap places;
  AsmState state(module, OpPrintingFlags(), &places);
  std::string text;
  llvm::raw_string_ostream stream(text);
  module->print(stream, state);
  std::vector<ListedLine> lines = splitLines(text);
  // Of several ops on a line the first speaks for it.
  std::vector<unsigned> columns(lines.size(), ~0u);
  for (auto [op, place] : places) {
    auto [line, column] = place;
    if (line == 0 || line > lines.size() || column >= columns[line - 1])
      continue;
    columns[line - 1] = column;
    lines[line - 1].sourceLine = sourceLine(op->getLoc(), source);
  }
  return lines;
}
