// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Loops of a tile program, and the sums that are made in them.

#ifndef LIB_TRANSFORMS_TILELOOPS_H
#define LIB_TRANSFORMS_TILELOOPS_H

#include "lib/Transforms/TileBuilder.h"

namespace mlir::ssm {

/// A loop over `axis` that carries `init`; the tile builder emits into it.
TileForOp enterLoop(TileBuilder &tiles, Location loc, Axis axis,
                    ValueRange init);
void leaveLoop(TileBuilder &tiles, TileForOp loop, ValueRange values);

Value fillZero(TileBuilder &tiles, Location loc, TileType type);

/// Tiles of everything `work` reads at its own token; empty after an error.
SmallVector<Value> materialiseAccesses(TileBuilder &tiles,
                                       WorkOpInterface work);

/// Element types of tiles become arguments of a scalar region.
void addElements(Block &body, ValueRange inputs, Location loc);

/// Sums the contributions of `work`, a reduction, tile by tile of the reduced
/// axis.
LogicalResult sumReduction(TileBuilder &tiles, WorkOpInterface work);

/// Sums those of a convolution, lag by lag, for all tokens of a tile at once.
LogicalResult sumLags(TileBuilder &tiles, WorkOpInterface work);

} // namespace mlir::ssm

#endif // LIB_TRANSFORMS_TILELOOPS_H
