// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the lowerings of tile ops share while one kernel is written: where the
// cell and the loops stand, which registers hold a tile, and access to on-chip
// and device memory. Each Lower*.cpp takes one kind of tile op.

#ifndef LIB_CONVERSION_GPU_EMITTER_H
#define LIB_CONVERSION_GPU_EMITTER_H

#include "dialect/AccessMap.h"
#include "lib/Conversion/GPU/Place.h"
#include "lib/Conversion/GPU/VectorMemory.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

#include <array>
#include <map>

namespace mlir::ssm {

/// A tile in the registers of the lanes: one value for each slot.
struct RegisterTile {
  Layout layout;
  SmallVector<Value> values;
};

/// Where the kernel stands along an axis.
struct AxisPosition {
  /// First element of the tile, i64; null for 0.
  Value start;
  /// Elements of the tile inside the extent, i32; null if always all.
  Value left;
  bool isLoop = false;
};

/// A tile on chip as the lanes of a layout see it.
struct ChipAccess {
  Value pointer;
  int64_t align = 1;
  /// Byte offset of each slot from `pointer`.
  SmallVector<int64_t> offsets;
  Type element;
  int64_t begin = 0, end = 0;
  /// Lanes that have elements of their own; the others repeat them.
  int64_t lanes = 1;
};

/// A tile in device memory as the lanes of a layout see it.
struct GlobalAccess {
  Value pointer;
  int64_t align = 1;
  SmallVector<int64_t> offsets;
  /// In place of `pointer`, one for each slot, where rows follow an order.
  SmallVector<Value> rows;
  Type element;
  Layout layout;
  SmallVector<AccessDim> dims;
  MemRefType view;
  /// Elements that are valid together.
  int64_t vector = 1;
  bool readOnly = false;
  /// The slot of a cache, i64, and whether it is one; null where the view is
  /// none.
  Value slot, hasSlot;

  Value pointerOf(unsigned slot) const {
    return rows.empty() ? pointer : rows[slot];
  }
  /// Neighbours in memory that one access moves, at most `limit` elements.
  SmallVector<VectorGroup> group(int64_t limit) const;
};

/// The turn of an owner that walks one segment of a cell's time.
struct Relay {
  /// Of all cells, and what the cell's flag is at in it.
  Value memory;
  Value cells, cell, segment; // i32
  Value flag;
};

class Emitter {
public:
  Emitter(TileKernelOp kernel, LLVM::LLVMFuncOp function, Value chipMemory);

  /// Everything between the function's entry and its return.
  LogicalResult emitBody();
  LogicalResult emitBlock(Block &block);
  LogicalResult emitOps(llvm::iterator_range<Block::iterator> ops);

  // Integer arithmetic.
  Value i1(bool value);
  Value i32(int64_t value);
  Value i64(int64_t value);
  Value zero(Type type);
  Value add(Value x, Value y) { return arith::AddIOp::create(b, loc, x, y); }
  Value sub(Value x, Value y) { return arith::SubIOp::create(b, loc, x, y); }
  Value mul(Value x, int64_t factor);
  Value mul(Value x, Value y) { return arith::MulIOp::create(b, loc, x, y); }
  /// `x`, of at least 0, without the rest.
  Value quotient(Value x, int64_t divisor);
  Value extend(Value x);
  Value both(Value x, Value y);
  Value less(Value x, Value y);
  Value atLeast(Value x, Value y);
  Value select(Value c, Value x, Value y);
  Value addFloat(Value x, Value y);
  Value addUp(ArrayRef<Value> summands);
  Value offsetPointer(Value pointer, int64_t bytes);
  Value shuffleXor(Value value, int64_t mask);
  /// Runs `body` in the first `lanes` lanes of the owner alone.
  void inFirstLanes(int64_t lanes, llvm::function_ref<void()> body);

  // Lanes and positions.
  Value laneIndex(const AxisShare &share);
  /// First element of the lane along the axis: its index times the run.
  Value laneOffset(const AxisShare &share);
  Layout layoutOf(Operation *op, TileType type);
  AxisPosition positionAt(Axis axis, Value start, bool isLoop);
  /// Whether all elements of the tile are inside the extent, i1; null: always.
  Value isFull(const AxisShare &share);
  /// Whether the lane's element of a slot is inside the extent; null: always.
  Value isInside(const AxisShare &share, int64_t slot);

