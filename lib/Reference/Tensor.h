// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The value the interpreter computes with: a shape and its elements as doubles,
// either in an array or as a function of the index that is asked when needed.

#ifndef LIB_REFERENCE_TENSOR_H
#define LIB_REFERENCE_TENSOR_H

#include "mlir/Support/LLVM.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <vector>

namespace mlir::ssm::reference {

/// More elements than this are refused: 16 GiB of doubles.
constexpr int64_t kMaxElements = int64_t(1) << 31;

/// The product of the sizes, or std::nullopt above kMaxElements.
std::optional<int64_t> countElements(ArrayRef<int64_t> shape);

class Tensor {
public:
  using Element = std::function<double(ArrayRef<int64_t>)>;

  /// No tensor: an operand that is absent.
  Tensor() = default;

  /// `values` in row-major order.
  static Tensor fromArray(ArrayRef<int64_t> shape, std::vector<double> values);

  /// An array of what `element` gives; the shape is within kMaxElements.
  static Tensor evaluate(ArrayRef<int64_t> shape, const Element &element);

  /// Asks `element` whenever an element is read; only the last answer is kept.
  static Tensor fromFunction(ArrayRef<int64_t> shape, Element element);

  explicit operator bool() const { return content != nullptr; }
  ArrayRef<int64_t> getShape() const;
  int64_t getRank() const { return getShape().size(); }
  int64_t getDim(unsigned dim) const { return getShape()[dim]; }

  double at(ArrayRef<int64_t> index) const;

  /// The elements in row-major order; empty unless they are in an array.
  ArrayRef<double> getArray() const;
  bool isArray() const;

  /// The same tensor in an array.
  Tensor inArray() const;

  /// How many functions one element may pass through; 0 for an array.
  unsigned getDepth() const;
  void setDepth(unsigned depth);

private:
  struct Content;
  std::shared_ptr<Content> content;
};

} // namespace mlir::ssm::reference

#endif // LIB_REFERENCE_TENSOR_H
