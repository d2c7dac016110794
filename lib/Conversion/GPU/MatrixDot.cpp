// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The matrix units of a warp as the unit of a dot: mma.sync.m16n8k16 on
// fragments that ldmatrix reads from the chip.
//
// The axis that eight lanes of each warp share (stride 4) is the unit's rows,
// the one that four share in pairs is its columns. In PTX' words, with
// g = lane / 4 and t = lane % 4:
//
//   C  (row g, columns 2t, 2t + 1), the same for row g + 8
//   A  (row g, inner 2t, 2t + 1), row g + 8, then both for inner + 8
//   B  (column g, inner 2t, 2t + 1), then inner + 8
//
// and ldmatrix hands each lane two neighbours of row g of an 8 x 8 matrix whose
// row r lane r points to. Any eight rows may be the second half of sixteen:
// here they are those of the next slot, 8 x warps further on.

#include "lib/Conversion/GPU/LowerDot.h"

using namespace mlir;
using namespace mlir::ssm;

namespace {
/// Rows, columns and contracted elements of one instruction.
constexpr int64_t kRows = 16, kColumns = 8, kInner = 16;
/// Sides of what one address of ldmatrix points into, and its bytes.
constexpr int64_t kSide = 8, kUnitBytes = 16, kElementBytes = 2;

/// One factor: on chip rows of 16-byte units, found by slot along its axis, or
/// the fragments of its rows, pairs of elements 8 apart.
struct Factor {
  Value tile;
  const AxisShare *share;
  int64_t rowBytes = 0;
  Value stageOffset;
  SmallVector<SmallVector<Value>> fragments;
};

class MatrixDot : public DotUnit {
public:
  MatrixDot(Emitter &e, TileDotOp op, const Layout &layout)
      : e(e), op(op), layout(layout),
        inner(*op.getLhs().getType().getSize(Axis::Inner)),
        group(sharedInner(op, layout)) {}
  LogicalResult prepare();
  int64_t reach() override { return llvm::alignTo(inner, kInner); }
  void multiplyAll(SmallVector<Value> &sums) override;
  void multiplyPart(SmallVector<Value> &sums, Value left) override;

private:
  /// Contracted elements of a group.
  int64_t part() const { return group ? inner / group->lanes : inner; }
  using Registers = SmallVector<Value, 4>;
  FailureOr<Factor> factorAlong(const AxisShare &share);
  LogicalResult readFragments(Factor &factor);
  Value fragment(const Factor &factor, int64_t row, int64_t first);
  Value pointerTo(const Factor &factor,
                  ArrayRef<std::pair<AxisShare, int64_t>> parts);
  Registers loadMatrices(Value pointer, int64_t offset, int64_t count);
  SmallVector<Registers> loadRows(int64_t first);
  SmallVector<Registers> loadColumns(int64_t first);
  Value existing(int64_t first, Value left);
  void keepExisting(MutableArrayRef<Registers> fragments, unsigned perHalf,
                    const Value (&masks)[2]);
  void multiply(SmallVector<Value> &sums, int64_t first,
                const Value (&masks)[2]);
  void multiplyOne(SmallVector<Value> &sums, int64_t row, int64_t column,
                   const Registers &a, const Registers &b);
  std::optional<int64_t> slotOf(int64_t row, int64_t column);

  Emitter &e;
  TileDotOp op;
  Layout layout;
  int64_t inner;
  /// Which part of the contracted elements is the lane's group's; nothing if
  /// all are.
  std::optional<AxisShare> group;
  Factor rows, columns;
};
} // namespace

//===----------------------------------------------------------------------===//
// Fragments from the chip
//===----------------------------------------------------------------------===//

