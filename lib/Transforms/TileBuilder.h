// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Builds tile values on demand: a tensor value of a kernel at an access map.

#ifndef LIB_TRANSFORMS_TILEBUILDER_H
#define LIB_TRANSFORMS_TILEBUILDER_H

#include "dialect/SSM.h"
#include "mlir/IR/IRMapping.h"

namespace mlir::ssm {

/// Extents and tiles of the axes of a kernel; absent axes have extent 0.
struct TileAxes {
  int64_t extent[kNumAxes] = {};
  int64_t tile[kNumAxes] = {};
  /// Walked one by one: a position, and no axis of a tile.
  bool isWalked[kNumAxes] = {};

  bool has(Axis axis) const { return extent[static_cast<unsigned>(axis)] != 0; }
};

/// Emits tile ops into a kernel that is being built. Access maps go from the
/// five axes (and the length, symbol 0) to the dimensions of a tensor. What
/// does not vary along the loop's axis is emitted outside of the loop.
class TileBuilder {
public:
  TileBuilder(TileAxes axes, bool reverse, MLIRContext *context);

  /// Where ops go that do not vary along the loop's axis.
  OpBuilder outside;
  /// Where ops go that do; used while a loop is entered.
  OpBuilder inside;

  /// Stands for `argument` of the kernel in memory.
  void setView(BlockArgument argument, Value view) {
    views.map(argument, view);
  }
  /// The view of `argument`; null for none.
  Value getView(Value argument) { return views.lookupOrNull(argument); }
  void enterLoop(Axis axis) { loopAxis = axis; }
  void leaveLoop();

  /// `acc` plus the product of the two factors that `work` contracts, at its
  /// own token; null after an error was emitted.
  Value addProduct(WorkOpInterface work, Value acc);
  /// Zeros for the sums of a product, in the type it is computed in.
  Value zeroSums(WorkOpInterface work);

  /// The sum of a work op's contributions, finished when its result is read.
  void setSum(Operation *op, Value sum) { sums[op] = sum; }

  /// The map at which `result` of `work` is computed: its own token.
  AffineMap ownMap(WorkOpInterface work, unsigned result);
  /// Where `work` reads an operand when it computes at its own token.
  AffineMap ownAccess(WorkOpInterface work, const OperandAccess &access);

  TileType tileType(AffineMap map, Type elementType);
  bool varies(AffineMap map, Axis axis);
  /// The tile of `value` at `map`; null after an error was emitted.
  Value materialise(Value value, AffineMap map);
  /// The builder for what is emitted at `map`.
  OpBuilder &builderAt(AffineMap map);

private:
  Value compute(OpResult result, AffineMap map);
  /// At the slots that `slots` has, where `argument` is a cache.
  Value load(BlockArgument argument, AffineMap map, Value slots);
  Value access(WorkOpInterface work, OpResult result, AffineMap map);
  Value finish(WorkOpInterface work, OpResult result, AffineMap map);
  Value mapPointwise(WorkOpInterface work, OpResult result, AffineMap map);
  /// The iteration dimensions of `work` when `result` is wanted at `map`; a
  /// dimension that the result lacks is null.
  SmallVector<AffineExpr> iterationAt(WorkOpInterface work, unsigned result,
                                      AffineMap map);

  TileAxes axes;
  bool reverse;
  MLIRContext *context;
  std::optional<Axis> loopAxis;
  IRMapping views;
  DenseMap<Operation *, Value> sums;
  DenseMap<std::pair<Value, AffineMap>, Value> outsideTiles, insideTiles;
};

/// `tile` with elements of another floating-point type.
Value castTile(OpBuilder &b, Location loc, Value tile, Type element);

} // namespace mlir::ssm

#endif // LIB_TRANSFORMS_TILEBUILDER_H
