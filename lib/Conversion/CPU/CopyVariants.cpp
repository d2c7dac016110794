// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-cpu-variants: tile kernels in, a copy for each instruction set out.

#include "lib/Conversion/CPU/Plan.h"
#include "lib/Conversion/CPU/SSMToCPU.h"

#include "mlir/IR/Builders.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_COPYVARIANTSPASS
#include "lib/Conversion/CPU/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;

static bool hasPairs(TileKernelOp kernel) {
  WalkResult found = kernel.walk([](TileDotOp dot) {
    return isPaired(dot.getLhs()) ? WalkResult::interrupt()
                                  : WalkResult::advance();
  });
  return found.wasInterrupted();
}

namespace {
struct CopyVariantsPass
    : mlir::ssm::impl::CopyVariantsPassBase<CopyVariantsPass> {
  using CopyVariantsPassBase::CopyVariantsPassBase;

  void runOnOperation() override {
    SmallVector<StringRef> names(variants.begin(), variants.end());
    bool wantsAll = names.empty();
    if (wantsAll)
      for (const Variant &variant : getVariants())
        names.push_back(variant.name);
    for (StringRef name : names)
      if (!lookupVariant(name)) {
        getOperation().emitError(
            "expected a variant avx512bf16, avx512 or avx2, got '")
            << name << "'";
        return signalPassFailure();
      }
    OpBuilder builder(&getContext());
    for (auto kernel :
         llvm::make_early_inc_range(getOperation().getOps<TileKernelOp>())) {
      builder.setInsertionPoint(kernel);
      for (StringRef name : names) {
        auto copy = cast<TileKernelOp>(builder.clone(*kernel));
        copy.setSymName((kernel.getSymName() + "." + name).str());
        copy->setAttr(kVariantAttr, builder.getStringAttr(name));
        // Code without such products would be that of the next variant.
        if (wantsAll && lookupVariant(name)->hasPairs && !hasPairs(copy))
          copy.erase();
      }
      kernel.erase();
    }
  }
};
} // namespace
