// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-fuse: block ops in, kernels of block ops out.

#include "lib/Transforms/Caches.h"
#include "lib/Transforms/Passes.h"
#include "lib/Transforms/TokenWalk.h"

#include "mlir/IR/IRMapping.h"
#include "mlir/IR/PatternMatch.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_FUSEPASS
#include "lib/Transforms/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;

/// A longer chain becomes several kernels: what it saves of memory traffic is
/// long won, and the time to compile a kernel grows faster than its ops.
static constexpr size_t kMaxGroupOps = 256;

namespace {

/// The ops of a future kernel, last op of the program first.
struct Group {
  SmallVector<Operation *> ops;
  /// Where the kernel will stand: the last op but for updates of caches, which
  /// are made where their rows are.
  Operation *last = nullptr;
  WorkKind kind = WorkKind::Pointwise;
  /// Where its sequences end, null being the end of each row; nothing as long
  /// as no op in it must know.
  std::optional<Value> ends;
  /// The token of each of its steps, null being the next one of the row;
  /// nothing as long as every op in it sees each token alone.
  std::optional<Value> order;

  /// Whether `op` and the ops here take their rows as the same sequences.
  bool agreesOnEnds(Operation *op) const {
    auto packable = dyn_cast<PackableOpInterface>(op);
    return !packable || !ends || *ends == packable.getEnds();
  }
  bool agreesOnOrder(std::optional<Value> wanted) const {
    return !wanted || !order || *order == *wanted;
  }
};

/// Who reads a value, looking through ops that are copied into their readers.
struct Readers {
  llvm::SmallSetVector<Group *, 2> groups;
  /// The value leaves the function or is read by an op that is no work.
  bool escapes = false;
  /// Some reader wants another token than the one computed, or another channel.
  bool shifted = false;
};

class Fuser {
public:
  explicit Fuser(func::FuncOp function) : function(function) {}
  LogicalResult run();

private:
  LogicalResult checkOps();
  LogicalResult checkTraces();
  LogicalResult copyUncomputedResults();
  void addReaders(Value value, Readers &readers);
  Group *groupToJoin(WorkOpInterface work, const Readers &readers);
  void add(Operation *op, Group &group);
  void placeUpdates();
  size_t countCopies(const Group &group);
  LogicalResult extract(Group &group, unsigned number);
  Value import(Value value, OpBuilder &builder, IRMapping &mapping,
               const Group &group, SmallVectorImpl<Value> &inputs, Block *body);

  func::FuncOp function;
  std::vector<std::unique_ptr<Group>> groups;
  DenseMap<Operation *, Group *> groupOf;
  /// Updates of caches that the kernel of a recurrence makes.
  DenseMap<Operation *, SmallVector<Operation *>> updatesBy;
};

} // namespace

/// Whether there is neither a batch nor a token to tell results apart.
static bool isOnWeights(WorkOpInterface work) {
  return llvm::none_of(work.getIterationAxes(), [](Axis axis) {
    return axis == Axis::Batch || axis == Axis::Time;
  });
}

/// Whether a result has a state for each token: larger than memory should hold.
static bool hasStatesPerToken(Operation *op) {
  return llvm::any_of(op->getResultTypes(), [](Type type) {
    auto tensor = dyn_cast<RankedTensorType>(type);
    return tensor && tensor.getRank() > 3;
  });
}

/// Whether `value` has the states after every so many tokens.
static bool isTrace(Value value) {
  auto work = value.getDefiningOp<WorkOpInterface>();
  return work && work.getStatePeriod() &&
         llvm::is_contained(work.getFinalStateValues(), value);
}

/// Whether some access reads more tokens of `op` than there are: what it reads
/// there is zero because memory says so.
static bool isReadBeyondEdge(Operation *op) {
  return llvm::any_of(op->getUses(), [](OpOperand &use) {
    auto reader = dyn_cast<WorkOpInterface>(use.getOwner());
    if (!reader || reader.getWorkKind() != WorkKind::Access ||
        use.getOperandNumber() != 0)
      return false;
    auto from = cast<RankedTensorType>(use.get().getType());
    auto to = cast<RankedTensorType>(reader->getResult(0).getType());
    return from.getRank() == to.getRank() && from.getRank() > 2 &&
           from.getDimSize(1) != to.getDimSize(1);
  });
}

/// Computed again in every kernel that reads it: cheap, or too large to store.
static bool isCopied(Operation *op) {
  auto work = dyn_cast<WorkOpInterface>(op);
  if (!work)
    return false;
  bool returned = llvm::any_of(op->getUsers(), [](Operation *user) {
    return user->hasTrait<OpTrait::IsTerminator>();
  });
  if (returned)
    return false;
  if (work.getWorkKind() == WorkKind::Access)
    return true;
  if (op->hasTrait<OpTrait::ConstantLike>())
    return !isReadBeyondEdge(op);
  return work.getWorkKind() == WorkKind::Pointwise &&
         (isOnWeights(work) || hasStatesPerToken(op));
}

