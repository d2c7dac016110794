// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// From MLIR types to names, element types and shapes.
#include "Parameters.h"

#include "dialect/SSM.h"
#include "tools/ssm-run/Failure.h"
#include "tools/ssm-run/Suggest.h"

namespace reference = mlir::ssm::reference;

namespace ssm::interpret {
namespace {

std::optional<ssm_dtype> dtypeOf(mlir::Type type) {
  if (type.isF64())
    return SSM_F64;
  if (type.isF32())
    return SSM_F32;
  if (type.isBF16())
    return SSM_BF16;
  if (type.isF16())
    return SSM_F16;
  if (type.isInteger(32))
    return SSM_I32;
  return std::nullopt;
}

Parameter parameterOf(std::string name, mlir::Type type, bool isCache) {
  Parameter parameter;
  parameter.name = std::move(name);
  parameter.dtype = dtypeOf(mlir::getElementTypeOrSelf(type));
  auto tensor = mlir::dyn_cast<mlir::RankedTensorType>(type);
  if (!tensor && !type.isIntOrFloat()) {
    std::string text;
    llvm::raw_string_ostream(text) << type;
    run::fail(run::ExitInput, "\"{}\": expected a tensor, got {}",
              parameter.name, text);
  }
  if (!tensor)
    return parameter;
  for (auto [dim, size] : llvm::enumerate(tensor.getShape()))
    parameter.shape.push_back(!mlir::ShapedType::isDynamic(size) ? size
                              : dim == 0 && isCache              ? SSM_DIM_SLOTS
                              : dim == 0                         ? SSM_DIM_BATCH
                                         : SSM_DIM_LENGTH);
  return parameter;
}

} // namespace

std::vector<Parameter> argumentsOf(mlir::func::FuncOp function) {
  std::vector<Parameter> arguments;
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes())) {
    arguments.push_back(
        parameterOf(reference::getArgumentName(function, i), type,
                    mlir::ssm::isCache(function.getArgument(i))));
    arguments.back().isWeight = function.getArgAttr(i, "ssm.weight") != nullptr;
  }
  return arguments;
}

std::vector<Parameter> resultsOf(mlir::func::FuncOp function) {
  std::vector<Parameter> results;
  for (auto [i, type] : llvm::enumerate(function.getResultTypes()))
    results.push_back(parameterOf(
        reference::getResultName(function, i), type,
        function.getResultAttr(i, mlir::ssm::kInPlaceAttr) != nullptr));
  return results;
}

size_t indexOf(const std::vector<Parameter> &parameters,
               const std::string &name, const char *kind) {
  std::vector<std::string> names;
  for (const Parameter &parameter : parameters) {
    if (parameter.name == name)
      return names.size();
    names.push_back(parameter.name);
  }
  run::fail(run::ExitUsage, "the function has no {} \"{}\"{}; it has: {}", kind,
            name, run::didYouMean(name, names), fmt::join(names, ", "));
}

std::string shapeText(const std::vector<int64_t> &shape) {
  std::string text;
  for (int64_t size : shape)
    text += (text.empty() ? "" : "x") + (size < 0 ? "?" : std::to_string(size));
  return text.empty() ? "scalar" : text;
}

} // namespace ssm::interpret
