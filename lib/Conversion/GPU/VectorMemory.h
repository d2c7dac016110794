// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Elements at constant distances from one pointer, moved as vectors of up to
// 16 bytes wherever they are neighbours and the alignment is known.

#ifndef LIB_CONVERSION_GPU_VECTORMEMORY_H
#define LIB_CONVERSION_GPU_VECTORMEMORY_H

#include "mlir/IR/Builders.h"

namespace mlir::ssm {

/// One element: to be stored, or loaded.
struct MemoryItem {
  Value pointer;
  int64_t align;
  int64_t offset;
  Type element;
  Value value;
};

/// Positions of items that one access moves, in ascending order of offsets.
using VectorGroup = SmallVector<unsigned, 8>;

/// Groups elements of one type at `offsets` from an address that is a multiple
/// of `align`, at most `limit` in one access.
SmallVector<VectorGroup> groupVectors(ArrayRef<int64_t> offsets,
                                      int64_t elementBytes, int64_t align,
                                      int64_t limit);

/// The type in which `count` elements are moved.
Type rawType(Type element, int64_t count);
SmallVector<Value> unpack(OpBuilder &b, Location loc, Value raw, Type element,
                          int64_t count);
Value pack(OpBuilder &b, Location loc, ArrayRef<Value> values);

Value loadRaw(OpBuilder &b, Location loc, Value pointer, int64_t offset,
              Type element, int64_t count, bool invariant);
void storeRaw(OpBuilder &b, Location loc, Value pointer, int64_t offset,
              Value raw, int64_t bytes);

} // namespace mlir::ssm

#endif // LIB_CONVERSION_GPU_VECTORMEMORY_H
