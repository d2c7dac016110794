// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The matrix units of four warps as the unit of a dot:
// wgmma.mma_async.m64nNk16, both factors read from on-chip memory. Where
// ssm-place has put rows and units (`swizzled`), 64 rows that follow one
// another there are those whose sums the four warps hold in the fragments of
// mma.m16n8, so that nothing else knows which unit multiplied.

#include "lib/Conversion/GPU/LowerDot.h"

using namespace mlir;
using namespace mlir::ssm;

namespace {
/// Rows and contracted elements of one instruction, and its warps.
constexpr int64_t kRows = 64, kInner = 16, kWarps = 4;
/// Bytes of a row on chip, which has 64 elements, and of eight of them.
constexpr int64_t kRowBytes = 128, kSwizzleBytes = 8 * kRowBytes;
constexpr int64_t kElementBytes = 2, kRowElements = kRowBytes / kElementBytes;

class WarpgroupDot : public DotUnit {
public:
  WarpgroupDot(Emitter &e, TileDotOp op, const Layout &layout)
      : e(e), op(op), layout(layout) {}
  LogicalResult prepare();
  int64_t reach() override { return inner(); }
  bool readsZerosBeyond() override { return true; }
  void multiplyAll(SmallVector<Value> &sums) override;
  void multiplyPart(SmallVector<Value> &, Value) override {
    llvm_unreachable("factors are zero beyond the extent");
  }

private:
  int64_t inner() { return *op.getLhs().getType().getSize(Axis::Inner); }
  LogicalResult check(Value factor);
  Value factorAlong(Axis axis);
  Value describe(Value factor, Value groupOffset);
  Value moved(Value descriptor, int64_t bytes);
  int64_t chunkOffset(Value factor, int64_t first);
  Value pack(ArrayRef<Value> sums, int64_t pair);
  void unpack(Value packed, MutableArrayRef<Value> sums, int64_t pair);
  int64_t slotOf(int64_t pair, int64_t number);
  Value multiply(Value packed, Value a, Value b);

  Emitter &e;
  TileDotOp op;
  Layout layout;
  const AxisShare *rows = nullptr, *columns = nullptr;
};
} // namespace

LogicalResult WarpgroupDot::check(Value factor) {
  PlaceAttr place = e.placeOf(factor);
  bool isRows = cast<TileType>(factor.getType()).hasAxis(rows->axis);
  int64_t order = isRows ? e.threads / 32 : 1;
  if (place.getSwizzled() != order || place.getStrides().size() != 2 ||
      place.getStrides()[0] != kRowBytes)
    return op.emitOpError("expected factors of a warpgroup in rows of ")
           << kRowBytes << " bytes, swizzled " << order << ", got " << place;
  if (place.getOffset() % kSwizzleBytes != 0 ||
      place.getStep() % kSwizzleBytes != 0)
    return op.emitOpError("expected factors of a warpgroup swizzled, at "
                          "multiples of ")
           << kSwizzleBytes << " bytes, got " << place;
  return success();
}

Value WarpgroupDot::factorAlong(Axis axis) {
  return op.getLhs().getType().hasAxis(axis) ? op.getLhs() : op.getRhs();
}

LogicalResult WarpgroupDot::prepare() {
  rows = &rowsOf(layout);
  columns = &layout.shares[rows == layout.shares.begin() ? 1 : 0];
  int64_t warps = e.threads / 32;
  if (rows->run != 1 || rows->lanes != 8 * warps || rows->reps() % 2 != 0 ||
      rows->coverage() != rows->size || columns->run != 2 ||
      columns->coverage() != columns->size)
    return op.emitOpError("expected a layout of warpgroups, got ")
           << op->getAttr(kLayoutAttr);
  return failure(failed(check(op.getLhs())) || failed(check(op.getRhs())));
}

/// The descriptor of a factor's first 16 elements: its address in units of 16
/// bytes, the distance of eight rows in such units, and the swizzle of 128
/// bytes.
Value WarpgroupDot::describe(Value factor, Value groupOffset) {
  constexpr int64_t kAddressMask = 0x3ffff, kStrideBit = 32, kSwizzleBit = 62;
  Value address =
      LLVM::PtrToIntOp::create(e.b, e.loc, e.b.getI32Type(), e.chip);
  address = e.add(address, e.i32(e.placeOf(factor).getOffset()));
  if (Value stage = e.stageOffsets.lookup(factor))
    address = e.add(address, stage);
  if (groupOffset)
    address = e.add(address, groupOffset);
  address = arith::AndIOp::create(e.b, e.loc, address, e.i32(kAddressMask));
  Value units = arith::ShRUIOp::create(e.b, e.loc, address, e.i32(4));
  Value wide =
      arith::ExtUIOp::create(e.b, e.loc, e.b.getI64Type(), units).getResult();
  int64_t rest = (kSwizzleBytes / 16) << kStrideBit | int64_t(1) << kSwizzleBit;
  return arith::OrIOp::create(e.b, e.loc, wide, e.i64(rest));
}

