// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Rounding to nearest even, from the definition of the formats: `precision`
// significant bits, exponents from `smallest` to `largest`.

#include "lib/Reference/Rounding.h"

#include "mlir/IR/BuiltinTypes.h"

#include <algorithm>
#include <cmath>
#include <limits>

using namespace mlir;
using namespace mlir::ssm::reference;

namespace {
struct Format {
  int precision, smallest, largest;
};
} // namespace

static Format formatOf(Type type) {
  if (type.isF32())
    return {24, -126, 127};
  if (type.isBF16())
    return {8, -126, 127};
  return {11, -14, 15}; // f16
}

bool mlir::ssm::reference::isSupportedElement(Type type) {
  return type.isF64() || type.isF32() || type.isBF16() || type.isF16() ||
         type.isInteger(1);
}

double mlir::ssm::reference::roundTo(Type type, double value) {
  if (type.isF64() || type.isInteger(1) || !std::isfinite(value) || value == 0)
    return value;
  Format format = formatOf(type);
  int exponent = std::max(std::ilogb(value), format.smallest);
  double unit = std::ldexp(1.0, exponent - (format.precision - 1));
  double rounded = std::nearbyint(value / unit) * unit;
  double limit = std::ldexp(2.0, format.largest);
  if (std::fabs(rounded) < limit)
    return rounded;
  return std::copysign(std::numeric_limits<double>::infinity(), value);
}

Tensor mlir::ssm::reference::roundTo(Type type, const Tensor &tensor) {
  if (type.isF64() || type.isInteger(1))
    return tensor;
  auto element = [=](ArrayRef<int64_t> index) {
    return roundTo(type, tensor.at(index));
  };
  return tensor.isArray() ? Tensor::evaluate(tensor.getShape(), element)
                          : Tensor::fromFunction(tensor.getShape(), element);
}
