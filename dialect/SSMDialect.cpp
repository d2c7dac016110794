// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Registration of the dialect, and the syntax of its types and attributes.

#include "dialect/SSM.h"

#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace mlir::ssm;

#include "dialect/SSMDialect.cpp.inc"
#include "dialect/SSMEnums.cpp.inc"
#include "dialect/SSMInterfaces.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialect/SSMAttrs.cpp.inc"
#define GET_TYPEDEF_CLASSES
#include "dialect/SSMTypes.cpp.inc"

void SSMDialect::initialize() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialect/SSMAttrs.cpp.inc"
      >();
  addTypes<
#define GET_TYPEDEF_LIST
#include "dialect/SSMTypes.cpp.inc"
      >();
  addOperations<
#define GET_OP_LIST
#include "dialect/SSMOps.cpp.inc"
      >();
}

static ParseResult parseAxis(AsmParser &parser, Axis &axis) {
  StringRef keyword;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseKeyword(&keyword))
    return failure();
  std::optional<Axis> parsed = symbolizeAxis(keyword);
  if (!parsed)
    return parser.emitError(loc) << "expected batch, time, channel, state or "
                                    "inner, got '"
                                 << keyword << "'";
  axis = *parsed;
  return success();
}

Type TileType::parse(AsmParser &parser) {
  SmallVector<Axis> axes;
  SmallVector<int64_t> sizes;
  Type elementType;
  if (parser.parseLess())
    return {};
  for (;;) {
    OptionalParseResult type = parser.parseOptionalType(elementType);
    if (type.has_value()) {
      if (failed(*type))
        return {};
      break;
    }
    if (parseAxis(parser, axes.emplace_back()) || parser.parseColon() ||
        parser.parseInteger(sizes.emplace_back()) || parser.parseComma())
      return {};
  }
  if (parser.parseGreater())
    return {};
  return parser.getChecked<TileType>(parser.getContext(), axes, sizes,
                                     elementType);
}

void TileType::print(AsmPrinter &printer) const {
  printer << "<";
  for (auto [axis, size] : llvm::zip(getAxes(), getSizes()))
    printer << stringifyAxis(axis) << ": " << size << ", ";
  printer << getElementType() << ">";
}

LogicalResult TileType::verify(function_ref<InFlightDiagnostic()> emitError,
                               ArrayRef<Axis> axes, ArrayRef<int64_t> sizes,
                               Type elementType) {
  if (axes.size() != sizes.size())
    return emitError() << "expected " << axes.size() << " sizes, got "
                       << sizes.size();
  for (unsigned i = 1; i < axes.size(); ++i)
    if (axes[i - 1] >= axes[i])
      return emitError() << "expected axes in the order batch, time, channel, "
                            "state, inner, each once, got "
                         << stringifyAxis(axes[i - 1]) << " before "
                         << stringifyAxis(axes[i]);
  for (int64_t size : sizes)
    if (size < 1)
      return emitError() << "expected sizes of at least 1, got " << size;
  if (!isa<FloatType>(elementType))
    return emitError() << "expected a floating-point element type, got "
                       << elementType;
  return success();
}

std::optional<int64_t> TileType::getSize(Axis axis) const {
  for (auto [a, size] : llvm::zip(getAxes(), getSizes()))
    if (a == axis)
      return size;
  return std::nullopt;
}

int64_t TileType::getNumElements() const {
  int64_t n = 1;
  for (int64_t size : getSizes())
    n *= size;
  return n;
}

TileType TileType::withElementType(Type type) const {
  return TileType::get(getContext(), getAxes(), getSizes(), type);
}

Attribute ExtentAttr::parse(AsmParser &parser, Type) {
  Axis axis;
  int64_t extent = ShapedType::kDynamic, tile;
  if (parser.parseLess() || parseAxis(parser, axis) || parser.parseEqual() ||
      (failed(parser.parseOptionalQuestion()) &&
       parser.parseInteger(extent)) ||
      parser.parseComma() || parser.parseKeyword("tile") ||
      parser.parseEqual() || parser.parseInteger(tile) ||
      parser.parseGreater())
    return {};
  return ExtentAttr::get(parser.getContext(), axis, extent, tile);
}

void ExtentAttr::print(AsmPrinter &printer) const {
  printer << "<" << stringifyAxis(getAxis()) << " = ";
  if (ShapedType::isDynamic(getExtent()))
    printer << "?";
  else
    printer << getExtent();
  printer << ", tile = " << getTile() << ">";
}

LogicalResult ScheduleAttr::verify(
    function_ref<InFlightDiagnostic()> emitError, int64_t time,
    int64_t channels, int64_t inner, int64_t stages, int64_t segments,
    int64_t lanes, Owner owner, int64_t warps, int64_t blocks, int64_t rows) {
  const std::pair<StringRef, int64_t> parameters[] = {
      {"time", time},         {"channels", channels}, {"inner", inner},
      {"stages", stages},     {"segments", segments}, {"lanes", lanes},
      {"warps", warps},       {"blocks", blocks + 1}, {"rows", rows}};
  for (auto [name, value] : parameters)
    if (value < 1)
      return emitError() << "expected " << name << " of at least 1, got "
                         << value;
  if (!llvm::isPowerOf2_64(lanes) || lanes > 32)
    return emitError() << "expected lanes to be a power of two up to 32, got "
                       << lanes;
  if (warps > 32)
    return emitError() << "expected warps of at most 32, got " << warps;
  if (owner == Owner::Warp && warps != 1)
    return emitError() << "expected one warp where a warp owns its tile, got "
                       << warps;
  return success();
}