FailureOr<Factor> MatrixDot::factorAlong(const AxisShare &share) {
  Factor factor{op.getLhs(), &share};
  if (!op.getLhs().getType().hasAxis(share.axis))
    factor.tile = op.getRhs();
  if (!e.isOnChip(factor.tile)) {
    if (failed(readFragments(factor)))
      return failure();
    return factor;
  }
  factor.rowBytes = e.chipStride(factor.tile, share.axis);
  factor.stageOffset = e.stageOffsets.lookup(factor.tile);
  PlaceAttr place = e.placeOf(factor.tile);
  if (factor.rowBytes % kUnitBytes != 0 ||
      place.getOffset() % kUnitBytes != 0 ||
      place.getStep() % kUnitBytes != 0 ||
      e.chipStride(factor.tile, Axis::Inner) != kElementBytes)
    return op.emitOpError("expected factors of a matrix unit in rows of "
                          "16-byte units, got ")
           << place;
  return factor;
}

/// Elements beyond the contracted extent are zero in such a factor.
LogicalResult MatrixDot::readFragments(Factor &factor) {
  auto type = cast<TileType>(factor.tile.getType());
  Layout held = fragmentLayout(layout, type);
  auto values = e.read(op, factor.tile, held);
  if (failed(values))
    return failure();
  const AxisShare &along = *held.find(Axis::Inner);
  ArrayRef<Value> rest = (*values)[0];
  for (; !rest.empty(); rest = rest.drop_front(along.slots())) {
    SmallVector<Value> row(rest.take_front(along.slots()));
    if (row.size() % 2 != 0)
      row.push_back(e.zero(type.getElementType()));
    SmallVector<Value> &words = factor.fragments.emplace_back();
    for (unsigned i = 0; i < row.size(); i += 2)
      words.push_back(pack(e.b, e.loc, {row[i], row[i + 1]}));
  }
  return success();
}

/// Elements first + 2t and the next of the lane's row in a slot.
Value MatrixDot::fragment(const Factor &factor, int64_t row, int64_t first) {
  int64_t word = first / kSide;
  ArrayRef<SmallVector<Value>> rows = factor.fragments;
  if (row >= static_cast<int64_t>(rows.size()) ||
      word >= static_cast<int64_t>(rows[row].size()))
    return e.i32(0);
  return rows[row][word];
}

LogicalResult MatrixDot::prepare() {
  const AxisShare &first = layout.shares[0], &second = layout.shares[1];
  bool firstIsRows = first.stride == 4;
  const AxisShare &row = firstIsRows ? first : second;
  const AxisShare &column = firstIsRows ? second : first;
  if (row.run != 1 || row.stride != 4 || row.lanes < kSide || column.run != 2 ||
      column.lanes != 4 || column.stride != 1)
    return op.emitOpError("expected a layout of a matrix unit, got ")
           << op->getAttr(kLayoutAttr);
  FailureOr<Factor> a = factorAlong(row), b = factorAlong(column);
  if (failed(a) || failed(b))
    return failure();
  rows = *a;
  columns = *b;
  return success();
}

/// Where the lane's address of a factor points: for each part the lane's index
/// times a number of bytes.
Value MatrixDot::pointerTo(const Factor &factor,
                           ArrayRef<std::pair<AxisShare, int64_t>> parts) {
  SmallVector<std::pair<AxisShare, int64_t>> all(parts);
  if (group)
    all.push_back({*group, part() * kElementBytes});
  Value pointer = e.chipPointer(all);
  if (!factor.stageOffset)
    return pointer;
  return LLVM::GEPOp::create(e.b, e.loc, pointer.getType(), e.b.getI8Type(),
                             pointer, ValueRange{factor.stageOffset});
}

/// `count` (2 or 4) matrices; one register of each.
MatrixDot::Registers MatrixDot::loadMatrices(Value pointer, int64_t offset,
                                             int64_t count) {
  SmallVector<Type> words(count, e.b.getI32Type());
  auto type = LLVM::LLVMStructType::getLiteral(e.b.getContext(), words);
  auto shape = NVVM::LdStMatrixShapeAttr::get(e.b.getContext(), kSide, kSide);
  Value matrices = NVVM::LdMatrixOp::create(
      e.b, e.loc, type, e.offsetPointer(pointer, offset), count,
      NVVM::MMALayout::row, shape, NVVM::LdStMatrixEltType::B16);
  Registers registers;
  for (int64_t i = 0; i < count; ++i)
    registers.push_back(LLVM::ExtractValueOp::create(e.b, e.loc, matrices, i));
  return registers;
}

