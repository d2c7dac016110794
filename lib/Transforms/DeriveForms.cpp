// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// ssm-derive-forms: functions of block ops in; beside them, or instead, the
// same functions that start from states and return those they end with out.

#include "lib/Transforms/CacheStates.h"
#include "lib/Transforms/Forms.h"
#include "lib/Transforms/PackSequences.h"
#include "lib/Transforms/Passes.h"

#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/Support/FormatVariadic.h"

namespace mlir::ssm {
#define GEN_PASS_DEF_DERIVEFORMSPASS
#include "lib/Transforms/Passes.h.inc"
} // namespace mlir::ssm

using namespace mlir;
using namespace mlir::ssm;

std::optional<Form> mlir::ssm::parseForm(StringRef text) {
  for (auto [i, name] : llvm::enumerate(kFormNames))
    if (text == name)
      return static_cast<Form>(i);
  return std::nullopt;
}

std::string mlir::ssm::checkForms(ArrayRef<std::string> texts) {
  for (auto [i, text] : llvm::enumerate(texts)) {
    if (!parseForm(text))
      return "expected forms among " + llvm::join(ArrayRef(kFormNames), ", ") +
             ", got '" + text + "'";
    if (llvm::is_contained(texts.take_front(i), text))
      return "expected each form once, got '" + text + "' again";
  }
  return "";
}

static StringRef suffixOf(Form form) {
  switch (form) {
  case Form::Prefill:
    return "";
  case Form::Resume:
    return "_resume";
  case Form::Step:
    return "_step";
  case Form::Varlen:
    return "_varlen";
  case Form::Trace:
    return "_trace";
  case Form::ResumeCached:
    return "_resume_cached";
  case Form::StepCached:
    return "_step_cached";
  case Form::VarlenCached:
    return "_varlen_cached";
  }
  llvm_unreachable("every form is handled above");
}

static bool isStep(Form form) {
  return form == Form::Step || form == Form::StepCached;
}

static bool isPacked(Form form) {
  return form == Form::Varlen || form == Form::VarlenCached;
}

static bool isCached(Form form) {
  return form == Form::ResumeCached || form == Form::StepCached ||
         form == Form::VarlenCached;
}

/// Batches at which the schedules of steps are judged if nobody says, and the
/// tokens of one that is traced: guesses of a draft.
static constexpr int64_t kStepBatches[] = {64, 8, 1};
static constexpr int64_t kTracedTokens = 8;

static ArrayAttr sizeClassesOf(MLIRContext *context, ArrayRef<int64_t> batches,
                               int64_t length) {
  SmallVector<Attribute> classes;
  for (int64_t batch : batches)
    classes.push_back(SizeClassAttr::get(context, batch, length));
  return ArrayAttr::get(context, classes);
}

std::string mlir::ssm::checkStepBatches(ArrayRef<int64_t> batches) {
  if (batches.size() > kMaxSizeClasses)
    return llvm::formatv("expected at most {0} batches, got {1}",
                         kMaxSizeClasses, batches.size())
        .str();
  for (auto [i, batch] : llvm::enumerate(batches)) {
    if (batch < 1 || batch > kMaxTensorElements)
      return llvm::formatv("expected batches of 1 to {0}, got {1}",
                           kMaxTensorElements, batch)
          .str();
    if (llvm::is_contained(batches.take_front(i), batch))
      return llvm::formatv("expected each batch once, got {0} again", batch)
          .str();
  }
  return "";
}

static LogicalResult checkResumable(func::FuncOp function) {
  WalkResult result = function.walk([](StatefulOpInterface op) {
    if (op.getStateTypes().empty() || op.getResumeObstacle().empty())
      return WalkResult::advance();
    op.emitOpError("expected an op that can go on where the call before ended, "
                   "got one that cannot: ")
        << op.getResumeObstacle();
    return WalkResult::interrupt();
  });
  return failure(result.wasInterrupted());
}

