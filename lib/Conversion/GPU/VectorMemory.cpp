// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Vectors of neighbouring elements: grouping, packing, loads and stores.

#include "lib/Conversion/GPU/VectorMemory.h"

#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

using namespace mlir;
using namespace mlir::ssm;

SmallVector<VectorGroup> mlir::ssm::groupVectors(ArrayRef<int64_t> offsets,
                                                 int64_t elementBytes,
                                                 int64_t align, int64_t limit) {
  SmallVector<unsigned> order(
      llvm::to_vector(llvm::seq<unsigned>(0, offsets.size())));
  llvm::stable_sort(
      order, [&](unsigned x, unsigned y) { return offsets[x] < offsets[y]; });
  SmallVector<VectorGroup> groups;
  for (unsigned at = 0; at < order.size();) {
    unsigned count = std::min<int64_t>(limit, 16 / elementBytes);
    auto fits = [&] {
      int64_t bytes = count * elementBytes, first = offsets[order[at]];
      if (at + count > order.size() || align % bytes != 0 || first % bytes != 0)
        return false;
      for (unsigned i = 1; i < count; ++i)
        if (offsets[order[at + i]] != first + i * elementBytes)
          return false;
      return true;
    };
    while (count > 1 && !fits())
      count /= 2;
    groups.emplace_back(order.begin() + at, order.begin() + at + count);
    at += count;
  }
  return groups;
}

Type mlir::ssm::rawType(Type element, int64_t count) {
  MLIRContext *context = element.getContext();
  if (element.getIntOrFloatBitWidth() == 32)
    return count == 1 ? element : VectorType::get({count}, element);
  if (count == 1)
    return IntegerType::get(context, 16);
  Type word = IntegerType::get(context, 32);
  return count == 2 ? word : VectorType::get({count / 2}, word);
}

static SmallVector<Value> elementsOf(OpBuilder &b, Location loc, Value raw) {
  auto vector = dyn_cast<VectorType>(raw.getType());
  if (!vector)
    return {raw};
  SmallVector<Value> parts;
  for (int64_t i = 0; i < vector.getNumElements(); ++i)
    parts.push_back(vector::ExtractOp::create(b, loc, raw, i));
  return parts;
}

static Value joined(OpBuilder &b, Location loc, ArrayRef<Value> parts) {
  if (parts.size() == 1)
    return parts[0];
  auto type =
      VectorType::get({static_cast<int64_t>(parts.size())}, parts[0].getType());
  return vector::FromElementsOp::create(b, loc, type, parts);
}

SmallVector<Value> mlir::ssm::unpack(OpBuilder &b, Location loc, Value raw,
                                     Type element, int64_t count) {
  SmallVector<Value> parts = elementsOf(b, loc, raw);
  if (element.getIntOrFloatBitWidth() == 32)
    return parts;
  if (count == 1)
    return {arith::BitcastOp::create(b, loc, element, raw)};
  SmallVector<Value> values;
  Type half = b.getI16Type();
  for (Value word : parts) {
    Value low = arith::TruncIOp::create(b, loc, half, word);
    Value shift = arith::ConstantOp::create(b, loc, b.getI32IntegerAttr(16));
    Value moved = arith::ShRUIOp::create(b, loc, word, shift);
    Value high = arith::TruncIOp::create(b, loc, half, moved);
    for (Value bits : {low, high})
      values.push_back(arith::BitcastOp::create(b, loc, element, bits));
  }
  return values;
}

/// Two 16-bit elements as one word. Two roundings from f32 become one
/// conversion of a pair.
static Value packPair(OpBuilder &b, Location loc, Value low, Value high) {
  Type element = low.getType();
  auto pair = VectorType::get({2}, element);
  auto lowCast = low.getDefiningOp<arith::TruncFOp>();
  auto highCast = high.getDefiningOp<arith::TruncFOp>();
  Value packed;
  if (lowCast && highCast && lowCast.getIn().getType().isF32() &&
      highCast.getIn().getType().isF32()) {
    Value wide = joined(b, loc, {lowCast.getIn(), highCast.getIn()});
    packed = arith::TruncFOp::create(b, loc, pair, wide);
  } else {
    packed = joined(b, loc, {low, high});
  }
  return LLVM::BitcastOp::create(b, loc, b.getI32Type(), packed);
}

Value mlir::ssm::pack(OpBuilder &b, Location loc, ArrayRef<Value> values) {
  Type element = values[0].getType();
  if (element.getIntOrFloatBitWidth() == 32)
    return joined(b, loc, values);
  if (values.size() == 1)
    return arith::BitcastOp::create(b, loc, b.getI16Type(), values[0]);
  SmallVector<Value> words;
  for (unsigned i = 0; i < values.size(); i += 2)
    words.push_back(packPair(b, loc, values[i], values[i + 1]));
  return joined(b, loc, words);
}

static Value pointerAt(OpBuilder &b, Location loc, Value pointer,
                       int64_t offset) {
  if (offset == 0)
    return pointer;
  Value index = arith::ConstantOp::create(b, loc, b.getI64IntegerAttr(offset));
  return LLVM::GEPOp::create(b, loc, pointer.getType(), b.getI8Type(), pointer,
                             ValueRange{index});
}

Value mlir::ssm::loadRaw(OpBuilder &b, Location loc, Value pointer,
                         int64_t offset, Type element, int64_t count,
                         bool invariant) {
  int64_t bytes = count * element.getIntOrFloatBitWidth() / 8;
  return LLVM::LoadOp::create(b, loc, rawType(element, count),
                              pointerAt(b, loc, pointer, offset), bytes,
                              /*isVolatile=*/false, /*isNonTemporal=*/false,
                              invariant);
}

void mlir::ssm::storeRaw(OpBuilder &b, Location loc, Value pointer,
                         int64_t offset, Value raw, int64_t bytes) {
  LLVM::StoreOp::create(b, loc, raw, pointerAt(b, loc, pointer, offset), bytes);
}
