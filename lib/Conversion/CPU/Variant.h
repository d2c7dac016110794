// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// What the lowering knows of an instruction set.

#ifndef LIB_CONVERSION_CPU_VARIANT_H
#define LIB_CONVERSION_CPU_VARIANT_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"

namespace mlir::ssm {

struct Variant {
  /// The suffix of a symbol.
  llvm::StringRef name;
  int64_t vectorBits;
  /// Vector registers that may hold the states of a recurrence.
  int64_t stateRegisters;
  /// Rows of the accumulator of a matrix product, two vectors wide.
  int64_t dotRows;
  /// Whether one instruction adds the products of pairs of bf16 to f32.
  bool hasPairs;
  /// What the CPU must have and code may use: the names in a package, which are
  /// those of LLVM.
  llvm::ArrayRef<llvm::StringRef> features;
};

/// Best first.
llvm::ArrayRef<Variant> getVariants();

/// Null if there is no such variant.
const Variant *lookupVariant(llvm::StringRef name);

} // namespace mlir::ssm

#endif // LIB_CONVERSION_CPU_VARIANT_H
