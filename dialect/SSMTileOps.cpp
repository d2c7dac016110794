// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Syntax and verifiers of tile ops.

#include "dialect/SSM.h"

#include "dialect/AccessMap.h"
#include "dialect/VerifyShapes.h"
#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/FunctionImplementation.h"
#include "llvm/ADT/SmallSet.h"

using namespace mlir;
using namespace mlir::ssm;

//===----------------------------------------------------------------------===//
// Access maps
//===----------------------------------------------------------------------===//

/// `expr` without the length, if that is added to it.
static std::optional<AffineExpr> withoutLength(AffineExpr expr) {
  AffineExpr length = getAffineSymbolExpr(0, expr.getContext());
  AffineExpr rest = simplifyAffineExpr(expr - length, kNumAxes, 1);
  if (rest.isFunctionOfSymbol(0))
    return std::nullopt;
  return rest;
}

/// An axis plus a constant, or a constant.
static std::optional<AccessDim> parsePlain(AffineExpr expr) {
  AccessDim access;
  AffineExpr rest = expr;
  if (auto sum = dyn_cast<AffineBinaryOpExpr>(rest);
      sum && sum.getKind() == AffineExprKind::Add) {
    if (auto offset = dyn_cast<AffineConstantExpr>(sum.getRHS())) {
      access.offset = offset.getValue();
      rest = sum.getLHS();
    }
  }
  if (auto constant = dyn_cast<AffineConstantExpr>(rest)) {
    access.offset += constant.getValue();
    return access;
  }
  if (auto dim = dyn_cast<AffineDimExpr>(rest)) {
    access.axis = static_cast<Axis>(dim.getPosition());
    return access;
  }
  return std::nullopt;
}

/// `time floordiv k`.
static std::optional<AccessDim> parseEvery(AffineExpr expr) {
  auto quotient = dyn_cast<AffineBinaryOpExpr>(expr);
  if (!quotient || quotient.getKind() != AffineExprKind::FloorDiv)
    return std::nullopt;
  auto every = dyn_cast<AffineConstantExpr>(quotient.getRHS());
  if (quotient.getLHS() != getAffineDimExpr(static_cast<unsigned>(Axis::Time),
                                            expr.getContext()) ||
      !every || every.getValue() < 1)
    return std::nullopt;
  AccessDim access;
  access.axis = Axis::Time;
  access.every = every.getValue();
  return access;
}

/// The time before `inner`, plus a constant.
static std::optional<AccessDim> parseLagged(AffineExpr expr) {
  AffineExpr lag =
      getAffineDimExpr(static_cast<unsigned>(Axis::Inner), expr.getContext());
  std::optional<AccessDim> time =
      parsePlain(simplifyAffineExpr(expr + lag, kNumAxes, 1));
  if (!time || time->axis != Axis::Time)
    return std::nullopt;
  time->lagged = true;
  return time;
}

static std::optional<AccessDim> parseAccess(AffineExpr expr) {
  if (std::optional<AccessDim> plain = parsePlain(expr))
    return plain;
  if (std::optional<AccessDim> every = parseEvery(expr))
    return every;
  if (std::optional<AccessDim> lagged = parseLagged(expr))
    return lagged;
  if (std::optional<AffineExpr> rest = withoutLength(expr)) {
    std::optional<AccessDim> atEnd = parsePlain(*rest);
    if (atEnd && atEnd->axis == Axis::Time)
      atEnd.reset();
    if (!atEnd)
      atEnd = parseLagged(*rest);
    if (atEnd) {
      atEnd->fromEnd = true;
      return atEnd;
    }
  }
  // length - 1 - time, written -time + length + constant.
  AccessDim access;
  MLIRContext *context = expr.getContext();
  AffineExpr time =
      getAffineDimExpr(static_cast<unsigned>(Axis::Time), context);
  AffineExpr length = getAffineSymbolExpr(0, context);
  AffineExpr difference = expr - (length - 1 - time);
  auto offset =
      dyn_cast<AffineConstantExpr>(simplifyAffineExpr(difference, kNumAxes, 1));
  if (!offset)
    return std::nullopt;
  access.axis = Axis::Time;
  access.reversed = true;
  access.offset = offset.getValue();
  return access;
}

std::optional<SmallVector<AccessDim>>
mlir::ssm::decomposeAccessMap(AffineMap map) {
  if (map.getNumDims() != kNumAxes || map.getNumSymbols() > 1)
    return std::nullopt;
  SmallVector<AccessDim> dims;
  for (AffineExpr expr : map.getResults()) {
    std::optional<AccessDim> dim = parseAccess(expr);
    if (!dim)
      return std::nullopt;
    dims.push_back(*dim);
  }
  return dims;
}

