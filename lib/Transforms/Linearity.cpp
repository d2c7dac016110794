// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The rules by which sums, products and choices of affine scalars are affine.

#include "lib/Transforms/Linearity.h"

#include "mlir/IR/Matchers.h"

using namespace mlir;
using namespace mlir::ssm;

namespace {

/// The states that a scalar is affine in, or the op that made it something
/// else. No states: the scalar is free of them.
struct Dependence {
  llvm::BitVector states;
  Operation *cause = nullptr;

  bool isFree() const { return !cause && states.none(); }
};

class TransitionWalk {
public:
  explicit TransitionWalk(ValueRange states) : numStates(states.size()) {
    for (auto [i, state] : llvm::enumerate(states)) {
      Dependence own{llvm::BitVector(numStates)};
      own.states.set(i);
      known[state] = own;
    }
  }
  Dependence of(Value value) const {
    auto found = known.find(value);
    return found == known.end() ? Dependence{llvm::BitVector(numStates)}
                                : found->second;
  }
  void visit(Operation *op);

private:
  Dependence combine(Operation *op) const;
  bool isAffine(Operation *op) const;

  unsigned numStates;
  DenseMap<Value, Dependence> known;
};

} // namespace

/// Whether `op` is affine in those of its operands that are not free, each of
/// which is affine in the states.
bool TransitionWalk::isAffine(Operation *op) const {
  auto isFree = [&](unsigned operand) {
    return of(op->getOperand(operand)).isFree();
  };
  // A narrowing counts as the identity: rounding is not part of the map.
  if (isa<arith::AddFOp, arith::SubFOp, arith::NegFOp, arith::ExtFOp,
          arith::TruncFOp>(op))
    return true;
  if (isa<arith::MulFOp>(op))
    return isFree(0) || isFree(1);
  if (isa<arith::DivFOp>(op))
    return isFree(1);
  return isa<arith::SelectOp>(op) && isFree(0);
}

Dependence TransitionWalk::combine(Operation *op) const {
  Dependence result{llvm::BitVector(numStates)};
  for (Value operand : op->getOperands()) {
    Dependence dependence = of(operand);
    result.states |= dependence.states;
    if (!result.cause)
      result.cause = dependence.cause;
  }
  if (!result.isFree() && !result.cause && !isAffine(op))
    result.cause = op;
  return result;
}

void TransitionWalk::visit(Operation *op) {
  Dependence dependence = combine(op);
  if (!dependence.isFree())
    for (Value result : op->getResults())
      known[result] = dependence;
}

bool Transition::isDiagonal() const {
  if (!isAffine())
    return false;
  for (auto [i, row] : llvm::enumerate(rows))
    for (unsigned state : row.set_bits())
      if (state != i)
        return false;
  return true;
}

Transition mlir::ssm::findTransition(Block &block, ValueRange states,
                                     ValueRange next) {
  TransitionWalk walk(states);
  for (Operation &op : block)
    walk.visit(&op);
  Transition transition;
  for (Value value : next) {
    Dependence dependence = walk.of(value);
    if (dependence.cause)
      return {{}, dependence.cause};
    transition.rows.push_back(dependence.states);
  }
  return transition;
}

namespace {

/// What a scalar is in the variables. Zero is linear and constant.
enum class Form { Zero, Constant, Linear, Other };

class LinearWalk {
public:
  explicit LinearWalk(ValueRange variables) {
    for (Value variable : variables)
      forms[variable] = Form::Linear;
  }
  Form of(Value value) const {
    auto found = forms.find(value);
    return found == forms.end() ? Form::Constant : found->second;
  }
  void visit(Operation *op) {
    Form form = combine(op);
    for (Value result : op->getResults())
      forms[result] = form;
  }

private:
  Form combine(Operation *op) const;

  DenseMap<Value, Form> forms;
};

} // namespace

/// The form of a sum, or of a choice between two.
static Form sumOf(Form a, Form b) {
  if (a == Form::Zero)
    return b;
  if (b == Form::Zero || a == b)
    return a;
  return Form::Other;
}

static bool isConstant(Form form) {
  return form == Form::Zero || form == Form::Constant;
}

static Form productOf(Form a, Form b) {
  if (a == Form::Other || b == Form::Other)
    return Form::Other;
  if (a == Form::Zero || b == Form::Zero)
    return Form::Zero;
  if (isConstant(a))
    return b;
  return isConstant(b) ? a : Form::Other;
}

Form LinearWalk::combine(Operation *op) const {
  auto form = [&](unsigned operand) { return of(op->getOperand(operand)); };
  Attribute value;
  if (matchPattern(op, m_Constant(&value))) {
    auto number = dyn_cast<FloatAttr>(value);
    return number && number.getValue().isZero() ? Form::Zero : Form::Constant;
  }
  if (isa<arith::AddFOp, arith::SubFOp>(op))
    return sumOf(form(0), form(1));
  if (isa<arith::NegFOp, arith::ExtFOp>(op))
    return form(0);
  if (isa<arith::MulFOp>(op))
    return productOf(form(0), form(1));
  if (isa<arith::DivFOp>(op) && form(1) == Form::Constant)
    return form(0);
  if (isa<arith::SelectOp>(op) && isConstant(form(0)))
    return sumOf(form(1), form(2));
  bool hasConstants = llvm::all_of(op->getOperands(), [&](Value operand) {
    return isConstant(of(operand));
  });
  return hasConstants ? Form::Constant : Form::Other;
}

Value mlir::ssm::findNonlinear(Block &block, ValueRange variables,
                               ValueRange results) {
  LinearWalk walk(variables);
  for (Operation &op : block)
    walk.visit(&op);
  for (Value result : results) {
    Form form = walk.of(result);
    if (form != Form::Linear && form != Form::Zero)
      return result;
  }
  return {};
}
