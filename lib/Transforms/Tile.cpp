// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-tile: kernels of block ops in, tile programs and their launches out, one
// program for each alternative of a kernel.

#include "lib/Transforms/Caches.h"
#include "lib/Transforms/FlatTokens.h"
#include "lib/Transforms/LibraryStep.h"
#include "lib/Transforms/Passes.h"
#include "lib/Transforms/TileLoops.h"
#include "lib/Transforms/TokenWalk.h"

#include "mlir/IR/PatternMatch.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_TILEPASS
#include "lib/Transforms/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;

namespace {

/// Makes one tile program of a kernel and a schedule.
class Tiler {
public:
  Tiler(KernelOp kernel, ScheduleAttr schedule, std::string name)
      : kernel(kernel), schedule(schedule), name(std::move(name)) {}
  LogicalResult run();

  FlatSymbolRefAttr getSymbol() {
    return FlatSymbolRefAttr::get(tileKernel.getSymNameAttr());
  }
  /// The library's product that can stand for the program, if there is one.
  MatmulAttr getLibraryStep() const { return matmul; }
  /// Likewise the library's convolution.
  ConvolutionAttr getConvolutionStep() const { return convolution; }

private:
  LogicalResult findPrincipal();
  LogicalResult findWalk();
  LogicalResult findAxes();
  void noteExtents(WorkOpInterface work);
  void createKernel();
  SmallVector<Axis> gridAxes();
  LogicalResult buildRecurrence();
  LogicalResult buildContraction();
  LogicalResult buildReduction();
  LogicalResult buildPointwise();
  LogicalResult storeFactors();
  LogicalResult storeResults();
  FailureOr<SmallVector<Value>> initialStates();
  LogicalResult checkPeriod();
  void storeFinalStates(OpBuilder &b, ValueRange states);
  /// Writes `tile` as result `result` of the kernel, or into the cache that the
  /// result is.
  void store(OpBuilder &b, Value tile, unsigned result, AffineMap map);

  KernelOp kernel;
  ScheduleAttr schedule;
  std::string name;
  WorkOpInterface principal;
  /// A product in the kernel of a recurrence.
  WorkOpInterface joined;
  TokenWalk walk;
  TileAxes axes;
  TileKernelOp tileKernel;
  std::unique_ptr<TileBuilder> tiles;
  MatmulAttr matmul;
  ConvolutionAttr convolution;
};

} // namespace

static bool sums(WorkKind kind) {
  return kind == WorkKind::Contraction || kind == WorkKind::Reduction ||
         kind == WorkKind::Recurrence;
}

/// The recurrence, contraction or reduction; a product may stand beside a
/// recurrence.
LogicalResult Tiler::findPrincipal() {
  auto isProduct = [](WorkOpInterface work) {
    return work.getMatrixProduct().has_value();
  };
  auto isRecurrence = [](WorkOpInterface work) {
    return work.getWorkKind() == WorkKind::Recurrence;
  };
  for (Operation &op : kernel.getBody().front()) {
    auto work = dyn_cast<WorkOpInterface>(op);
    if (!work || !sums(work.getWorkKind()))
      continue;
    if (!principal) {
      principal = work;
      continue;
    }
    bool joins = (isProduct(principal) && isRecurrence(work)) ||
                 (isRecurrence(principal) && isProduct(work));
    if (!joins || joined) {
      InFlightDiagnostic diagnostic =
          op.emitOpError("expected one recurrence, contraction or reduction in "
                         "a kernel, or a recurrence and a product");
      diagnostic.attachNote(principal->getLoc()) << "another one is here";
      return diagnostic;
    }
    joined = isProduct(work) ? work : principal;
    principal = isProduct(work) ? principal : work;
  }
  return success();
}

LogicalResult Tiler::findWalk() {
  FailureOr<TokenWalk> found = findTokenWalk(kernel, principal);
  if (succeeded(found))
    walk = *found;
  return found;
}

