// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In go functions with caches; out comes whether their values can share one
// buffer, and which updates can be made by the kernel that computes the rows.

#include "lib/Transforms/Caches.h"

using namespace mlir;
using namespace mlir::ssm;

/// Whether `use` is the cache that an op, or an op of a kernel, updates.
static bool isUpdate(OpOperand &use) {
  if (auto work = dyn_cast<WorkOpInterface>(use.getOwner()))
    return work.getUpdatedValue() == use.get() && use.getOperandNumber() > 0;
  auto kernel = dyn_cast<KernelOp>(use.getOwner());
  if (!kernel)
    return false;
  BlockArgument inside =
      kernel.getBody().front().getArgument(use.getOperandNumber());
  return llvm::any_of(inside.getUses(), isUpdate);
}

/// Whether `use` reads a cache at slots, or is what a kernel does with it.
static bool isReadAtSlots(OpOperand &use) {
  auto work = dyn_cast<WorkOpInterface>(use.getOwner());
  return work ? work.getReadSlots() && use.getOperandNumber() == 0
              : isa<KernelOp, LaunchOp>(use.getOwner());
}

/// caches_c4: a result is an update of the cache whose place it has, and an
/// update is such a result.
static LogicalResult checkResults(func::FuncOp function) {
  Operation *yield = function.getBody().front().getTerminator();
  for (OpOperand &operand : yield->getOpOperands()) {
    unsigned number = operand.getOperandNumber();
    auto place = function.getResultAttrOfType<StringAttr>(number, kInPlaceAttr);
    auto work = operand.get().getDefiningOp<WorkOpInterface>();
    auto cache = work ? dyn_cast_or_null<BlockArgument>(work.getUpdatedValue())
                      : BlockArgument();
    if (operand.get().getDefiningOp() && !work)
      continue; // of a kernel or a launch
    std::string name =
        cache ? getArgumentName(function, cache.getArgNumber()) : "";
    if (place ? cache && place.getValue() == name : !cache)
      continue;
    InFlightDiagnostic diagnostic = yield->emitOpError("expected result ")
                                    << number;
    if (!place)
      return diagnostic << ", which updates the cache '" << name
                        << "', in its place";
    return diagnostic << ", in the place of '" << place.getValue()
                      << "', to update it";
  }
  return success();
}

/// caches_c4: what updates a cache is returned and nothing else.
static LogicalResult checkUpdated(Operation *update) {
  for (Operation *reader : update->getUsers())
    if (!reader->hasTrait<OpTrait::IsTerminator>()) {
      InFlightDiagnostic diagnostic = reader->emitOpError(
          "expected an updated cache to be returned, got a reader of it");
      diagnostic.attachNote(update->getLoc()) << "it is updated here";
      return diagnostic;
    }
  return success();
}

static LogicalResult checkCache(BlockArgument cache) {
  Operation *update = nullptr;
  for (OpOperand &use : cache.getUses()) {
    Operation *op = use.getOwner();
    if (!isUpdate(use)) {
      if (isReadAtSlots(use)) // caches_c4
        continue;
      InFlightDiagnostic diagnostic =
          op->emitOpError("expected a cache to be read at slots, got a reader "
                          "of all of it");
      diagnostic.attachNote(cache.getLoc()) << "the cache";
      return diagnostic;
    }
    if (update && update != op) { // caches_c5
      InFlightDiagnostic diagnostic =
          op->emitOpError("expected one op to update a cache, got another");
      diagnostic.attachNote(update->getLoc()) << "it is updated here";
      return diagnostic;
    }
    update = op;
  }
  if (!update)
    return success();
  for (Operation *op : cache.getUsers())
    if (update->isBeforeInBlock(op)) { // caches_c5
      InFlightDiagnostic diagnostic = op->emitOpError(
          "expected a cache to be read before it is updated, got a reader "
          "after");
      diagnostic.attachNote(update->getLoc()) << "it is updated here";
      return diagnostic;
    }
  return isa<WorkOpInterface>(update) ? checkUpdated(update) : success();
}

LogicalResult mlir::ssm::checkCaches(func::FuncOp function) {
  for (BlockArgument argument : function.getArguments())
    if (isCache(argument) && failed(checkCache(argument)))
      return failure();
  WalkResult result = function.walk([](WorkOpInterface work) {
    Value updated = work.getUpdatedValue(),
          read = work->getNumOperands() > 0 ? work->getOperand(0) : Value();
    bool isOnCaches = (!updated || isCache(updated)) &&
                      (!work.getReadSlots() || isCache(read));
    if (isOnCaches)
      return WalkResult::advance();
    work->emitOpError("expected an argument with ssm.cache, got ")
        << (updated ? updated : read).getType();
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted() || failed(checkResults(function)));
}

bool mlir::ssm::isStillArgument(Value value) {
  return isa<BlockArgument>(value) && !isCache(value);
}

bool mlir::ssm::isWrittenIntoCache(OpOperand &use) {
  auto work = dyn_cast<WorkOpInterface>(use.getOwner());
  return work && work.getUpdatedValue() && use.getOperandNumber() == 0;
}

/// Whether `read` gives `writer` its initial state number `state` and nobody
/// anything else.
static bool isInitialState(WorkOpInterface read, WorkOpInterface writer,
                           size_t state) {
  SmallVector<Value> initial = writer.getInitialStateValues();
  return state < initial.size() && initial[state] == read->getResult(0) &&
         read->getResult(0).hasOneUse();
}

WorkOpInterface mlir::ssm::findWriter(Operation *update) {
  auto work = dyn_cast<WorkOpInterface>(update);
  if (!work || !work.getUpdatedValue())
    return {};
  auto writer = work->getOperand(0).getDefiningOp<WorkOpInterface>();
  if (!writer || writer.getWorkKind() != WorkKind::Recurrence)
    return {};
  SmallVector<Value> finals = writer.getFinalStateValues();
  auto *found = llvm::find(finals, work->getOperand(0));
  if (found == finals.end())
    return {};
  size_t state = found - finals.begin();
  bool isOwn =
      llvm::all_of(work.getUpdatedValue().getUsers(), [&](Operation *reader) {
        auto read = dyn_cast<WorkOpInterface>(reader);
        return reader == update ||
               (read && read.getReadSlots() == work.getWrittenSlots() &&
                isInitialState(read, writer, state));
      });
  return isOwn ? writer : WorkOpInterface();
}

ArrayAttr mlir::ssm::describeCaches(KernelOp kernel) {
  Builder b(kernel.getContext());
  NamedAttribute cache(b.getStringAttr(kCacheAttr), b.getUnitAttr());
  SmallVector<Attribute> attributes;
  for (Value input : kernel.getInputs())
    attributes.push_back(isCache(input) ? b.getDictionaryAttr(cache)
                                        : b.getDictionaryAttr({}));
  for (Value value : kernel.getBody().front().getTerminator()->getOperands()) {
    auto work = value.getDefiningOp<WorkOpInterface>();
    auto updated = dyn_cast_or_null<BlockArgument>(work.getUpdatedValue());
    if (!updated) {
      attributes.push_back(b.getDictionaryAttr({}));
      continue;
    }
    NamedAttribute place(b.getStringAttr(kInPlaceAttr),
                         b.getI64IntegerAttr(updated.getArgNumber()));
    attributes.push_back(b.getDictionaryAttr({cache, place}));
  }
  bool hasCaches = llvm::any_of(attributes, [](Attribute each) {
    return !cast<DictionaryAttr>(each).empty();
  });
  return hasCaches ? b.getArrayAttr(attributes) : ArrayAttr();
}
