// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Writes the body of one kernel. Every tile op is a computation at one point of
// the axes; the emitter stands at such a point, inside the loops it has opened,
// and makes the element of any tile there: a vector along the lane axis if the
// tile has it, else a scalar. An element is made in the outermost loop that
// determines it and kept, so that what does not vary is computed once.

#ifndef LIB_CONVERSION_CPU_EMITTER_H
#define LIB_CONVERSION_CPU_EMITTER_H

#include "dialect/AccessMap.h"
#include "lib/Conversion/CPU/Plan.h"

#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Builders.h"

#include <map>

namespace mlir::ssm {

/// A value and the number of the scope it stands in.
struct Element {
  Value value;
  unsigned depth = 0;
};

/// Where the emitter stands along an axis, counted from the tile's first
/// element: `base + offset`; no base is 0.
struct AxisIndex {
  Element base;
  int64_t offset = 0;
};

struct AxisState {
  /// Elements along the axis in a tile; 0 if the kernel lacks the axis.
  int64_t size = 0;
  int64_t extent = 0;
  /// The tile's first element along the axis; null is 0.
  Element origin;
  /// How many elements of the tile are inside the extent; null if all are.
  Element limit;
  AxisIndex index;
};

/// A tile in scratch memory.
struct Buffer {
  int64_t bytes = 0; // from the start of scratch
  Type element;
  SmallVector<Axis> order;
  SmallVector<int64_t> strides; // of `order`, in elements
};

/// A place in memory: an address, and whether it may be read or written.
struct Address {
  Element pointer;
  Element inside; // i1; null if always
};

int64_t bytesOf(Type element);
/// bf16 and f16 cross memory as 16 bits, which can be masked and selected.
Type crossingType(Type type);
/// Whether index `dim` of dimension `number` is inside of the view wherever the
/// axis is inside its extent.
bool isInRange(const AccessDim &dim, unsigned number, MemRefType view,
               int64_t extent);

class VectorEmitter {
public:
  VectorEmitter(TileKernelOp kernel, LLVM::LLVMFuncOp function);
  /// Writes the function's body; the kernel is planned and supported.
  void run();
  int64_t getScratchBytes() const { return scratchBytes; }
  /// The plan asks for what cannot be done; an error was given.
  bool isInvalid() const { return invalid; }

private:
  using Key = std::pair<void *, std::vector<std::pair<void *, int64_t>>>;
  struct Scope {
    OpBuilder builder;
    std::map<Key, Element> known;
    Operation *marker = nullptr;
  };

  // Scopes and integers (Emitter.cpp).
  unsigned depth() const { return scopes.size() - 1; }
  OpBuilder &at(unsigned depth) { return scopes[depth].builder; }
  OpBuilder &here() { return scopes.back().builder; }
  void enter(Operation *inside, Block *body);
  void leave();
  void enterNest();
  void leaveNest();
  /// Opens a loop from 0 to `end`; returns its iterator and carried values.
  scf::ForOp enterLoop(Value begin, Value end, int64_t step,
                       ValueRange carried = {});
  /// Closes it; the values carried to the next iteration.
  ValueRange leaveLoop(scf::ForOp loop, ValueRange carried = {});
  Element integer(int64_t value);
  template <typename OpTy> Element binary(Element x, Element y);
  Element add(Element x, int64_t y);
  Element less(Element x, Element y);
  Element position(Axis axis, const AxisIndex &index);
  Element indexValue(const AxisIndex &index);
  Element limitOf(Axis axis);

  // Elements (Emitter.cpp).
  Element evaluate(Value tile);
  /// `element`, broadcast if `type` is a vector and it is not.
  Value conform(Element element, Type type);
  SmallVector<Element> evaluateRegion(Region &region, ArrayRef<Element> args);
  Element evaluateMap(TileMapOp map, Value tile);
  /// Which register holds the element of a tile in registers.
  unsigned registerNumber(TileType tile);
  Key keyOf(Value tile);
  void bind(Value tile, Value element);
  const Element *findKnown(const Key &key);
  bool hasLanes(TileType tile);
  Type typeOf(TileType tile);
  /// Null if all lanes are inside the extent.
  Element mask();

  // Memory (Memory.cpp).
  bool isVectorAccess(MemRefType view, ArrayRef<AccessDim> dims);
  Element viewIndex(const AccessDim &dim, std::optional<int64_t> lane);
  Element zeroUnless(Element inside, Element value);
  void storeIf(Element inside, llvm::function_ref<void()> body);
  /// `slotsView` is null unless `view` is a cache.
  Address address(Value view, ArrayRef<AccessDim> dims, Value slotsView,
                  std::optional<int64_t> lane = std::nullopt);
  Element gep(Element base, Element index, Type element, int64_t offset = 0);
  Value withType(Element value, Type type);
  Element loadView(TileLoadOp load);
  Element loadLanes(TileLoadOp load, ArrayRef<AccessDim> dims, Type element);
  Element endsEntry(ArrayRef<AccessDim> dims);
  void storeView(TileStoreOp store);
  void storeElements(TileStoreOp store, ArrayRef<AccessDim> dims);
  Element laneInside(Element inside, int64_t lane);
  void storeLanes(TileStoreOp store, ArrayRef<AccessDim> dims, Value vector);
  void prefetch(Value view, AffineMap map, Value slotsView, TileType tile);
  Element loadBuffer(const Buffer &buffer, TileType tile);
  void storeBuffer(const Buffer &buffer, TileType tile, Element element);
  Element bufferAddress(const Buffer &buffer);
  const Buffer &allocate(Value tile);
  void share(Value tile, Value owner);