/// Constraints c1 to c3 of load and store.
static LogicalResult verifyAccess(Operation *op, TileType tile, MemRefType view,
                                  AffineMap map) {
  auto dims = decomposeAccessMap(map);
  if (!dims || dims->size() != static_cast<size_t>(view.getRank())) // c1
    return op->emitOpError("expected a map from the five axes to ")
           << view.getRank()
           << " dimensions, each an axis, a reversed time, a time before inner "
              "or a constant, from the begin or from the end, got "
           << AffineMapAttr::get(map);
  if (tile.getElementType() != view.getElementType()) // c2
    return op->emitOpError("expected a tile of ")
           << view.getElementType() << ", got " << tile;
  for (Axis axis : tile.getAxes()) // c3
    if (llvm::none_of(*dims, [&](AccessDim &dim) { return dim.axis == axis; }))
      return op->emitOpError("expected the map to use the tile's axis ")
             << stringifyAxis(axis) << ", got " << AffineMapAttr::get(map);
  return success();
}

/// tile_load_c4 and tile_store_c4
static LogicalResult verifySlots(Operation *op, Value view, Value slots,
                                 AffineMap map) {
  auto kernel = op->getParentOfType<TileKernelOp>();
  auto argument = dyn_cast<BlockArgument>(view);
  if (kernel && argument && argument.getOwner()->getParentOp() == kernel &&
      kernel.isCache(argument.getArgNumber()) != static_cast<bool>(slots))
    return op->emitOpError(slots
                               ? "expected slots at a cache of the kernel, got "
                               : "expected slots at a cache, got none for ")
           << view.getType();
  if (!slots)
    return success();
  AffineExpr batch = getAffineDimExpr(0, op->getContext());
  if (map.getNumResults() > 0 && map.getResult(0) == batch)
    return success();
  return op->emitOpError("expected the batch in dimension 0 of a cache, got ")
         << AffineMapAttr::get(map);
}

LogicalResult TileLoadOp::verify() {
  if (failed(verifyAccess(*this, getTile().getType(),
                          cast<MemRefType>(getSource().getType()), getMap())))
    return failure();
  SmallVector<AccessDim> dims = *decomposeAccessMap(getMap());
  for (const AccessDim &dim : dims)
    if (dim.every > 1) // tile_load_c1
      return emitOpError("expected a map that counts every token, got ")
             << getMapAttr();
  return verifySlots(*this, getSource(), getSlots(), getMap());
}

LogicalResult TileStoreOp::verify() {
  TileType tile = getTile().getType();
  if (failed(verifyAccess(*this, tile, cast<MemRefType>(getTarget().getType()),
                          getMap())))
    return failure();
  auto kernel = (*this)->getParentOfType<TileKernelOp>();
  int64_t time = kernel ? kernel.getTile(Axis::Time) : 0;
  SmallVector<AccessDim> dims = *decomposeAccessMap(getMap());
  for (const AccessDim &dim : dims)
    if (dim.every > 1 && (tile.hasAxis(Axis::Time) || time == 0 ||
                          dim.every % time != 0)) // tile_store_c1
      return emitOpError("expected a tile without time, in a kernel whose "
                         "tokens a tile divide ")
             << dim.every << ", got " << tile << " and " << time
             << " tokens a tile";
  return verifySlots(*this, getTarget(), getSlots(), getMap());
}

//===----------------------------------------------------------------------===//
// kernel
//===----------------------------------------------------------------------===//

ParseResult TileKernelOp::parse(OpAsmParser &parser, OperationState &result) {
  auto buildType = [](Builder &builder, ArrayRef<Type> inputs,
                      ArrayRef<Type> results,
                      function_interface_impl::VariadicFlag, std::string &) {
    return builder.getFunctionType(inputs, results);
  };
  return function_interface_impl::parseFunctionOp(
      parser, result, /*allowVariadic=*/false,
      getFunctionTypeAttrName(result.name), buildType,
      getArgAttrsAttrName(result.name), getResAttrsAttrName(result.name));
}

void TileKernelOp::print(OpAsmPrinter &printer) {
  function_interface_impl::printFunctionOp(
      printer, *this, /*isVariadic=*/false, getFunctionTypeAttrName(),
      getArgAttrsAttrName(), getResAttrsAttrName());
}

