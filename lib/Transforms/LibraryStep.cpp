// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From the loads of a product's program to the matrices of a library's.

#include "lib/Transforms/LibraryStep.h"

#include "dialect/AccessMap.h"
#include "lib/Transforms/Convolve.h"

using namespace mlir;
using namespace mlir::ssm;

/// Whether a library may compute what `kernel` yields, the result of `work`.
static bool isLibrarys(KernelOp kernel, WorkOpInterface work) {
  Operation *yield = kernel.getBody().front().getTerminator();
  return kernel.getLibrary() && yield->getNumOperands() == 1 &&
         yield->getOperand(0) == work->getResult(0);
}

MatmulAttr mlir::ssm::findLibraryStep(KernelOp kernel, WorkOpInterface product,
                                      TileKernelOp program) {
  if (!isLibrarys(kernel, product))
    return {};
  struct Matrix {
    int64_t argument = -1, offset = 0, stride = 0;
  };
  std::optional<Matrix> factors[2];
  program.walk([&](TileDotOp dot) {
    for (unsigned i = 0; i < 2; ++i) {
      auto load = dot->getOperand(1 + i).getDefiningOp<TileLoadOp>();
      if (!load)
        return;
      auto view = cast<MemRefType>(load.getSource().getType());
      auto dims = decomposeAccessMap(load.getMap());
      int64_t row = view.getShape().back(), offset = dims->back().offset;
      bool plain = dims->back().axis == Axis::Inner;
      for (AccessDim dim : ArrayRef(*dims).drop_back()) {
        // A matrix may begin at a later row of a larger one.
        bool isRow = dim.axis == Axis::Channel && dims->size() == 2;
        plain &= dim.axis && !dim.reversed && !dim.fromEnd &&
                 (dim.offset == 0 || isRow);
        offset += dim.offset * row;
      }
      if (plain)
        factors[i] = Matrix{
            cast<BlockArgument>(load.getSource()).getArgNumber(), offset, row};
    }
  });
  Type element = getElementTypeOrSelf(product->getResult(0).getType());
  for (Value operand : product->getOperands())
    if (getElementTypeOrSelf(operand.getType()) != element)
      return {};
  if (!factors[0] || !factors[1])
    return {};
  int64_t bias = -1;
  if (std::optional<unsigned> operand = product.getMatrixProduct()->bias) {
    auto argument = dyn_cast<BlockArgument>(product->getOperand(*operand));
    if (!argument)
      return {};
    bias = argument.getArgNumber();
  }
  auto from = kernel->getAttrOfType<IntegerAttr>(kLibraryFromAttr);
  return MatmulAttr::get(
      kernel.getContext(), factors[0]->argument, factors[0]->offset,
      factors[0]->stride, factors[1]->argument, factors[1]->offset,
      factors[1]->stride, kernel.getInputs().size(), bias,
      *program.getExtent(Axis::Channel), *program.getExtent(Axis::Inner),
      from ? from.getInt() : 1);
}

ConvolutionAttr mlir::ssm::findConvolutionStep(KernelOp kernel,
                                               WorkOpInterface work) {
  if (!isLibrarys(kernel, work) ||
      !getElementTypeOrSelf(work->getResult(0).getType()).isF32())
    return {};
  Convolution convolution = *work.getConvolution();
  auto x = dyn_cast<BlockArgument>(work->getOperand(convolution.signal));
  auto k = dyn_cast<BlockArgument>(work->getOperand(convolution.kernel));
  auto below = kernel->getAttrOfType<IntegerAttr>(kDirectBelowAttr);
  if (!x || !k)
    return {};
  return ConvolutionAttr::get(kernel.getContext(), x.getArgNumber(),
                              k.getArgNumber(), kernel.getInputs().size(),
                              convolution.reverse ? 1 : 0,
                              below ? below.getInt() : 0);
}
