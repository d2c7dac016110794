// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Lays out what lives on chip: strides of each tile, interleaving of what a
// scan reads together, and offsets from the ranges of ops in which each piece
// is alive.

#include "lib/Conversion/GPU/Place.h"

#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace mlir::ssm;

namespace {
/// A range of on-chip memory: one tile, interleaved tiles, the copies in
/// flight of a loop, or the scratch of a reduction. Alive from `begin` to
/// `end`; an op reads at twice its number and writes one later.
struct Piece {
  int64_t bytes = 0, begin = INT64_MAX, end = 0, offset = 0;
  int64_t align = 16;
};

class ChipPlanner {
public:
  ChipPlanner(Placement &placement, bool leavesParts)
      : p(placement), leavesParts(leavesParts) {}
  /// Bytes of everything.
  int64_t plan();
  void annotate();

private:
  void number();
  int64_t rowPadding(Value value, int64_t stride);
  int64_t partsOf(Value value);
  int64_t warpsOf(Value value);
  void measure(Value value);
  void interleave(TileScanOp scan);
  void group(ArrayRef<Value> members);
  void addPiece(Value value);
  void stage(TileForOp loop);
  void addScratch(TileReduceOp reduce);
  void addScratch(TileDotOp dot);
  std::pair<int64_t, int64_t> lifetime(Value value);
  void place();

  Placement &p;
  bool leavesParts;
  DenseMap<Operation *, int64_t> numbers, ends;
  DenseMap<Value, SmallVector<int64_t>> strides;
  DenseMap<Value, int64_t> bytes;
  DenseMap<Value, unsigned> pieceOf;
  DenseMap<Value, int64_t> offsetIn;
  DenseMap<Value, std::pair<int64_t, int64_t>> stagesOf; // count and step
  DenseMap<Operation *, unsigned> scratchOf, clusterScratchOf;
  SmallVector<Piece> pieces;
  /// Whether the kernel multiplies inside of a loop over time.
  bool hasProduct = false;
};
} // namespace

/// Bytes of a row that is swizzled, and what such tiles begin at multiples of.
static constexpr int64_t kSwizzledRowBytes = 128, kSwizzleAlign = 1024;

static TileType tileOf(Value value) { return cast<TileType>(value.getType()); }

void ChipPlanner::number() {
  int64_t next = 0;
  p.kernel.getBody().walk<WalkOrder::PreOrder>(
      [&](Operation *op) { numbers[op] = next++; });
  p.kernel.getBody().walk([&](Operation *op) {
    ends[op] = numbers[op];
    for (Region &region : op->getRegions())
      region.walk([&](Operation *inner) {
        ends[op] = std::max(ends[op], numbers[inner]);
      });
  });
}

/// Elements along the axes of `value` that its producer or a reader touches.
static SmallVector<int64_t> touched(Placement &p, Value value) {
  TileType type = tileOf(value);
  SmallVector<int64_t> sizes(type.getSizes());
  auto cover = [&](const Layout &layout) {
    for (auto [axis, size] : llvm::zip(type.getAxes(), sizes))
      if (const AxisShare *share = layout.find(axis))
        size = std::max(size, share->coverage());
  };
  if (auto known = p.fixed.find(value); known != p.fixed.end())
    cover(known->second);
  cover(p.work[value.getDefiningOp()]);
  for (Operation *user : value.getUsers())
    if (p.work.count(user))
      cover(p.work[user]);
  return sizes;
}

/// Turns of on-chip memory in which the first warp of a layout touches its
/// first elements: the most different words that one of 32 banks has to give.
static int64_t countTurns(const Layout &layout, TileType type,
                          ArrayRef<int64_t> strides) {
  constexpr int64_t kBanks = 32, kWordBytes = 4;
  DenseSet<int64_t> words;
  for (int64_t lane = 0; lane < 32; ++lane) {
    int64_t address = 0, bytes = elementBytes(type);
    for (auto [axis, stride] : llvm::zip(type.getAxes(), strides))
      if (const AxisShare *share = layout.find(axis)) {
        address += share->indexOf(lane) * share->run * stride;
        if (stride == elementBytes(type))
          bytes *= share->run;
      }
    for (int64_t at = address; at < address + bytes; at += kWordBytes)
      words.insert(at / kWordBytes);
  }
  SmallVector<int64_t> turns(kBanks);
  for (int64_t word : words)
    ++turns[word % kBanks];
  return *llvm::max_element(turns);
}

