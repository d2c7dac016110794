// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Syntax and verifiers of tile ops.

#include "dialect/SSM.h"

#include "dialect/AccessMap.h"
#include "mlir/IR/AffineExpr.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/Interfaces/FunctionImplementation.h"

using namespace mlir;
using namespace mlir::ssm;

//===----------------------------------------------------------------------===//
// Access maps
//===----------------------------------------------------------------------===//

static std::optional<AccessDim> parseAccess(AffineExpr expr) {
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
  // length - 1 - time, written -time + length + constant.
  MLIRContext *context = expr.getContext();
  AffineExpr time = getAffineDimExpr(static_cast<unsigned>(Axis::Time), context);
  AffineExpr length = getAffineSymbolExpr(0, context);
  AffineExpr difference = expr - (length - 1 - time);
  auto offset = dyn_cast<AffineConstantExpr>(
      simplifyAffineExpr(difference, kNumAxes, 1));
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
  if (!view.getLayout().isIdentity())
    return op->emitOpError("expected a dense row-major memref, got ") << view;
  auto dims = decomposeAccessMap(map);
  if (!dims || dims->size() != static_cast<size_t>(view.getRank()))
    return op->emitOpError("expected a map from the five axes to ")
           << view.getRank()
           << " dimensions, each an axis, a reversed time or a constant, got "
           << AffineMapAttr::get(map);
  if (tile.getElementType() != view.getElementType())
    return op->emitOpError("expected a tile of ")
           << view.getElementType() << ", got " << tile;
  for (Axis axis : tile.getAxes())
    if (llvm::none_of(*dims, [&](AccessDim &dim) { return dim.axis == axis; }))
      return op->emitOpError("expected the map to use the tile's axis ")
             << stringifyAxis(axis) << ", got "
             << AffineMapAttr::get(map);
  return success();
}

LogicalResult TileLoadOp::verify() {
  return verifyAccess(*this, getTile().getType(),
                      cast<MemRefType>(getSource().getType()), getMap());
}

LogicalResult TileStoreOp::verify() {
  return verifyAccess(*this, getTile().getType(),
                      cast<MemRefType>(getTarget().getType()), getMap());
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

LogicalResult TileKernelOp::verify() {
  if (!getResultTypes().empty())
    return emitOpError("expected no results, got ") << getResultTypes();
  for (Type type : getArgumentTypes())
    if (!isa<MemRefType>(type))
      return emitOpError("expected memref arguments, got ") << type;
  for (Axis axis : getGridAxes())
    if (!getExtent(axis))
      return emitOpError("expected an extent for the grid axis ")
             << stringifyAxis(axis);
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

/// Region arguments are the elements of `inputs`, yields those of `outputs`.
static LogicalResult verifyScalarRegion(Operation *op, TypeRange inputs,
                                        TypeRange outputs) {
  Block &block = op->getRegion(0).front();
  auto element = [](Type type) { return cast<TileType>(type).getElementType(); };
  auto yield = dyn_cast<YieldOp>(block.getTerminator());
  bool agree = yield && block.getNumArguments() == inputs.size() &&
               yield.getNumOperands() == outputs.size();
  for (unsigned i = 0; agree && i < inputs.size(); ++i)
    agree = block.getArgument(i).getType() == element(inputs[i]);
  for (unsigned i = 0; agree && i < outputs.size(); ++i)
    agree = yield.getOperand(i).getType() == element(outputs[i]);
  if (agree)
    return success();
  return op->emitOpError("expected a region from the elements of ")
         << inputs << " to those of " << outputs;
}

/// Every axis of `part` is one of `whole`, of the same size.
static bool isPartOf(TileType part, TileType whole) {
  return llvm::all_of(llvm::zip(part.getAxes(), part.getSizes()), [&](auto it) {
    return whole.getSize(std::get<0>(it)) == std::get<1>(it);
  });
}

LogicalResult TileMapOp::verify() {
  if (getOutputs().empty())
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
                            getOutputs().getTypes()); // tile_map_c3
}

//===----------------------------------------------------------------------===//
// scan
//===----------------------------------------------------------------------===//

ParseResult TileScanOp::parse(OpAsmParser &parser, OperationState &result) {
  OpAsmParser::UnresolvedOperand state;
  SmallVector<OpAsmParser::UnresolvedOperand> inputs;
  Type stateType, readType;
  SmallVector<Type> inputTypes;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseKeyword("state") || parser.parseLParen() ||
      parser.parseOperand(state) || parser.parseRParen() ||
      parser.parseKeyword("ins") ||
      parser.parseOperandList(inputs, OpAsmParser::Delimiter::Paren) ||
      parser.parseOptionalAttrDict(result.attributes) || parser.parseColon() ||
      parser.parseType(stateType) || parser.parseComma() ||
      parser.parseLParen() ||
      (failed(parser.parseOptionalRParen()) &&
       (parser.parseTypeList(inputTypes) || parser.parseRParen())) ||
      parser.parseArrow() || parser.parseType(readType) ||
      parser.resolveOperand(state, stateType, result.operands) ||
      parser.resolveOperands(inputs, inputTypes, loc, result.operands) ||
      parser.parseRegion(*result.addRegion()))
    return failure();
  result.addTypes({readType, stateType});
  return success();
}

