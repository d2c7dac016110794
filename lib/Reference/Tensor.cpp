// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Row-major arrays of doubles, and functions that stand for them.

#include "lib/Reference/Tensor.h"

#include <cassert>

using namespace mlir;
using namespace mlir::ssm::reference;

struct Tensor::Content {
  SmallVector<int64_t> shape;
  std::vector<double> values;
  // A function reads each of its operands once per element, and one operand may
  // be read on several ways: the last answer keeps the work linear.
  Element element;
  SmallVector<int64_t> lastIndex;
  double lastValue = 0;
  unsigned depth = 0;
};

std::optional<int64_t>
mlir::ssm::reference::countElements(ArrayRef<int64_t> shape) {
  int64_t count = 1;
  for (int64_t size : shape)
    if (size == 0)
      return 0;
  for (int64_t size : shape) {
    if (size < 0 || size > kMaxElements / count)
      return std::nullopt;
    count *= size;
  }
  return count;
}

/// Moves to the next index in row-major order.
static void advance(SmallVectorImpl<int64_t> &index, ArrayRef<int64_t> shape) {
  for (size_t dim = shape.size(); dim-- > 0;) {
    if (++index[dim] < shape[dim])
      return;
    index[dim] = 0;
  }
}

Tensor Tensor::fromArray(ArrayRef<int64_t> shape, std::vector<double> values) {
  assert(countElements(shape) == int64_t(values.size()));
  Tensor tensor;
  tensor.content = std::make_shared<Content>();
  tensor.content->shape.assign(shape.begin(), shape.end());
  tensor.content->values = std::move(values);
  return tensor;
}

Tensor Tensor::evaluate(ArrayRef<int64_t> shape, const Element &element) {
  std::vector<double> values(*countElements(shape));
  SmallVector<int64_t> index(shape.size(), 0);
  for (double &value : values) {
    value = element(index);
    advance(index, shape);
  }
  return fromArray(shape, std::move(values));
}

Tensor Tensor::fromFunction(ArrayRef<int64_t> shape, Element element) {
  Tensor tensor;
  tensor.content = std::make_shared<Content>();
  tensor.content->shape.assign(shape.begin(), shape.end());
  tensor.content->element = std::move(element);
  return tensor;
}

ArrayRef<int64_t> Tensor::getShape() const { return content->shape; }

double Tensor::at(ArrayRef<int64_t> index) const {
  Content &c = *content;
  if (!c.element) {
    int64_t linear = 0;
    for (size_t dim = 0; dim < index.size(); ++dim) {
      assert(index[dim] >= 0 && index[dim] < c.shape[dim]);
      linear = linear * c.shape[dim] + index[dim];
    }
    return c.values[linear];
  }
  if (ArrayRef<int64_t>(c.lastIndex) != index || index.empty()) {
    c.lastValue = c.element(index);
    c.lastIndex.assign(index.begin(), index.end());
  }
  return c.lastValue;
}

ArrayRef<double> Tensor::getArray() const { return content->values; }

bool Tensor::isArray() const { return !content->element; }

Tensor Tensor::inArray() const {
  if (isArray())
    return *this;
  return evaluate(getShape(), content->element);
}

unsigned Tensor::getDepth() const { return content->depth; }

void Tensor::setDepth(unsigned depth) { content->depth = depth; }
