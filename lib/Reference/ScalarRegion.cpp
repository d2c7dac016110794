// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From the ops of a region to formulas, and from numbers to numbers.

#include "lib/Reference/ScalarRegion.h"

#include "lib/Reference/Rounding.h"

using namespace mlir;
using namespace mlir::ssm;
using namespace mlir::ssm::reference;

/// A constant is a formula of nothing.
static Formula constantFormula(arith::ConstantOp op) {
  double number = 0;
  if (auto scalar = dyn_cast<FloatAttr>(op.getValue())) {
    APFloat wide = scalar.getValue();
    bool losesInfo;
    wide.convert(APFloat::IEEEdouble(), APFloat::rmNearestTiesToEven,
                 &losesInfo);
    number = wide.convertToDouble();
  } else {
    number = cast<BoolAttr>(op.getValue()).getValue() ? 1 : 0;
  }
  return [number](ArrayRef<double>) { return number; };
}

FailureOr<ScalarRegion> ScalarRegion::read(Block &block, Rounding rounding) {
  ScalarRegion region;
  region.rounding = rounding;
  DenseMap<Value, unsigned> numbers;
  for (Value argument : block.getArguments())
    numbers[argument] = numbers.size();
  for (Operation &op : block.without_terminator()) {
    auto constant = dyn_cast<arith::ConstantOp>(op);
    Step step;
    step.formula = constant ? constantFormula(constant) : getFormula(&op);
    if (!step.formula)
      return op.emitOpError("expected an op that the interpreter supports");
    for (Value operand : op.getOperands())
      step.operands.push_back(numbers.lookup(operand));
    step.type = op.getResult(0).getType();
    region.steps.push_back(std::move(step));
    numbers[op.getResult(0)] = numbers.size();
  }
  for (Value value : block.getTerminator()->getOperands())
    region.yielded.push_back(numbers.lookup(value));
  return region;
}

SmallVector<double> ScalarRegion::run(ArrayRef<double> arguments) const {
  SmallVector<double> values(arguments), operands;
  for (const Step &step : steps) {
    operands.clear();
    for (unsigned number : step.operands)
      operands.push_back(values[number]);
    double value = step.formula(operands);
    values.push_back(rounding == Rounding::Declared ? roundTo(step.type, value)
                                                    : value);
  }
  SmallVector<double> results;
  for (unsigned number : yielded)
    results.push_back(values[number]);
  return results;
}