  // Segments along time; only where the schedule has more than one.
  /// The number of the cell whose turn it is.
  Value takeTurn();
  Value isLastSegment();
  /// The loop-carried values at the begin of the segment: those of the owner
  /// before, or `initial`.
  SmallVector<Value> receiveCarried(ValueRange initial);
  void passOn(ValueRange carried);
  Value ticketPointer();

  // Blocks that share a cell; only where the schedule has clusters.
  /// The cell of a block, which takes its rank.
  Value enterCluster(Value block);
  Value isFirstOfCluster();
  /// Leaves the sums of a loop with the first block, which adds them up.
  void sendSums(TileForOp loop);
  void receiveSums(TileForOp loop);

  // Tiles.
  void define(OpResult result, const Layout &layout, ArrayRef<Value> values);
  /// Registers of each tile in its layout; loads from the chip come first.
  FailureOr<SmallVector<SmallVector<Value>>>
  read(Operation *reader, ValueRange tiles, ArrayRef<Layout> layouts);
  bool isOnChip(Value tile);
  PlaceAttr placeOf(Value tile);

  // On-chip memory.
  ChipAccess accessChip(Value tile, const Layout &layout);
  ChipAccess accessStage(Value tile, const Layout &layout, Value stageOffset);
  ChipAccess accessSwizzled(Value tile, const Layout &layout,
                            Value stageOffset);
  Value chipPointer(ArrayRef<std::pair<AxisShare, int64_t>> parts);
  /// The first element of the lane in a swizzled tile.
  Value swizzledPointer(const AxisShare &row, const AxisShare &inner,
                        PlaceAttr place);
  int64_t chipStride(Value tile, Axis axis);
  void loadChip(MutableArrayRef<MemoryItem> items);
  using Range = std::pair<int64_t, int64_t>;
  /// What the layout's elements occupy, those of all stages.
  Range chipRange(Value tile, const Layout &layout);
  /// Makes what was written to all of `ranges` visible; all of them are read
  /// from then on.
  void beforeChipReads(ArrayRef<Range> ranges);
  void beforeChipWrite(int64_t begin, int64_t end);
  /// Stores wait, so that the loads of the next tile op can come before them,
  /// as long as registers can hold the values; `count` more are announced.
  void makeRoom(int64_t count);
  void deferStores(const ChipAccess &access, ArrayRef<Value> values);
  void flushStores();
  /// Stores at once; `beforeChipWrite` has made room for them.
  void storeChip(const ChipAccess &access, ArrayRef<Value> values);
  /// Waits for all lanes of the owner.
  void sync();
  void syncIfPending();
  void forgetPending();

  // Device memory.
  /// `slots` is null unless `view` is a cache.
  GlobalAccess accessGlobal(Value view, AffineMap map, Value slots,
                            TileType tile, const Layout &layout);
  /// Where the rows of a view stand, slot by slot, in an ordered kernel.
  void findRows(GlobalAccess &access);
  /// The coordinate along a dimension of element `index` of the tile, counted
  /// from `lane`, which may be null; i64.
  Value coordinate(const AccessDim &at, Value lane, int64_t index);
  /// Whether a dimension holds no more than tokens before the first one.
  bool isBeforeFirst(const AccessDim &dim, int64_t size);
  /// Likewise no more than tokens after the last one.
  bool isAfterLast(const AccessDim &dim, int64_t size);
  /// i1: no lane needs a check; null if that is always so.
  Value needsNoCheck(const GlobalAccess &access, bool &never);
  /// i1 of one element (and its vector); null: always valid.
  Value isValid(const GlobalAccess &access, int64_t slot);
  SmallVector<Value> loadGlobal(const GlobalAccess &access);
  void storeGlobal(const GlobalAccess &access, ArrayRef<Value> values);
  /// Whether nothing writes what the tile is read from while the package runs.
  bool standsStill(TileLoadOp load);
  /// Copies the tiles of `loads` to the chip; `stageOffset` may be null.
  void copyToChip(ArrayRef<TileLoadOp> loads, Value stageOffset);

