// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-to-cpu: tile kernels in, functions that run cells out.

#include "lib/Conversion/CPU/SSMToCPU.h"

#include "lib/Conversion/CPU/Emitter.h"
#include "lib/Transforms/FlatTokens.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_SSMTOCPUPASS
#include "lib/Conversion/CPU/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;

//===----------------------------------------------------------------------===//
// Cells
//===----------------------------------------------------------------------===//

void VectorEmitter::run() {
  OpBuilder builder(function);
  Block *entry = function.addEntryBlock(builder);
  builder.setInsertionPointToEnd(entry);
  LLVM::ReturnOp::create(builder, loc, ValueRange());
  enter(function, entry);
  readArguments();
  scf::ForOp cells = enterLoop(entry->getArgument(3), entry->getArgument(4), 1);
  emitCell({cells.getInductionVar(), depth()});
  leaveLoop(cells);
  scopes.clear();
}

void VectorEmitter::readArguments() {
  Block &entry = function.getBody().front();
  batch = entry.getArgument(1);
  length = {entry.getArgument(2), 0};
  if (hasFlatTokens(kernel)) {
    length = binary<arith::MulIOp>({batch, 0}, length);
    batch = integer(1).value;
  }
  scratch = entry.getArgument(5);
  if (kernel.hasCaches())
    slotCount = entry.getArgument(6);
  Type pointer = entry.getArgument(0).getType();
  for (auto [number, view] :
       llvm::enumerate(kernel.getBody().front().getArguments())) {
    Value slot = LLVM::GEPOp::create(
        here(), loc, pointer, pointer, entry.getArgument(0),
        ArrayRef<LLVM::GEPArg>{static_cast<int32_t>(number)});
    pointers[view] = {LLVM::LoadOp::create(here(), loc, pointer, slot), 0};
  }
}

/// From the number of a cell to where it stands; the last axis of the grid is
/// the fastest.
void VectorEmitter::emitCell(Element cell) {
  for (Axis axis : llvm::reverse(kernel.getGridAxes())) {
    AxisState &along = state(axis);
    Element extent = integer(along.extent);
    if (ShapedType::isDynamic(along.extent))
      extent = axis == Axis::Batch ? Element{batch, 0} : length;
    Element count = binary<arith::DivSIOp>(add(extent, along.size - 1),
                                           integer(along.size));
    Element number = binary<arith::RemSIOp>(cell, count);
    cell = binary<arith::DivSIOp>(cell, count);
    along.origin = binary<arith::MulIOp>(number, integer(along.size));
    bool isWhole = along.size == 1 || (!ShapedType::isDynamic(along.extent) &&
                                       along.extent % along.size == 0);
    if (!isWhole)
      along.limit = binary<arith::MinSIOp>(
          integer(along.size), binary<arith::SubIOp>(extent, along.origin));
  }
  if (kernel.getPacked())
    enterSequence();
  enterSlots();
  if (kernel->hasAttr(kBlocksAttr))
    emitChannels();
  else
    emitBlock(kernel.getBody().front());
}

/// Cuts the channels of a cell into tiles of as many vectors as the plan says.
void VectorEmitter::emitChannels() {
  AxisState saved = state(Axis::Channel);
  int64_t vectors = kernel->getAttrOfType<IntegerAttr>(kBlocksAttr).getInt();
  int64_t step = std::min(vectors * lanes, saved.size);
  Element end = binary<arith::AddIOp>(saved.origin, limitOf(Axis::Channel));
  scf::ForOp loop = enterLoop(saved.origin.value, end.value, step);
  AxisState &along = state(Axis::Channel);
  along.origin = {loop.getInductionVar(), depth()};
  along.size = step;
  along.limit = {};
  bool isWhole = !saved.limit.value && saved.size % step == 0;
  if (isWhole)
    emitBlock(kernel.getBody().front());
  else
    emitRaggedChannels(end);
  leaveLoop(loop);
  state(Axis::Channel) = saved;
}

/// Tiles inside the extent run code without masks. The position belongs to the
/// branch: what is read there must not be read in front of it.
void VectorEmitter::emitRaggedChannels(Element end) {
  AxisState &along = state(Axis::Channel);
  Value first = along.origin.value;
  Element rest = binary<arith::SubIOp>(end, along.origin);
  Element isPartial = less(rest, integer(along.size));
  auto branch = scf::IfOp::create(here(), loc, isPartial.value,
                                  /*withElseRegion=*/true);
  auto emitIn = [&](Block *block) {
    enter(branch, block);
    along.origin = {first, depth()};
    emitBlock(kernel.getBody().front());
    leave();
  };
  emitIn(branch.elseBlock());
  along.limit = rest;
  emitIn(branch.thenBlock());
  along.limit = {};
}

//===----------------------------------------------------------------------===//
// What is supported
//===----------------------------------------------------------------------===//