void Tiler::noteExtents(WorkOpInterface work) {
  SmallVector<Axis> iteration = work.getIterationAxes();
  // Of several results the largest counts: parts of one tensor may differ.
  SmallVector<int64_t> before(std::begin(axes.extent), std::end(axes.extent));
  auto note = [&](AffineMap map, Type type, bool isResult = false,
                  bool hasSlots = false) {
    ArrayRef<int64_t> shape = cast<RankedTensorType>(type).getShape();
    for (auto [expr, size] :
         llvm::drop_begin(llvm::zip(map.getResults(), shape), hasSlots))
      if (auto dim = dyn_cast<AffineDimExpr>(expr)) {
        auto axis = static_cast<unsigned>(iteration[dim.getPosition()]);
        int64_t &extent = axes.extent[axis];
        bool isLarger = before[axis] == 0 && isResult && size > extent;
        if (extent == 0 || (extent > 0 && isLarger))
          extent = size;
      }
  };
  for (auto [i, result] : llvm::enumerate(work->getResults()))
    note(work.getResultMap(i), result.getType(), /*isResult=*/true,
         work.getWrittenSlots() != Value());
  if (Value slots = work.getWrittenSlots())
    axes.extent[static_cast<unsigned>(Axis::Batch)] =
        cast<RankedTensorType>(slots.getType()).getDimSize(0);
  for (const OperandAccess &access : work.getAccesses())
    note(access.map, work->getOperand(access.operand).getType());
}

LogicalResult Tiler::findAxes() {
  if (principal)
    noteExtents(principal);
  if (joined)
    noteExtents(joined);
  for (Value value : kernel.getBody().front().getTerminator()->getOperands()) {
    auto work = value.getDefiningOp<WorkOpInterface>();
    if (!work)
      return kernel.emitOpError("expected to yield results of block ops");
    noteExtents(work);
  }
  if (walk.ends)
    axes.extent[static_cast<unsigned>(Axis::Batch)] =
        cast<RankedTensorType>(walk.ends.getType()).getDimSize(0);
  int64_t wanted[kNumAxes] = {1, schedule.getTime(), schedule.getChannels(),
                              axes.extent[static_cast<unsigned>(Axis::State)],
                              schedule.getInner()};
  int64_t contracted = axes.extent[static_cast<unsigned>(Axis::Inner)];
  if (joined) {
    wanted[static_cast<unsigned>(Axis::Inner)] = contracted;
    if (contracted > kMaxTile)
      return joined.emitOpError("expected at most ")
             << kMaxTile
             << " products a sum, which lie whole in every tile of a "
                "recurrence, got "
             << contracted;
  }
  if (principal && principal.getConvolution()) {
    wanted[static_cast<unsigned>(Axis::Inner)] = 1;
    axes.isWalked[static_cast<unsigned>(Axis::Inner)] = true;
  }
  std::copy(wanted, wanted + kNumAxes, axes.tile);
  int64_t states = wanted[static_cast<unsigned>(Axis::State)];
  if (states > kMaxTile)
    return kernel.emitOpError("expected at most ")
           << kMaxTile << " states, which lie whole in every tile, got "
           << states;
  return success();
}

SmallVector<Axis> Tiler::gridAxes() {
  SmallVector<Axis> grid;
  bool isFlat = seesTokensAlone(kernel);
  for (Axis axis : {Axis::Batch, Axis::Time, Axis::Channel}) {
    bool looped = walk.ends && axis == Axis::Time;
    if (principal)
      looped |= principal.getWorkKind() == WorkKind::Recurrence
                    ? axis == Axis::Time
                    : llvm::is_contained(principal.getReductionAxes(), axis);
    if (axes.has(axis) && !looped && !(isFlat && axis == Axis::Batch))
      grid.push_back(axis);
  }
  return grid;
}

void Tiler::createKernel() {
  MLIRContext *context = kernel.getContext();
  auto module = kernel->getParentOfType<ModuleOp>();
  OpBuilder builder(kernel->getParentOfType<func::FuncOp>());
  SmallVector<Type> types;
  auto addView = [&](Value value) {
    auto tensor = cast<RankedTensorType>(value.getType());
    types.push_back(
        MemRefType::get(tensor.getShape(), tensor.getElementType()));
  };
  llvm::for_each(kernel.getInputs(), addView);
  llvm::for_each(kernel.getOutputs(), addView);
  SmallVector<Attribute> extents, grid, fused;
  for (unsigned i = 0; i < kNumAxes; ++i)
    if (axes.extent[i] != 0)
      extents.push_back(ExtentAttr::get(context, static_cast<Axis>(i),
                                        axes.extent[i], axes.tile[i]));
  for (Axis axis : gridAxes())
    grid.push_back(AxisAttr::get(context, axis));
  for (Operation &op : kernel.getBody().front().without_terminator())
    fused.push_back(builder.getStringAttr(op.getName().getStringRef()));
  auto numberOf = [&](BlockArgument argument) {
    return argument ? builder.getI64IntegerAttr(argument.getArgNumber())
                    : IntegerAttr();
  };
  tileKernel = TileKernelOp::create(
      builder, kernel.getLoc(), builder.getStringAttr(name),
      TypeAttr::get(builder.getFunctionType(types, {})),
      builder.getArrayAttr(extents), builder.getArrayAttr(grid), schedule,
      builder.getArrayAttr(fused), numberOf(walk.ends), numberOf(walk.order),
      describeCaches(kernel), ArrayAttr());
  if (seesTokensAlone(kernel))
    tileKernel->setDiscardableAttr(kFlatTokensAttr, builder.getUnitAttr());
  SymbolTable(module).insert(tileKernel);
  Block &body = tileKernel.getBody().emplaceBlock();
  for (Type type : types)
    body.addArgument(type, kernel.getLoc());
  OpBuilder end = OpBuilder::atBlockEnd(&body);
  auto yield = YieldOp::create(end, kernel.getLoc(), ValueRange());
  bool reverse = principal && principal.isReverse();
  tiles = std::make_unique<TileBuilder>(axes, reverse, context);
  tiles->outside.setInsertionPoint(yield);
  for (auto [argument, view] :
       llvm::zip(kernel.getBody().front().getArguments(), body.getArguments()))
    tiles->setView(argument, view);
}

