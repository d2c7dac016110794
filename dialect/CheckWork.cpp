// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Whether an op is work that kernels compute. Ops of arith and math come
// without verifiers for what the spec asks of block ops; in goes an op, out
// comes success or an error at it.

#include "dialect/SSM.h"

#include "mlir/IR/Matchers.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace mlir::ssm;

/// What kernels compute of an op's dialect, for a message.
static std::string describeKnownOps(Operation *op) {
  StringRef dialect = op->getName().getDialectNamespace();
  SmallVector<StringRef> names;
  for (RegisteredOperationName name :
       op->getContext()->getRegisteredOperationsByDialect(dialect))
    if (name.hasInterface<WorkOpInterface>())
      names.push_back(name.stripDialect());
  if (names.empty())
    return "there are those of ssm, arith and math";
  llvm::sort(names);
  return ("of " + dialect + " there are " + llvm::join(names, ", ")).str();
}

/// The types of which tiles are made.
static bool isComputable(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  if (!tensor || tensor.getRank() > 4)
    return false;
  Type element = tensor.getElementType();
  return isa<Float64Type, Float32Type, BFloat16Type, Float16Type>(element) ||
         element.isInteger(1);
}

static LogicalResult checkType(Operation *op, Type type) {
  if (!isComputable(type))
    return op->emitOpError("expected tensors of rank 0 to 4 of f64, f32, bf16, "
                           "f16 or i1, got ")
           << type;
  auto tensor = cast<RankedTensorType>(type);
  // Below rank 3 an elementwise op has neither a batch nor a length.
  if (op->hasTrait<OpTrait::Elementwise>() && tensor.getRank() < 3 &&
      !tensor.hasStaticShape())
    return op->emitOpError("expected static sizes below rank 3, got ") << type;
  return success();
}

/// A number for each sequence, an end or a slot: which ops of the dialect take
/// one is said where they are defined.
static bool isIndex(Operation *op, Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.getElementType().isInteger(32) &&
         isa_and_nonnull<SSMDialect>(op->getDialect());
}

LogicalResult mlir::ssm::checkWork(Operation *op) {
  if (!isa<WorkOpInterface>(op))
    return op->emitOpError("expected a block op; ") << describeKnownOps(op);
  Value order = getOrder(op);
  for (Value operand : op->getOperands())
    if (operand != order && !isIndex(op, operand.getType()) &&
        failed(checkType(op, operand.getType())))
      return failure();
  for (Type type : op->getResultTypes())
    if (failed(checkType(op, type)))
      return failure();
  Attribute value;
  if (matchPattern(op, m_Constant(&value)) && !isa<SplatElementsAttr>(value))
    return op->emitOpError("expected a constant of equal elements, got ")
           << op->getResult(0).getType()
           << " of different ones; an argument with ssm.weight can hold them";
  return success();
}
