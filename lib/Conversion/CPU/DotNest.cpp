// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm.tile.dot: a block of the accumulator, some rows by two vectors, stays in
// registers while the contracted axis is walked. One operand gives vectors
// along the lane axis, packed in scratch, the other scalars.

#include "lib/Conversion/CPU/Emitter.h"

using namespace mlir;
using namespace mlir::ssm;

/// Vectors side by side in a block of the accumulator.
static constexpr int64_t kDotVectors = 2;

/// The axis of an operand that is not contracted.
static Axis outerAxis(Value operand) {
  for (Axis axis : cast<TileType>(operand.getType()).getAxes())
    if (axis != Axis::Inner)
      return axis;
  llvm_unreachable("operands of a dot have an axis beside inner");
}

void VectorEmitter::emitDot(TileDotOp dot) {
  Value acc = dot.getAcc(), out = dot.getOut();
  if (buffers.count(acc.getAsOpaquePointer()) && acc.hasOneUse())
    share(out, acc);
  else
    copyTile(acc, out);
  laneAxis = getLaneAxis(dot.getOut().getType());
  bool lhsIsVector = outerAxis(dot.getLhs()) == *laneAxis;
  Value rows = lhsIsVector ? dot.getRhs() : dot.getLhs();
  AxisIndex saved = state(*laneAxis).index;
  enterNest();
  // Lanes beyond the extent are computed and not stored by anyone.
  if (blocksOf(*laneAxis) <= kDotVectors) {
    dotColumns(dot, outerAxis(rows), blocksOf(*laneAxis));
  } else {
    int64_t vectors = blocksOf(*laneAxis);
    int64_t whole = vectors - vectors % kDotVectors;
    scf::ForOp loop = enterLoop(integer(0).value, integer(whole * lanes).value,
                                kDotVectors * lanes);
    state(*laneAxis).index = {{loop.getInductionVar(), depth()}, 0};
    dotColumns(dot, outerAxis(rows), kDotVectors);
    leaveLoop(loop);
    state(*laneAxis).index = {{}, whole * lanes};
    if (whole < vectors)
      dotColumns(dot, outerAxis(rows), vectors - whole);
  }
  leaveNest();
  state(*laneAxis).index = saved;
}

/// All rows for `vectors` vectors of columns: blocks of rows, then what is left
/// in blocks of half the size, a quarter and so on.
void VectorEmitter::dotColumns(TileDotOp dot, Axis rowAxis, int64_t vectors) {
  int64_t rows = getVariant(kernel).dotRows;
  Element limit = limitOf(rowAxis);
  Element rest = binary<arith::RemSIOp>(limit, integer(rows));
  Element done = binary<arith::SubIOp>(limit, rest);
  scf::ForOp loop = enterLoop(integer(0).value, done.value, rows);
  dotBlock(dot, {{loop.getInductionVar(), depth()}, 0}, rows, vectors);
  leaveLoop(loop);
  for (rows /= 2; rows >= 1; rows /= 2) {
    Element fits = binary<arith::AndIOp>(rest, integer(rows));
    storeIf(less(integer(0), fits), [&] {
      dotBlock(dot, {done, 0}, rows, vectors);
    });
    done = binary<arith::AddIOp>(done, fits);
  }
}

/// The operand of vectors, the operand of scalars.
static std::pair<Value, Value> operandsOf(TileDotOp dot, Axis lane) {
  if (outerAxis(dot.getLhs()) == lane)
    return {dot.getLhs(), dot.getRhs()};
  return {dot.getRhs(), dot.getLhs()};
}

