// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Buffers, slots and steps of a function. Names are those of docs/spec.md; that
// of a workspace buffer begins with '%', as no other does. Such a buffer lives
// from the step that writes it to the last that reads it; slots are given
// greedily, a free one of the same size first.

#include "lib/Driver/HostPlan.h"

#include "dialect/StoredViews.h"

#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace mlir::ssm;

/// What the runtime's reader of packages takes of one kernel.
static constexpr unsigned kMaxArguments = 128;

static std::string textOf(StringAttr attribute) {
  return attribute ? attribute.str() : std::string();
}

namespace {

class Planner {
public:
  explicit Planner(func::FuncOp function) : function(function) {
    plan.name = function.getName().str();
  }
  FailureOr<HostPlan> run();

private:
  LogicalResult addArguments();
  LogicalResult addOutputs();
  unsigned findArgument(StringAttr name);
  LogicalResult addSteps();
  void assignSlots();
  LogicalResult checkStep(LaunchOp launch);
  LogicalResult checkKernel(LaunchOp launch, TileKernelOp kernel);
  LogicalResult checkPlace(const Step &step, TileKernelOp kernel, unsigned i);
  LogicalResult placeCaches(const Step &step);
  LogicalResult addBuffer(Value value, Buffer buffer, Location loc);

  func::FuncOp function;
  HostPlan plan;
  DenseMap<Value, unsigned> bufferOf;
  llvm::StringSet<> names;
  /// Caches that a step before has updated, and the results in their place.
  DenseSet<unsigned> updated;
};

} // namespace

LogicalResult Planner::addBuffer(Value value, Buffer buffer, Location loc) {
  if (!names.insert(buffer.name).second)
    return emitError(loc) << "expected names to differ, got '" << buffer.name
                          << "' twice";
  bufferOf[value] = plan.buffers.size();
  plan.buffers.push_back(std::move(buffer));
  return success();
}

LogicalResult Planner::addArguments() {
  for (BlockArgument argument : function.getArguments()) {
    auto type = dyn_cast<RankedTensorType>(argument.getType());
    unsigned number = argument.getArgNumber();
    if (!type)
      return emitError(argument.getLoc())
             << "expected a tensor argument, got " << argument.getType();
    auto weight = function.getArgAttrOfType<StringAttr>(number, "ssm.weight");
    auto name = function.getArgAttrOfType<StringAttr>(number, "ssm.name");
    Buffer buffer;
    buffer.kind = weight ? BufferKind::Weight : BufferKind::Input;
    buffer.name = weight ? weight.str()
                  : name ? name.str()
                         : "arg" + std::to_string(number);
    buffer.type = type;
    buffer.state =
        textOf(function.getArgAttrOfType<StringAttr>(number, kStateAttr));
    buffer.isCache = isCache(argument);
    if (failed(addBuffer(argument, buffer, argument.getLoc())))
      return failure();
  }
  return success();
}

/// The buffer of an argument; those come first.
unsigned Planner::findArgument(StringAttr name) {
  return llvm::find_if(plan.buffers,
                       [&](const Buffer &buffer) {
                         return buffer.name == name.getValue();
                       }) -
         plan.buffers.begin();
}

LogicalResult Planner::addOutputs() {
  Operation *yield = function.getBody().front().getTerminator();
  for (auto [i, value] : llvm::enumerate(yield->getOperands())) {
    if (!value.getDefiningOp<LaunchOp>())
      return yield->emitOpError("expected result ")
             << i << " to be computed by a kernel";
    if (bufferOf.contains(value))
      return yield->emitOpError("expected each result once, got result ")
             << i << " again";
    auto name = function.getResultAttrOfType<StringAttr>(i, "ssm.name");
    Buffer buffer;
    buffer.kind = BufferKind::Output;
    buffer.name = name     ? name.str()
                  : i == 0 ? std::string("y")
                           : "result" + std::to_string(i);
    buffer.type = cast<RankedTensorType>(value.getType());
    buffer.state =
        textOf(function.getResultAttrOfType<StringAttr>(i, kStateAttr));
    buffer.trace =
        textOf(function.getResultAttrOfType<StringAttr>(i, kTraceAttr));
    buffer.every = getEveryOf(function.getResultAttrDict(i));
    if (auto place =
            function.getResultAttrOfType<StringAttr>(i, kInPlaceAttr)) {
      buffer.isCache = true;
      buffer.inPlaceOf = findArgument(place);
    }
    if (failed(addBuffer(value, buffer, yield->getLoc())))
      return failure();
  }
  return success();
}

/// A kernel of a file's own may do what the plan, and so a runtime, does not
/// expect of a launch: inputs are read, results are written.
LogicalResult Planner::checkKernel(LaunchOp launch, TileKernelOp kernel) {
  unsigned inputs = launch.getInputs().size();
  for (BlockArgument argument : kernel.getBody().getArguments()) {
    bool isWritten = isStored(argument);
    bool isResult = argument.getArgNumber() >= inputs;
    if (isWritten != isResult)
      return launch.emitOpError("expected a kernel that writes its results "
                                "alone, got argument ")
             << argument.getArgNumber()
             << (isResult ? ", a result, not written" : ", an input, written");
  }
  return success();
}

