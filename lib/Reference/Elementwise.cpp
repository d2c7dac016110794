// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// One element at a time, in double.

#include "lib/Reference/Elementwise.h"

#include "llvm/ADT/TypeSwitch.h"

#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::ssm;
using namespace mlir::ssm::reference;

double mlir::ssm::reference::activate(Activation function, double v) {
  switch (function) {
  case Activation::Identity:
    return v;
  case Activation::Softplus:
    return v > 20 ? v : std::log1p(std::exp(v));
  case Activation::SiLU:
    return v / (1 + std::exp(-v));
  case Activation::Sigmoid:
    return 1 / (1 + std::exp(-v));
  case Activation::Tanh:
    return std::tanh(v);
  case Activation::ReLU:
    return v < 0 ? 0 : v;
  case Activation::GELU:
    return v / 2 * (1 + std::erf(v / std::sqrt(2.0)));
  case Activation::Exp:
    return std::exp(v);
  }
  llvm_unreachable("every activation is handled above");
}

/// The smaller (or larger) value; NaN if either is, and -0 below +0.
static double minimum(double x, double y) {
  if (std::isnan(x) || std::isnan(y))
    return std::numeric_limits<double>::quiet_NaN();
  if (x == y)
    return std::signbit(x) ? x : y;
  return x < y ? x : y;
}

static double maximum(double x, double y) { return -minimum(-x, -y); }

/// Ordered predicates are false, unordered ones true, if x or y is NaN.
static bool compare(arith::CmpFPredicate predicate, double x, double y) {
  using P = arith::CmpFPredicate;
  bool unordered = std::isnan(x) || std::isnan(y);
  switch (predicate) {
  case P::AlwaysFalse:
    return false;
  case P::AlwaysTrue:
    return true;
  case P::ORD:
    return !unordered;
  case P::UNO:
    return unordered;
  case P::OEQ:
    return x == y;
  case P::OGT:
    return x > y;
  case P::OGE:
    return x >= y;
  case P::OLT:
    return x < y;
  case P::OLE:
    return x <= y;
  case P::ONE:
    return !unordered && x != y;
  case P::UEQ:
    return unordered || x == y;
  case P::UGT:
    return unordered || x > y;
  case P::UGE:
    return unordered || x >= y;
  case P::ULT:
    return unordered || x < y;
  case P::ULE:
    return unordered || x <= y;
  case P::UNE:
    return unordered || x != y;
  }
  llvm_unreachable("every predicate is handled above");
}

static Formula unary(double (*function)(double)) {
  return [=](ArrayRef<double> x) { return function(x[0]); };
}

static Formula binary(double (*function)(double, double)) {
  return [=](ArrayRef<double> x) { return function(x[0], x[1]); };
}

static Formula getArithFormula(Operation *op) {
  using F = Formula;
  return TypeSwitch<Operation *, F>(op)
      .Case([](arith::AddFOp) -> F {
        return [](ArrayRef<double> x) { return x[0] + x[1]; };
      })
      .Case([](arith::SubFOp) -> F {
        return [](ArrayRef<double> x) { return x[0] - x[1]; };
      })
      .Case([](arith::MulFOp) -> F {
        return [](ArrayRef<double> x) { return x[0] * x[1]; };
      })
      .Case([](arith::DivFOp) -> F {
        return [](ArrayRef<double> x) { return x[0] / x[1]; };
      })
      .Case([](arith::NegFOp) -> F {
        return [](ArrayRef<double> x) { return -x[0]; };
      })
      .Case([](arith::MaximumFOp) { return binary(maximum); })
      .Case([](arith::MinimumFOp) { return binary(minimum); })
      .Case([](arith::MaxNumFOp) { return binary(std::fmax); })
      .Case([](arith::MinNumFOp) { return binary(std::fmin); })
      .Case([](arith::ExtFOp) -> F {
        return [](ArrayRef<double> x) { return x[0]; };
      })
      .Case([](arith::TruncFOp trunc) -> F {
        // The rounding itself is that of the declared type.
        auto mode = trunc.getRoundingmode();
        if (mode && *mode != arith::RoundingMode::to_nearest_even)
          return nullptr;
        return [](ArrayRef<double> x) { return x[0]; };
      })
      .Case([](arith::CmpFOp cmp) -> F {
        return [predicate = cmp.getPredicate()](ArrayRef<double> x) {
          return double(compare(predicate, x[0], x[1]));
        };
      })
      .Case([](arith::SelectOp) -> F {
        return [](ArrayRef<double> x) { return x[0] != 0 ? x[1] : x[2]; };
      })
      .Default([](Operation *) { return nullptr; });
}

static Formula getMathFormula(Operation *op) {
  return TypeSwitch<Operation *, Formula>(op)
      .Case([](math::ExpOp) { return unary(std::exp); })
      .Case([](math::Exp2Op) { return unary(std::exp2); })
      .Case([](math::ExpM1Op) { return unary(std::expm1); })
      .Case([](math::LogOp) { return unary(std::log); })
      .Case([](math::Log1pOp) { return unary(std::log1p); })
      .Case([](math::Log2Op) { return unary(std::log2); })
      .Case([](math::SqrtOp) { return unary(std::sqrt); })
      .Case([](math::RsqrtOp) {
        return unary([](double x) { return 1 / std::sqrt(x); });
      })
      .Case([](math::TanhOp) { return unary(std::tanh); })
      .Case([](math::AbsFOp) { return unary(std::fabs); })
      .Case([](math::ErfOp) { return unary(std::erf); })
      .Default([](Operation *) { return nullptr; });
}

Formula mlir::ssm::reference::getFormula(Operation *op) {
  if (Formula formula = getArithFormula(op))
    return formula;
  return getMathFormula(op);
}