  // Cells (SSMToCPU.cpp).
  void readArguments();
  void emitCell(Element cell);
  void enterSequence();
  void enterSlots();
  Element loadEnd(Element index, Element row);
  Element tokenOf(Element step);
  void emitChannels();
  void emitRaggedChannels(Element end);

  // Nests (Nests.cpp).
  void emitBlock(Block &block);
  void emitNest(ArrayRef<Operation *> ops);
  void emitPointwise(ArrayRef<Operation *> ops);
  void emitRoots(ArrayRef<Operation *> ops);
  void overTile(TileType tile, bool unroll, llvm::function_ref<void()> body);
  void copyTile(Value from, Value to);
  void emitReduce(TileReduceOp reduce);
  Value sumAlong(Axis axis, Value tile);
  Value addElement(Value sum, Value tile);
  Value sumLanes(Value vector);
  void emitLoop(TileForOp loop);
  void walkLoop(TileForOp loop, SmallVector<Value> &carried);
  void emitLoopTiles(TileForOp loop, Value begin, Value end, bool partial,
                     SmallVector<Value> &carried);
  void emitLoopBody(TileForOp loop, SmallVector<Value> &carried);
  SmallVector<Value> allElements(Value tile);
  void overRegisters(TileType tile, llvm::function_ref<void()> body);
  void setRegisters(Value tile, ValueRange values);
  void forAxis(Axis axis, bool unroll, llvm::function_ref<void()> body);
  void forLanes(Axis axis, llvm::function_ref<void()> body);
  void forAxes(ArrayRef<Axis> axes, bool unroll,
               llvm::function_ref<void()> body);
  bool readsRegisters(Value tile);

  // Tiles read and written across their memory order (PackNest.cpp).
  bool emitPacked(TileLoadOp load);
  void packBlock(TileLoadOp load, Axis across, Axis lane, AxisIndex first,
                 AxisIndex channel);
  void packPairs(TileLoadOp load);
  Value loadPairs(TileLoadOp load, bool isVector);
  SmallVector<Value> transpose(SmallVector<Value> rows);
  bool leavesInSquares(TileStoreOp store);
  void storeSquare(TileStoreOp store, ArrayRef<AccessDim> dims);
  void storeInSquares(TileStoreOp store);

  // Scans and products (ScanNest.cpp, DotNest.cpp).
  void emitScan(TileScanOp scan, ArrayRef<Operation *> followers);
  void scanInRegisters(TileScanOp scan, ArrayRef<Operation *> followers);
  void scanInRows(TileScanOp scan, ArrayRef<Operation *> followers);
  void scanInBlocks(TileScanOp scan);
  void shareStates(TileScanOp scan);
  void walkTokens(TileScanOp scan, AxisIndex first, int64_t count,
                  llvm::function_ref<SmallVector<Value>(ValueRange)> body);
  void scanStates(TileScanOp scan, AxisIndex first, int64_t count, bool starts);
  SmallVector<Value> scanToken(TileScanOp scan, ValueRange states,
                               AxisIndex first, SmallVectorImpl<Value> &reads);
  void bindReads(TileScanOp scan, ArrayRef<Value> reads);
  void prefetchInputs(TileScanOp scan, ArrayRef<Operation *> followers);
  /// Along the time and along the channels.
  std::pair<AxisIndex, AxisIndex> aheadInRows();
  void emitDot(TileDotOp dot);
  void dotColumns(TileDotOp dot, Axis rowAxis, int64_t vectors);
  void dotBlock(TileDotOp dot, AxisIndex first, int64_t rows, int64_t vectors);
  Value widen(Element element, Type type);
  SmallVector<Value> addProducts(TileDotOp dot, ArrayRef<Value> sums,
                                 int64_t vectors, Element step,
                                 llvm::function_ref<void(int64_t)> atRow,
                                 llvm::function_ref<void(int64_t)> atVector);
  SmallVector<Value> addPairs(TileDotOp dot, ArrayRef<Value> sums,
                              int64_t vectors, Element step,
                              llvm::function_ref<void(int64_t)> atRow,
                              llvm::function_ref<void(int64_t)> atVector);

  AxisState &state(Axis axis) { return axes[static_cast<unsigned>(axis)]; }
  int64_t blocksOf(Axis axis) {
    return llvm::divideCeil(state(axis).size, lanes);
  }
  VectorType vectorType(Type element) {
    return VectorType::get({lanes}, element);
  }

  TileKernelOp kernel;
  LLVM::LLVMFuncOp function;
  Location loc;
  int64_t lanes;
  SmallVector<Scope> scopes;
  AxisState axes[kNumAxes];
  std::optional<Axis> laneAxis;
  /// All lanes are inside the extent of the lane axis.
  bool lanesFull = true;
  /// The scope of the innermost nest.
  unsigned nestDepth = 0;
  /// Of the call; that of a packed sequence once its cell is entered.
  Element length;
  Value batch;
  /// Of the call's caches; null if the kernel has none.
  Value slotCount;
  /// What the cell's sequence has in a view of slots.
  DenseMap<Value, Element> slots;
  Value scratch;
  DenseMap<Value, Element> pointers; // of views
  std::map<void *, Buffer> buffers;
  int64_t scratchBytes = 0;
  /// Elements of tiles in registers: state-major, then blocks of lanes.
  DenseMap<Value, SmallVector<Element>> registers;
  /// Registers of an argument of a loop's region.
  DenseMap<Value, unsigned> registerCounts;
  bool invalid = false;
};

} // namespace mlir::ssm

#endif // LIB_CONVERSION_CPU_EMITTER_H