/// Whether `work` reads an operand (batch, length, ...) at its own token.
static bool readsInPlace(WorkOpInterface work, unsigned operand) {
  SmallVector<Axis> axes = work.getIterationAxes();
  if (work.getWorkKind() == WorkKind::Access) {
    AffineMap map = work.getResultAccess(0);
    return map.getNumResults() < 2 ||
           isPlainAxis(map.getResult(1), axes, Axis::Time);
  }
  // A state is not an activation: no token reads it.
  if (llvm::is_contained(work.getInitialStateValues(),
                         work->getOperand(operand)))
    return false;
  return llvm::all_of(work.getAccesses(), [&](const OperandAccess &access) {
    return access.operand != operand || access.map.getNumResults() < 3 ||
           isPlainAxis(access.map.getResult(1), axes, Axis::Time);
  });
}

void Fuser::addReaders(Value value, Readers &readers) {
  auto producer = value.getDefiningOp<WorkOpInterface>();
  bool isState =
      producer && llvm::is_contained(producer.getFinalStateValues(), value);
  SmallVector<Value> pending = {value};
  llvm::SmallPtrSet<Operation *, 4> copies;
  auto addReader = [&](Value read, OpOperand &use) {
    Operation *user = use.getOwner();
    auto work = dyn_cast<WorkOpInterface>(user);
    // Rows that another kernel writes into a cache are made whole before.
    if (!work || isWrittenIntoCache(use)) {
      readers.escapes = true;
      return;
    }
    readers.shifted |= isState || !readsInPlace(work, use.getOperandNumber());
    if (isCopied(user)) {
      readers.shifted |= work.getWorkKind() == WorkKind::Access &&
                         read.getType() != user->getResult(0).getType();
      if (copies.insert(user).second)
        llvm::append_range(pending, user->getResults());
    } else if (Group *group = groupOf.lookup(user)) {
      readers.groups.insert(group);
    }
  };
  while (!pending.empty()) {
    Value read = pending.pop_back_val();
    for (OpOperand &use : read.getUses())
      addReader(read, use);
  }
}

Group *Fuser::groupToJoin(WorkOpInterface work, const Readers &readers) {
  if (readers.groups.size() != 1 || readers.shifted)
    return nullptr;
  Group *group = readers.groups.front();
  if (group->ops.size() >= kMaxGroupOps || !group->agreesOnEnds(work) ||
      !group->agreesOnOrder(findOrderOf(work, isCopied)))
    return nullptr;
  bool open =
      group->kind == WorkKind::Pointwise || group->kind == WorkKind::Recurrence;
  switch (work.getWorkKind()) {
  case WorkKind::Pointwise:
  case WorkKind::Window:
    return open ? group : nullptr;
  case WorkKind::Recurrence:
    return group->kind == WorkKind::Pointwise ? group : nullptr;
  default:
    return nullptr;
  }
}

/// A result that is an argument, or returned before, becomes a copy: every
/// result is a buffer of its own that some kernel writes.
LogicalResult Fuser::copyUncomputedResults() {
  Operation *yield = function.getBody().front().getTerminator();
  llvm::SmallDenseSet<Value> returned;
  for (OpOperand &operand : yield->getOpOperands()) {
    Value value = operand.get();
    if (!isa<RankedTensorType>(value.getType()) ||
        (!isa<BlockArgument>(value) && returned.insert(value).second))
      continue;
    auto type = cast<RankedTensorType>(value.getType());
    if (type.getElementType().isInteger(32))
      return yield->emitOpError("expected result ")
             << operand.getOperandNumber()
             << " to be computed, got an argument of " << type;
    if (type.getRank() < 3 && !type.hasStaticShape())
      return yield->emitOpError("expected result ")
             << operand.getOperandNumber()
             << " to be computed, or of static sizes, or of rank 3 or 4, got "
             << type;
    OpBuilder builder(yield);
    operand.set(ActivationOp::create(builder, yield->getLoc(), value.getType(),
                                     Activation::Identity, value, Value()));
  }
  return success();
}

/// What is not dead is work, or was made a kernel before.
LogicalResult Fuser::checkOps() {
  for (Operation &op : function.getBody().front().without_terminator()) {
    if (isa<LaunchOp>(op) || isOpTriviallyDead(&op))
      continue;
    if (auto kernel = dyn_cast<KernelOp>(op)) {
      for (Operation &inner : kernel.getBody().front().without_terminator())
        if (failed(checkWork(&inner)))
          return failure();
    } else if (failed(checkWork(&op))) {
      return failure();
    }
  }
  return success();
}