void VectorEmitter::dotBlock(TileDotOp dot, AxisIndex first, int64_t rows,
                             int64_t vectors) {
  Axis rowAxis = outerAxis(operandsOf(dot, *laneAxis).second);
  TileType accTile = dot.getOut().getType();
  Buffer acc = buffers.at(dot.getOut().getAsOpaquePointer());
  AxisIndex columns = state(*laneAxis).index;
  auto atRow = [&](int64_t r) {
    state(rowAxis).index = {first.base, first.offset + r};
  };
  auto atVector = [&](int64_t v) {
    state(*laneAxis).index = {columns.base, columns.offset + v * lanes};
  };
  AxisIndex savedRow = state(rowAxis).index;
  SmallVector<Value> sums;
  for (int64_t i = 0; i < rows * vectors; ++i) {
    atRow(i / vectors);
    atVector(i % vectors);
    sums.push_back(loadBuffer(acc, accTile).value);
  }
  bool paired = isPaired(dot.getLhs());
  Value steps = limitOf(Axis::Inner).value;
  if (paired)
    steps = integer(state(Axis::Inner).size / 2).value;
  scf::ForOp loop = enterLoop(integer(0).value, steps, 1, sums);
  AxisIndex savedInner = state(Axis::Inner).index;
  Element step{loop.getInductionVar(), depth()};
  sums.assign(loop.getRegionIterArgs().begin(), loop.getRegionIterArgs().end());
  sums = paired ? addPairs(dot, sums, vectors, step, atRow, atVector)
                : addProducts(dot, sums, vectors, step, atRow, atVector);
  SmallVector<Value> totals = llvm::to_vector(leaveLoop(loop, sums));
  state(Axis::Inner).index = savedInner;
  for (int64_t i = 0; i < rows * vectors; ++i) {
    atRow(i / vectors);
    atVector(i % vectors);
    storeBuffer(acc, accTile, {totals[i], depth()});
  }
  state(rowAxis).index = savedRow;
  state(*laneAxis).index = columns;
}

/// The sums after step `step` along the contracted axis.
SmallVector<Value>
VectorEmitter::addProducts(TileDotOp dot, ArrayRef<Value> sums, int64_t vectors,
                           Element step,
                           llvm::function_ref<void(int64_t)> atRow,
                           llvm::function_ref<void(int64_t)> atVector) {
  auto [columnsOf, rowsOf] = operandsOf(dot, *laneAxis);
  Type element = dot.getOut().getType().getElementType();
  state(Axis::Inner).index = {step, 0};
  SmallVector<Value> packed, next;
  for (int64_t v = 0; v < vectors; ++v) {
    atVector(v);
    packed.push_back(widen(evaluate(columnsOf), vectorType(element)));
  }
  for (auto [i, sum] : llvm::enumerate(sums)) {
    atRow(i / vectors);
    Value scalar = widen(evaluate(rowsOf), element);
    Value row = conform({scalar, depth()}, vectorType(element));
    next.push_back(
        math::FmaOp::create(here(), loc, row, packed[i % vectors], sum));
  }
  return next;
}

/// The same for pair number `step`: in scratch a row of pairs is one element.
SmallVector<Value>
VectorEmitter::addPairs(TileDotOp dot, ArrayRef<Value> sums, int64_t vectors,
                        Element step, llvm::function_ref<void(int64_t)> atRow,
                        llvm::function_ref<void(int64_t)> atVector) {
  auto [columnsOf, rowsOf] = operandsOf(dot, *laneAxis);
  Type pairs = VectorType::get({2 * lanes}, here().getBF16Type());
  auto asPairs = [&](Value vector) -> Value {
    return vector::BitCastOp::create(here(), loc, pairs, vector);
  };
  state(Axis::Inner).index = {step, 0};
  SmallVector<Value> packed, next;
  for (int64_t v = 0; v < vectors; ++v) {
    atVector(v);
    packed.push_back(asPairs(evaluate(columnsOf).value));
  }
  state(Axis::Inner).index = {binary<arith::MulIOp>(step, integer(2)), 0};
  Value row;
  for (auto [i, sum] : llvm::enumerate(sums)) {
    if (i % vectors == 0) {
      atRow(i / vectors);
      Value pair = loadPairs(rowsOf.getDefiningOp<TileLoadOp>(), false);
      row = asPairs(vector::BroadcastOp::create(
          here(), loc, vectorType(pair.getType()), pair));
    }
    auto added = LLVM::CallIntrinsicOp::create(
        here(), loc, sum.getType(),
        here().getStringAttr("llvm.x86.avx512bf16.dpbf16ps.512"),
        ValueRange{sum, row, packed[i % vectors]});
    next.push_back(added->getResult(0));
  }
  return next;
}

/// An element in the type that the product computes in.
Value VectorEmitter::widen(Element element, Type type) {
  if (getElementTypeOrSelf(element.value.getType()) ==
      getElementTypeOrSelf(type))
    return element.value;
  return arith::ExtFOp::create(at(element.depth), loc, type, element.value);
}