/// The scalar code runs on vectors.
static LogicalResult checkRegion(Operation *op) {
  for (Operation &inner : op->getRegion(0).front().without_terminator()) {
    if (inner.hasTrait<OpTrait::ConstantLike>())
      continue;
    bool isScalar = llvm::all_of(inner.getResultTypes(), [](Type type) {
      return isa<FloatType, IntegerType>(type);
    });
    if (!OpTrait::hasElementwiseMappableTraits(&inner) || !isScalar)
      return inner.emitOpError(
          "expected an elementwise op in a kernel for the CPU");
  }
  return success();
}

static LogicalResult checkScan(TileScanOp scan) {
  TileType tile = scan.getStateType();
  for (Axis axis : tile.getAxes())
    if (axis != Axis::Channel && axis != Axis::State && axis != Axis::Batch)
      return scan.emitOpError("expected a state with the axes channel and "
                              "state on the CPU, got ")
             << tile;
  if (tile.hasAxis(Axis::Channel) !=
      scan.getRead().getType().hasAxis(Axis::Channel))
    return scan.emitOpError(
               "expected a read for every channel on the CPU, got ")
           << scan.getRead().getType();
  return checkRegion(scan);
}

/// Tiles are as large as the kernel's extents say.
static LogicalResult checkTile(Operation *op, TileKernelOp kernel, Type type) {
  auto tile = dyn_cast<TileType>(type);
  if (!tile)
    return success();
  for (auto [axis, size] : llvm::zip(tile.getAxes(), tile.getSizes()))
    if (kernel.getTile(axis) != size)
      return op->emitOpError("expected a tile of ")
             << kernel.getTile(axis) << " along " << stringifyAxis(axis)
             << " as in the kernel's extents, got " << tile;
  return success();
}

static LogicalResult checkKernel(TileKernelOp kernel) {
  WalkResult result = kernel.walk([&](Operation *op) -> WalkResult {
    for (Type type : op->getResultTypes())
      if (failed(checkTile(op, kernel, type)))
        return WalkResult::interrupt();
    LogicalResult ok = success();
    if (auto scan = dyn_cast<TileScanOp>(op))
      ok = checkScan(scan);
    else if (isa<TileMapOp>(op))
      ok = checkRegion(op);
    return failed(ok) ? WalkResult::interrupt() : WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

//===----------------------------------------------------------------------===//
// The pass
//===----------------------------------------------------------------------===//

static LLVM::LLVMFuncOp createFunction(TileKernelOp kernel) {
  OpBuilder builder(kernel);
  MLIRContext *context = kernel.getContext();
  Type pointer = LLVM::LLVMPointerType::get(context);
  Type i64 = builder.getI64Type();
  SmallVector<Type> types = {pointer, i64, i64, i64, i64, pointer};
  if (kernel.hasCaches())
    types.push_back(i64);
  auto type =
      LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context), types);
  auto function = LLVM::LLVMFuncOp::create(builder, kernel.getLoc(),
                                           kernel.getSymName(), type);
  const Variant &variant = getVariant(kernel);
  SmallVector<std::string> enabled;
  for (StringRef feature : variant.features)
    enabled.push_back(("+" + feature).str());
  SmallVector<StringRef> features(enabled.begin(), enabled.end());
  function.setTargetFeaturesAttr(
      LLVM::TargetFeaturesAttr::get(context, features));
  std::string bits = std::to_string(variant.vectorBits);
  SmallVector<Attribute> passthrough;
  for (StringRef name : {"prefer-vector-width", "min-legal-vector-width"})
    passthrough.push_back(builder.getStrArrayAttr({name, bits}));
  function.setPassthroughAttr(builder.getArrayAttr(passthrough));
  return function;
}

namespace {
struct SSMToCPUPass : mlir::ssm::impl::SSMToCPUPassBase<SSMToCPUPass> {
  using SSMToCPUPassBase::SSMToCPUPassBase;

  LogicalResult lower(TileKernelOp kernel) {
    if (failed(checkKernel(kernel)))
      return failure();
    if (!kernel->hasAttr(kLanesAttr) && failed(planForCPU(kernel, 0)))
      return failure();
    LLVM::LLVMFuncOp function = createFunction(kernel);
    VectorEmitter emitter(kernel, function);
    emitter.run();
    OpBuilder builder(&getContext());
    function->setAttr(kScratchBytesAttr,
                      builder.getI64IntegerAttr(emitter.getScratchBytes()));
    kernel.erase();
    return failure(emitter.isInvalid());
  }

  void runOnOperation() override {
    for (auto kernel :
         llvm::make_early_inc_range(getOperation().getOps<TileKernelOp>()))
      if (failed(lower(kernel)))
        return signalPassFailure();
  }
};
} // namespace