/// The tiles that the states of the recurrence start from.
FailureOr<SmallVector<Value>> Tiler::initialStates() {
  Location loc = principal.getLoc();
  MLIRContext *context = kernel.getContext();
  SmallVector<AffineExpr> stateDims = {getAffineDimExpr(0, context),
                                       getAffineDimExpr(2, context)};
  if (axes.has(Axis::State))
    stateDims.push_back(getAffineDimExpr(3, context));
  AffineMap stateMap = AffineMap::get(kNumAxes, 1, stateDims, context);
  SmallVector<Value> given = principal.getInitialStateValues(), states;
  for (auto [i, element] : llvm::enumerate(principal.getStateElementTypes())) {
    if (given.empty()) {
      states.push_back(
          fillZero(*tiles, loc, tiles->tileType(stateMap, element)));
      continue;
    }
    Value tile = tiles->materialise(given[i], stateMap);
    if (!tile)
      return failure();
    states.push_back(castTile(tiles->outside, loc, tile, element));
  }
  return states;
}

/// States that are results must be those at the end of a tile.
LogicalResult Tiler::checkPeriod() {
  int64_t period = principal.getStatePeriod().value_or(0);
  if (period % schedule.getTime() == 0)
    return success();
  return principal.emitOpError("expected a schedule whose tokens a tile divide "
                               "the ")
         << period << " from one state that is a result to the next, got "
         << schedule.getTime();
}

LogicalResult Tiler::buildRecurrence() {
  Location loc = principal.getLoc();
  if (failed(checkPeriod()))
    return failure();
  FailureOr<SmallVector<Value>> initial = initialStates();
  if (failed(initial))
    return failure();
  TileForOp loop = enterLoop(*tiles, loc, Axis::Time, *initial);
  SmallVector<Value> inputs = materialiseAccesses(*tiles, principal);
  if (inputs.empty())
    return failure();
  SmallVector<Type> elements = principal.getStateElementTypes();
  Type widest = *llvm::max_element(elements, [](Type a, Type b) {
    return a.getIntOrFloatBitWidth() < b.getIntOrFloatBitWidth();
  });
  TileType readType = tiles->tileType(tiles->ownMap(principal, 0), widest);
  SmallVector<Value> operands(loop.getBody().getArguments());
  llvm::append_range(operands, inputs);
  auto scan = TileScanOp::create(tiles->inside, loc, readType,
                                 loop.getBody().getArgumentTypes(), operands);
  Block &body = scan.getBody().emplaceBlock();
  addElements(body, operands, loc);
  OpBuilder scalars = OpBuilder::atBlockEnd(&body);
  ValueRange arguments = body.getArguments();
  SmallVector<Value> values =
      principal.buildBody(scalars, loc, arguments.drop_front(elements.size()),
                          arguments.take_front(elements.size()));
  YieldOp::create(scalars, loc, values);
  dropUnusedInputs(scan, scan.getNumStates());
  tiles->setSum(principal, scan.getRead());
  if (failed(storeResults()))
    return failure();
  bool isTraced = principal.getStatePeriod().has_value();
  if (isTraced)
    storeFinalStates(tiles->inside, scan.getFinalStates());
  leaveLoop(*tiles, loop, scan.getFinalStates());
  if (!isTraced)
    storeFinalStates(tiles->outside, loop.getOutputs());
  return success();
}

/// The op that writes rows into a cache to make `value`; null if none does.
static WorkOpInterface updateOf(Value value) {
  auto work = value.getDefiningOp<WorkOpInterface>();
  return work && work.getUpdatedValue() ? work : WorkOpInterface();
}

