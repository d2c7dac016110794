// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-to-gpu: placed tile kernels in; one gpu.module with a kernel function for
// each of them out.

#include "dialect/StoredViews.h"
#include "lib/Conversion/GPU/Emitter.h"
#include "lib/Conversion/GPU/Passes.h"
#include "lib/Transforms/OverlapLaunches.h"

#include "mlir/Dialect/GPU/IR/GPUDialect.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_SSMTOGPUPASS
#include "lib/Conversion/GPU/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;

/// Static shared memory that every GPU offers.
static constexpr int64_t kMaxStaticBytes = 48 * 1024;
static constexpr unsigned kGlobalSpace = 1, kSharedSpace = 3;

/// 16-byte aligned, read only or written only, noalias.
static void annotateArguments(TileKernelOp kernel, LLVM::LLVMFuncOp function) {
  Builder builder(kernel.getContext());
  for (BlockArgument argument : kernel.getBody().getArguments()) {
    bool writes = isStored(argument);
    bool reads = llvm::any_of(argument.getUses(), [](OpOperand &use) {
      auto store = dyn_cast<TileStoreOp>(use.getOwner());
      return !store || store.getTarget() != use.get();
    });
    unsigned i = argument.getArgNumber();
    // What the kernel before writes changes while this one already runs: a
    // promise that nothing does would let LLVM read it before the wait. A cache
    // that is updated in place has two arguments.
    if ((writes || !mustWaitFor(kernel, i)) && !kernel.isShared(i))
      function.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(),
                          builder.getUnitAttr());
    function.setArgAttr(i, LLVM::LLVMDialect::getAlignAttrName(),
                        builder.getI64IntegerAttr(16));
    if (!writes)
      function.setArgAttr(i, LLVM::LLVMDialect::getReadonlyAttrName(),
                          builder.getUnitAttr());
    else if (!reads)
      function.setArgAttr(i, LLVM::LLVMDialect::getWriteOnlyAttrName(),
                          builder.getUnitAttr());
  }
}

static void annotateLaunch(TileKernelOp kernel, LLVM::LLVMFuncOp function,
                           int64_t chipBytes) {
  Builder builder(kernel.getContext());
  ScheduleAttr schedule = *kernel.getSchedule();
  int32_t threads = 32 * schedule.getWarps();
  bool isStatic = chipBytes <= kMaxStaticBytes;
  function->setAttr(NVVM::NVVMDialect::getKernelFuncAttrName(),
                    builder.getUnitAttr());
  function->setAttr(NVVM::NVVMDialect::getMaxntidAttrName(),
                    builder.getDenseI32ArrayAttr({threads, 1, 1}));
  if (schedule.getBlocks() > 0)
    function->setAttr(NVVM::NVVMDialect::getMinctasmAttrName(),
                      builder.getI32IntegerAttr(schedule.getBlocks()));
  function->setAttr("ssm.block", builder.getI64IntegerAttr(threads));
  if (schedule.getSegments() > 1)
    function->setAttr("ssm.segments",
                      builder.getI64IntegerAttr(schedule.getSegments()));
  if (int64_t cluster = schedule.getCluster(); cluster > 1) {
    function->setAttr(
        NVVM::NVVMDialect::getClusterDimAttrName(),
        builder.getDenseI32ArrayAttr({static_cast<int32_t>(cluster), 1, 1}));
    function->setAttr("ssm.cluster", builder.getI64IntegerAttr(cluster));
  }
  function->setAttr("ssm.static_shared_bytes",
                    builder.getI64IntegerAttr(isStatic ? chipBytes : 0));
  function->setAttr("ssm.shared_bytes",
                    builder.getI64IntegerAttr(isStatic ? 0 : chipBytes));
}

static LLVM::LLVMFuncOp createFunction(OpBuilder &builder,
                                       TileKernelOp kernel) {
  MLIRContext *context = kernel.getContext();
  SmallVector<Type> types(kernel.getArgumentTypes().size(),
                          LLVM::LLVMPointerType::get(context, kGlobalSpace));
  types.append(2, builder.getI64Type()); // batch, length
  if (kernel.hasCaches())
    types.push_back(builder.getI64Type());
  if (kernel.getSchedule()->getSegments() > 1)
    types.push_back(types.front()); // memory of the relay
  auto type =
      LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context), types);
  auto function = LLVM::LLVMFuncOp::create(builder, kernel.getLoc(),
                                           kernel.getSymName(), type);
  function.addEntryBlock(builder);
  annotateArguments(kernel, function);
  return function;
}

/// The array all on-chip tiles of a kernel lie in; sized at the launch where it
/// is larger than static shared memory may be. Where warpgroups read it begins
/// at a period of their swizzle.
static LLVM::GlobalOp createChipMemory(OpBuilder &builder, TileKernelOp kernel,
                                       int64_t bytes) {
  constexpr int64_t kAlign = 16, kSwizzleAlign = 1024;
  bool isStatic = bytes <= kMaxStaticBytes, isSwizzled = false;
  kernel.walk([&](TileDotOp dot) { isSwizzled |= usesWarpgroups(dot); });
  auto type =
      LLVM::LLVMArrayType::get(builder.getI8Type(), isStatic ? bytes : 0);
  auto linkage = isStatic ? LLVM::Linkage::Internal : LLVM::Linkage::External;
  return LLVM::GlobalOp::create(
      builder, kernel.getLoc(), type,
      /*isConstant=*/false, linkage, (kernel.getSymName() + "_chip").str(),
      Attribute(), isSwizzled ? kSwizzleAlign : kAlign, kSharedSpace);
}

static LogicalResult convertKernel(OpBuilder &builder, TileKernelOp kernel) {
  auto chipBytes = kernel->getAttrOfType<IntegerAttr>(kChipBytesAttr);
  if (!chipBytes)
    return kernel.emitOpError("expected a placed kernel (ssm-place)");
  if (kernel.getPacked() && kernel.getSchedule()->getSegments() > 1)
    return kernel.emitOpError("expected one segment in a schedule for packed "
                              "sequences, got ")
           << kernel.getSchedule()->getSegments();
  LLVM::GlobalOp memory;
  if (chipBytes.getInt() > 0)
    memory = createChipMemory(builder, kernel, chipBytes.getInt());
  LLVM::LLVMFuncOp function = createFunction(builder, kernel);
  annotateLaunch(kernel, function, chipBytes.getInt());
  OpBuilder body = OpBuilder::atBlockEnd(&function.getBody().front());
  Value chip;
  if (memory)
    chip = LLVM::AddressOfOp::create(body, kernel.getLoc(), memory);
  Emitter emitter(kernel, function, chip);
  if (failed(emitter.emitBody()))
    return failure();
  LLVM::ReturnOp::create(emitter.b, kernel.getLoc(), ValueRange());
  return success();
}

namespace {
struct SSMToGPUPass : mlir::ssm::impl::SSMToGPUPassBase<SSMToGPUPass> {
  using SSMToGPUPassBase::SSMToGPUPassBase;

  void runOnOperation() override {
    auto kernels = getOperation().getOps<TileKernelOp>();
    if (kernels.empty())
      return;
    OpBuilder builder(&getContext());
    builder.setInsertionPointToEnd(getOperation().getBody());
    auto module = gpu::GPUModuleOp::create(builder, getOperation().getLoc(),
                                           "ssm_kernels");
    builder.setInsertionPointToEnd(module.getBody());
    for (TileKernelOp kernel : kernels)
      if (failed(convertKernel(builder, kernel)))
        return signalPassFailure();
  }
};
} // namespace
