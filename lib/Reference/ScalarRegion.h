// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A region of scalar ops as a list of formulas that is walked for every point.

#ifndef LIB_REFERENCE_SCALARREGION_H
#define LIB_REFERENCE_SCALARREGION_H

#include "lib/Reference/Elementwise.h"
#include "lib/Reference/Interpreter.h"

namespace mlir::ssm::reference {

class ScalarRegion {
public:
  /// Reads the ops of `block`; one that has no formula is reported.
  static FailureOr<ScalarRegion> read(Block &block, Rounding rounding);

  /// What the block yields for these arguments. The results of its ops are
  /// rounded to their types where declared types count.
  SmallVector<double> run(ArrayRef<double> arguments) const;

private:
  struct Step {
    Formula formula;
    SmallVector<unsigned, 3> operands; // numbers of values
    Type type;
  };
  Rounding rounding = Rounding::None;
  /// Values are numbered: the arguments, then the results of the steps.
  std::vector<Step> steps;
  SmallVector<unsigned> yielded;
};

} // namespace mlir::ssm::reference

#endif // LIB_REFERENCE_SCALARREGION_H