/// States after every k tokens, k above 1, have a size of their own, which only
/// the attribute of a result says: they leave the function as they are.
LogicalResult Fuser::checkTraces() {
  Operation *yield = function.getBody().front().getTerminator();
  auto periodOf = [](Value value) {
    return isTrace(value)
               ? *value.getDefiningOp<WorkOpInterface>().getStatePeriod()
               : 1;
  };
  for (auto [i, value] : llvm::enumerate(yield->getOperands())) {
    int64_t said = getEveryOf(function.getResultAttrDict(i));
    if (said == periodOf(value))
      continue;
    InFlightDiagnostic diagnostic = yield->emitOpError("expected result ")
                                    << i << " with ssm.every = ";
    diagnostic << periodOf(value) << ", got " << said;
    diagnostic.attachNote(value.getLoc()) << "the result is made here";
    return diagnostic;
  }
  WalkResult result = function.walk([&](WorkOpInterface work) {
    for (Value value : work->getResults())
      for (Operation *user : value.getUsers())
        if (periodOf(value) > 1 && user != yield) {
          user->emitOpError("expected states after every ")
              << periodOf(value) << " tokens to be returned, got a reader";
          return WalkResult::interrupt();
        }
    return WalkResult::advance();
  });
  return failure(result.wasInterrupted());
}

void Fuser::add(Operation *op, Group &group) {
  if (!group.last)
    group.last = op;
  SmallVector<Operation *> ops = updatesBy.lookup(op);
  ops.push_back(op);
  for (Operation *each : ops) {
    group.ops.push_back(each);
    groupOf[each] = &group;
  }
  WorkKind kind = cast<WorkOpInterface>(op).getWorkKind();
  if (kind == WorkKind::Window || kind == WorkKind::Access)
    kind = WorkKind::Pointwise;
  if (kind != WorkKind::Pointwise)
    group.kind = kind;
  if (auto packable = dyn_cast<PackableOpInterface>(op))
    group.ends = packable.getEnds();
  auto work = cast<WorkOpInterface>(op);
  if (std::optional<Value> order = findOrderOf(work, isCopied))
    group.order = order;
}

/// An update of a cache is made by the recurrence that computes its rows, or
/// after everything else, for kernels that read the cache may stand anywhere.
void Fuser::placeUpdates() {
  Block &block = function.getBody().front();
  for (Operation &op : llvm::make_early_inc_range(block)) {
    auto work = dyn_cast<WorkOpInterface>(op);
    if (!work || !work.getUpdatedValue())
      continue;
    if (WorkOpInterface writer = findWriter(&op))
      updatesBy[writer].push_back(&op);
    else
      op.moveBefore(block.getTerminator());
  }
}

LogicalResult Fuser::run() {
  if (failed(checkOps()) || failed(checkTraces()) ||
      failed(checkCaches(function)))
    return failure();
  if (failed(copyUncomputedResults()))
    return failure();
  placeUpdates();
  for (Operation &op : llvm::reverse(function.getBody().front())) {
    auto work = dyn_cast<WorkOpInterface>(op);
    if (!work || isCopied(&op) || findWriter(&op))
      continue;
    Readers readers;
    for (Value result : op.getResults())
      addReaders(result, readers);
    // What only the return reads may still leave a kernel as one more result.
    for (Value result : op.getResults())
      for (Operation *user : result.getUsers())
        if (!isa<WorkOpInterface>(user) &&
            !user->hasTrait<OpTrait::IsTerminator>())
          return user->emitOpError("expected a block op or a return as the "
                                   "reader of a block op");
    Group *group = groupToJoin(work, readers);
    if (!group)
      group = groups.emplace_back(std::make_unique<Group>()).get();
    add(&op, *group);
  }
  unsigned number = 0;
  for (std::unique_ptr<Group> &group : llvm::reverse(groups))
    if (failed(extract(*group, number++)))
      return failure();
  return success();
}

/// How many ops are copied into the kernel of `group`.
size_t Fuser::countCopies(const Group &group) {
  SmallVector<Operation *> pending(group.ops);
  llvm::SmallPtrSet<Operation *, 16> copies;
  while (!pending.empty())
    for (Value operand : pending.pop_back_val()->getOperands())
      if (Operation *op = operand.getDefiningOp())
        if (isCopied(op) && copies.insert(op).second)
          pending.push_back(op);
  return copies.size();
}

