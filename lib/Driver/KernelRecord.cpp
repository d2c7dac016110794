// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Kernels of block ops in, their records out. Bytes are counted by types alone,
// so the count shares nothing with the tile program that is compared with it.

#include "lib/Driver/KernelRecord.h"

#include "lib/Transforms/Convolve.h"
#include "lib/Transforms/JoinProducts.h"
#include "lib/Transforms/KernelFacts.h"
#include "lib/Transforms/ScheduleChoice.h"
#include "lib/Transforms/SplitProducts.h"

#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace mlir::ssm;

static Polynomial bytesOf(Type type) {
  auto tensor = cast<RankedTensorType>(type);
  Polynomial bytes = Polynomial::constant(tensor.getElementTypeBitWidth() / 8);
  for (auto [i, size] : llvm::enumerate(tensor.getShape()))
    bytes = bytes * Polynomial::extent(i == 0 ? Axis::Batch : Axis::Time, size);
  return bytes;
}

/// A launch of its own, were it not fused: not a constant, and not a mere other
/// way to index a tensor.
static bool isComputed(Operation *op) {
  auto work = dyn_cast<WorkOpInterface>(op);
  return work && work.getWorkKind() != WorkKind::Access &&
         !op->hasTrait<OpTrait::ConstantLike>();
}

/// Bytes of a value of `whole` bytes that the computed readers of `part` read,
/// `part` being the value or an access to it. A split reads its share; a
/// broadcast reads the value it repeats.
static Polynomial bytesReadOf(Value part, const Polynomial &whole) {
  Polynomial share = bytesOf(part.getType());
  // One token is enough to tell a share from a repetition.
  if (share.evaluate(1, 1) >= whole.evaluate(1, 1))
    share = whole;
  Polynomial bytes;
  llvm::SmallSetVector<Operation *, 4> readers;
  readers.insert(part.user_begin(), part.user_end());
  for (Operation *reader : readers) {
    if (isComputed(reader))
      bytes += share;
    else if (!reader->hasTrait<OpTrait::IsTerminator>())
      for (Value further : reader->getResults())
        bytes += bytesReadOf(further, share);
  }
  return bytes;
}

static Polynomial countSaved(KernelOp kernel) {
  Polynomial saved;
  for (Operation &op : kernel.getBody().front().without_terminator()) {
    if (!isComputed(&op))
      continue;
    for (Value result : op.getResults()) {
      Polynomial whole = bytesOf(result.getType());
      Polynomial read = bytesReadOf(result, whole);
      saved += read;
      // A result of the kernel is written either way.
      bool isWritten = llvm::any_of(result.getUsers(), [](Operation *user) {
        return user->hasTrait<OpTrait::IsTerminator>();
      });
      if (!read.terms().empty() && !isWritten)
        saved += whole;
    }
  }
  return saved;
}

unsigned mlir::ssm::sourceLine(Location location, llvm::StringRef source) {
  unsigned line = 0;
  location->walk([&](Location each) {
    auto place = dyn_cast<FileLineColRange>(LocationAttr(each));
    if (!place || place.getFilename() != source)
      return WalkResult::advance();
    line = place.getStartLine();
    return WalkResult::interrupt();
  });
  return line;
}

static KernelRecord recordKernel(KernelOp kernel, llvm::StringRef source) {
  KernelRecord record;
  for (Operation &op : kernel.getBody().front().without_terminator()) {
    record.ops.push_back(
        {op.getName().getStringRef().str(), sourceLine(op.getLoc(), source)});
    if (auto reason = op.getAttrOfType<StringAttr>(kFuseReasonAttr)) {
      record.productPlace = op.getAttrOfType<StringAttr>(kFuseAttr).str();
      record.productReason = reason.str();
    }
    if (auto reason = op.getAttrOfType<StringAttr>(kPartsReasonAttr)) {
      record.parts = op.getAttrOfType<StringAttr>(kPartsAttr).str();
      record.partsReason = reason.str();
    }
    if (auto reason = op.getAttrOfType<StringAttr>(kConvolveReasonAttr)) {
      record.way = op.getAttrOfType<StringAttr>(kConvolveAttr).str();
      record.wayReason = reason.str();
    }
  }
  record.bytesSaved = countSaved(kernel);
  record.facts = collectFacts(kernel);
  record.library = kernel.getLibrary();
  return record;
}

std::map<std::string, KernelRecord>
mlir::ssm::recordKernels(ModuleOp module, llvm::StringRef source) {
  std::map<std::string, KernelRecord> records;
  module.walk([&](KernelOp kernel) {
    KernelRecord record = recordKernel(kernel, source);
    auto add = [&](const std::string &name, ScheduleAttr schedule,
                   bool isTuned) {
      record.choice = toChoice(schedule);
      record.isTuned = isTuned;
      records[name] = record;
    };
    std::string name = kernel.getName().str();
    if (ArrayAttr alternatives = kernel.getAlternativesAttr())
      for (auto each : alternatives.getAsRange<AlternativeAttr>())
        add(each.getKernelName(name), each.getSchedule(),
            static_cast<bool>(each.getSource()));
    else if (ScheduleAttr schedule = kernel.getScheduleAttr())
      add(name, schedule, kernel->hasAttr(kScheduleSourceAttr));
  });
  return records;
}
