// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The plan of a kernel for a CPU: where each tile lives and which ops share
// loops. It is kept in attributes (see Passes.td); here are their names and the
// questions that the planner and the lowering both ask.

#ifndef LIB_CONVERSION_CPU_PLAN_H
#define LIB_CONVERSION_CPU_PLAN_H

#include "dialect/SSM.h"
#include "lib/Conversion/CPU/Variant.h"

namespace mlir::ssm {

constexpr StringLiteral kVariantAttr = "ssm.variant";
constexpr StringLiteral kLanesAttr = "ssm.lanes";
constexpr StringLiteral kBlocksAttr = "ssm.blocks";
constexpr StringLiteral kPlaceAttr = "ssm.place";
constexpr StringLiteral kNestAttr = "ssm.nest";
constexpr StringLiteral kStatesAttr = "ssm.states";
constexpr StringLiteral kScratchBytesAttr = "ssm.scratch_bytes";

enum class CPUPlace { Inline, Scratch, Registers };

/// Where `tile` was decided to live; for an argument of a loop's region, where
/// the loop's result does.
CPUPlace getPlace(Value tile);

/// The axes of a tile in the order of scratch memory: the channel innermost.
SmallVector<Axis> getMemoryOrder(TileType tile);

/// The axis that the lanes of a vector run along, none for a tile of one
/// element.
std::optional<Axis> getLaneAxis(TileType tile);

/// Whether neighbours along `lane` are neighbours in memory.
bool isContiguous(TileLoadOp load, Axis lane);

/// Whether the tokens of a scan hold all states of a channel in registers,
/// wherever those are between its tiles.
bool holdsAllStates(TileScanOp scan);

/// Whether `tile` is an operand of a product that is computed from pairs of
/// bf16, neighbours along the contracted axis.
bool isPaired(Value tile);

/// The variant that the kernel is a copy for; the first one if it says nothing.
const Variant &getVariant(TileKernelOp kernel);

/// Plans a kernel whose tiles have the sizes of its axes.
LogicalResult planForCPU(TileKernelOp kernel, int64_t vectorWidth);

} // namespace mlir::ssm

#endif // LIB_CONVERSION_CPU_PLAN_H