/// Bytes between two rows of `value` beyond `stride`, such that the layout of a
/// product, whose lanes stand in several rows, meets different banks.
int64_t ChipPlanner::rowPadding(Value value, int64_t stride) {
  constexpr int64_t kMostPadding = 48;
  TileType type = tileOf(value);
  SmallVector<Layout> layouts;
  auto add = [&](Operation *op) {
    auto known = p.work.find(op);
    if (known != p.work.end() && isa<TileMapOp>(op) &&
        known->second.find(Axis::Time))
      layouts.push_back(known->second);
  };
  add(value.getDefiningOp());
  for (Operation *user : value.getUsers())
    add(user);
  int64_t best = 0, fewest = INT64_MAX;
  for (int64_t padding = 0; padding <= kMostPadding; padding += 16) {
    int64_t turns = 0;
    for (const Layout &layout : layouts)
      turns += countTurns(layout, type, {stride + padding, elementBytes(type)});
    if (turns < fewest) {
      fewest = turns;
      best = padding;
    }
  }
  return best;
}

/// Two lanes that share a channel's states each keep what they have read; it is
/// the readers' to add up, if there is room for it. For more lanes that would
/// be more loads than shuffles take.
int64_t ChipPlanner::partsOf(Value value) {
  auto scan = value.getDefiningOp<TileScanOp>();
  if (!scan || value != scan.getRead() || tileOf(value).hasAxis(Axis::State) ||
      !tileOf(value).getElementType().isF32())
    return 1;
  const AxisShare *state = p.work[scan].find(Axis::State);
  return leavesParts && state && state->lanes == 2 ? 2 : 1;
}

/// The warps in whose order the rows of a swizzled tile stand: all for the rows
/// of a product, one for its columns; 0 if the tile is not swizzled.
int64_t ChipPlanner::warpsOf(Value value) {
  if (!isSwizzled(value))
    return 0;
  auto dot = cast<TileDotOp>(*value.user_begin());
  return tileOf(value).hasAxis(rowsOf(p.work[dot]).axis) ? p.schedule.getWarps()
                                                         : 1;
}

/// Row-major strides; the rows of a dot's factor are an odd number of 16-byte
/// units, so that lanes that read neighbouring rows meet different banks.
/// Matrix units take two such units at once.
void ChipPlanner::measure(Value value) {
  TileType type = tileOf(value);
  SmallVector<int64_t> sizes = touched(p, value);
  if (isSwizzled(value)) {
    int64_t all = sizes[0] * kSwizzledRowBytes;
    strides[value] = {kSwizzledRowBytes, all};
    bytes[value] = all * sizes[1] * elementBytes(type) / kSwizzledRowBytes;
    return;
  }
  int64_t unit = 0;
  for (OpOperand &use : value.getUses()) {
    auto dot = dyn_cast<TileDotOp>(use.getOwner());
    if (dot && use.getOperandNumber() > 0)
      unit = std::max<int64_t>(unit, usesMatrixUnits(dot) ? 32 : 16);
  }
  SmallVector<int64_t> result(sizes.size());
  int64_t stride = elementBytes(type) * partsOf(value);
  for (unsigned i = sizes.size(); i-- > 0;) {
    result[i] = stride;
    stride *= sizes[i];
    if (unit > 0 && i + 1 == sizes.size()) {
      stride = llvm::alignTo(stride, unit);
      stride += stride / 16 % 2 == 0 ? 16 : 0;
    } else if (hasProduct && i == 1 && type.getRank() == 2 &&
               type.hasAxis(Axis::Time)) {
      stride += rowPadding(value, stride);
    }
  }
  strides[value] = result;
  bytes[value] = llvm::alignTo(stride, 16);
}

/// First write to last read; parts are written while the op still reads. What
/// is defined outside of a loop and read in it lives to the loop's end.
std::pair<int64_t, int64_t> ChipPlanner::lifetime(Value value) {
  Block *home = value.getParentBlock();
  int64_t number = 2 * numbers[value.getDefiningOp()];
  int64_t begin = partsOf(value) > 1 ? number - 1 : number + 1;
  int64_t end = number + 2;
  for (Operation *user : value.getUsers()) {
    Operation *top = home->findAncestorOpInBlock(*user);
    int64_t last = top == user ? 2 * numbers[user] : 2 * ends[top] + 1;
    end = std::max(end, last);
  }
  return {begin, end};
}

