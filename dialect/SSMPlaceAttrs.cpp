// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Syntax of the attributes that place tiles on a GPU.

#include "dialect/SSM.h"

#include "mlir/IR/OpImplementation.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace mlir::ssm;

Attribute LayoutAttr::parse(AsmParser &parser, Type) {
  SmallVector<Axis> axes;
  SmallVector<int64_t> runs, lanes, strides, near;
  auto parseShare = [&]() -> ParseResult {
    StringRef keyword;
    SMLoc loc = parser.getCurrentLocation();
    if (parser.parseKeyword(&keyword))
      return failure();
    std::optional<Axis> axis = symbolizeAxis(keyword);
    if (!axis)
      return parser.emitError(loc)
             << "expected batch, time, channel, state or inner, got '"
             << keyword << "'";
    axes.push_back(*axis);
    near.push_back(1);
    if (parser.parseColon() || parser.parseInteger(runs.emplace_back()) ||
        parser.parseKeyword("x") || parser.parseInteger(lanes.emplace_back()) ||
        parser.parseKeyword("by") ||
        parser.parseInteger(strides.emplace_back()))
      return failure();
    if (succeeded(parser.parseOptionalKeyword("near")))
      return parser.parseInteger(near.back());
    return success();
  };
  if (parser.parseCommaSeparatedList(AsmParser::Delimiter::LessGreater,
                                     parseShare))
    return {};
  auto emitError = [&] { return parser.emitError(parser.getNameLoc()); };
  return getChecked(emitError, parser.getContext(), ArrayRef<Axis>(axes),
                    ArrayRef<int64_t>(runs), ArrayRef<int64_t>(lanes),
                    ArrayRef<int64_t>(strides), ArrayRef<int64_t>(near));
}

void LayoutAttr::print(AsmPrinter &printer) const {
  printer << "<";
  for (unsigned i = 0; i < getAxes().size(); ++i) {
    if (i > 0)
      printer << ", ";
    printer << stringifyAxis(getAxes()[i]) << ": " << getRuns()[i] << " x "
            << getLanes()[i] << " by " << getStrides()[i];
    if (getNear()[i] > 1)
      printer << " near " << getNear()[i];
  }
  printer << ">";
}

LogicalResult LayoutAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                 ArrayRef<Axis> axes, ArrayRef<int64_t> runs,
                                 ArrayRef<int64_t> lanes,
                                 ArrayRef<int64_t> strides,
                                 ArrayRef<int64_t> near) {
  if (runs.size() != axes.size() || lanes.size() != axes.size() ||
      strides.size() != axes.size() || near.size() != axes.size())
    return emitError() << "expected a run, lanes, a stride and near lanes for "
                          "each axis";
  for (unsigned i = 0; i < axes.size(); ++i) {
    if (runs[i] < 1) // layout_c1
      return emitError() << "expected runs of at least 1, got " << runs[i];
    for (int64_t value : {lanes[i], strides[i], near[i]})
      if (value < 1 || !llvm::isPowerOf2_64(value)) // layout_c2
        return emitError() << "expected a power of two, got " << value;
    if (near[i] > 1 && near[i] > std::min(lanes[i], strides[i])) // layout_c3
      return emitError()
             << "expected near of at most the lanes and the stride ("
             << lanes[i] << " by " << strides[i] << "), got " << near[i];
  }
  return success();
}

Attribute PlaceAttr::parse(AsmParser &parser, Type) {
  StringRef keyword;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess() || parser.parseKeyword(&keyword))
    return {};
  std::optional<PlaceKind> kind = symbolizePlaceKind(keyword);
  if (!kind) {
    parser.emitError(loc) << "expected lane or chip, got '" << keyword << "'";
    return {};
  }
  if (*kind == PlaceKind::Lane)
    return parser.parseGreater() ? Attribute()
                                 : get(parser.getContext(), PlaceKind::Lane);
  int64_t offset = 0, stages = 1, step = 0, parts = 1, swizzled = 0;
  SmallVector<int64_t> strides;
  auto parseStride = [&]() {
    return parser.parseInteger(strides.emplace_back());
  };
  if (parser.parseKeyword("offset") || parser.parseInteger(offset) ||
      parser.parseKeyword("strides") ||
      parser.parseCommaSeparatedList(AsmParser::Delimiter::Square, parseStride))
    return {};
  if (succeeded(parser.parseOptionalKeyword("stages")) &&
      (parser.parseInteger(stages) || parser.parseKeyword("step") ||
       parser.parseInteger(step)))
    return {};
  if (succeeded(parser.parseOptionalKeyword("parts")) &&
      parser.parseInteger(parts))
    return {};
  if (succeeded(parser.parseOptionalKeyword("swizzled")) &&
      parser.parseInteger(swizzled))
    return {};
  if (parser.parseGreater())
    return {};
  auto emitError = [&] { return parser.emitError(parser.getNameLoc()); };
  return getChecked(emitError, parser.getContext(), *kind, offset,
                    ArrayRef<int64_t>(strides), stages, step, parts, swizzled);
}

void PlaceAttr::print(AsmPrinter &printer) const {
  printer << "<" << stringifyPlaceKind(getKind());
  if (getKind() == PlaceKind::Chip) {
    printer << " offset " << getOffset() << " strides [";
    llvm::interleaveComma(getStrides(), printer);
    printer << "]";
    if (getStages() > 1)
      printer << " stages " << getStages() << " step " << getStep();
    if (getParts() > 1)
      printer << " parts " << getParts();
    if (getSwizzled() > 0)
      printer << " swizzled " << getSwizzled();
  }
  printer << ">";
}

LogicalResult PlaceAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                                PlaceKind kind, int64_t offset,
                                ArrayRef<int64_t> strides, int64_t stages,
                                int64_t step, int64_t parts, int64_t swizzled) {
  if (swizzled < 0 ||
      (swizzled > 0 && !llvm::isPowerOf2_64(swizzled))) // place_c1
    return emitError() << "expected swizzled to be a power of two, got "
                       << swizzled;
  return success();
}