/// What the kernel stores to make `value`: itself, or the rows of an update.
static Value storedValue(Value value) {
  WorkOpInterface update = updateOf(value);
  return update ? update->getOperand(0) : value;
}

void Tiler::store(OpBuilder &b, Value tile, unsigned result, AffineMap map) {
  Value value = kernel.getBody().front().getTerminator()->getOperand(result);
  WorkOpInterface update = updateOf(value);
  TileStoreOp::create(
      b, kernel.getLoc(), tile,
      tileKernel.getBody().getArgument(kernel.getInputs().size() + result),
      update ? tiles->getView(update.getWrittenSlots()) : Value(),
      AffineMapAttr::get(map));
}

void Tiler::storeFinalStates(OpBuilder &b, ValueRange states) {
  SmallVector<Value> finals = principal.getFinalStateValues();
  Operation *yield = kernel.getBody().front().getTerminator();
  for (auto [i, value] : llvm::enumerate(yield->getOperands()))
    for (auto [final, state] : llvm::zip(finals, states)) {
      if (storedValue(value) != final)
        continue;
      auto result = cast<OpResult>(final);
      Value tile = castTile(b, kernel.getLoc(), state,
                            getElementTypeOrSelf(final.getType()));
      store(b, tile, i, tiles->ownMap(principal, result.getResultNumber()));
    }
}

LogicalResult Tiler::buildContraction() {
  Location loc = principal.getLoc();
  if (!principal.getMatrixProduct())
    return principal.emitOpError("expected a contraction that is a product of "
                                 "two operands");
  TileForOp loop =
      enterLoop(*tiles, loc, Axis::Inner, tiles->zeroSums(principal));
  Value sum =
      tiles->addProduct(principal, loop.getBody().front().getArgument(0));
  if (!sum || failed(storeFactors()))
    return failure();
  leaveLoop(*tiles, loop, sum);
  tiles->setSum(principal, loop.getOutputs()[0]);
  matmul = findLibraryStep(kernel, principal, tileKernel);
  return storeResults();
}

/// Whether a contraction reads what the kernel yields: the kernel computes one
/// of its factors, which others read too.
static bool isFactorOf(WorkOpInterface work, Value value) {
  return work && work.getWorkKind() == WorkKind::Contraction &&
         llvm::is_contained(work->getOperands(), value);
}

/// A factor that is a result is stored where it is computed, tile by tile of
/// the contracted axis, by the one cell that has its tokens.
LogicalResult Tiler::storeFactors() {
  Operation *yield = kernel.getBody().front().getTerminator();
  for (auto [i, value] : llvm::enumerate(yield->getOperands())) {
    if (!isFactorOf(principal, value))
      continue;
    if (axes.tile[static_cast<unsigned>(Axis::Channel)] <
        axes.extent[static_cast<unsigned>(Axis::Channel)])
      return kernel.emitOpError("expected a schedule with all channels in a "
                                "tile, for it stores a factor, got ")
             << axes.tile[static_cast<unsigned>(Axis::Channel)];
    for (const OperandAccess &access : principal.getAccesses()) {
      if (principal->getOperand(access.operand) != value)
        continue;
      AffineMap map = tiles->ownAccess(principal, access);
      Value tile = tiles->materialise(value, map);
      if (!tile)
        return failure();
      store(tiles->inside, tile, i, map);
      break;
    }
  }
  return success();
}

/// A convolution adds up its lags; what else is reduced is read a second time
/// when the sum is known.
LogicalResult Tiler::buildReduction() {
  Location loc = principal.getLoc();
  if (principal.getConvolution()) {
    if (failed(sumLags(*tiles, principal)))
      return failure();
    convolution = findConvolutionStep(kernel, principal);
    return storeResults();
  }
  if (failed(sumReduction(*tiles, principal)))
    return failure();
  TileForOp second =
      enterLoop(*tiles, loc, principal.getReductionAxes()[0], {});
  if (failed(storeResults()))
    return failure();
  leaveLoop(*tiles, second, {});
  return success();
}

/// A cell walks the tokens of a packed sequence; else they are shared out.
LogicalResult Tiler::buildPointwise() {
  if (!walk.ends || !axes.has(Axis::Time))
    return storeResults();
  TileForOp loop = enterLoop(*tiles, kernel.getLoc(), Axis::Time, {});
  if (failed(storeResults()))
    return failure();
  leaveLoop(*tiles, loop, {});
  return success();
}