void TileScanOp::print(OpAsmPrinter &printer) {
  printer << " state(" << getState() << ") ins(" << getInputs() << ")";
  printer.printOptionalAttrDict((*this)->getAttrs());
  printer << " : " << getState().getType() << ", (" << getInputs().getTypes()
          << ") -> " << getRead().getType() << " ";
  printer.printRegion(getBody());
}

LogicalResult TileScanOp::verify() {
  TileType state = getState().getType();
  if (state != getFinalState().getType() || state.hasAxis(Axis::Time)) // c1
    return emitOpError("expected a final state of type ")
           << state << " without a time axis, got "
           << getFinalState().getType();
  TileType read = getRead().getType();
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
  SmallVector<Type> inputs = {state};
  llvm::append_range(inputs, getInputs().getTypes());
  return verifyScalarRegion(*this, inputs, {state, read}); // tile_scan_c4
}

//===----------------------------------------------------------------------===//
// reduce, dot, for
//===----------------------------------------------------------------------===//

LogicalResult TileReduceOp::verify() {
  TileType input = getInput().getType(), output = getOutput().getType();
  bool agree = input.hasAxis(getAxis()) && !output.hasAxis(getAxis()) &&
               isPartOf(output, input) &&
               output.getRank() + 1 == input.getRank();
  if (agree) // tile_reduce_c1
    return success();
  return emitOpError("expected a result with the axes of ")
         << input << " without " << stringifyAxis(getAxis()) << ", got "
         << output;
}

LogicalResult TileDotOp::verify() {
  TileType lhs = getLhs().getType(), rhs = getRhs().getType(),
           acc = getAcc().getType();
  auto inner = lhs.getSize(Axis::Inner);
  if (!inner || inner != rhs.getSize(Axis::Inner) || lhs.getRank() != 2 ||
      rhs.getRank() != 2) // tile_dot_c1
    return emitOpError("expected operands of one axis and inner, of equal size, "
                       "got ")
           << lhs << " and " << rhs;
  Axis p = lhs.getAxes()[0], q = rhs.getAxes()[0];
  if (acc.getRank() != 2 || acc.getSize(p) != lhs.getSize(p) ||
      acc.getSize(q) != rhs.getSize(q)) // tile_dot_c2
    return emitOpError("expected an accumulator of ")
           << stringifyAxis(p) << " and " << stringifyAxis(q) << ", got "
           << acc;
  return success();
}

LogicalResult TileForOp::inferReturnTypes(
    MLIRContext *, std::optional<Location>, ValueRange operands, DictionaryAttr,
    OpaqueProperties, RegionRange, SmallVectorImpl<Type> &types) {
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
    return emitOpError("expected an axis of the kernel outside of its grid, got ")
           << stringifyAxis(getAxis());
  return success();
}