/// The result that is `state` is called so; a new one if there is none.
static LogicalResult returnState(func::FuncOp function, Value state,
                                 StringRef name) {
  Builder b(function.getContext());
  Operation *yield = function.getBody().front().getTerminator();
  unsigned number = 0;
  while (number < yield->getNumOperands() && yield->getOperand(number) != state)
    ++number;
  if (number == yield->getNumOperands()) {
    DictionaryAttr attrs = b.getDictionaryAttr(
        b.getNamedAttr("ssm.name", b.getStringAttr(name + "_out")));
    if (failed(function.insertResult(number, state.getType(), attrs)))
      return failure();
    yield->insertOperands(number, state);
  }
  function.setResultAttr(number, kStateAttr, b.getStringAttr(name));
  return success();
}

/// A new result, the trace of a state of type `state`.
static LogicalResult returnTrace(func::FuncOp function, Value trace,
                                 RankedTensorType state, StringRef name,
                                 int64_t every) {
  Builder b(function.getContext());
  SmallVector<NamedAttribute> attrs = {
      b.getNamedAttr("ssm.name", b.getStringAttr(name + "_trace")),
      b.getNamedAttr(kTraceAttr, b.getStringAttr(name))};
  bool isOfStates =
      cast<RankedTensorType>(trace.getType()).getRank() > state.getRank();
  if (isOfStates && every > 1)
    attrs.push_back(b.getNamedAttr(kEveryAttr, b.getI64IntegerAttr(every)));
  Operation *yield = function.getBody().front().getTerminator();
  unsigned number = yield->getNumOperands();
  if (failed(function.insertResult(number, trace.getType(),
                                   b.getDictionaryAttr(attrs))))
    return failure();
  yield->insertOperands(number, trace);
  return success();
}

namespace {
/// Gives the ops of a function that remember earlier tokens their states.
class StateAdder {
public:
  StateAdder(func::FuncOp function, Type handedOn)
      : function(function), handedOn(handedOn) {}

  /// As arguments and results; or, with `every`, as arguments whose traces are
  /// results.
  LogicalResult run(std::optional<int64_t> every);

private:
  LogicalResult takeStates(StatefulOpInterface op);
  LogicalResult give(StatefulOpInterface op, std::optional<int64_t> every);

  func::FuncOp function;
  Type handedOn;
  llvm::StringMap<unsigned> counts;
  /// Of the op that is given its states.
  SmallVector<Value> initial;
  SmallVector<std::string> names;
};
} // namespace

LogicalResult StateAdder::takeStates(StatefulOpInterface op) {
  Builder b(function.getContext());
  SmallVector<RankedTensorType> types = op.getStateTypes();
  StringRef kind = op->getName().stripDialect();
  std::string base = (kind + "_" + Twine(counts[kind]++)).str();
  initial.clear();
  names.clear();
  for (auto [i, type] : llvm::enumerate(types)) {
    if (type.getElementType().isF32())
      type = type.clone(handedOn);
    std::string name =
        types.size() == 1 ? base : base + "_" + std::to_string(i);
    unsigned number = function.getNumArguments();
    DictionaryAttr attrs = b.getDictionaryAttr(
        {b.getNamedAttr("ssm.name", b.getStringAttr(name)),
         b.getNamedAttr(kStateAttr, b.getStringAttr(name))});
    if (failed(function.insertArgument(number, type, attrs, op->getLoc())))
      return failure();
    initial.push_back(function.getArgument(number));
    names.push_back(std::move(name));
  }
  return success();
}

LogicalResult StateAdder::give(StatefulOpInterface op,
                               std::optional<int64_t> every) {
  OpBuilder builder(op);
  SmallVector<Value> results = every ? op.buildTraced(builder, initial, *every)
                                     : op.buildResumed(builder, initial);
  if (results.empty())
    return op.emitOpError("expected an op whose final states are not results, "
                          "for their trace, got one that returns them");
  SmallVector<Value> states(ArrayRef<Value>(results).take_back(names.size()));
  results.resize(results.size() - names.size());
  for (auto [before, after] : llvm::zip(op->getResults(), results))
    if (before.getType() != after.getType())
      return op.emitOpError("expected a final state in the type that states "
                            "are handed on, ")
             << after.getType() << ", got " << before.getType();
  op->replaceAllUsesWith(results);
  op->erase();
  for (auto [state, name, before] : llvm::zip(states, names, initial)) {
    auto type = cast<RankedTensorType>(before.getType());
    if (failed(every ? returnTrace(function, state, type, name, *every)
                     : returnState(function, state, name)))
      return failure();
  }
  return success();
}

