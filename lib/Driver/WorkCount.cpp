// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Counts bytes by the access maps of loads and stores, operations by the scalar
// regions of tile ops.

#include "lib/Driver/WorkCount.h"

#include "dialect/AccessMap.h"
#include "lib/Transforms/FlatTokens.h"

#include <cmath>
#include <set>

using namespace mlir;
using namespace mlir::ssm;

Polynomial Polynomial::constant(int64_t value) {
  Polynomial p;
  if (value != 0)
    p.monomials[{0, 0}] = value;
  return p;
}

Polynomial Polynomial::extent(Axis axis, int64_t extent) {
  if (!ShapedType::isDynamic(extent))
    return constant(extent);
  Polynomial p;
  p.monomials[axis == Axis::Batch ? std::pair(1, 0) : std::pair(0, 1)] = 1;
  return p;
}

Polynomial &Polynomial::operator+=(const Polynomial &other) {
  for (auto [exponents, coefficient] : other.monomials)
    monomials[exponents] += coefficient;
  return *this;
}

Polynomial Polynomial::operator*(const Polynomial &other) const {
  Polynomial product;
  for (auto [a, x] : monomials)
    for (auto [b, y] : other.monomials)
      product.monomials[{a.first + b.first, a.second + b.second}] += x * y;
  return product;
}

Polynomial Polynomial::dividedBy(int64_t divisor) const {
  Polynomial quotient;
  for (auto [exponents, coefficient] : monomials)
    quotient.monomials[exponents] = llvm::divideCeil(coefficient, divisor);
  return quotient;
}

double Polynomial::evaluate(int64_t batch, int64_t length) const {
  double sum = 0;
  for (auto [exponents, coefficient] : monomials)
    sum += coefficient * std::pow(batch, exponents.first) *
           std::pow(length, exponents.second);
  return sum;
}

namespace {

/// The part of a view that an access touches: for each dimension its first
/// index and its size. A shift along time touches the same tokens.
using Footprint = std::vector<std::pair<int64_t, int64_t>>;

class BytesCounter {
public:
  explicit BytesCounter(TileKernelOp kernel) : kernel(kernel) {}

  /// `hasSlots`: the view is a cache, of which the batch's slots are touched.
  void add(Value view, AffineMap map, bool hasSlots) {
    auto type = cast<MemRefType>(view.getType());
    Footprint footprint;
    SmallVector<AccessDim> dims = *decomposeAccessMap(map);
    for (auto [dim, size] : llvm::zip(dims, type.getShape())) {
      if (hasSlots && footprint.empty())
        footprint.emplace_back(0, *kernel.getExtent(Axis::Batch));
      else if (!dim.axis)
        footprint.emplace_back(dim.offset, 1);
      else if (*dim.axis == Axis::Time || *dim.axis == Axis::Batch)
        footprint.emplace_back(0, size);
      else
        footprint.emplace_back(dim.offset, *kernel.getExtent(*dim.axis));
    }
    if (!seen.insert({view.getAsOpaquePointer(), footprint}).second)
      return;
    Polynomial bytes = Polynomial::constant(type.getElementTypeBitWidth() / 8);
    for (auto [i, part] : llvm::enumerate(footprint))
      bytes = bytes * Polynomial::extent(i == 0 ? Axis::Batch : Axis::Time,
                                         part.second);
    for (const AccessDim &dim : dims)
      bytes = bytes.dividedBy(dim.every);
    total += bytes;
  }

  Polynomial total;

private:
  TileKernelOp kernel;
  std::set<std::pair<const void *, Footprint>> seen;
};

} // namespace

/// Points at which a region over `axes` runs in a launch: their extents, and
/// one run for every cell along grid axes that the tile lacks. Packed sequences
/// have as many tokens together as the row.
static Polynomial countPoints(TileKernelOp kernel, ArrayRef<Axis> axes) {
  Polynomial points = Polynomial::constant(1);
  for (Axis axis : axes)
    points = points * Polynomial::extent(axis, *kernel.getExtent(axis));
  for (Axis axis : kernel.getGridAxes()) {
    int64_t extent = *kernel.getExtent(axis);
    if (llvm::is_contained(axes, axis))
      continue;
    if (axis == Axis::Batch && kernel.getPacked() &&
        llvm::is_contained(axes, Axis::Time))
      continue;
    if (axis == Axis::Batch)
      points = points * Polynomial::extent(axis, extent);
    else if (!ShapedType::isDynamic(extent))
      points = points * Polynomial::constant(
                            llvm::divideCeil(extent, kernel.getTile(axis)));
  }
  if (hasFlatTokens(kernel))
    points = points * Polynomial::extent(Axis::Batch, ShapedType::kDynamic);
  return points;
}

