// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Size classes: their syntax, their place on functions, and the alternatives
// that kernels have for them.

#include "dialect/SSM.h"

#include "mlir/IR/DialectImplementation.h"
#include "mlir/Interfaces/FunctionInterfaces.h"

using namespace mlir;
using namespace mlir::ssm;

Attribute SizeClassAttr::parse(AsmParser &parser, Type) {
  SmallVector<int64_t, 2> sizes;
  SMLoc loc = parser.getCurrentLocation();
  if (parser.parseLess() ||
      parser.parseDimensionList(sizes, /*allowDynamic=*/false,
                                /*withTrailingX=*/false) ||
      parser.parseGreater())
    return {};
  if (sizes.size() != 2) {
    parser.emitError(loc) << "expected batch x length, got " << sizes.size()
                          << " sizes";
    return {};
  }
  return parser.getChecked<SizeClassAttr>(loc, parser.getContext(), sizes[0],
                                          sizes[1]);
}

void SizeClassAttr::print(AsmPrinter &printer) const {
  printer << "<" << getText() << ">";
}

std::string SizeClassAttr::getText() const {
  return std::to_string(getBatch()) + "x" + std::to_string(getLength());
}

LogicalResult
SizeClassAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                      int64_t batch, int64_t length) {
  for (int64_t size : {batch, length})
    if (size < 1 || size > kMaxTensorElements) // size_class_c1
      return emitError() << "expected sizes of 1 to " << kMaxTensorElements
                         << ", got " << size;
  return success();
}

/// The first size class that stands twice, or null.
static SizeClassAttr findTwice(ArrayRef<SizeClassAttr> classes) {
  for (auto [i, each] : llvm::enumerate(classes))
    if (llvm::is_contained(classes.take_front(i), each))
      return each;
  return {};
}

LogicalResult
AlternativeAttr::verify(function_ref<InFlightDiagnostic()> emitError,
                        ArrayRef<SizeClassAttr> sizeClasses, ScheduleAttr,
                        StringAttr) {
  if (sizeClasses.empty()) // alternative_c1
    return emitError() << "expected a size class, got none";
  if (SizeClassAttr twice = findTwice(sizeClasses)) // alternative_c1
    return emitError() << "expected each size class once, got "
                       << twice.getText() << " twice";
  return success();
}

std::string AlternativeAttr::getKernelName(StringRef kernel) const {
  return (kernel + "_" + getSizeClasses().front().getText()).str();
}

SmallVector<SizeClassAttr> mlir::ssm::getSizeClasses(Operation *function) {
  auto list = function->getAttrOfType<ArrayAttr>(kSizeClassesAttr);
  if (!list)
    return {};
  return llvm::to_vector(list.getAsRange<SizeClassAttr>());
}

LogicalResult SSMDialect::verifyOperationAttribute(Operation *op,
                                                   NamedAttribute attribute) {
  if (attribute.getName() != kSizeClassesAttr)
    return success();
  if (!isa<FunctionOpInterface>(op)) // size_classes_c1
    return op->emitOpError("expected ") << kSizeClassesAttr << " on a function";
  auto list = dyn_cast<ArrayAttr>(attribute.getValue());
  if (!list || list.empty() || list.size() > kMaxSizeClasses ||
      !llvm::all_of(list, llvm::IsaPred<SizeClassAttr>)) // size_classes_c2
    return op->emitOpError("expected ")
           << kSizeClassesAttr << " of 1 to " << kMaxSizeClasses
           << " #ssm.size_class, got " << attribute.getValue();
  auto classes = llvm::to_vector(list.getAsRange<SizeClassAttr>());
  if (SizeClassAttr twice = findTwice(classes)) // size_classes_c2
    return op->emitOpError("expected each size class once, got ")
           << twice.getText() << " twice";
  return success();
}

/// kernel_c4
LogicalResult mlir::ssm::verifyAlternatives(KernelOp kernel) {
  ArrayAttr alternatives = kernel.getAlternativesAttr();
  if (!alternatives)
    return success();
  if (kernel.getSchedule())
    return kernel.emitOpError("expected a schedule or alternatives, got both");
  if (alternatives.size() < 2)
    return kernel.emitOpError("expected two alternatives or more, got ")
           << alternatives.size();
  SmallVector<SizeClassAttr> classes;
  for (auto alternative : alternatives.getAsRange<AlternativeAttr>())
    llvm::append_range(classes, alternative.getSizeClasses());
  if (SizeClassAttr twice = findTwice(classes))
    return kernel.emitOpError("expected one alternative for each size class, "
                              "got two for ")
           << twice.getText();
  return success();
}
