// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-split-products: products that are read in parts go in; out comes a
// product for each part, where the wait for one of them can be hidden.

#include "lib/Transforms/SplitProducts.h"

#include "lib/Schedule/Contraction.h"
#include "lib/Transforms/Caches.h"
#include "lib/Transforms/Passes.h"
#include "lib/Transforms/TargetMachine.h"
#include "lib/Transforms/TokenWalk.h"

#include "mlir/IR/PatternMatch.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"
#include "llvm/Support/FormatVariadic.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_SPLITPRODUCTSPASS
#include "lib/Transforms/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;
using ::ssm::schedule::kThinTokens;
using ::ssm::schedule::Machine;
using ::ssm::schedule::Shape;

namespace {

/// Whether the parts are to be computed apart, and why.
struct Decision {
  bool apart;
  std::string reason;
};

/// parts(product(x, w)) -> product(x, part of w) for each part.
class SplitProduct : public OpInterfaceRewritePattern<WorkOpInterface> {
public:
  /// `overlaps`: a kernel may start before the one before it has ended.
  SplitProduct(MLIRContext *context, const Machine &machine, bool overlaps,
               ArrayRef<Shape> shapes)
      : OpInterfaceRewritePattern(context), machine(machine),
        overlaps(overlaps), shapes(shapes) {}

  LogicalResult matchAndRewrite(WorkOpInterface product,
                                PatternRewriter &rewriter) const override;

private:
  Decision decide(WorkOpInterface product, ArrayRef<int64_t> sizes) const;

  const Machine &machine;
  bool overlaps;
  ArrayRef<Shape> shapes;
};

} // namespace

static RankedTensorType typeOf(Value value) {
  return cast<RankedTensorType>(value.getType());
}

/// How many channels each result of `reader` takes, if together they are those
/// of its operand, one after the other.
static std::optional<SmallVector<int64_t>>
cutOfChannels(WorkOpInterface reader) {
  constexpr unsigned kRank = 3;
  Value whole = reader->getOperand(0);
  if (typeOf(whole).getRank() != kRank)
    return std::nullopt;
  SmallVector<int64_t> sizes;
  int64_t begin = 0;
  for (OpResult part : reader->getResults()) {
    MLIRContext *context = reader.getContext();
    SmallVector<AffineExpr> exprs;
    for (unsigned dim = 0; dim < kRank; ++dim)
      exprs.push_back(getAffineDimExpr(dim, context));
    exprs.back() = exprs.back() + begin;
    AffineMap map = reader.getResultAccess(part.getResultNumber());
    if (map.getResults() != ArrayRef(exprs))
      return std::nullopt;
    sizes.push_back(typeOf(part).getShape().back());
    begin += sizes.back();
  }
  if (begin != typeOf(whole).getShape().back())
    return std::nullopt;
  return sizes;
}

/// Whether the rows of operand `number` belong to a channel each.
static bool hasRowsOfChannels(WorkOpInterface product, unsigned number) {
  SmallVector<Axis> axes = product.getIterationAxes();
  return llvm::any_of(product.getAccesses(), [&](const OperandAccess &access) {
    return access.operand == number && access.map.getNumResults() == 2 &&
           isPlainAxis(access.map.getResult(0), axes, Axis::Channel) &&
           isPlainAxis(access.map.getResult(1), axes, Axis::Inner);
  });
}

Decision SplitProduct::decide(WorkOpInterface product,
                              ArrayRef<int64_t> sizes) const {
  // What a few small kernels between two products take together.
  constexpr double kLaunchesToHide = 4;
  if (product.getMatrixProduct()->bias)
    return {false, "a library takes a bias whole"};
  if (!overlaps)
    return {false, "a launch waits for the one before it"};
  if (!llvm::all_of(product->getOperands(), isStillArgument))
    return {false, "it reads what another kernel computes: no part can wait"};
  // The others pay one launch more.
  auto thin = llvm::count_if(shapes, [](const Shape &shape) {
    return shape.batch * shape.length <= kThinTokens;
  });
  if (2 * thin <= static_cast<int64_t>(shapes.size()))
    return {false,
            llvm::formatv("{0} of {1} size classes have {2} tokens or fewer",
                          thin, shapes.size(), kThinTokens)
                .str()};
  RankedTensorType weight =
      typeOf(product->getOperand(product.getMatrixProduct()->rhs));
  double rowBytes = static_cast<double>(weight.getDimSize(1)) *
                    static_cast<double>(weight.getElementTypeBitWidth()) / 8;
  double least = kLaunchesToHide * machine.launchSeconds;
  double seconds = static_cast<double>(*llvm::min_element(sizes)) * rowBytes /
                   machine.memoryBytesPerSecond;
  if (seconds < least)
    return {false, llvm::formatv("the weights of a part are read in {0:f1} us, "
                                 "less than {1:f1} us",
                                 1e6 * seconds, 1e6 * least)
                       .str()};
  return {true,
          llvm::formatv("the weights of each part are read in {0:f1} us or "
                        "more, while other kernels run",
                        1e6 * least)
              .str()};
}