LogicalResult Planner::checkStep(LaunchOp launch) {
  unsigned count = launch.getInputs().size() + launch.getOutputs().size();
  if (count > kMaxArguments)
    return launch.emitOpError("expected at most ")
           << kMaxArguments << " inputs and results, got " << count;
  for (auto symbol : launch.getKernels().getAsRange<FlatSymbolRefAttr>())
    if (failed(checkKernel(launch,
                           SymbolTable::lookupNearestSymbolFrom<TileKernelOp>(
                               launch, symbol))))
      return failure();
  return success();
}

/// Argument `i` of a kernel of the step is a cache where the function has one,
/// updated in the place that the function's result has (caches_c5).
LogicalResult Planner::checkPlace(const Step &step, TileKernelOp kernel,
                                  unsigned i) {
  LaunchOp launch = step.launch;
  const Buffer &buffer = plan.buffers[step.buffers[i]];
  std::optional<unsigned> place;
  if (std::optional<unsigned> other = kernel.getInPlaceOf(i))
    place = step.buffers[*other];
  bool isWritten = i >= launch.getInputs().size();
  if (buffer.isCache != kernel.isCache(i) ||
      (isWritten && buffer.inPlaceOf != place))
    return launch.emitOpError("expected a cache where the function has one, in "
                              "the place that its result has, as argument ")
           << i << " of '" << kernel.getName() << "'";
  if (updated.contains(step.buffers[i]))
    return launch.emitOpError("expected a cache to be read before it is "
                              "updated, got '")
           << buffer.name << "' after";
  return success();
}

LogicalResult Planner::placeCaches(const Step &step) {
  LaunchOp launch = step.launch;
  for (auto symbol : launch.getKernels().getAsRange<FlatSymbolRefAttr>()) {
    auto kernel =
        SymbolTable::lookupNearestSymbolFrom<TileKernelOp>(launch, symbol);
    std::optional<uint64_t> ends = kernel.getPacked();
    for (auto [i, index] : llvm::enumerate(step.buffers)) {
      if (failed(checkPlace(step, kernel, i)))
        return failure();
      Buffer &buffer = plan.buffers[index];
      buffer.holdsSlots |= ends != i && buffer.kind == BufferKind::Input &&
                           buffer.type.getElementType().isInteger(32);
    }
  }
  for (unsigned index : step.buffers)
    if (std::optional<unsigned> place = plan.buffers[index].inPlaceOf) {
      updated.insert(*place);
      updated.insert(index);
    }
  return success();
}

LogicalResult Planner::addSteps() {
  for (Operation &op : function.getBody().front().without_terminator()) {
    auto launch = dyn_cast<LaunchOp>(op);
    if (!launch)
      return op.emitOpError("expected launches only, after ssm-tile");
    if (failed(checkStep(launch)))
      return failure();
    Step step{launch, {}};
    for (Value result : launch.getOutputs())
      if (!bufferOf.contains(result)) {
        Buffer buffer;
        buffer.kind = BufferKind::Workspace;
        buffer.name = "%" + std::to_string(plan.buffers.size());
        buffer.type = cast<RankedTensorType>(result.getType());
        if (failed(addBuffer(result, buffer, launch.getLoc())))
          return failure();
      }
    for (Value operand : launch.getInputs())
      step.buffers.push_back(bufferOf.lookup(operand));
    for (Value result : launch.getOutputs())
      step.buffers.push_back(bufferOf.lookup(result));
    if (failed(placeCaches(step)))
      return failure();
    plan.steps.push_back(std::move(step));
  }
  return success();
}

void Planner::assignSlots() {
  unsigned count = plan.buffers.size();
  std::vector<unsigned> first(count, ~0u), last(count, 0);
  for (auto [i, step] : llvm::enumerate(plan.steps))
    for (unsigned buffer : step.buffers) {
      first[buffer] = std::min<unsigned>(first[buffer], i);
      last[buffer] = std::max<unsigned>(last[buffer], i);
    }
  struct Slot {
    unsigned freeFrom;
    RankedTensorType type;
  };
  std::vector<Slot> slots;
  for (unsigned step = 0; step < plan.steps.size(); ++step)
    for (unsigned b = 0; b < count; ++b) {
      Buffer &buffer = plan.buffers[b];
      if (buffer.kind != BufferKind::Workspace || first[b] != step)
        continue;
      auto isFree = [&](const Slot &slot) { return slot.freeFrom <= step; };
      auto found = llvm::find_if(slots, [&](const Slot &slot) {
        return isFree(slot) && slot.type == buffer.type;
      });
      if (found == slots.end())
        found = llvm::find_if(slots, isFree);
      if (found == slots.end())
        found = slots.insert(slots.end(), Slot{0, buffer.type});
      found->freeFrom = last[b] + 1;
      buffer.slot = found - slots.begin();
    }
  plan.slots = slots.size();
}

FailureOr<HostPlan> Planner::run() {
  if (failed(addArguments()) || failed(addOutputs()) || failed(addSteps()))
    return failure();
  plan.sizeClasses = getSizeClasses(function);
  assignSlots();
  return plan;
}

FailureOr<HostPlan> mlir::ssm::planFunction(func::FuncOp function) {
  return Planner(function).run();
}