  /// The scalar code of a region for one element.
  SmallVector<Value> inlineScalars(Region &region, ArrayRef<Value> arguments);

  TileKernelOp kernel;
  LLVM::LLVMFuncOp function;
  OpBuilder b;
  Location loc;
  ScheduleAttr schedule;
  int64_t threads;
  bool warpOwned;
  /// Warpgroups multiply: what they read is written by other means.
  bool multipliesOnChip = false;
  /// Of the call; the length of a packed sequence once its cell is entered.
  Value batch, length, chip, thread;
  /// Of the call's caches; null if the kernel has none.
  Value slotCount;
  /// What the cell's sequence has in a view of slots, i64.
  DenseMap<Value, Value> slots;
  DenseMap<Value, Value> pointers;
  DenseSet<Value> written;
  AxisPosition positions[kNumAxes];
  DenseMap<Value, RegisterTile> tiles;
  /// Offset of the stage that holds the current tile, by load.
  DenseMap<Value, Value> stageOffsets;
  std::optional<Relay> relay;
  /// The number of the cell, i32.
  Value cellNumber;
  /// Of the block in its cluster, i32; null without clusters.
  Value rank;
  /// The cell is known to lie inside of all extents, its windows included.
  bool insideWindow = false;
  /// The kernels before this one may still run: weights alone may be touched.
  bool startedEarly = false;
  void waitForEarlierKernels();

private:
  void storeGroup(Value pointer, Type element, ArrayRef<int64_t> offsets,
                  ArrayRef<Value> values, int64_t align);
  void emitCell(Value cell);
  void enterTile(Axis axis, Value index);
  Value enterGroup(Value cell);
  void enterSequence();
  Value loadEnd(Value index);
  bool mayPrecedeWait(Operation *op);
  Value loadOrder(Value step);
  Value tokenAt(const AccessDim &at, const AxisShare *share, int64_t index);
  void enterSlots();
  void chooseSlot(GlobalAccess &access, Value view);
  bool emitsTwice();
  LogicalResult emitTwice();
  LogicalResult emitProgram();
  Value countTiles(Axis axis);
  OpBuilder::InsertPoint hoisted();
  void keepHoisted(Value value);
  Value dynamicBound(const GlobalAccess &access, unsigned dim);
  std::pair<bool, bool> mayLeave(const GlobalAccess &access, unsigned dim);

  struct DeferredStores {
    ChipAccess access;
    SmallVector<Value> values;
  };
  static bool overlaps(ArrayRef<Range> ranges, Range range);

  /// What tells steps apart: index, offset, direction, start, the lane's share.
  using TokenKey = std::array<int64_t, 8>;

  Operation *hoistAnchor = nullptr;
  /// Tokens of steps that were looked up in a block.
  std::map<std::pair<Block *, TokenKey>, Value> tokens;
  DenseMap<std::tuple<int64_t, int64_t, int64_t>, Value> laneIndices;
  SmallVector<std::pair<SmallVector<int64_t>, Value>> chipPointers;
  DenseMap<std::pair<Value, Value>, Value> stagePointers;
  SmallVector<DeferredStores> deferred;
  SmallVector<Range> deferredRanges, unseenReads, unseenWrites;
};

/// Adds up what lanes of different warps, which share an axis, have of each
/// sum; they pass it through the chip, where `scratch` has one f32 for each
/// lane and sum.
void sumAcrossWarps(Emitter &e, MutableArrayRef<Value> sums,
                    const AxisShare &share, int64_t scratch);

LogicalResult lowerLoad(Emitter &e, TileLoadOp op);
LogicalResult lowerStore(Emitter &e, TileStoreOp op);
LogicalResult lowerFill(Emitter &e, TileFillOp op);
LogicalResult lowerMap(Emitter &e, TileMapOp op);
LogicalResult lowerScan(Emitter &e, TileScanOp op);
LogicalResult lowerReduce(Emitter &e, TileReduceOp op);
LogicalResult lowerDot(Emitter &e, TileDotOp op);
LogicalResult lowerFor(Emitter &e, TileForOp op);

} // namespace mlir::ssm

#endif // LIB_CONVERSION_GPU_EMITTER_H
