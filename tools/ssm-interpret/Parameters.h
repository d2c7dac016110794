// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The arguments and results of a function as the command line sees them: names,
// element types and shapes.
#ifndef TOOLS_SSM_INTERPRET_PARAMETERS_H
#define TOOLS_SSM_INTERPRET_PARAMETERS_H

#include "lib/Reference/Interpreter.h"
#include "ssm/ssm.h"

#include <optional>
#include <string>
#include <vector>

namespace ssm::interpret {

struct Parameter {
  std::string name;
  bool isWeight = false;
  /// Absent for elements that no file can hold (i1).
  std::optional<ssm_dtype> dtype;
  /// With SSM_DIM_BATCH, SSM_DIM_LENGTH and SSM_DIM_SLOTS.
  std::vector<int64_t> shape;
};

/// Throws run::Failure for a type that is no tensor.
std::vector<Parameter> argumentsOf(mlir::func::FuncOp function);
std::vector<Parameter> resultsOf(mlir::func::FuncOp function);

/// The index of a name; a Failure with a suggestion if `kind` has none such.
size_t indexOf(const std::vector<Parameter> &parameters,
               const std::string &name, const char *kind);

/// "?x?x64xf32", or with the symbols replaced.
std::string shapeText(const std::vector<int64_t> &shape);

} // namespace ssm::interpret

#endif // TOOLS_SSM_INTERPRET_PARAMETERS_H