/// Dense, row-major, `?` for the batch and the length only.
static bool isDenseView(Type type) {
  auto view = dyn_cast<MemRefType>(type);
  return view && view.getLayout().isIdentity() && !view.getMemorySpace() &&
         llvm::none_of(
             view.getShape().drop_front(std::min<size_t>(view.getRank(), 2)),
             ShapedType::isDynamic);
}

/// tile_kernel_c5 and tile_kernel_c6
static LogicalResult verifyPacked(TileKernelOp kernel) {
  std::optional<uint64_t> number = kernel.getPacked();
  if (!number)
    return success();
  ArrayRef<Type> types = kernel.getArgumentTypes();
  int64_t sequences = kernel.getExtent(Axis::Batch).value_or(0);
  auto isEnds = [&](MemRefType view) {
    return view.getElementType().isInteger(32) && view.getRank() == 1 &&
           view.getDimSize(0) == sequences;
  };
  if (*number >= types.size() || !isEnds(cast<MemRefType>(types[*number])))
    return kernel.emitOpError("expected packed to be the number of an i32 "
                              "argument with an element for each batch, got ")
           << *number;
  SmallVector<Axis> grid = kernel.getGridAxes();
  if (llvm::is_contained(grid, Axis::Batch) &&
      !llvm::is_contained(grid, Axis::Time))
    return success();
  return kernel.emitOpError("expected the batch in the grid of a packed kernel "
                            "and the time in none, got ")
         << kernel.getGrid();
}

LogicalResult TileKernelOp::verify() {
  if (!getResultTypes().empty()) // tile_kernel_c1
    return emitOpError("expected no results, got ") << getResultTypes();
  for (Type type : getArgumentTypes()) {
    if (!isDenseView(type)) // tile_kernel_c1
      return emitOpError("expected dense row-major memrefs with '?' in "
                         "dimensions 0 and 1 only, got ")
             << type;
    if (!fitsPackage(cast<MemRefType>(type).getShape())) // tile_kernel_c1
      return emitOpError("expected at most ")
             << kMaxTensorElements << " elements for each symbolic size, got "
             << type;
  }
  llvm::SmallSet<Axis, kNumAxes> axes, grid;
  for (auto extent : getExtents().getAsRange<ExtentAttr>())
    if (!axes.insert(extent.getAxis()).second) // tile_kernel_c2
      return emitOpError("expected one extent for each axis, got two for ")
             << stringifyAxis(extent.getAxis());
  for (Axis axis : getGridAxes())
    if (!axes.contains(axis) || !grid.insert(axis).second) // tile_kernel_c3
      return emitOpError("expected grid axes with an extent, each once, got ")
             << stringifyAxis(axis);
  if (failed(verifyPacked(*this)) || failed(verifyOrder(*this)))
    return failure();
  if (hasCaches() && !grid.contains(Axis::Batch)) // tile_kernel_c11
    return emitOpError(
               "expected the batch in the grid of a kernel with caches, "
               "got ")
           << getGrid();
  auto yield = dyn_cast<YieldOp>(getBody().front().getTerminator());
  if (!yield || yield.getNumOperands() != 0) // tile_kernel_c4
    return emitOpError("expected the body to end with an ssm.yield of nothing");
  return success();
}

std::optional<int64_t> TileKernelOp::getExtent(Axis axis) {
  for (auto extent : getExtents().getAsRange<ExtentAttr>())
    if (extent.getAxis() == axis)
      return extent.getExtent();
  return std::nullopt;
}

int64_t TileKernelOp::getTile(Axis axis) {
  for (auto extent : getExtents().getAsRange<ExtentAttr>())
    if (extent.getAxis() == axis)
      return extent.getTile();
  return 0;
}

SmallVector<Axis> TileKernelOp::getGridAxes() {
  SmallVector<Axis> axes;
  for (auto axis : getGrid().getAsRange<AxisAttr>())
    axes.push_back(axis.getValue());
  return axes;
}

//===----------------------------------------------------------------------===//
// map
//===----------------------------------------------------------------------===//

/// The region computes and does nothing else.
static LogicalResult verifyScalarOps(Operation *op) {
  for (Operation &inner : op->getRegion(0).front())
    if (!isMemoryEffectFree(&inner) && !isa<YieldOp>(inner))
      return op->emitOpError("expected a region without effects, got ")
             << inner.getName();
  return success();
}

