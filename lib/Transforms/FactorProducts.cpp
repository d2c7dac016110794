// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-factor-products: products in a scan are regrouped by the axes of their
// factors, and exponentials of products take base two.

#include "lib/Transforms/Passes.h"
#include "lib/Transforms/ScanAxes.h"

#include "mlir/IR/PatternMatch.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_FACTORPRODUCTSPASS
#include "lib/Transforms/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;

namespace {

/// The factors of one product that vary along the same axes.
struct Factors {
  AxisSet axes;
  SmallVector<Value> values;
};

/// Regroups the products of one scan.
class ProductGrouper {
public:
  ProductGrouper(TileScanOp scan, IRRewriter &rewriter)
      : scan(scan), rewriter(rewriter), axes(scan) {}
  void run();

private:
  void useBaseTwo(math::ExpOp exp);
  void regroup(arith::MulFOp product);
  void flatten(Value value, SmallVectorImpl<Value> &factors, bool isRoot);

  TileScanOp scan;
  IRRewriter &rewriter;
  ScanAxes axes;
};

} // namespace

/// exp(x y) -> exp2(x y log2 e).
void ProductGrouper::useBaseTwo(math::ExpOp exp) {
  if (!exp.getType().isF32() ||
      !exp.getOperand().getDefiningOp<arith::MulFOp>())
    return;
  rewriter.setInsertionPoint(exp);
  Value log2e = arith::ConstantOp::create(
      rewriter, exp.getLoc(),
      rewriter.getF32FloatAttr(1.44269504088896340736f));
  Value scaled =
      arith::MulFOp::create(rewriter, exp.getLoc(), exp.getOperand(), log2e);
  rewriter.replaceOpWithNewOp<math::Exp2Op>(exp, scaled);
}

/// The factors of a product, through products that nothing else reads.
void ProductGrouper::flatten(Value value, SmallVectorImpl<Value> &factors,
                             bool isRoot) {
  auto product = value.getDefiningOp<arith::MulFOp>();
  if (!product || (!isRoot && !value.hasOneUse())) {
    factors.push_back(value);
    return;
  }
  flatten(product.getLhs(), factors, false);
  flatten(product.getRhs(), factors, false);
}

void ProductGrouper::regroup(arith::MulFOp product) {
  SmallVector<Value> values;
  flatten(product, values, true);
  if (values.size() < 3 || !product.getType().isF32())
    return;
  SmallVector<Factors> groups;
  for (Value value : values) {
    AxisSet set = axes.of(value);
    auto *group = llvm::find_if(
        groups, [&](const Factors &other) { return other.axes == set; });
    if (group == groups.end())
      groups.push_back({set, {value}});
    else
      group->values.push_back(value);
  }
  // Few axes first, those without time before those with: a group then joins
  // the first larger one that has all of its axes.
  auto cost = [](const Factors &group) {
    return 2 * llvm::popcount(group.axes) +
           ((group.axes & axisBit(Axis::Time)) ? 1 : 0);
  };
  llvm::stable_sort(groups, [&](const Factors &a, const Factors &b) {
    return cost(a) < cost(b);
  });
  rewriter.setInsertionPoint(product);
  Location loc = product.getLoc();
  Value result;
  for (unsigned i = 0; i < groups.size(); ++i) {
    Value part = groups[i].values.front();
    for (Value value : ArrayRef(groups[i].values).drop_front())
      part = arith::MulFOp::create(rewriter, loc, part, value);
    auto *larger = std::find_if(groups.begin() + i + 1, groups.end(),
                                [&](const Factors &other) {
                                  return (groups[i].axes & ~other.axes) == 0;
                                });
    if (larger != groups.end() && larger->axes != axes.all())
      larger->values.push_back(part);
    else
      result =
          result ? arith::MulFOp::create(rewriter, loc, result, part) : part;
  }
  rewriter.replaceOp(product, result);
}

void ProductGrouper::run() {
  scan.walk([&](math::ExpOp exp) { useBaseTwo(exp); });
  axes = ScanAxes(scan);
  SmallVector<arith::MulFOp> roots;
  scan.walk([&](arith::MulFOp product) {
    bool isRoot = !product->hasOneUse() ||
                  !isa<arith::MulFOp>(*product->getUsers().begin());
    if (isRoot)
      roots.push_back(product);
  });
  for (arith::MulFOp product : roots)
    regroup(product);
  for (Operation &op :
       llvm::make_early_inc_range(llvm::reverse(scan.getBody().front())))
    if (isOpTriviallyDead(&op))
      rewriter.eraseOp(&op);
}

namespace {
struct FactorProductsPass
    : mlir::ssm::impl::FactorProductsPassBase<FactorProductsPass> {
  using FactorProductsPassBase::FactorProductsPassBase;

  void runOnOperation() override {
    IRRewriter rewriter(&getContext());
    getOperation().walk(
        [&](TileScanOp scan) { ProductGrouper(scan, rewriter).run(); });
  }
};
} // namespace
