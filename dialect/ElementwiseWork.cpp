// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The WorkOpInterface for elementwise ops of arith and math: on tensors they
// are pointwise work whose scalar code is the op itself.

#include "dialect/SSM.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mlir::ssm;

namespace {

unsigned rankOf(Operation *op) {
  auto type = dyn_cast<RankedTensorType>(op->getResult(0).getType());
  return type ? type.getRank() : 0;
}

SmallVector<Axis> axesOf(Operation *op) {
  static const Axis all[] = {Axis::Batch, Axis::Time, Axis::Channel,
                             Axis::State};
  unsigned rank = std::min(rankOf(op), 4u);
  ArrayRef<Axis> axes(all);
  if (rank > 2)
    return llvm::to_vector(axes.take_front(rank));
  return llvm::to_vector(axes.drop_front(2).take_front(rank));
}

template <typename OpTy>
struct Elementwise : WorkOpInterface::ExternalModel<Elementwise<OpTy>, OpTy> {
  WorkKind getWorkKind(Operation *) const { return WorkKind::Pointwise; }

  SmallVector<Axis> getIterationAxes(Operation *op) const { return axesOf(op); }

  SmallVector<OperandAccess> getAccesses(Operation *op) const {
    SmallVector<OperandAccess> accesses;
    for (unsigned i = 0; i < op->getNumOperands(); ++i)
      accesses.push_back(
          {i, AffineMap::getMultiDimIdentityMap(rankOf(op), op->getContext())});
    return accesses;
  }

  AffineMap getResultMap(Operation *op, unsigned) const {
    return AffineMap::getMultiDimIdentityMap(rankOf(op), op->getContext());
  }

  SmallVector<Value> buildBody(Operation *op, OpBuilder &builder, Location loc,
                               ValueRange scalars, ValueRange) const {
    OperationState state(loc, op->getName());
    state.addOperands(scalars);
    state.addTypes(getElementTypeOrSelf(op->getResult(0).getType()));
    state.addAttributes(op->getAttrs());
    return {builder.create(state)->getResult(0)};
  }
};

/// A splat constant: pointwise work that reads nothing.
struct SplatConstant
    : WorkOpInterface::ExternalModel<SplatConstant, arith::ConstantOp> {
  WorkKind getWorkKind(Operation *) const { return WorkKind::Pointwise; }
  SmallVector<Axis> getIterationAxes(Operation *op) const { return axesOf(op); }
  AffineMap getResultMap(Operation *op, unsigned) const {
    return AffineMap::getMultiDimIdentityMap(rankOf(op), op->getContext());
  }
  SmallVector<Value> buildBody(Operation *op, OpBuilder &builder, Location loc,
                               ValueRange, ValueRange) const {
    auto splat =
        dyn_cast<SplatElementsAttr>(cast<arith::ConstantOp>(op).getValue());
    if (!splat)
      return {};
    auto value = cast<TypedAttr>(splat.getSplatValue<Attribute>());
    return {arith::ConstantOp::create(builder, loc, value)};
  }
};

/// What of arith and math computes element by element.
template <typename... OpTys> struct OpList {
  static void attach(MLIRContext *context) {
    (OpTys::template attachInterface<Elementwise<OpTys>>(*context), ...);
  }
  static bool contains(Operation *op) { return isa<OpTys...>(op); }
};
using ElementwiseOps =
    OpList<arith::AddFOp, arith::SubFOp, arith::MulFOp, arith::DivFOp,
           arith::NegFOp, arith::MaximumFOp, arith::MinimumFOp,
           arith::MaxNumFOp, arith::MinNumFOp, arith::ExtFOp, arith::TruncFOp,
           arith::CmpFOp, arith::SelectOp, math::AbsFOp, math::ErfOp,
           math::ExpOp, math::Exp2Op, math::ExpM1Op, math::LogOp, math::Log1pOp,
           math::Log2Op, math::RsqrtOp, math::SqrtOp, math::TanhOp>;

} // namespace

bool mlir::ssm::isElementwiseWork(Operation *op) {
  return isa<arith::ConstantOp>(op) || ElementwiseOps::contains(op);
}

void mlir::ssm::registerElementwiseWork(DialectRegistry &registry) {
  registry.addExtension(
      +[](MLIRContext *context, arith::ArithDialect *, math::MathDialect *) {
        ElementwiseOps::attach(context);
        arith::ConstantOp::attachInterface<SplatConstant>(*context);
      });
}