/// `value` inside the kernel of `group`: computed there, a copy of what is
/// copied, or a new argument.
Value Fuser::import(Value value, OpBuilder &builder, IRMapping &mapping,
                    const Group &group, SmallVectorImpl<Value> &inputs,
                    Block *body) {
  if (Value known = mapping.lookupOrNull(value))
    return known;
  Operation *op = value.getDefiningOp();
  if (op && isCopied(op)) {
    for (Value operand : op->getOperands())
      import(operand, builder, mapping, group, inputs, body);
    builder.clone(*op, mapping);
    return mapping.lookup(value);
  }
  inputs.push_back(value);
  Value argument = body->addArgument(value.getType(), value.getLoc());
  mapping.map(value, argument);
  return argument;
}

/// The op a kernel is named after: the one of the strongest kind.
static Operation *principalOp(ArrayRef<Operation *> ops) {
  Operation *principal = ops.front();
  auto rank = [](Operation *op) {
    WorkKind kind = cast<WorkOpInterface>(op).getWorkKind();
    return kind == WorkKind::Access ? -1 : static_cast<int>(kind);
  };
  for (Operation *op : ops)
    if (rank(op) > rank(principal))
      principal = op;
  return principal;
}

/// `name` with nothing in it that assemblers refuse.
static std::string asSymbol(std::string name) {
  for (char &c : name)
    if (!llvm::isAlnum(c))
      c = '_';
  return llvm::isDigit(name[0]) ? "_" + name : name;
}

/// Whether a library could compute what the ops contract or convolve.
static bool isLibrarys(ArrayRef<Operation *> ops) {
  return llvm::any_of(ops, [](Operation *op) {
    auto work = cast<WorkOpInterface>(op);
    return work.getMatrixProduct().has_value() ||
           work.getConvolution().has_value();
  });
}

LogicalResult Fuser::extract(Group &group, unsigned number) {
  Operation *last = group.last;
  size_t copies = countCopies(group), count = group.ops.size() + copies;
  if (count > kMaxKernelOps)
    return last->emitOpError("expected at most ")
           << kMaxKernelOps << " ops in the kernel of an op, got " << count
           << ", of which " << copies
           << " are computed again in every kernel that reads them";
  SmallVector<Operation *> ops(llvm::reverse(group.ops));
  SmallVector<Value> results;
  for (Operation *op : ops)
    for (Value result : op->getResults())
      if (llvm::any_of(result.getUsers(), [&](Operation *user) {
            return groupOf.lookup(user) != &group &&
                   !(isCopied(user) &&
                     llvm::all_of(user->getUsers(), [&](Operation *reader) {
                       return groupOf.lookup(reader) == &group;
                     }));
          }))
        results.push_back(result);
  for (Value result : results)
    if (cast<RankedTensorType>(result.getType()).getRank() > 3 &&
        !isTrace(result))
      return result.getDefiningOp()->emitOpError("expected the readers of ")
             << result.getType() << " in one kernel, so that it need not reach "
             << "memory";

  OpBuilder builder(last);
  auto body = std::make_unique<Block>();
  OpBuilder inside(function.getContext());
  inside.setInsertionPointToEnd(body.get());
  IRMapping mapping;
  SmallVector<Value> inputs;
  for (Operation *op : ops) {
    for (Value operand : op->getOperands())
      import(operand, inside, mapping, group, inputs, body.get());
    inside.clone(*op, mapping);
  }
  SmallVector<Value> yielded;
  for (Value result : results)
    yielded.push_back(mapping.lookup(result));
  YieldOp::create(inside, last->getLoc(), yielded);

  std::string name = asSymbol((function.getName() + "_" +
                               principalOp(ops)->getName().stripDialect() +
                               "_" + Twine(number))
                                  .str());
  auto kernel = KernelOp::create(
      builder, last->getLoc(), TypeRange(ValueRange(results)),
      builder.getStringAttr(name), inputs, ScheduleAttr(), ArrayAttr(),
      isLibrarys(ops) ? builder.getUnitAttr() : UnitAttr());
  kernel.getBody().push_back(body.release());
  for (auto [result, output] : llvm::zip(results, kernel.getOutputs()))
    result.replaceAllUsesWith(output);
  for (Operation *op : llvm::reverse(ops)) {
    groupOf.erase(op);
    op->dropAllUses();
    op->erase();
  }
  return success();
}

namespace {
struct FusePass : mlir::ssm::impl::FusePassBase<FusePass> {
  using FusePassBase::FusePassBase;

  void runOnOperation() override {
    func::FuncOp function = getOperation();
    if (function.isExternal())
      return;
    if (!function.getBody().hasOneBlock()) {
      function.emitOpError("expected one block, got ")
          << function.getBody().getBlocks().size();
      return signalPassFailure();
    }
    if (failed(Fuser(function).run()))
      return signalPassFailure();
    IRRewriter rewriter(&getContext());
    for (Operation &op :
         llvm::make_early_inc_range(llvm::reverse(function.getBody().front())))
      if (isOpTriviallyDead(&op))
        rewriter.eraseOp(&op);
  }
};
} // namespace
