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
    if (axes[i - 1] >= axes[i]) // tile_c1
      return emitError() << "expected axes in the order batch, time, channel, "
                            "state, inner, each once, got "
                         << stringifyAxis(axes[i - 1]) << " before "
                         << stringifyAxis(axes[i]);
  for (int64_t size : sizes)
    if (size < 1 || size > kMaxTile) // tile_c2
      return emitError() << "expected sizes of 1 to " << kMaxTile << ", got "
                         << size;
  if (!isa<Float64Type, Float32Type, BFloat16Type, Float16Type>(elementType) &&
      !elementType.isInteger(32) && !elementType.isInteger(1)) // tile_c3
    return emitError()
           << "expected elements of f64, f32, bf16, f16, i32 or i1, "
              "got "
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
      (failed(parser.parseOptionalQuestion()) && parser.parseInteger(extent)) ||
      parser.parseComma() || parser.parseKeyword("tile") ||
      parser.parseEqual() || parser.parseInteger(tile) || parser.parseGreater())
    return {};
  return parser.getChecked<ExtentAttr>(parser.getContext(), axis, extent, tile);
}

void ExtentAttr::print(AsmPrinter &printer) const {
  printer << "<" << stringifyAxis(getAxis()) << " = ";
  if (ShapedType::isDynamic(getExtent()))
    printer << "?";
  else
    printer << getExtent();
  printer << ", tile = " << getTile() << ">";
}

LogicalResult ExtentAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 Axis axis, int64_t extent, int64_t tile) {
  bool symbolic = ShapedType::isDynamic(extent);
  if (symbolic && axis != Axis::Batch && axis != Axis::Time &&
      axis != Axis::Inner) // extent_c1
    return emitError() << "expected a number as the extent of "
                       << stringifyAxis(axis) << ", got '?'";
  if (!symbolic && (extent < 1 || extent > kMaxTensorElements)) // extent_c1
    return emitError() << "expected an extent of 1 to " << kMaxTensorElements
                       << ", got " << extent;
  if (tile < 1 || tile > kMaxTile) // extent_c2
    return emitError() << "expected a tile of 1 to " << kMaxTile << ", got "
                       << tile;
  if (axis == Axis::Batch && tile != 1) // extent_c2
    return emitError() << "expected a tile of 1 for batch, got " << tile;
  return success();
}

LogicalResult MatmulAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 int64_t a, int64_t aOffset, int64_t aStride,
                                 int64_t b, int64_t bOffset, int64_t bStride,
                                 int64_t c, int64_t bias, int64_t n, int64_t k,
                                 int64_t libraryFrom) {
  const std::tuple<StringRef, int64_t, int64_t> parameters[] = {
      {"a", a, 0},
      {"aOffset", aOffset, 0},
      {"aStride", aStride, k},
      {"b", b, 0},
      {"bOffset", bOffset, 0},
      {"bStride", bStride, k},
      {"c", c, 0},
      {"bias", bias, -1},
      {"n", n, 1},
      {"k", k, 1},
      {"libraryFrom", libraryFrom, 1}};
  for (auto [name, value, smallest] : parameters)
    if (value < smallest) // matmul_c1
      return emitError() << "expected " << name << " of at least " << smallest
                         << ", got " << value;
  return success();
}

LogicalResult
ConvolutionAttr::verify(function_ref<InFlightDiagnostic()> emitError, int64_t x,
                        int64_t k, int64_t y, int64_t reverse,
                        int64_t directBelow) {
  const std::pair<StringRef, int64_t> parameters[] = {
      {"x", x},
      {"k", k},
      {"y", y},
      {"reverse", reverse},
      {"directBelow", directBelow}};
  for (auto [name, value] : parameters)
    if (value < 0) // convolution_c1
      return emitError() << "expected " << name << " of at least 0, got "
                         << value;
  if (reverse > 1) // convolution_c1
    return emitError() << "expected reverse of 0 or 1, got " << reverse;
  return success();
}

LogicalResult ScheduleAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                   int64_t time, int64_t channels,
                                   int64_t inner, int64_t stages,
                                   int64_t segments, int64_t cluster,
                                   bool stagger, int64_t lanes, Owner owner,
                                   int64_t warps, int64_t blocks, int64_t rows,
                                   int64_t group, Unit unit) {
  constexpr int64_t kLargestCluster = 8, kWarpsOfGroup = 4;
  const std::tuple<StringRef, int64_t, int64_t> parameters[] = {
      {"time", time, 1},     {"channels", channels, 1}, {"inner", inner, 1},
      {"stages", stages, 1}, {"segments", segments, 1}, {"cluster", cluster, 1},
      {"lanes", lanes, 1},   {"warps", warps, 1},       {"blocks", blocks, 0},
      {"rows", rows, 1},     {"group", group, 1}};
  for (auto [name, value, smallest] : parameters)
    if (value < smallest || value > kMaxTile) // schedule_c1
      return emitError() << "expected " << name << " of " << smallest << " to "
                         << kMaxTile << ", got " << value;
  if (!llvm::isPowerOf2_64(lanes) || lanes > 32) // schedule_c2
    return emitError() << "expected lanes to be a power of two up to 32, got "
                       << lanes;
  if (warps > 32) // schedule_c3
    return emitError() << "expected warps of at most 32, got " << warps;
  if (owner == Owner::Warp && warps != 1) // schedule_c4
    return emitError() << "expected one warp where a warp owns its tile, got "
                       << warps;
  if (time * channels > kMaxTile) // schedule_c5
    return emitError() << "expected time times channels of at most " << kMaxTile
                       << ", got " << time << " times " << channels;
  if (cluster > kLargestCluster) // schedule_c6
    return emitError() << "expected cluster of at most " << kLargestCluster
                       << ", got " << cluster;
  if (unit == Unit::Warpgroup &&
      (warps < kWarpsOfGroup || !llvm::isPowerOf2_64(warps))) // schedule_c7
    return emitError() << "expected 4, 8, 16 or 32 warps where the unit is a "
                          "warpgroup, got "
                       << warps;
  return success();
}