void ChipPlanner::addPiece(Value value) {
  auto [begin, end] = lifetime(value);
  pieceOf[value] = pieces.size();
  offsetIn[value] = 0;
  pieces.push_back({bytes[value], begin, end});
  if (isSwizzled(value))
    pieces.back().align = kSwizzleAlign;
}

/// Puts f32 tiles of equal shape side by side, element by element.
void ChipPlanner::group(ArrayRef<Value> members) {
  int64_t count = members.size();
  Piece piece;
  for (auto [i, member] : llvm::enumerate(members)) {
    for (int64_t &stride : strides[member])
      stride *= count;
    piece.bytes += bytes[member];
    auto [begin, end] = lifetime(member);
    piece.begin = std::min(piece.begin, begin);
    piece.end = std::max(piece.end, end);
    pieceOf[member] = pieces.size();
    offsetIn[member] = i * elementBytes(tileOf(member));
  }
  pieces.push_back(piece);
}

void ChipPlanner::interleave(TileScanOp scan) {
  SmallVector<Value> members;
  for (Value input : scan.getInputs()) {
    TileType type = tileOf(input);
    bool fits = p.isChip(input) && input.getDefiningOp<TileMapOp>() &&
                type.getElementType().isF32() && type.getRank() == 2 &&
                type.hasAxis(Axis::Time) && type.hasAxis(Axis::Channel) &&
                !pieceOf.count(input) && !llvm::is_contained(members, input) &&
                input.getParentBlock() == scan->getBlock();
    if (fits && (members.empty() || strides[input] == strides[members[0]]))
      members.push_back(input);
  }
  for (ArrayRef<Value> rest = members; rest.size() > 1;) {
    unsigned count = rest.size() >= 4 ? 4 : 2;
    group(rest.take_front(count));
    rest = rest.drop_front(count);
  }
}

static bool isCopiedAhead(Value value, TileForOp loop) {
  auto load = value.getDefiningOp<TileLoadOp>();
  return load && load->getBlock() == &loop.getBody().front();
}

/// All copies that a loop starts for one tile to come stand together, so that
/// one offset chooses the stage.
void ChipPlanner::stage(TileForOp loop) {
  int64_t count = p.schedule.getStages(), step = 0;
  SmallVector<Value> members;
  for (Operation &op : loop.getBody().front())
    for (Value result : op.getResults())
      if (p.isChip(result) && isCopiedAhead(result, loop)) {
        if (isSwizzled(result))
          step = llvm::alignTo(step, kSwizzleAlign);
        offsetIn[result] = step;
        step += bytes[result];
        members.push_back(result);
      }
  if (members.empty())
    return;
  bool swizzled = llvm::any_of(members, isSwizzled);
  if (swizzled)
    step = llvm::alignTo(step, kSwizzleAlign);
  for (Value member : members) {
    pieceOf[member] = pieces.size();
    stagesOf[member] = {count, step};
  }
  pieces.push_back({step * count, 2 * numbers[loop], 2 * ends[loop] + 2});
  if (swizzled)
    pieces.back().align = kSwizzleAlign;
}

/// A reduction across warps passes one value per lane and slot.
void ChipPlanner::addScratch(TileReduceOp reduce) {
  const Layout &layout = p.work[reduce];
  const AxisShare *share = layout.find(reduce.getAxis());
  if (!share || share->period() <= 32)
    return;
  int64_t slots = layout.without(reduce.getAxis()).slots();
  scratchOf[reduce] = pieces.size();
  pieces.push_back(
      {slots * p.threads * 4, 2 * numbers[reduce], 2 * numbers[reduce] + 2});
}

/// So does a product whose contracted elements groups of warps share, after the
/// loop that it stands in.
void ChipPlanner::addScratch(TileDotOp dot) {
  const Layout &layout = p.work[dot];
  if (int64_t others = p.schedule.getCluster() - 1) {
    // Other blocks write it whenever they have ended.
    clusterScratchOf[dot] = pieces.size();
    pieces.push_back(
        {others * layout.slots() * p.threads * 4, INT64_MIN, INT64_MAX});
  }
  if (innerGroups(p, dot, layout) == 1)
    return;
  int64_t after = 2 * ends[dot->getParentOp()] + 2;
  scratchOf[dot] = pieces.size();
  pieces.push_back({layout.slots() * p.threads * 4, after, after + 1});
}