LogicalResult StateAdder::run(std::optional<int64_t> every) {
  for (StatefulOpInterface op :
       llvm::to_vector(function.getOps<StatefulOpInterface>()))
    if (!op.getStateTypes().empty())
      if (failed(takeStates(op)) || failed(give(op, every)))
        return failure();
  return success();
}

namespace {
struct DeriveFormsPass : mlir::ssm::impl::DeriveFormsPassBase<DeriveFormsPass> {
  using DeriveFormsPassBase::DeriveFormsPassBase;

  LogicalResult initialize(MLIRContext *context) override {
    std::vector<std::string> texts(forms.begin(), forms.end());
    if (std::string problem = checkForms(texts); !problem.empty())
      return emitError(UnknownLoc::get(context)) << problem;
    wanted.clear();
    for (const std::string &text : texts)
      wanted.push_back(*parseForm(text));
    Builder b(context);
    if (states == "f32")
      handedOn = b.getF32Type();
    else if (states == "bf16")
      handedOn = b.getBF16Type();
    else if (states == "f16")
      handedOn = b.getF16Type();
    else
      return emitError(UnknownLoc::get(context))
             << "expected states of f32, bf16 or f16, got '" << states << "'";
    if (every < 1)
      return emitError(UnknownLoc::get(context))
             << "expected states after every 1 token or more, got "
             << every.getValue();
    batches.assign(stepBatches.begin(), stepBatches.end());
    if (batches.empty())
      llvm::append_range(batches, kStepBatches);
    if (std::string problem = checkStepBatches(batches); !problem.empty())
      return emitError(UnknownLoc::get(context)) << problem;
    return success();
  }

  void runOnOperation() override {
    if (wanted.empty())
      return;
    auto functions = llvm::to_vector(getOperation().getOps<func::FuncOp>());
    for (func::FuncOp function : functions)
      if (failed(derive(function)))
        return signalPassFailure();
  }

private:
  /// Of the calls that the schedules of a form are judged at, if it is not for
  /// all.
  std::optional<int64_t> tokensOf(Form form) const {
    if (isStep(form))
      return 1;
    if (form == Form::Trace && every == 1)
      return kTracedTokens;
    return std::nullopt;
  }

  LogicalResult derive(func::FuncOp function) {
    if (function.isExternal() || !function.getBody().hasOneBlock())
      return function.emitOpError("expected a body of one block");
    Operation *last = function;
    for (Form form : wanted) {
      if (form == Form::Prefill)
        continue;
      if (failed(checkResumable(function)))
        return failure();
      func::FuncOp derived = function.clone();
      derived.setName((function.getName() + suffixOf(form)).str());
      if (std::optional<int64_t> tokens = tokensOf(form))
        derived->setDiscardableAttr(
            kSizeClassesAttr, sizeClassesOf(&getContext(), batches, *tokens));
      OpBuilder builder(&getContext());
      builder.setInsertionPointAfter(last);
      StringAttr name = derived.getSymNameAttr();
      if (SymbolTable::lookupSymbolIn(getOperation(), name)) {
        derived.erase();
        return function.emitOpError("expected no function named '")
               << name.getValue() << "' beside it";
      }
      builder.insert(derived);
      last = derived;
      std::optional<int64_t> period;
      if (form == Form::Trace)
        period = every;
      if (failed(StateAdder(derived, handedOn).run(period)) ||
          (isCached(form) && failed(cacheStates(derived))) ||
          (isPacked(form) && failed(packSequences(derived))))
        return failure();
    }
    if (!llvm::is_contained(wanted, Form::Prefill))
      function.erase();
    return success();
  }

  SmallVector<Form> wanted;
  SmallVector<int64_t> batches;
  Type handedOn;
};
} // namespace