LogicalResult Tiler::storeResults() {
  Operation *yield = kernel.getBody().front().getTerminator();
  for (auto [i, value] : llvm::enumerate(yield->getOperands())) {
    if ((principal && llvm::is_contained(principal.getFinalStateValues(),
                                         storedValue(value))) ||
        isFactorOf(principal, value))
      continue;
    auto work = cast<WorkOpInterface>(value.getDefiningOp());
    AffineMap map =
        tiles->ownMap(work, cast<OpResult>(value).getResultNumber());
    Value tile = tiles->materialise(value, map);
    if (!tile)
      return failure();
    store(tiles->builderAt(map), tile, i, map);
  }
  return success();
}

/// Removes what no store needs, innermost and last first.
static void eraseDead(Block &block) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block))) {
    for (Region &region : op.getRegions())
      for (Block &inner : region)
        eraseDead(inner);
    if (isOpTriviallyDead(&op))
      op.erase();
  }
}

LogicalResult Tiler::run() {
  if (failed(findPrincipal()) || failed(findWalk()) || failed(findAxes()))
    return failure();
  createKernel();
  WorkKind kind = principal ? principal.getWorkKind() : WorkKind::Pointwise;
  LogicalResult built = kind == WorkKind::Recurrence    ? buildRecurrence()
                        : kind == WorkKind::Contraction ? buildContraction()
                        : kind == WorkKind::Reduction   ? buildReduction()
                                                        : buildPointwise();
  if (failed(built)) {
    tileKernel.erase();
    return failure();
  }
  eraseDead(tileKernel.getBody().front());
  return success();
}

/// The schedules of a kernel: for each size class of its function the place of
/// its alternative, or one for all.
static LogicalResult matchSizeClasses(KernelOp kernel,
                                      SmallVector<size_t> &alternativeOf) {
  SmallVector<SizeClassAttr> classes =
      getSizeClasses(kernel->getParentOfType<func::FuncOp>());
  size_t named = 0;
  for (auto alternative :
       kernel.getAlternativesAttr().getAsRange<AlternativeAttr>())
    named += alternative.getSizeClasses().size();
  for (SizeClassAttr at : classes)
    for (auto [i, alternative] : llvm::enumerate(
             kernel.getAlternativesAttr().getAsRange<AlternativeAttr>()))
      if (llvm::is_contained(alternative.getSizeClasses(), at))
        alternativeOf.push_back(i);
  if (alternativeOf.size() == classes.size() && named == classes.size())
    return success();
  return kernel.emitOpError("expected alternatives for the ")
         << classes.size() << " size classes of the function, got "
         << alternativeOf.size() << " of them and "
         << named - alternativeOf.size() << " others";
}

static LogicalResult tileKernel(KernelOp kernel) {
  SmallVector<Attribute> symbols;
  MatmulAttr library;
  ConvolutionAttr convolution;
  auto tile = [&](ScheduleAttr schedule, std::string name) {
    Tiler tiler(kernel, schedule, std::move(name));
    if (failed(tiler.run()))
      return failure();
    symbols.push_back(tiler.getSymbol());
    library = tiler.getLibraryStep();
    convolution = tiler.getConvolutionStep();
    return success();
  };
  if (ArrayAttr alternatives = kernel.getAlternativesAttr()) {
    SmallVector<size_t> alternativeOf;
    if (failed(matchSizeClasses(kernel, alternativeOf)))
      return failure();
    for (auto each : alternatives.getAsRange<AlternativeAttr>())
      if (failed(
              tile(each.getSchedule(), each.getKernelName(kernel.getName()))))
        return failure();
    SmallVector<Attribute> programs = std::exchange(symbols, {});
    for (size_t i : alternativeOf)
      symbols.push_back(programs[i]);
  } else if (ScheduleAttr schedule = kernel.getScheduleAttr()) {
    if (failed(tile(schedule, kernel.getName().str())))
      return failure();
  } else {
    return kernel.emitOpError("expected a schedule (ssm-assign-schedule gives "
                              "one)");
  }
  OpBuilder builder(kernel);
  auto launch = LaunchOp::create(
      builder, kernel.getLoc(), kernel.getOutputs().getTypes(),
      builder.getArrayAttr(symbols), kernel.getInputs(), library, convolution);
  kernel->replaceAllUsesWith(launch);
  kernel->erase();
  return success();
}

namespace {
struct TilePass : mlir::ssm::impl::TilePassBase<TilePass> {
  using TilePassBase::TilePassBase;

  void runOnOperation() override {
    SmallVector<KernelOp> kernels;
    getOperation().walk([&](KernelOp kernel) { kernels.push_back(kernel); });
    for (KernelOp kernel : kernels)
      if (failed(tileKernel(kernel)))
        return signalPassFailure();
  }
};
} // namespace