Value WarpgroupDot::moved(Value descriptor, int64_t bytes) {
  return bytes == 0 ? descriptor : e.add(descriptor, e.i64(bytes / 16));
}

/// Bytes from a factor's first element to the element `first` of its first row.
int64_t WarpgroupDot::chunkOffset(Value factor, int64_t first) {
  return first / kRowElements * e.placeOf(factor).getStrides()[1] +
         first % kRowElements * kElementBytes;
}

/// The slot of the accumulator that is register `number` of a pair of rows: for
/// every eight columns two of the first row, two of the second.
int64_t WarpgroupDot::slotOf(int64_t pair, int64_t number) {
  int64_t row = 2 * pair + number / 2 % 2;
  int64_t column = number / 4 * 2 + number % 2;
  return rows == layout.shares.begin() ? row * columns->slots() + column
                                       : column * rows->slots() + row;
}

Value WarpgroupDot::pack(ArrayRef<Value> sums, int64_t pair) {
  int64_t count = 2 * columns->slots();
  SmallVector<Type> types(count, e.b.getF32Type());
  auto type = LLVM::LLVMStructType::getLiteral(e.b.getContext(), types);
  Value packed = LLVM::UndefOp::create(e.b, e.loc, type);
  for (int64_t i = 0; i < count; ++i)
    packed = LLVM::InsertValueOp::create(e.b, e.loc, packed,
                                         sums[slotOf(pair, i)], i);
  return packed;
}

void WarpgroupDot::unpack(Value packed, MutableArrayRef<Value> sums,
                          int64_t pair) {
  for (int64_t i = 0; i < 2 * columns->slots(); ++i)
    sums[slotOf(pair, i)] = LLVM::ExtractValueOp::create(e.b, e.loc, packed, i);
}

Value WarpgroupDot::multiply(Value packed, Value a, Value b) {
  MLIRContext *context = e.b.getContext();
  bool isBF16 = op.getLhs().getType().getElementType().isBF16();
  auto element = isBF16 ? NVVM::WGMMATypes::bf16 : NVVM::WGMMATypes::f16;
  auto shape = NVVM::MMAShapeAttr::get(context, kRows, columns->size, kInner);
  auto factor = NVVM::WGMMATypesAttr::get(context, element);
  auto plus = NVVM::WGMMAScaleInAttr::get(context, NVVM::WGMMAScaleIn::one);
  auto layoutOf = [&](NVVM::MMALayout each) {
    return NVVM::MMALayoutAttr::get(context, each);
  };
  return NVVM::WgmmaMmaAsyncOp::create(
      e.b, e.loc, packed.getType(), packed, a, b, shape, factor, factor,
      NVVM::WGMMATypesAttr::get(context, NVVM::WGMMATypes::f32),
      NVVM::WGMMAScaleOutAttr::get(context, NVVM::WGMMAScaleOut::one), plus,
      plus, layoutOf(NVVM::MMALayout::row), layoutOf(NVVM::MMALayout::col),
      /*satfinite=*/NVVM::MMAIntOverflowAttr());
}

void WarpgroupDot::multiplyAll(SmallVector<Value> &sums) {
  int64_t warps = e.threads / 32, pairs = rows->reps() / 2;
  Value group;
  if (warps > kWarps)
    group = e.mul(e.laneIndex({rows->axis, warps / kWarps, 1, warps / kWarps,
                               32 * kWarps}),
                  kRows * kRowBytes);
  Value rowFactor = factorAlong(rows->axis),
        columnFactor = factorAlong(columns->axis);
  Value a = describe(rowFactor, group), b = describe(columnFactor, Value());
  SmallVector<Value> packed;
  for (int64_t pair = 0; pair < pairs; ++pair)
    packed.push_back(pack(sums, pair));
  NVVM::WgmmaFenceAlignedOp::create(e.b, e.loc);
  for (int64_t first = 0; first < inner(); first += kInner)
    for (int64_t pair = 0; pair < pairs; ++pair) {
      int64_t row = pair * kRows / kWarps * warps * kRowBytes;
      packed[pair] =
          multiply(packed[pair], moved(a, row + chunkOffset(rowFactor, first)),
                   moved(b, chunkOffset(columnFactor, first)));
    }
  NVVM::WgmmaGroupSyncAlignedOp::create(e.b, e.loc);
  NVVM::WgmmaWaitGroupSyncOp::create(e.b, e.loc, 0);
  for (int64_t pair = 0; pair < pairs; ++pair)
    unpack(packed[pair], sums, pair);
}

FailureOr<std::unique_ptr<DotUnit>>
mlir::ssm::createWarpgroupDot(Emitter &e, TileDotOp op, const Layout &layout) {
  auto dot = std::make_unique<WarpgroupDot>(e, op, layout);
  if (failed(dot->prepare()))
    return failure();
  return std::unique_ptr<DotUnit>(std::move(dot));
}
