// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Verifies the attributes by which a function names its tensors: ssm.name,
// ssm.state and ssm.weight on arguments, ssm.name, ssm.state, ssm.trace and
// ssm.in_place on results (docs/spec.md).

#include "dialect/SSM.h"

#include "llvm/Support/JSON.h"

using namespace mlir;
using namespace mlir::ssm;

/// "; did you mean 'ssm.weight'?", or nothing when no candidate is near.
static std::string suggestion(StringRef word, ArrayRef<StringRef> candidates) {
  for (StringRef candidate : candidates)
    if (word.edit_distance(candidate, /*AllowReplacements=*/true, 3) <= 3)
      return ("; did you mean '" + candidate + "'?").str();
  return "";
}

/// names_c2, states_c1
static LogicalResult verifyName(Location loc, NamedAttribute attribute) {
  auto name = dyn_cast<StringAttr>(attribute.getValue());
  auto emit = [&] {
    return emitError(loc) << "expected " << attribute.getName() << " to be ";
  };
  if (!name)
    return emit() << "a string, got " << attribute.getValue();
  bool isText = llvm::json::isUTF8(name.getValue()) &&
                llvm::none_of(name.getValue(), [](unsigned char c) {
                  return c < 0x20 || c == 0x7f;
                });
  if (!isText)
    return emit() << "UTF-8 without control characters, got " << name;
  if (name.empty())
    return emit() << "a name, got an empty string";
  if (name.getValue().starts_with("%"))
    return emit() << "a name that does not begin with '%', as workspace "
                     "buffers do, got "
                  << name;
  return success();
}

LogicalResult SSMDialect::verifyRegionArgAttribute(Operation *op,
                                                   unsigned region,
                                                   unsigned argument,
                                                   NamedAttribute attribute) {
  Region &body = op->getRegion(region);
  Location loc =
      body.empty() ? op->getLoc() : body.getArgument(argument).getLoc();
  StringRef key = attribute.getName();
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (key == kCacheAttr && function)
    return verifyCacheArgument(function, argument, attribute.getValue(), loc);
  if (auto kernel = dyn_cast<TileKernelOp>(op); kernel && key == kInPlaceAttr)
    return verifyInPlaceArgument(kernel, argument, attribute.getValue());
  if (key != "ssm.name" && key != kStateAttr && key != "ssm.weight") // names_c1
    return emitError(loc) << "expected ssm.name, ssm.state, ssm.cache or "
                             "ssm.weight on an argument, got '"
                          << key << "'"
                          << suggestion(key, {"ssm.weight", "ssm.name",
                                              kStateAttr, kCacheAttr});
  if (key == "ssm.weight" && function &&
      function.getArgAttr(argument, "ssm.name")) // names_c1
    return emitError(loc)
           << "expected ssm.name or ssm.weight on an argument, got both";
  if (failed(verifyName(loc, attribute)))
    return failure();
  if (key != kStateAttr || !function)
    return success();
  StringRef state = cast<StringAttr>(attribute.getValue()).getValue();
  return verifyStateArgument(function, argument, state, loc);
}

LogicalResult SSMDialect::verifyRegionResultAttribute(
    Operation *op, unsigned, unsigned result, NamedAttribute attribute) {
  StringRef key = attribute.getName();
  auto function = dyn_cast<FunctionOpInterface>(op);
  if (key == kEveryAttr)
    return function ? verifyEveryResult(function, result, attribute.getValue())
                    : success();
  if (key != "ssm.name" && key != kStateAttr && key != kTraceAttr &&
      key != kInPlaceAttr) // names_c1
    return op->emitError()
           << "expected ssm.name, ssm.state, ssm.trace or ssm.in_place on a "
              "result, got '"
           << key << "'"
           << suggestion(key,
                         {"ssm.name", kStateAttr, kTraceAttr, kInPlaceAttr});
  if (failed(verifyName(op->getLoc(), attribute)))
    return failure();
  if (key == "ssm.name" || !function)
    return success();
  StringRef value = cast<StringAttr>(attribute.getValue()).getValue();
  if (key == kTraceAttr)
    return verifyTraceResult(function, result, value);
  return key == kStateAttr ? verifyStateResult(function, result, value)
                           : verifyInPlaceResult(function, result, value);
}