/// Region arguments are the elements of `inputs`, yields those of `outputs`.
static LogicalResult verifyScalarRegion(Operation *op, TypeRange inputs,
                                        TypeRange outputs) {
  Block &block = op->getRegion(0).front();
  auto element = [](Type type) {
    return cast<TileType>(type).getElementType();
  };
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  bool agree = yield && block.getNumArguments() == inputs.size() &&
               yield.getNumOperands() == outputs.size();
  for (unsigned i = 0; agree && i < inputs.size(); ++i)
    agree = block.getArgument(i).getType() == element(inputs[i]);
  for (unsigned i = 0; agree && i < outputs.size(); ++i)
    agree = yield.getOperand(i).getType() == element(outputs[i]);
  if (agree)
    return verifyScalarOps(op);
  return op->emitOpError("expected a region from the elements of (")
         << inputs << ") to those of (" << outputs << ")";
}

/// Every axis of `part` is one of `whole`, of the same size.
static bool isPartOf(TileType part, TileType whole) {
  return llvm::all_of(llvm::zip(part.getAxes(), part.getSizes()), [&](auto it) {
    return whole.getSize(std::get<0>(it)) == std::get<1>(it);
  });
}

LogicalResult TileMapOp::verify() {
  if (getOutputs().empty()) // tile_map_c1
    return emitOpError("expected at least one result");
  auto first = cast<TileType>(getOutputs()[0].getType());
  for (Type type : getOutputs().getTypes()) {
    auto tile = cast<TileType>(type);
    if (tile.getAxes() != first.getAxes() ||
        tile.getSizes() != first.getSizes()) // tile_map_c1
      return emitOpError("expected results with the axes of ")
             << first << ", got " << tile;
  }
  for (Type type : getInputs().getTypes())
    if (!isPartOf(cast<TileType>(type), first)) // tile_map_c2
      return emitOpError("expected inputs with axes among those of ")
             << first << ", got " << type;
  return verifyScalarRegion(*this, getInputs().getTypes(),
                            getOutputs().getTypes()); // tile_map_c3, c4
}

//===----------------------------------------------------------------------===//
// scan
//===----------------------------------------------------------------------===//

/// `state(%h, ...) ins(%a, ...) : states, (inputs) -> read {...}`
ParseResult TileScanOp::parse(OpAsmParser &parser, OperationState &result) {
  using Delimiter = OpAsmParser::Delimiter;
  SmallVector<OpAsmParser::UnresolvedOperand> states, inputs;
  SmallVector<Type> stateTypes, inputTypes;
  Type readType;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseKeyword("state") ||
      parser.parseOperandList(states, Delimiter::Paren) ||
      parser.parseKeyword("ins") ||
      parser.parseOperandList(inputs, Delimiter::Paren) ||
      parser.parseOptionalAttrDict(result.attributes) || parser.parseColon())
    return failure();
  for (size_t i = 0; i < states.size(); ++i)
    if (parser.parseType(stateTypes.emplace_back()) || parser.parseComma())
      return failure();
  if (parser.parseLParen() ||
      (failed(parser.parseOptionalRParen()) &&
       (parser.parseTypeList(inputTypes) || parser.parseRParen())) ||
      parser.parseArrow() || parser.parseType(readType) ||
      parser.resolveOperands(states, stateTypes, loc, result.operands) ||
      parser.resolveOperands(inputs, inputTypes, loc, result.operands) ||
      parser.parseRegion(*result.addRegion()))
    return failure();
  result.addTypes(readType);
  result.addTypes(stateTypes);
  return success();
}

void TileScanOp::print(OpAsmPrinter &printer) {
  printer << " state(" << getStates() << ") ins(" << getInputs() << ")";
  printer.printOptionalAttrDict((*this)->getAttrs());
  printer << " : " << getStates().getTypes() << ", (" << getInputs().getTypes()
          << ") -> " << getRead().getType() << " ";
  printer.printRegion(getBody());
}

/// tile_scan_c1
static LogicalResult verifyStates(TileScanOp scan) {
  if (scan.getNumStates() == 0 || scan.getTiles().size() < scan.getNumStates())
    return scan.emitOpError("expected a state and its final state, got ")
           << scan.getNumStates() << " final states";
  TileType first = scan.getStateType();
  for (auto [state, final] :
       llvm::zip(scan.getStates(), scan.getFinalStates())) {
    auto type = cast<TileType>(final.getType());
    if (state.getType() != type || type.hasAxis(Axis::Time))
      return scan.emitOpError("expected a final state of type ")
             << state.getType() << " without a time axis, got " << type;
    if (type.withElementType(first.getElementType()) != first)
      return scan.emitOpError("expected states with the axes of ")
             << first << ", got " << type;
  }
  return success();
}