/// A part of a lane's address: bits of the lane's number.
static AxisShare bits(int64_t lanes, int64_t stride) {
  return {Axis::Inner, lanes, 1, lanes, stride};
}

/// A for every sixteen rows; where only eight are left the others are zero.
SmallVector<MatrixDot::Registers> MatrixDot::loadRows(int64_t first) {
  int64_t lanes = rows.share->lanes, reps = rows.share->reps();
  SmallVector<Registers> result;
  if (!rows.fragments.empty()) {
    for (int64_t rep = 0; rep < reps; rep += 2)
      result.push_back({fragment(rows, rep, first),
                        fragment(rows, rep + 1, first),
                        fragment(rows, rep, first + kSide),
                        fragment(rows, rep + 1, first + kSide)});
    return result;
  }
  int64_t perSlot = lanes * rows.rowBytes;
  SmallVector<std::pair<AxisShare, int64_t>> pair = {
      {bits(kSide, 1), rows.rowBytes},
      {bits(2, kSide), perSlot},
      {bits(2, 2 * kSide), kUnitBytes}};
  SmallVector<std::pair<AxisShare, int64_t>> single = {
      {bits(kSide, 1), rows.rowBytes}, {bits(2, kSide), kUnitBytes}};
  if (lanes > kSide)
    for (auto *parts : {&pair, &single})
      parts->push_back({bits(lanes / kSide, 32), kSide * rows.rowBytes});
  int64_t offset = e.placeOf(rows.tile).getOffset() + first * kElementBytes;
  for (int64_t rep = 0; rep < reps; rep += 2, offset += 2 * perSlot) {
    if (rep + 1 < reps) {
      result.push_back(loadMatrices(pointerTo(rows, pair), offset, 4));
      continue;
    }
    Registers half = loadMatrices(pointerTo(rows, single), offset, 2);
    Value none = e.i32(0);
    result.push_back({half[0], none, half[1], none});
  }
  return result;
}

/// B for every eight columns, two at a time.
SmallVector<MatrixDot::Registers> MatrixDot::loadColumns(int64_t first) {
  int64_t reps = columns.share->reps();
  SmallVector<Registers> result;
  if (!columns.fragments.empty()) {
    for (int64_t rep = 0; rep < reps; ++rep)
      result.push_back({fragment(columns, rep, first),
                        fragment(columns, rep, first + kSide)});
    return result;
  }
  SmallVector<std::pair<AxisShare, int64_t>> parts = {
      {bits(kSide, 1), columns.rowBytes}, {bits(2, kSide), kUnitBytes}};
  SmallVector<std::pair<AxisShare, int64_t>> pair = parts;
  pair.push_back({bits(2, 2 * kSide), kColumns * columns.rowBytes});
  int64_t offset = e.placeOf(columns.tile).getOffset() + first * kElementBytes;
  for (int64_t rep = 0; rep < reps; rep += 2) {
    bool both = rep + 1 < reps;
    Registers loaded =
        loadMatrices(pointerTo(columns, both ? pair : parts),
                     offset + rep * kColumns * columns.rowBytes, both ? 4 : 2);
    result.push_back({loaded[0], loaded[1]});
    if (both)
      result.push_back({loaded[2], loaded[3]});
  }
  return result;
}

//===----------------------------------------------------------------------===//
// The end of the contracted axis
//===----------------------------------------------------------------------===//

/// The bits of a register, elements first + 2t and the next, that belong to the
/// first `left`: NaN beyond them times zero would not vanish.
Value MatrixDot::existing(int64_t first, Value left) {
  Value index = e.add(e.mul(e.laneIndex(bits(4, 1)), 2), e.i32(first));
  if (group)
    index = e.add(index, e.mul(e.laneIndex(*group), part()));
  Value low = e.less(index, left);
  Value high = e.less(e.add(index, e.i32(1)), left);
  return e.select(high, e.i32(-1), e.select(low, e.i32(0xffff), e.i32(0)));
}

