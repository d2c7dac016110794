// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Segments along time: an owner walks one segment of a cell and leaves the
// loop-carried tiles in memory for the owner of the next. Each takes its turn
// from a counter in memory, all cells' first segments first, so that whoever
// waits waits for a turn that was taken before: there is no deadlock in
// whatever order a device starts blocks.
//
// The memory of a relay: the counter and a flag for each cell (the segments
// that have been walked), i32, zero at the launch; then, at a multiple of 256
// bytes, the carried tiles of each cell, 4 bytes for each slot of each lane.

#include "lib/Conversion/GPU/Emitter.h"

using namespace mlir;
using namespace mlir::ssm;

static constexpr llvm::StringLiteral kDeviceScope = "device";
static constexpr int64_t kWordBytes = 4, kAlign = 256;
/// Between two looks at the flag.
static constexpr int64_t kPauseNanoseconds = 64;

static Value wordAt(Emitter &e, Value base, Value index) {
  return LLVM::GEPOp::create(e.b, e.loc, base.getType(), e.b.getI32Type(), base,
                             ValueRange{index});
}

/// Gives every lane of the owner the value that `make` computes in the first.
static Value computeOnce(Emitter &e, llvm::function_ref<Value()> make) {
  Value isFirst = arith::CmpIOp::create(e.b, e.loc, arith::CmpIPredicate::eq,
                                        e.thread, e.i32(0));
  Type type = e.b.getI32Type();
  auto branch = scf::IfOp::create(e.b, e.loc, type, isFirst, true);
  {
    OpBuilder::InsertionGuard guard(e.b);
    e.b.setInsertionPointToEnd(branch.elseBlock());
    scf::YieldOp::create(e.b, e.loc, e.i32(0));
    e.b.setInsertionPointToEnd(branch.thenBlock());
    Value made = make();
    if (!e.warpOwned)
      LLVM::StoreOp::create(e.b, e.loc, made, e.ticketPointer());
    scf::YieldOp::create(e.b, e.loc, made);
  }
  if (e.warpOwned)
    return NVVM::ShflOp::create(e.b, e.loc, type, e.i32(-1),
                                branch.getResult(0), e.i32(0), e.i32(31),
                                NVVM::ShflKind::idx, UnitAttr());
  e.sync();
  return LLVM::LoadOp::create(e.b, e.loc, type, e.ticketPointer());
}

Value Emitter::ticketPointer() {
  int64_t bytes = kernel->getAttrOfType<IntegerAttr>(kChipBytesAttr).getInt();
  return offsetPointer(chip, bytes - kTicketBytes);
}

Value Emitter::takeTurn() {
  Value memory = function.getArgument(function.getNumArguments() - 1);
  Value turn = computeOnce(*this, [&] {
    return LLVM::AtomicRMWOp::create(b, loc, LLVM::AtomicBinOp::add, memory,
                                     i32(1), LLVM::AtomicOrdering::monotonic,
                                     kDeviceScope)
        .getResult();
  });
  Value blocks = NVVM::GridDimXOp::create(b, loc, b.getI32Type());
  Value cells =
      arith::DivUIOp::create(b, loc, blocks, i32(schedule.getSegments()));
  Value segment = arith::DivUIOp::create(b, loc, turn, cells);
  Value cell = arith::RemUIOp::create(b, loc, turn, cells);
  Value flag = wordAt(*this, memory, add(extend(cell), i64(1)));
  relay = Relay{memory, cells, cell, segment, flag};
  return cell;
}

Value Emitter::isLastSegment() {
  return arith::CmpIOp::create(b, loc, arith::CmpIPredicate::eq, relay->segment,
                               i32(schedule.getSegments() - 1));
}

/// Where the lane keeps slot 0; slot i is i * threads words further on.
static Value carriedPointer(Emitter &e, int64_t slots) {
  int64_t bytes = slots * e.threads * kWordBytes;
  Value head = e.mul(e.extend(e.relay->cells), kWordBytes);
  head = e.add(head, e.i64(kWordBytes + kAlign - 1));
  head = arith::AndIOp::create(e.b, e.loc, head, e.i64(-kAlign));
  Value offset = e.add(head, e.mul(e.extend(e.relay->cell), bytes));
  offset = e.add(offset, e.extend(e.mul(e.thread, kWordBytes)));
  return LLVM::GEPOp::create(e.b, e.loc, e.relay->memory.getType(),
                             e.b.getI8Type(), e.relay->memory,
                             ValueRange{offset});
}

/// Until the cell's flag says that the segments before have been walked.
static void awaitFlag(Emitter &e) {
  e.inFirstLanes(1, [&] {
    auto loop = scf::WhileOp::create(e.b, e.loc, TypeRange(), ValueRange());
    OpBuilder::InsertionGuard guard(e.b);
    e.b.createBlock(&loop.getBefore());
    Value walked = LLVM::LoadOp::create(
        e.b, e.loc, e.b.getI32Type(), e.relay->flag, kWordBytes,
        /*isVolatile=*/false, /*isNonTemporal=*/false, /*isInvariant=*/false,
        /*isInvariantGroup=*/false, LLVM::AtomicOrdering::acquire,
        kDeviceScope);
    Value wait = arith::CmpIOp::create(e.b, e.loc, arith::CmpIPredicate::ne,
                                       walked, e.relay->segment);
    scf::ConditionOp::create(e.b, e.loc, wait, ValueRange());
    e.b.createBlock(&loop.getAfter());
    NVVM::NanosleepOp::create(e.b, e.loc, e.i32(kPauseNanoseconds));
    scf::YieldOp::create(e.b, e.loc);
  });
  e.sync();
}

SmallVector<Value> Emitter::receiveCarried(ValueRange initial) {
  function->setAttr("ssm.carry_bytes",
                    b.getI64IntegerAttr(initial.size() * threads * kWordBytes));
  Value isLater = arith::CmpIOp::create(b, loc, arith::CmpIPredicate::ne,
                                        relay->segment, i32(0));
  auto branch = scf::IfOp::create(b, loc, initial.getTypes(), isLater, true);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToEnd(branch.elseBlock());
  scf::YieldOp::create(b, loc, initial);
  b.setInsertionPointToEnd(branch.thenBlock());
  awaitFlag(*this);
  Value pointer = carriedPointer(*this, initial.size());
  SmallVector<Value> values;
  for (auto [slot, value] : llvm::enumerate(initial))
    values.push_back(LLVM::LoadOp::create(
        b, loc, value.getType(),
        offsetPointer(pointer, slot * threads * kWordBytes)));
  scf::YieldOp::create(b, loc, values);
  return SmallVector<Value>(branch.getResults());
}

void Emitter::passOn(ValueRange carried) {
  Value isEarlier = less(relay->segment, i32(schedule.getSegments() - 1));
  auto branch = scf::IfOp::create(b, loc, isEarlier, false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(branch.thenBlock()->getTerminator());
  Value pointer = carriedPointer(*this, carried.size());
  for (auto [slot, value] : llvm::enumerate(carried))
    LLVM::StoreOp::create(b, loc, value,
                          offsetPointer(pointer, slot * threads * kWordBytes));
  sync();
  inFirstLanes(1, [&] {
    LLVM::StoreOp::create(b, loc, add(relay->segment, i32(1)), relay->flag,
                          kWordBytes, /*isVolatile=*/false,
                          /*isNonTemporal=*/false, /*isInvariantGroup=*/false,
                          LLVM::AtomicOrdering::release, kDeviceScope);
  });
}