LogicalResult SplitProduct::matchAndRewrite(WorkOpInterface product,
                                            PatternRewriter &rewriter) const {
  if (!product.getMatrixProduct())
    return rewriter.notifyMatchFailure(product, "it is no matrix product");
  if (!product->hasOneUse())
    return rewriter.notifyMatchFailure(product, "not one op reads it");
  auto reader = dyn_cast<WorkOpInterface>(*product->user_begin());
  auto sizes = reader && reader.getWorkKind() == WorkKind::Access
                   ? cutOfChannels(reader)
                   : std::nullopt;
  if (!sizes || sizes->size() < 2)
    return rewriter.notifyMatchFailure(product,
                                       "its reader does not cut channels");
  unsigned rhs = product.getMatrixProduct()->rhs;
  if (!hasRowsOfChannels(product, rhs))
    return rewriter.notifyMatchFailure(product,
                                       "no row of the weight is a channel's");
  auto wanted = product->getAttrOfType<StringAttr>(kPartsAttr);
  if (wanted && product->hasAttr(kPartsReasonAttr))
    return rewriter.notifyMatchFailure(product, "it stays together");
  Decision decision =
      wanted ? Decision{wanted == kPartsApart, "written in the source"}
             : decide(product, *sizes);
  auto note = [&](Operation *op) {
    op->setAttr(kPartsAttr, rewriter.getStringAttr(
                                decision.apart ? kPartsApart : kPartsTogether));
    op->setAttr(kPartsReasonAttr, rewriter.getStringAttr(decision.reason));
  };
  if (!decision.apart) {
    rewriter.modifyOpInPlace(product, [&] { note(product); });
    return success();
  }
  Value weight = product->getOperand(rhs);
  SmallVector<Type> types;
  for (int64_t size : *sizes)
    types.push_back(RankedTensorType::get({size, typeOf(weight).getDimSize(1)},
                                          typeOf(weight).getElementType()));
  rewriter.setInsertionPoint(product);
  auto weights = SplitOp::create(rewriter, product.getLoc(), types, weight,
                                 rewriter.getI64IntegerAttr(0));
  SmallVector<Value> parts;
  for (auto [part, rows] :
       llvm::zip(reader->getResults(), weights.getParts())) {
    Operation *each = rewriter.clone(*product);
    each->setOperand(rhs, rows);
    each->getResult(0).setType(part.getType());
    note(each);
    parts.push_back(each->getResult(0));
  }
  rewriter.replaceOp(reader, parts);
  rewriter.eraseOp(product);
  return success();
}

/// A choice that the source names is one, at a product without a bias.
static LogicalResult checkWanted(WorkOpInterface work) {
  Attribute wanted = work->getAttr(kPartsAttr);
  if (!wanted)
    return success();
  auto text = dyn_cast<StringAttr>(wanted);
  if (!text || (text != kPartsApart && text != kPartsTogether))
    return work->emitOpError("expected ")
           << kPartsAttr << " \"" << kPartsApart << "\" or \"" << kPartsTogether
           << "\", got " << wanted;
  if (text == kPartsApart &&
      (!work.getMatrixProduct() || work.getMatrixProduct()->bias))
    return work->emitOpError("expected a product without a bias for ")
           << kPartsAttr << " " << wanted;
  return success();
}

namespace {
struct SplitProductsPass
    : mlir::ssm::impl::SplitProductsPassBase<SplitProductsPass> {
  using SplitProductsPassBase::SplitProductsPassBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    std::optional<Machine> machine = machineOf(function, target);
    if (!machine)
      return signalPassFailure();
    WalkResult checked = function.walk([](WorkOpInterface work) {
      return failed(checkWanted(work)) ? WalkResult::interrupt()
                                       : WalkResult::advance();
    });
    if (checked.wasInterrupted())
      return signalPassFailure();
    SmallVector<Shape> shapes;
    for (SizeClassAttr at : getSizeClasses(function))
      shapes.push_back({at.getBatch(), at.getLength()});
    if (shapes.empty())
      shapes.push_back({batch, length});
    RewritePatternSet patterns(&getContext());
    patterns.add<SplitProduct>(&getContext(), *machine,
                               overlap && machine->overlapsLaunches, shapes);
    if (failed(applyPatternsGreedily(function, std::move(patterns))))
      return signalPassFailure();
    function.walk([&](WorkOpInterface work) {
      auto wanted = work->getAttrOfType<StringAttr>(kPartsAttr);
      if (!wanted || wanted != kPartsApart || work->hasAttr(kPartsReasonAttr))
        return;
      work->emitOpError("expected one reader, which cuts its channels, for ")
          << kPartsAttr << " " << wanted;
      signalPassFailure();
    });
  }
};
} // namespace