/// How many lags of a convolution a region in a kernel runs for.
static Polynomial countLags(TileKernelOp kernel, Region &region) {
  auto loop = dyn_cast<TileForOp>(region.getParentOp()->getParentOp());
  if (!loop || loop.getAxis() != Axis::Inner ||
      kernel.getTile(Axis::Inner) != 1)
    return Polynomial::constant(1);
  return Polynomial::extent(Axis::Time, *kernel.getExtent(Axis::Inner));
}

/// Scalar operations in a region: arithmetic and transcendentals.
static std::pair<int64_t, int64_t> countScalars(Region &region) {
  int64_t flops = 0, transcendentals = 0;
  region.walk([&](Operation *op) {
    if (isa<arith::AddFOp, arith::SubFOp, arith::MulFOp>(op))
      ++flops;
    else if (isa<math::FmaOp>(op))
      flops += 2;
    else if (isa<arith::DivFOp>(op) ||
             (isa<math::MathDialect>(op->getDialect()) &&
              !isa<math::AbsFOp>(op)))
      ++transcendentals;
  });
  return {flops, transcendentals};
}

bool mlir::ssm::hasHalfFactors(TileDotOp dot) {
  Type lhs = cast<TileType>(dot.getLhs().getType()).getElementType();
  Type rhs = cast<TileType>(dot.getRhs().getType()).getElementType();
  return lhs == rhs && lhs.getIntOrFloatBitWidth() == 16;
}

Work mlir::ssm::countWork(TileKernelOp kernel) {
  Work work;
  BytesCounter read(kernel), written(kernel);
  auto addRegion = [&](Region &region, ArrayRef<Axis> axes, int64_t extra) {
    auto [flops, transcendentals] = countScalars(region);
    Polynomial points = countPoints(kernel, axes) * countLags(kernel, region);
    work.flops += points * Polynomial::constant(flops + extra);
    work.transcendentals += points * Polynomial::constant(transcendentals);
  };
  kernel.walk([&](Operation *op) {
    if (auto load = dyn_cast<TileLoadOp>(op)) {
      read.add(load.getSource(), load.getMap(),
               static_cast<bool>(load.getSlots()));
    } else if (auto store = dyn_cast<TileStoreOp>(op)) {
      written.add(store.getTarget(), store.getMap(),
                  static_cast<bool>(store.getSlots()));
    } else if (auto map = dyn_cast<TileMapOp>(op)) {
      addRegion(map.getBody(),
                cast<TileType>(map.getOutputs()[0].getType()).getAxes(), 0);
    } else if (auto scan = dyn_cast<TileScanOp>(op)) {
      SmallVector<Axis> axes(scan.getStateType().getAxes());
      axes.insert(axes.begin(), Axis::Time);
      bool isSummed = scan.getRead().getType().getRank() < axes.size();
      addRegion(scan.getBody(), axes, isSummed ? 1 : 0);
    } else if (auto dot = dyn_cast<TileDotOp>(op)) {
      SmallVector<Axis> axes(dot.getAcc().getType().getAxes());
      axes.push_back(Axis::Inner);
      Polynomial flops = countPoints(kernel, axes) * Polynomial::constant(2);
      work.flops += flops;
      if (hasHalfFactors(dot))
        work.matrixFlops += flops;
    } else if (auto reduce = dyn_cast<TileReduceOp>(op)) {
      work.flops += countPoints(kernel, reduce.getInput().getType().getAxes());
    }
  });
  if (BlockArgument order = kernel.getOrder())
    read.total +=
        Polynomial::constant(
            getElementTypeOrSelf(order.getType()).getIntOrFloatBitWidth() / 8) *
        Polynomial::extent(Axis::Time, ShapedType::kDynamic);
  work.bytesRead = read.total;
  work.bytesWritten = written.total;
  return work;
}