LogicalResult TileScanOp::verify() {
  if (failed(verifyStates(*this))) // tile_scan_c1
    return failure();
  TileType state = getStateType(), read = getRead().getType();
  std::optional<int64_t> time = read.getSize(Axis::Time);
  auto belongs = [&](TileType tile) {
    return llvm::all_of(
        llvm::zip(tile.getAxes(), tile.getSizes()), [&](auto it) {
          auto [axis, size] = it;
          return (axis == Axis::Time ? time : state.getSize(axis)) == size;
        });
  };
  if (!time || !belongs(read)) // tile_scan_c2
    return emitOpError("expected a read with the axis time and axes of ")
           << state << ", got " << read;
  for (Type type : getInputs().getTypes())
    if (!belongs(cast<TileType>(type))) // tile_scan_c3
      return emitOpError("expected inputs with axes time and those of ")
             << state << ", got " << type;
  SmallVector<Type> results(getFinalStates().getTypes());
  results.push_back(read);
  return verifyScalarRegion(*this, getTiles().getTypes(), results); // c4, c5
}

//===----------------------------------------------------------------------===//
// reduce, dot, for
//===----------------------------------------------------------------------===//

LogicalResult TileReduceOp::verify() {
  TileType input = getInput().getType(), output = getOutput().getType();
  bool agree = input.hasAxis(getAxis()) && !output.hasAxis(getAxis()) &&
               isPartOf(output, input) &&
               output.getRank() + 1 == input.getRank();
  if (!agree) // tile_reduce_c1
    return emitOpError("expected a result with the axes of ")
           << input << " without " << stringifyAxis(getAxis()) << ", got "
           << output;
  if (input.getElementType() != output.getElementType()) // tile_reduce_c2
    return emitOpError("expected a result of ")
           << input.getElementType() << ", got " << output;
  return success();
}

LogicalResult TileDotOp::verify() {
  TileType lhs = getLhs().getType(), rhs = getRhs().getType(),
           acc = getAcc().getType();
  auto inner = lhs.getSize(Axis::Inner);
  if (!inner || inner != rhs.getSize(Axis::Inner) || lhs.getRank() != 2 ||
      rhs.getRank() != 2 || lhs.getAxes()[0] == rhs.getAxes()[0]) // tile_dot_c1
    return emitOpError(
               "expected operands of one axis, not the same, and inner, "
               "of equal size, got ")
           << lhs << " and " << rhs;
  Axis p = lhs.getAxes()[0], q = rhs.getAxes()[0];
  if (acc.getRank() != 2 || acc.getSize(p) != lhs.getSize(p) ||
      acc.getSize(q) != rhs.getSize(q)) // tile_dot_c2
    return emitOpError("expected an accumulator of ")
           << stringifyAxis(p) << " and " << stringifyAxis(q) << ", got "
           << acc;
  if (!acc.getElementType().isF32() && !acc.getElementType().isF64()) // c3
    return emitOpError("expected an accumulator of f32 or f64, got ") << acc;
  return success();
}

LogicalResult TileForOp::inferReturnTypes(MLIRContext *,
                                          std::optional<Location>,
                                          ValueRange operands, DictionaryAttr,
                                          OpaqueProperties, RegionRange,
                                          SmallVectorImpl<Type> &types) {
  llvm::append_range(types, operands.getTypes());
  return success();
}

LogicalResult TileForOp::verify() {
  Block &block = getBody().front();
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  if (!yield || block.getArgumentTypes() != getInit().getTypes() ||
      yield.getValues().getTypes() != getInit().getTypes()) // tile_for_c1
    return emitOpError("expected a region that takes and yields ")
           << getInit().getTypes();
  auto kernel = (*this)->getParentOfType<TileKernelOp>();
  if (kernel && (!kernel.getExtent(getAxis()) ||
                 llvm::is_contained(kernel.getGridAxes(), getAxis()))) // c2
    return emitOpError(
               "expected an axis of the kernel outside of its grid, got ")
           << stringifyAxis(getAxis());
  for (auto outer = (*this)->getParentOfType<TileForOp>(); outer;
       outer = outer->getParentOfType<TileForOp>())
    if (outer.getAxis() == getAxis()) { // tile_for_c2
      InFlightDiagnostic diagnostic =
          emitOpError("expected an axis that no loop around walks, got ")
          << stringifyAxis(getAxis());
      diagnostic.attachNote(outer.getLoc()) << "the loop around";
      return diagnostic;
    }
  return success();
}