/// `perHalf` registers of a fragment belong to each half of its 16 elements.
void MatrixDot::keepExisting(MutableArrayRef<Registers> fragments,
                             unsigned perHalf, const Value (&masks)[2]) {
  for (Registers &fragment : fragments)
    for (auto [i, word] : llvm::enumerate(fragment))
      if (Value mask = masks[i / perHalf])
        word = arith::AndIOp::create(e.b, e.loc, word, mask);
}

//===----------------------------------------------------------------------===//
// Products
//===----------------------------------------------------------------------===//

/// The lane's slot of the accumulator; none beyond the tile.
std::optional<int64_t> MatrixDot::slotOf(int64_t row, int64_t column) {
  if (row >= rows.share->slots() || column >= columns.share->slots())
    return std::nullopt;
  bool rowsFirst = rows.share == layout.shares.begin();
  return rowsFirst ? row * columns.share->slots() + column
                   : column * rows.share->slots() + row;
}

void MatrixDot::multiplyOne(SmallVector<Value> &sums, int64_t row,
                            int64_t column, const Registers &a,
                            const Registers &b) {
  bool isBF16 = op.getLhs().getType().getElementType().isBF16();
  auto operands = [&](Registers values) {
    auto pair = VectorType::get({2}, e.b.getF16Type());
    if (!isBF16)
      for (Value &value : values)
        value = LLVM::BitcastOp::create(e.b, e.loc, pair, value);
    return values;
  };
  SmallVector<Value> c;
  std::optional<int64_t> slots[4];
  for (int64_t i = 0; i < 4; ++i) {
    slots[i] = slotOf(row + i / 2, column + i % 2);
    c.push_back(slots[i] ? sums[*slots[i]] : e.zero(e.b.getF32Type()));
  }
  SmallVector<Type> floats(4, e.b.getF32Type());
  auto type = LLVM::LLVMStructType::getLiteral(e.b.getContext(), floats);
  NVVM::MMATypes element = isBF16 ? NVVM::MMATypes::bf16 : NVVM::MMATypes::f16;
  Value d = NVVM::MmaOp::create(
      e.b, e.loc, type, operands(a), operands(b), c,
      ArrayRef<int64_t>{kRows, kColumns, kInner}, std::nullopt, std::nullopt,
      std::array<NVVM::MMATypes, 2>{element, element},
      std::array<NVVM::MMALayout, 2>{NVVM::MMALayout::row,
                                     NVVM::MMALayout::col});
  for (int64_t i = 0; i < 4; ++i)
    if (slots[i])
      sums[*slots[i]] = LLVM::ExtractValueOp::create(e.b, e.loc, d, i);
}

/// Elements [first, first + 16) along the contracted axis.
void MatrixDot::multiply(SmallVector<Value> &sums, int64_t first,
                         const Value (&masks)[2]) {
  SmallVector<Registers> a = loadRows(first), b = loadColumns(first);
  keepExisting(a, 2, masks);
  keepExisting(b, 1, masks);
  for (auto [i, row] : llvm::enumerate(a))
    for (auto [j, column] : llvm::enumerate(b))
      multiplyOne(sums, 2 * i, 2 * j, row, column);
}

/// A tile may end inside of an instruction's elements.
void MatrixDot::multiplyAll(SmallVector<Value> &sums) {
  for (int64_t first = 0; first < part(); first += kInner) {
    Value masks[2];
    for (int64_t half : {0, 1})
      if (int64_t start = first + half * kSide; start + kSide > inner)
        masks[half] = existing(start, e.i32(inner));
    multiply(sums, first, masks);
  }
}

void MatrixDot::multiplyPart(SmallVector<Value> &sums, Value left) {
  for (int64_t first = 0; first < part(); first += kInner)
    multiply(sums, first,
             {existing(first, left), existing(first + kSide, left)});
}

FailureOr<std::unique_ptr<DotUnit>>
mlir::ssm::createMatrixDot(Emitter &e, TileDotOp op, const Layout &layout) {
  auto dot = std::make_unique<MatrixDot>(e, op, layout);
  if (failed(dot->prepare()))
    return failure();
  return std::unique_ptr<DotUnit>(std::move(dot));
}