/// First fit, the biggest first.
void ChipPlanner::place() {
  SmallVector<Piece *> order;
  for (Piece &piece : pieces)
    order.push_back(&piece);
  llvm::stable_sort(order,
                    [](Piece *a, Piece *b) { return a->bytes > b->bytes; });
  SmallVector<Piece *> placed;
  for (Piece *piece : order) {
    SmallVector<Piece *> rivals;
    for (Piece *other : placed)
      if (other->begin < piece->end && piece->begin < other->end)
        rivals.push_back(other);
    llvm::sort(rivals,
               [](Piece *a, Piece *b) { return a->offset < b->offset; });
    for (Piece *rival : rivals)
      if (piece->offset + piece->bytes > rival->offset)
        piece->offset = std::max<int64_t>(
            piece->offset,
            llvm::alignTo(rival->offset + rival->bytes, piece->align));
    placed.push_back(piece);
  }
}

void ChipPlanner::annotate() {
  MLIRContext *context = p.kernel.getContext();
  Builder builder(context);
  for (auto &[op, layout] : p.work) {
    op->setAttr(kLayoutAttr, layout.toAttr(context));
    SmallVector<Attribute> places;
    for (Value result : op->getResults()) {
      if (!p.isChip(result)) {
        places.push_back(PlaceAttr::get(context, PlaceKind::Lane));
        continue;
      }
      auto [stages, step] = stagesOf.lookup(result);
      places.push_back(
          PlaceAttr::get(context, PlaceKind::Chip,
                         pieces[pieceOf[result]].offset + offsetIn[result],
                         strides[result], std::max<int64_t>(stages, 1), step,
                         partsOf(result), warpsOf(result)));
    }
    if (auto dot = dyn_cast<TileDotOp>(op)) {
      op->setAttr(kUnitAttr,
                  builder.getStringAttr(usesWarpgroups(dot)    ? kWarpgroupUnit
                                        : usesMatrixUnits(dot) ? kMatrixUnit
                                                               : kLaneUnit));
      if (int64_t groups = innerGroups(p, dot, layout); groups > 1)
        op->setAttr(kGroupsAttr, builder.getI64IntegerAttr(groups));
    }
    if (!places.empty())
      op->setAttr(kPlacesAttr, builder.getArrayAttr(places));
    if (scratchOf.count(op))
      op->setAttr(kScratchAttr,
                  builder.getI64IntegerAttr(pieces[scratchOf[op]].offset));
    if (clusterScratchOf.count(op))
      op->setAttr(
          kClusterScratchAttr,
          builder.getI64IntegerAttr(pieces[clusterScratchOf[op]].offset));
  }
}

int64_t ChipPlanner::plan() {
  number();
  p.kernel.walk([&](TileDotOp dot) {
    auto loop = dyn_cast<TileForOp>(dot->getParentOp());
    hasProduct |= loop && loop.getAxis() == Axis::Time;
  });
  SmallVector<Value> values;
  p.kernel.walk([&](Operation *op) {
    for (Value result : op->getResults())
      if (p.isChip(result))
        values.push_back(result);
  });
  for (Value value : values)
    measure(value);
  p.kernel.walk([&](TileForOp loop) { stage(loop); });
  p.kernel.walk([&](TileScanOp scan) { interleave(scan); });
  for (Value value : values)
    if (!pieceOf.count(value))
      addPiece(value);
  p.kernel.walk([&](TileReduceOp reduce) { addScratch(reduce); });
  p.kernel.walk([&](TileDotOp dot) { addScratch(dot); });
  place();
  int64_t total = 0;
  for (Piece &piece : pieces)
    total = std::max(total, piece.offset + piece.bytes);
  if (p.schedule.getSegments() > 1 && p.schedule.getOwner() == Owner::Block)
    total = llvm::alignTo(total, kTicketBytes) + kTicketBytes;
  return total;
}

LogicalResult mlir::ssm::planChip(Placement &placement) {
  TileKernelOp kernel = placement.kernel;
  int64_t most = placement.schedule.getUnit() == Unit::Warpgroup
                     ? kMaxWarpgroupBytes
                     : kMaxChipBytes;
  for (bool leavesParts : {true, false}) {
    ChipPlanner planner(placement, leavesParts);
    int64_t total = planner.plan();
    if (total > most && leavesParts)
      continue;
    if (total > most)
      return kernel.emitOpError("expected at most ")
             << most << " bytes on chip, got " << total;
    planner.annotate();
    kernel->setAttr(kChipBytesAttr,
                    Builder(kernel.getContext()).getI64IntegerAttr(total));
    break;
  }
  return success();
}
